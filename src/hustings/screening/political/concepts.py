"""The words that politics and trade are talked about with, so that a word learnt in one language serves in the next."""

__all__ = ["Concepts", "concepts"]

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hustings.screening.political.wording import folded

SHORTEST_INSIDE = 3


@dataclass(frozen=True, kw_only=True)
class Concepts:
    """A lexicon: which concepts a word, or two words one after the other, stand for.

    All languages are asked at once, for an ad's language is often unknown and often mixed. A few words are spelled
    alike and mean different things; the model weighs concepts, so that one such word decides nothing.
    """

    names: tuple[str, ...]
    whole: dict[str, tuple[int, ...]]
    beginning: dict[str, tuple[int, ...]]
    inside: dict[str, tuple[int, ...]]
    first_of_two: frozenset[str]
    languages: tuple[str, ...]

    def of_word(self, word: str) -> tuple[int, ...]:
        """Numbers of the concepts that a folded word stands for, each once."""
        found = self._begun(word)
        for begin in range(1, len(word) - SHORTEST_INSIDE + 1):
            found |= self._inside(word, begin)
        return tuple(sorted(found))

    def of_pair(self, first: str, second: str) -> tuple[int, ...]:
        """Numbers of the concepts that two folded words, one after the other, stand for together."""
        return tuple(sorted(self._begun(f"{first}_{second}"))) if first in self.first_of_two else ()

    def _begun(self, word: str) -> set[int]:
        found = set(self.whole.get(word, ()))
        for end in range(2, len(word) + 1):
            found.update(self.beginning.get(word[:end], ()))
        return found

    def _inside(self, word: str, begin: int) -> set[int]:
        rest = word[begin:]
        found: set[int] = set()
        for end in range(SHORTEST_INSIDE, len(rest) + 1):
            found.update(self.inside.get(rest[:end] + "*", ()))
        found.update(self.inside.get(rest, ()))
        return found


@cache
def concepts() -> Concepts:
    """The lexicon of the package."""
    table = tomllib.loads(files(__package__).joinpath("concepts.toml").read_text(encoding="utf-8"))
    kinds: dict[str, dict[str, set[int]]] = {"whole": {}, "beginning": {}, "inside": {}}
    for number, words in enumerate(table.values()):
        for word in (each for line in words.values() for each in line.split()):
            plain = "_".join(folded(part) for part in word.strip("*").split("_"))
            if word.startswith("*"):
                kinds["inside"].setdefault(plain + ("*" if word.endswith("*") else ""), set()).add(number)
            kind = "beginning" if word.endswith("*") else "whole"
            kinds[kind].setdefault(plain, set()).add(number)
    return Concepts(
        names=tuple(table),
        languages=tuple(sorted({language for words in table.values() for language in words})),
        first_of_two=frozenset(word.split("_")[0] for kind in kinds.values() for word in kind if "_" in word),
        **{kind: {word: tuple(sorted(of)) for word, of in words.items()} for kind, words in kinds.items()},
    )
