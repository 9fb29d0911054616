"""A text as sentences of words, with disguised spellings undone and each word's place in the original kept."""

__all__ = ["Sentence", "Token", "sentences"]

import re
from dataclasses import dataclass
from typing import NamedTuple

from hustings.screening.folded import Folded, fold
from hustings.screening.voting.unmask import Vocabulary


class Token(NamedTuple):
    """One word, number, sign or web address; start and end are code points of the text as given."""

    word: str
    start: int
    end: int
    kind: str  # word, number, sign, link


@dataclass(frozen=True)
class Sentence:
    """Words up to a full stop, with the sign that ended them ('.', '!', '?' or '')."""

    tokens: tuple[Token, ...]
    ended: str


LINK = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+\.[a-z]{2,}|"
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|gov|net|info|edu|us|uk|ca|au|de|at|ch|fr|it|es|pt|nl|be|pl|fi|eu|io|ly|me|mil)"
    r"(?:/\S*)?[.,!?;:)]*"
)
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*'?")
PIECE = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|[^\w\s]|_|[^\W\d_]+")
CHUNK = re.compile(r"\S+|\n")
LEAD, TAIL = "\"'([{<*_~>•-–—+=|", ".,!?;:\"')]}>*_~…-–—"
MASKED = re.compile(r"[a-z0-9@$!|*.\-_+€£'()~^#%·•]+")
# After these a full stop does not end a sentence.
SHORT = frozenset("nov dec jan feb mar apr jun jul aug sept sep oct tues tue wed thurs thur thu fri sat sun mon a p st mr "
                  "mrs ms dr no nr vs v u gov sen rep uhr z b d h etc tel ca usw bzw p.m a.m".split())  # fmt: skip
BREAKS = frozenset(".!?…;")


def sentences(text: str, vocabulary: Vocabulary) -> tuple[Sentence, ...]:
    """Split a text; a line break ends a sentence only where two come together or a bullet follows."""
    folded = fold(text)
    words = _plain(vocabulary.joined(_tokens(text, folded, vocabulary)))
    out: list[Sentence] = []
    now: list[Token] = []
    for at, token in enumerate(words):
        if token.word == "\n":
            doubled = at + 1 < len(words) and words[at + 1].word == "\n"
            if doubled and now:
                out.append(Sentence(tuple(now), ""))
                now = []
            continue
        if token.kind == "sign" and token.word in BREAKS and not _runs_on(words, at):
            if now:
                out.append(Sentence(tuple(now), token.word))
                now = []
            elif out and token.word == "?":
                out[-1] = Sentence(out[-1].tokens, "?")
            continue
        now.append(token)
    if now:
        out.append(Sentence(tuple(now), ""))
    return tuple(out)


# How people write in messages. Only English has such words; elsewhere they stand for themselves ("u", "bc" are rare).
SLANG = {
    "u": "you", "ur": "your", "yr": "your", "ppl": "people", "bc": "because", "bcuz": "because", "cuz": "because",
    "cus": "because", "coz": "because", "thru": "through", "tmrw": "tomorrow", "2day": "today", "b4": "before",
    "2morrow": "tomorrow", "2nite": "tonight", "nothin": "nothing", "votin": "voting", "stayin": "staying",
    "goin": "going", "finna": "gonna", "pls": "please", "plz": "please", "wont": "won't", "dont": "don't",
    "doesnt": "doesn't", "cant": "can't", "aint": "ain't", "isnt": "isn't", "yall": "y'all", "ya'll": "y'all",
    "im": "i'm", "ive": "i've", "shouldnt": "shouldn't", "wouldnt": "wouldn't", "didnt": "didn't", "arent": "aren't",
    "dnt": "don't", "gon": "gonna", "wanna": "want", "showin": "showing", "sittin": "sitting", "nuthin": "nothing",
    "nuffin": "nothing", "waitin": "waiting", "changin": "changing", "cain't": "can't",
}  # fmt: skip


def _plain(words: list[Token]) -> list[Token]:
    """Put the everyday spelling for that of messages, "2" for "to" included."""
    out = []
    for at, token in enumerate(words):
        word = token.word
        if word in SLANG:
            token = token._replace(word=SLANG[word])
        elif word in {"2", "4"} and 0 < at < len(words) - 1 and words[at - 1].word in BEFORE_TO:
            token = token._replace(word="to" if word == "2" else "for", kind="word")
        out.append(token)
    return out


