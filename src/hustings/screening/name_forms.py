"""How a name is written, spoken and imitated: folded so that imitations of one name come out alike."""

__all__ = [
    "skeleton",
    "letters",
    "people_words",
    "plain_words",
    "readings",
    "runs",
    "short_forms",
    "sounds",
    "words_of_letters",
]

import re

from hustings.screening.folded import fold
from hustings.screening.register.names import TITLES

# Digits and signs written for letters, inside a word that has letters too.
LEET = str.maketrans("0134578926@$!|+€£(", "oieastbgzbasiitelc")
# Letters that are taken for one another in print; one sign stands for each group, on both sides.
SAME = str.maketrans({"l": "i", "j": "i", "y": "i", "q": "g", "v": "u", "w": "u", "z": "s"})
GROUPS = (("rn", "m"), ("ci", "d"))
# Two letters that stand for one sound, before the single ones.
SPOKEN_AS_ONE = (("дж", "j"), ("кс", "x"), ("тц", "ts"), ("ου", "u"), ("μπ", "b"), ("ντ", "d"), ("τζ", "j"))
TRANSLITERATED = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "e",
    "ґ": "g", "ў": "u", "ј": "i", "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "i",
    "φ": "f", "χ": "h", "ψ": "ps", "ω": "o", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "i", "ώ": "o",
})  # fmt: skip
SOUNDS = (
    ("x", "ks"), ("(?<=[aeiouy])j", ""), ("sch|tch|sh|ch|cz|zh|kh", "X"), ("ph", "f"), ("ck|cq|qu|q", "k"), ("^kn", "n"), ("^wr", "r"),
    ("gh(?=t|$)", ""), ("tz|ts|z", "s"), ("c(?=[eiy])", "s"), ("c", "k"), ("w", "v"), ("dt", "t"), ("th", "t"),
    ("g(?=[eiy])", "j"), ("dj|dz", "j"),
)  # fmt: skip
# Short names by which officials go; each row is one name.
SHORT_NAMES = (
    "michael mike mick", "robert bob rob bobby", "william bill will billy", "joseph joe joey", "charles chuck charlie",
    "richard dick rick rich", "james jim jimmy jamie", "john jack johnny", "thomas tom tommy", "edward ed ted eddie",
    "theodore ted theo", "benjamin ben", "daniel dan danny", "samuel sam", "patrick pat", "patricia pat patty trish",
    "elizabeth liz beth betsy", "katherine kate kathy cathy", "margaret maggie peggy", "deborah deb debbie",
    "christopher chris", "christine chris", "andrew andy drew", "anthony tony", "timothy tim", "matthew matt", "steven steve",
    "stephen steve", "jeffrey jeff", "gregory greg", "kenneth ken", "ronald ron", "donald don", "david dave", "alexander alex",
    "bernard bernie", "mitchell mitch", "nicholas nick", "peter pete", "philip phil", "raymond ray", "susan sue", "jonathan jon",
    "lindsey lindsay", "rafael ted", "angus gus", "barbara barb", "gerald jerry", "lawrence larry", "leonard leo len", "franklin frank",
)  # fmt: skip
# Signs that are letters inside a word and punctuation around it.
AROUND = "!|+(.,;:"
# So many words at most make up a name; letters set apart count each.
MOST_WORDS, MOST_LETTERS = 5, 24


def readings(name: str) -> list[tuple[str, bool]]:
    """The name as it looks, and where it is in another script, as it is spoken (then the second is True)."""
    low = name.lower()
    spoken = low
    for two, one in SPOKEN_AS_ONE:
        spoken = spoken.replace(two, one)
    spoken = spoken.translate(TRANSLITERATED)
    looks = fold(name).text
    return [(looks, False)] if spoken == low else [(looks, False), (fold(spoken).text, True)]


def plain_words(text: str) -> list[str]:
    """The words as they stand, folded: what a reader takes for letters is letters, digits stay digits."""
    return re.findall(r"[^\W_]+", fold(text).text.replace("'", ""))


def people_words(name: str) -> list[str]:
    """The same without titles ("Dr", "Sen", "Jr")."""
    return [word for word in plain_words(name) if word not in TITLES]


def words_of_letters(text: str) -> list[str]:
    """The words with digits and signs read as the letters they stand for."""
    pieces = [piece.strip(AROUND) for piece in fold(text).text.replace("'", "").split()]
    return [word for piece in pieces for word in re.findall(r"[^\W_]+", piece.translate(LEET))]


def letters(text: str) -> str:
    """All letters, digits and signs read as letters, nothing between them."""
    return "".join(words_of_letters(text))


def skeleton(text: str) -> str:
    """The same with letters made one that are taken for one another in print, and none twice running."""
    joined = re.sub(r"(.)\1+", r"\1", letters(text).translate(SAME))
    for group, sign in GROUPS:
        joined = joined.replace(group, sign)
    return re.sub(r"(.)\1+", r"\1", joined)


def sounds(word: str) -> frozenset[str]:
    """The consonants as they are spoken, a leading vowel as one sign; c before e or i both as s and as k."""
    found = set()
    for hard in (False, True):
        heard = word
        for pattern, sign in SOUNDS:
            heard = re.sub(pattern, "k" if hard and pattern == "c(?=[eiy])" else sign, heard)
        first = "a" if heard[:1] in set("aeiouy") else ""
        found.add(first + re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyh\W\d_]", "", heard)))
    return frozenset(found - {""})


def runs(words: list[str]) -> list[list[str]]:
    """Every run of neighbouring words that could be a name, with and without single letters inside it."""
    found = []
    for start in range(len(words)):
        long = 0
        for end in range(start, min(len(words), start + MOST_LETTERS)):
            long += len(words[end]) > 2
            if long > MOST_WORDS:
                break
            found.append(words[start : end + 1])
            # A middle initial, as in "Michael R. Pence", is left out.
            if end > start + 1 and any(len(word) == 1 for word in words[start + 1 : end]):
                found.append([words[start], *(word for word in words[start + 1 : end] if len(word) > 1), words[end]])
    return found


def short_forms(first: str) -> frozenset[str]:
    """The first names that stand for this one, itself among them."""
    return frozenset({first}.union(*(row.split() for row in SHORT_NAMES if first in row.split())))
