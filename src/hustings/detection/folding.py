"""Texts made comparable: what differs only by case, spacing or a reading machine's slips is one.

A folded text is for comparing, not for reading: `spelling` gives the commonest spelling of each.
"""

__all__ = ["find_hashtags", "find_mentions", "folded_ocr", "folded_text", "spelling"]

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# Signs that reading machines take for one another, after lower case. Each class folds to one sign.
# Found in the IRA release: I/l/|, c/o (".oom", "faoebook"), n/h, 0/o.
LOOK_ALIKE = str.maketrans({"i": "l", "|": "l", "1": "l", "!": "l", "ı": "l", "c": "o", "0": "o", "h": "n"})
NOT_WORD = re.compile(r"[\W_]+")
BETWEEN_WORDS = re.compile(r"\s+")
MENTION = re.compile(r"(?<![\w@])@(\w+(?:[.-]\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?)")
HASHTAG = re.compile(r"(?<![\w&#])[#＃](\w*[^\W\d]\w*)")


def folded_text(text: str) -> str:
    """Lower case, without @mentions, spaces run together: equal for copies that only greet others."""
    return BETWEEN_WORDS.sub(" ", MENTION.sub("", text.lower())).strip()


def folded_ocr(text: str) -> str:
    """Equal for texts that a reading machine saw as one: look-alike signs joined, punctuation gone.

    `Black—owned, Iike!` and `blaok-owned like` fold to the same. Short texts fold together by chance
    ("cat", "oat"), so only long ones, or sets of several, should be compared this way.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    # A sign between words is a break; the look-alike "!" is one only inside a word.
    plain = re.sub(r"!(?!\w)|(?<!\w)!", " ", plain)
    return NOT_WORD.sub(" ", plain.translate(LOOK_ALIKE)).strip()


def spelling(texts: Iterable[str]) -> dict[str, str]:
    """For each folded text the commonest spelling among `texts` (of equals, the first by its bytes)."""
    seen: dict[str, Counter[str]] = {}
    for text in texts:
        shown = BETWEEN_WORDS.sub(" ", text).strip()
        seen.setdefault(folded_ocr(text), Counter())[shown] += 1
    return {key: min(counts, key=lambda text: (-counts[text], text.encode())) for key, counts in seen.items()}


def find_hashtags(text: str) -> list[str]:
    """Hashtags in a text, without the sign, lower case."""
    return [match.lower() for match in HASHTAG.findall(unicodedata.normalize("NFKC", text))]


def find_mentions(text: str) -> list[str]:
    """Accounts that a text names with @, without the sign, lower case."""
    return [match.lower() for match in MENTION.findall(text)]