BEFORE_TO = frozenset(
    {"go", "going", "text", "how", "need", "have", "want", "time", "not", "you", "ready", "vote", "voting", "way"}
)


def _runs_on(words: list[Token], at: int) -> bool:
    """Whether a full stop belongs to a short form or a number."""
    if words[at].word != "." or at == 0:
        return False
    before, after = words[at - 1], words[at + 1] if at + 1 < len(words) else None
    if before.word in SHORT and before.end == words[at].start:
        return after is not None and after.word != "\n"
    return (
        before.kind == "number"
        and after is not None
        and (after.kind == "number" or (len(before.word) <= 2 and after.kind == "word"))
        and before.end == words[at].start
        and len(before.word) <= 2
    )


def _tokens(text: str, folded: Folded, vocabulary: Vocabulary) -> list[Token]:
    out: list[Token] = []

    def put(word: str, start: int, end: int, kind: str) -> None:
        first, last = folded.span(start, end)
        out.append(Token(word, first, last, kind))

    for match in CHUNK.finditer(folded.text):
        chunk, start, end = match[0], match.start(), match.end()
        if chunk == "\n":
            put("\n", start, end, "sign")
        elif WORD.fullmatch(chunk):
            word = vocabulary.spelled(chunk)
            put(word, start, end, "word")
        elif "." in chunk and LINK.fullmatch(chunk) and not vocabulary.unmasked(chunk.strip(LEAD + TAIL)):
            bare = chunk.rstrip(".,!?;:)")
            put(bare, start, start + len(bare), "link")
            if len(bare) < len(chunk) and chunk[len(bare)] in BREAKS:
                put(chunk[len(bare)], start + len(bare), start + len(bare) + 1, "sign")
        else:
            _split(text, folded, vocabulary, out, start, end)
    return out


def _split(text: str, folded: Folded, vocabulary: Vocabulary, out: list[Token], start: int, end: int) -> None:
    """Take a run of letters and signs apart."""
    chunk = folded.text

    def put(word: str, first: int, last: int, kind: str) -> None:
        a, b = folded.span(first, last)
        out.append(Token(word, a, b, kind))

    while start < end and chunk[start] in LEAD:
        put(chunk[start], start, start + 1, "sign")
        start += 1
    tail = end
    while tail > start and chunk[tail - 1] in TAIL:
        tail -= 1
    core = chunk[start:tail]
    if core.startswith("#") and len(core) > 2:
        a, _b = folded.span(start, tail)
        out.append(Token("#", a, a + 1, "sign"))
        for word, first, last in vocabulary.tag(core[1:], _capitals(text, folded, start + 1, tail)):
            put(word, start + 1 + first, start + 1 + last, "number" if word.isdigit() else "word")
    elif core:
        plain = WORD.fullmatch(core)
        whole = None
        if plain is None and MASKED.fullmatch(core):
            whole = vocabulary.unmasked(core)
            if whole is None and tail < end and (more := vocabulary.unmasked(chunk[start : tail + 1])):
                whole, tail = more, tail + 1
        if plain is not None:
            put(vocabulary.spelled(core), start, tail, "word")
        elif whole is not None:
            for word in whole.split(" "):
                put(word, start, tail, "word")
        else:
            for piece in PIECE.finditer(core):
                word = piece[0]
                first, last = start + piece.start(), start + piece.end()
                if word.isdigit():
                    put(word, first, last, "number")
                elif word[0].isalpha():
                    put(vocabulary.spelled(word), first, last, "word")
                elif word != "-" or not _between_letters(core, piece.start()):
                    put(word, first, last, "sign")
    for at in range(tail, end):
        put(chunk[at], at, at + 1, "sign")


def _between_letters(core: str, at: int) -> bool:
    """Whether a hyphen joins two words, as in "mail-in"."""
    return 0 < at < len(core) - 1 and core[at - 1].isalpha() and core[at + 1].isalpha()


def _capitals(text: str, folded: Folded, start: int, end: int) -> tuple[int, ...]:
    """Where capitals begin words in a tag, as offsets from its start."""
    marks = []
    for at in range(start + 1, end):
        sign, before = text[folded.starts[at]], text[folded.starts[at - 1]]
        if (
            (sign.isupper() and not before.isupper())
            or (sign.isdigit() != before.isdigit())
            or (sign.isupper() and at + 1 < end and text[folded.starts[at + 1]].islower())
        ):
            marks.append(at - start)
    return tuple(marks)
