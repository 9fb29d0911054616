"""Which texts say what a fact-check looked at: by the address it names, or by most of the claim's telling words."""

from __future__ import annotations

__all__ = ["Checked", "Match", "Said", "matches"]

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Of 6,420 sentences of other political ads taken for claims, 2 matched one of 3,425 ad texts wrongly; of 500 claims made of those
# texts with 15 % of their words left out, 99 % matched (docs/explanation/reach.md).
SHARE, FEWEST_WORDS, FEWEST_TELLING = 0.75, 5, 3
# A word in more claims than this share, and in more than so many, tells none apart; several newsrooms check the same claim.
COMMON, SEVERAL = 0.02, 20
WORD = re.compile(r"\w{3,}")
ADDRESS = re.compile(
    r"(?:https?:)?//(?:[^/?#@]*@)?(?P<host>[^/?#:]+)(?::\d+)?(?P<path>[^?#]*)(?P<query>\?[^#]+)?", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A claim that was checked, by a key, with the addresses at which it was seen."""

    key: str
    claim: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """A text, by a key, and the address it leads to or stands at."""

    key: str
    text: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A text and a claim, and why: the address, or the share of the claim's telling words that stand in the text.

    Limits   that the text says what was checked, not that it agrees: a text can quote a claim to refute it
    """

    checked: str
    said: str
    share: float
    by_address: bool

    @property
    def sentence(self) -> str:
        """For people."""
        if self.by_address:
            return "It stands at, or leads to, an address that the fact-check names."
        return f"{self.share:.0%} of the claim's telling words stand in it.".replace("%", " %")


def matches(checks: Sequence[Checked], texts: Iterable[Said]) -> Iterator[Match]:
    """Every text that says what was checked, in the order of the texts, for each the likeliest claims first.

    Reads    checks: one row per claim. texts: streamed, each once.
    Edges    a claim of fewer than FEWEST_WORDS different words matches by its address alone; words are compared without accents
             and case, from three letters on; scripts without spaces are matched by address alone
    Costs    grows with the words of the texts times the claims that share a telling word
    """
    words_of = {one.key: set(words(one.claim)) for one in checks}
    often = Counter(word for held in words_of.values() for word in held)
    most = max(SEVERAL, math.floor(len(checks) * COMMON))
    weight = {word: math.log1p(len(checks) / count) for word, count in often.items()}
    telling: dict[str, list[str]] = defaultdict(list)
    whole: dict[str, float] = {}
    for key, held in words_of.items():
        if len(held) < FEWEST_WORDS:
            continue
        whole[key] = sum(weight[word] for word in held)
        for word in held:
            if often[word] <= most:
                telling[word].append(key)
    at: dict[str, list[str]] = defaultdict(list)
    for one in checks:
        for place in one.places:
            at[plain(place)].append(one.key)
    for said in texts:
        yield from of_text(said, words_of, weight, telling, whole, at)


def of_text(
    said: Said, words_of: dict[str, set[str]], weight: dict[str, float], telling: dict[str, list[str]], whole: dict[str, float],
    at: dict[str, list[str]],
) -> Iterator[Match]:  # fmt: skip
    """The claims that one text says."""
    found = {key: Match(checked=key, said=said.key, share=1.0, by_address=True) for key in (at.get(plain(said.url), []) if said.url else [])}  # fmt: skip
    held = set(words(said.text))
    shared = Counter(key for word in held if word in telling for key in telling[word])
    for key, count in shared.items():
        if key in found or count < FEWEST_TELLING:
            continue
        both = words_of[key] & held
        share = sum(weight[word] for word in both) / whole[key]
        if len(both) >= FEWEST_WORDS and share >= SHARE:
            found[key] = Match(checked=key, said=said.key, share=share, by_address=False)
    yield from sorted(found.values(), key=lambda one: (not one.by_address, -one.share, one.checked))


def words(text: str) -> list[str]:
    """Words without accents and case."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


def plain(address: str) -> str:
    """An address without what does not change where it leads: scheme, www, a last slash, its fragment."""
    found = ADDRESS.match(address.strip())
    if found is None:
        return address.strip()
    host = found["host"].casefold().removeprefix("www.").removeprefix("m.")
    return f"{host}{found['path'].rstrip('/')}{found['query'] or ''}"
