"""A text as the words that can be compared: folded letters, no addresses but for the words in them, hashtags taken apart."""

__all__ = ["Wording", "folded", "wording"]

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

TAG = re.compile(r"<[^<>]{1,400}>")
ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b(?:[a-z0-9-]{2,}\.)+(?:com|org|net|info|gov|edu|io|me|ly|gl|tv|eu|at|ch|de|au|us|uk|ca|fi|it|be|nl|fr|es|pt|pl|gd|cm)\b(?:/\S*)?",
    re.IGNORECASE,
)
# Of an address only the words of its path are read ("/politics/tax-cuts-for-whom"): its host names the page, and so does
# the path of a network's own pages. What holds digits or capitals is a key and no word.
NETWORK = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)*(?:facebook|fb|twitter|instagram|youtube|youtu|linkedin|t)\.(?:com|me|be|co|gl)\b",
    re.IGNORECASE,
)
PATH_WORD = re.compile(r"(?<![^\W_])[a-zß-öø-ÿ]{3,}(?![^\W_])")
MENTION = re.compile(r"(?<!\w)@[\w.]+")
# A paragraph's end was often lost on the way ("...heute.Mehr dazu", "wordMore"), and hashtags join words: a capital
# after a small letter begins a word.
JOINED = re.compile(r"(?<=[a-zß-öø-ÿąćęłńśźż])(?=[A-ZÀ-ÖØ-ÞŚŁŻ][^\W\d_])")
MONEY = re.compile(
    r"(?:[$€£]|\b(?:chf|eur|usd|aud|fr)\b\.?)\s?\d|\d\s?(?:[$€£%]|\b(?:chf|eur|euro|euroa|francs?|franken|%))",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+(?:['’&+][^\W\d_]+)*|\d+")
NAME = re.compile(r"(?<![.!?:] )(?<!^)\b[A-ZÄÖÜ][^\W\d_]+ [A-ZÄÖÜ][^\W\d_]+\b")
SENTENCE = re.compile(r"[.!?…]+(?:\s|$)")
SPECIAL = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ı": "i", "’": "'", "‘": "'"})
LONGEST_TEXT = 20_000


@lru_cache(maxsize=1 << 17)
def folded(text: str) -> str:
    """Small letters without accents; mathematical, full-width and ligature letters as plain ones."""
    plain = unicodedata.normalize("NFKD", text.translate(SPECIAL))
    if not plain.isascii():
        plain = "".join(each for each in plain if not unicodedata.combining(each))
    return plain.casefold()


@dataclass(frozen=True, slots=True)
class Wording:
    """A text taken apart: its words folded, and the marks that say something of its manner."""

    words: tuple[str, ...]
    marks: tuple[float, ...]


MARKS = (
    "length", "words", "addresses", "mentions", "hashtags", "emoji", "exclamations", "questions", "money", "numbers",
    "capitals", "names", "quotes", "sentence length",
)  # fmt: skip


def _path_words(found: re.Match[str]) -> str:
    """The words of an address's path; what follows a question mark is no path."""
    address = found.group()
    if "@" in address or NETWORK.match(address):
        return " "
    _, _, path = address.partition("://")[2 if "://" in address else 0].partition("/")
    return f" {' '.join(PATH_WORD.findall(re.split('[?#]', path)[0]))} "


def wording(text: str) -> Wording:
    """Take a text apart; what follows its first 20,000 characters is left out."""
    text = TAG.sub(" ", text[:LONGEST_TEXT])
    text, addresses = ADDRESS.subn(_path_words, text)
    text, mentions = MENTION.subn(" ", text)
    money = len(MONEY.findall(text))
    words: list[str] = []
    numbers = capitals = 0
    for word in WORD.findall(JOINED.sub(" ", unicodedata.normalize("NFC", text))):
        if word[0].isdigit():
            numbers += 1
            words.append(
                "0000"[: len(word)]
                if len(word) < 4
                else word
                if word[:2] in {"19", "20"} and len(word) == 4
                else "00000"
            )
            continue
        if len(word) > 2 and word.isupper():
            capitals += 1
        words.append(folded(word))
    emoji = sum(unicodedata.category(each) == "So" for each in text) if not text.isascii() else 0
    count = max(len(words), 1)
    marks = (
        log1p(len(text)), log1p(len(words)), min(addresses, 3), min(mentions, 3), min(text.count("#"), 5), min(emoji, 5),
        min(text.count("!"), 4), min(text.count("?"), 3), min(money, 3), min(numbers, 5),
        capitals / count, min(len(NAME.findall(text)), 5), min(text.count('"') + text.count("“") + text.count("«"), 3),
        log1p(count / max(len(SENTENCE.findall(text)), 1)),
    )  # fmt: skip
    return Wording(tuple(words), tuple(map(float, marks)))
