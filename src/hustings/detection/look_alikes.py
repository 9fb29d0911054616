"""Signs that stand for letters: of other scripts, with accents, in other type, invisible; each folded to what it is drawn like."""

__all__ = ["LOOK_ALIKES", "folded_sign"]

import re
import unicodedata
from functools import cache

# Letters of other scripts, and signs, that are drawn like Latin ones. Compatibility forms (fullwidth, mathematical
# alphabets, circled letters, superscripts) and accents come off by Unicode's own tables.
LOOK_ALIKES = {
    # Cyrillic
    "а": "a", "в": "b", "ь": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "є": "e", "ғ": "f", "ԍ": "g", "н": "h",
    "һ": "h", "і": "i", "ї": "i", "ӏ": "l", "ј": "j", "к": "k", "ӄ": "k", "м": "m", "п": "n", "ո": "n", "о": "o",
    "ө": "o", "р": "p", "ԛ": "q", "г": "r", "я": "r", "ѕ": "s", "т": "t", "ц": "u", "ѵ": "v", "ѡ": "w", "ԝ": "w",
    "ш": "w", "щ": "w", "х": "x", "у": "y", "ү": "y", "ұ": "y", "з": "3", "и": "n", "й": "n", "л": "n", "ч": "4",
    # Greek
    "α": "a", "β": "b", "ϲ": "c", "ς": "c", "δ": "d", "ε": "e", "ϵ": "e", "ξ": "e", "η": "n", "ι": "i", "κ": "k",
    "ν": "v", "ο": "o", "σ": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "γ": "y", "ω": "w", "μ": "u", "λ": "a",
    "θ": "o", "φ": "o", "π": "n", "ζ": "z",
    # Armenian, Cherokee, Lisu and others that turn up in generators of look-alikes
    "ս": "u", "օ": "o", "հ": "h", "ց": "g", "զ": "q", "ք": "p", "ꓥ": "a", "ꓦ": "v", "ꓳ": "o", "ꓔ": "t", "ꓰ": "e",
    "ꓢ": "s", "ꓮ": "a", "ꓑ": "p", "ꓡ": "l", "ꓠ": "n", "ꓓ": "d", "ꓣ": "r", "ꓖ": "g", "ꓧ": "h", "ꓟ": "m", "ꓪ": "w",
    "ꓬ": "y", "ꓝ": "f", "ꓲ": "i", "ꓴ": "u", "ꓗ": "k", "ꓐ": "b", "ꓚ": "c", "ꓜ": "z", "ꓫ": "x",
    "Ꭺ": "a", "Ᏼ": "b", "Ꮯ": "c", "Ꭰ": "d", "Ꭼ": "e", "Ꮐ": "g", "Ꮋ": "h", "Ꭵ": "i", "Ꭻ": "j", "Ꮶ": "k", "Ꮮ": "l",
    "Ꮇ": "m", "Ꮲ": "p", "Ꮢ": "r", "Ꮪ": "s", "Ꭲ": "t", "Ꮩ": "v", "Ꮃ": "w", "Ꮍ": "y", "Ꮓ": "z",
    # Latin of other tables: small capitals, hooks, turned letters, strokes
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k",
    "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ǫ": "q", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v",
    "ᴡ": "w", "ʏ": "y", "ᴢ": "z", "ı": "i", "ȷ": "j", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ł": "l", "ø": "o", "đ": "d",
    "ħ": "h", "ŧ": "t", "ʋ": "v", "ɵ": "o", "ɛ": "e", "ɯ": "m", "ɐ": "a", "ɔ": "o", "ǝ": "e", "ɥ": "h", "ʇ": "t",
    "ʌ": "v", "ʍ": "w", "ʎ": "y", "ɹ": "r", "ʞ": "k", "ƚ": "l", "ə": "e", "ʒ": "3", "ƻ": "2", "ƅ": "b", "ƽ": "5", "ƿ": "p", "ɓ": "b", "ƈ": "c", "ɗ": "d", "ɠ": "g", "ɦ": "h",
    "ƙ": "k", "ɱ": "m", "ɲ": "n", "ƥ": "p", "ʂ": "s", "ƭ": "t", "ƴ": "y", "ɾ": "r", "ɨ": "i", "ʉ": "u", "ᵾ": "u",
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ꞵ": "b", "ŋ": "n", "ĸ": "k",
    # signs
    "’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "′": "'", "`": "'", "´": "'", "＇": "'", "“": '"', "”": '"', "„": '"',
    "«": '"', "»": '"', "‹": '"', "›": '"', "–": "–", "—": "—", "‐": "-", "‑": "-", "‒": "-", "−": "-", "…": "…",
    "⁄": "/", "∕": "/", "。": ".", "€": "€", "⓿": "0", "×": "x",
}  # fmt: skip

SQUARED = {0x1F130: 26, 0x1F150: 26, 0x1F170: 26, 0x1F1E6: 26}  # squared, negative circled, negative squared, flags
KEYCAP = "\u20e3"
# Unicode's own name of a Latin letter with a hook, tail, stroke or bar says which letter it is drawn from.
BASED = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?$")


@cache
def folded_sign(sign: str) -> str:
    """What a sign is compared as: lower case, its look-alike, several letters, or nothing where it cannot be seen."""
    if sign.isascii():
        return sign.lower()
    kind = unicodedata.category(sign)
    if kind in {"Cf", "Mn", "Me", "Cs", "Co"} or sign == KEYCAP or sign in "\u115f\u1160\u3164\u2800\uffa0":
        return ""
    if kind in {"Zs", "Zl", "Zp"}:
        return "\n" if kind != "Zs" else " "
    number = ord(sign)
    for first, count in SQUARED.items():
        if first <= number < first + count:
            return chr(ord("a") + number - first)
    if sign in LOOK_ALIKES:
        return LOOK_ALIKES[sign]
    lower = sign.lower()
    if lower in LOOK_ALIKES:
        return LOOK_ALIKES[lower]
    pieces = [piece for piece in unicodedata.normalize("NFKD", sign) if unicodedata.category(piece) != "Mn"]
    out = "".join(LOOK_ALIKES.get(piece.lower(), piece.lower()) for piece in pieces)
    # "(v)" and "1." are how Unicode spells out parenthesised and numbered signs
    if (len(out) > 1 and kind == "So") or kind == "No":
        out = "".join(piece for piece in out if piece.isalnum()) or out
    if out == lower and (drawn := BASED.match(unicodedata.name(sign, ""))):
        return drawn[1].lower()
    return out
