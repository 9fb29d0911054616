"""The rules about voting and the frames around claims, read from the tables of each language."""

__all__ = ["MORE_TOPICS", "TOPICS", "Frame", "Grammar", "Rule", "grammar", "languages"]

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from hustings.screening.voting.dates import HOURS, WEEKDAYS, months_of
from hustings.screening.voting.patterns import Pattern, compiled
from hustings.screening.voting.unmask import Vocabulary
from hustings.screening.voting.words import Phrases, phrases

TABLES = "hustings.screening.voting"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: which orders of meanings make which claim, and what else must hold."""

    name: str
    category: str
    says: str
    language: str
    patterns: tuple[Pattern, ...]
    needs: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    negation: str = ""
    speaker: str = ""
    wide: bool = False
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    unless_anywhere: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Words that take a claim out of the speaker's own mouth, and how far they reach."""

    kind: str
    reach: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Grammar:
    """All that one language needs."""

    phrases: Phrases
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    frames: tuple[Frame, ...]
    topics: frozenset[str]  # words of which one stands in every text that can hold a claim


# What shows that an election is spoken of. English tells by HOLDTOPIC alone, whose table is the fullest.
TOPICS = frozenset({"HOLDTOPIC", "STAYHOME", "WEKNOW", "SIDETOPIC", "TOPICW"})
MORE_TOPICS = frozenset({"ELECTION", "BALLOT", "POLLS", "METHODS", "VOTING", "MYVOTE", "NOVOTE"})


@cache
def languages() -> tuple[str, ...]:
    """The languages that have tables."""
    folder = files(TABLES).joinpath("tables")
    return tuple(sorted({one.name[:2] for one in folder.iterdir() if one.name.endswith(".words")}))


def _tables_of(language: str) -> str:
    """English has rules of its own; the other languages share theirs, each with its own words."""
    return "en" if language == "en" else "many"


@cache
def grammar(language: str) -> Grammar:
    """Words, rules and frames of a language."""
    words = phrases(language)
    tables = _tables_of(language)
    rules = (
        *(_rule(row, language) for row in _table(f"{tables}.toml")["rule"]),
        *(replace(_rule(row, language), wide=True) for row in _table(f"{tables}.wide.toml")["rule"]),
    )
    frames = tuple(
        Frame(kind=row["kind"], reach=row["reach"], patterns=tuple(compiled(line) for line in row["patterns"]))
        for row in _table(f"{_tables_of(language)}.frames.toml")["frame"]
    )
    known = set(words.known)
    for pattern in [one for rule in rules for one in rule.patterns] + [
        one for frame in frames for one in frame.patterns
    ]:
        for element in pattern.elements:
            known |= element.words
    known = {word for word in known if word.isalpha() or "'" in word}
    known |= set(WEEKDAYS.get(language, {})) | set(WEEKDAYS["en"]) | set(months_of(language)) | HOURS
    vocabulary = Vocabulary(known, words.lists.get("WATCHED", ()), words.lists.get("COMMON", ()))
    topics = words.heads(TOPICS if language == "en" else TOPICS | MORE_TOPICS)
    return Grammar(words, vocabulary, rules, frames, topics)


def _table(name: str) -> dict[str, Any]:
    place = files(TABLES).joinpath("tables", name)
    return tomllib.loads(place.read_text("utf-8")) if place.is_file() else {"rule": []}


def _rule(row: dict[str, Any], language: str) -> Rule:
    return Rule(
        name=row["name"], category=row["category"], says=row["says"], language=language,
        patterns=tuple(compiled(line) for line in row["patterns"]),
        needs=tuple(row.get("needs", ())), despite=tuple(row.get("despite", ())),
        negation=row.get("negation", ""), speaker=row.get("speaker", ""),
        unless=tuple(row.get("unless", ())), unless_near=tuple(row.get("unless_near", ())),
        unless_anywhere=tuple(row.get("unless_anywhere", ())),
    )  # fmt: skip
