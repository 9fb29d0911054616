"""Words and phrases that mean one thing, in tables by language, found in a sentence all at once."""

__all__ = ["Phrases", "Spans", "phrases"]

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

# Concept -> place of first word -> ends of the phrases found there, longest first.
Spans = dict[str, dict[int, tuple[int, ...]]]

Choice = frozenset[str]


@dataclass(frozen=True)
class Phrases:
    """All phrases of one language, by their first word."""

    language: str
    first: dict[str, dict[str, tuple[tuple[str, tuple[Choice, ...]], ...]]]  # first word, second word or "", rest
    prefixes: dict[str, tuple[tuple[str, str, tuple[Choice, ...]], ...]]
    known: frozenset[str]
    lists: dict[str, tuple[str, ...]]

    def spans(self, words: Sequence[str]) -> Spans:
        """Where each concept stands in a sentence."""
        found: dict[str, dict[int, set[int]]] = {}
        for at, word in enumerate(words):
            ways = self.first.get(word)
            if ways is not None:
                for concept, _ in ways.get("", ()):
                    found.setdefault(concept, {}).setdefault(at, set()).add(at + 1)
                if at + 1 < len(words):
                    for concept, rest in ways.get(words[at + 1], ()):
                        end = _fits(words, at + 2, rest) if rest else at + 2
                        if end:
                            found.setdefault(concept, {}).setdefault(at, set()).add(end)
            for concept, prefix, rest in self.prefixes.get(word[:3], ()):
                if word.startswith(prefix):
                    end = _fits(words, at + 1, rest)
                    if end:
                        found.setdefault(concept, {}).setdefault(at, set()).add(end)
        return {
            concept: {at: tuple(sorted(ends, reverse=True)) for at, ends in places.items()}
            for concept, places in found.items()
        }

    def heads(self, concepts: frozenset[str]) -> frozenset[str]:
        """The words with which phrases of these meanings begin."""
        return frozenset(
            word
            for word, seconds in self.first.items()
            if any(concept in concepts for ways in seconds.values() for concept, _ in ways)
        )


def _fits(words: Sequence[str], at: int, rest: tuple[Choice, ...]) -> int:
    """The end of a phrase whose first word stood before `at`, or 0."""
    for choice in rest:
        if at >= len(words):
            return 0
        word = words[at]
        if word not in choice and not any(one[-1] == "*" and word.startswith(one[:-1]) for one in choice):
            return 0
        at += 1
    return at


@cache
def phrases(language: str) -> Phrases:
    """Read the table of one language; lines are `CONCEPT: phrase, phrase`, `#` begins a remark.

    In a phrase `a|b` is a choice, `a?` may be absent, `vot*` begins a word.
    """
    first: dict[str, dict[str, list[tuple[str, tuple[Choice, ...]]]]] = {}
    prefixes: dict[str, list[tuple[str, str, tuple[Choice, ...]]]] = {}
    known: set[str] = set()
    lists: dict[str, list[str]] = {}
    concept = ""
    folder = files("hustings.screening.voting").joinpath("tables")
    tables = [folder.joinpath(f"{language}{kind}.words") for kind in ("", ".wide")]
    text = "\n".join(one.read_text("utf-8") for one in tables if one.is_file())
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        head, colon, tail = line.partition(":")
        if colon and head.isupper():
            concept, line = head, tail
        for phrase in filter(None, (one.strip() for one in line.split(","))):
            if concept in {"WATCHED", "COMMON"}:
                lists.setdefault(concept, []).extend(phrase.split())
                continue
            for way in _ways(_parted(phrase)):
                for word in way:
                    known.update(one for one in word if not one.endswith("*"))
                for head_word in sorted(way[0]):
                    if head_word.endswith("*"):
                        prefixes.setdefault(head_word[:3], []).append((concept, head_word[:-1], way[1:]))
                    else:
                        seconds = sorted(way[1]) if len(way) > 1 else [""]
                        for second in seconds:
                            first.setdefault(head_word, {}).setdefault(second, []).append((concept, way[2:]))
    return Phrases(
        language,
        {word: {second: tuple(ways) for second, ways in seconds.items()} for word, seconds in first.items()},
        {start: tuple(ways) for start, ways in prefixes.items()},
        frozenset(known),
        {name: tuple(words) for name, words in lists.items()},
    )


def _parted(phrase: str) -> str:
    """Hyphens between letters part words, as they do in a text."""
    return re.sub(r"(?<=[a-z0-9])-(?=[a-z0-9])", " ", phrase)


def _ways(phrase: str) -> list[tuple[Choice, ...]]:
    """A phrase with each optional word there and not there."""
    options: list[list[tuple[Choice, ...]]] = []
    for word in phrase.split():
        choice = frozenset(word.rstrip("?").split("|"))
        options.append([(choice,), ()] if word.endswith("?") else [(choice,)])
    ways = []
    for picked in product(*options):
        way = tuple(choice for part in picked for choice in part)
        if way:
            ways.append(way)
    return ways
