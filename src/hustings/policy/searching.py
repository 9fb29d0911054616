"""Searches that are made for an election again and again: on which days they are due, and where nobody looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

__all__ = [
    "RHYTHM",
    "Cell",
    "Coverage",
    "Looked",
    "Outcome",
    "State",
    "What",
    "coverage",
    "due_days",
    "due_now",
    "settled_days",
]

# From which day to which, counted from the day of voting, every how many days.
RHYTHM = ((-180, -60, 30), (-60, -28, 14), (-28, -14, 7), (-14, -7, 2), (-7, 8, 1), (8, 15, 6))
UNSAID = ""  # a search whose language nobody said
TRIES = 3  # of a search that fails, before it waits for its next day


class What(StrEnum):
    """What is searched."""

    POSTS = "posts"
    ADS = "ads"

    @property
    def sentence(self) -> str:
        """What such a search does."""
        return {
            What.POSTS: "Groups of accounts that act as one, in the newest table of posts of this name.",
            What.ADS: "Ads aimed at the place: false words about voting, and buyers that belong together.",
        }[self]


class State(StrEnum):
    """Where a standing search stands."""

    ASKED = "asked for"
    RUNNING = "agreed"
    REFUSED = "refused"
    ENDED = "ended"


class Outcome(StrEnum):
    """How one search ended. Each leaves a record, whether or not it found anything."""

    FOUND = "found"
    NOTHING = "nothing found"
    OLD = "nothing newer to search"
    NO_SOURCE = "no source"
    NOT_ALLOWED = "not allowed any more"
    FAILED = "failed"

    @property
    def looked(self) -> bool:
        """Whether somebody looked."""
        return self in {Outcome.FOUND, Outcome.NOTHING}


def due_days(on: date) -> list[date]:
    """The days on which a standing search of an election is due, by RHYTHM."""
    days: set[int] = set()
    for begin, end, every in RHYTHM:
        days.update(range(begin, end, every))
    return [on + timedelta(days=day) for day in sorted(days)]


def due_now(on: date | None, today: date, done: Iterable[date]) -> date | None:
    """The day for which a search is due and not made; nothing where there is none.

    Of several that were missed, the last: one search today stands for all of them. One that is agreed to late is made at once.
    """
    if on is None or today > on + timedelta(days=RHYTHM[-1][1]):
        return None
    last = max((day for day in due_days(on) if day <= today), default=None)
    return None if last is None or any(day >= last for day in done) else last


def settled_days(made: Iterable[tuple[date, Outcome]]) -> list[date]:
    """The days for which nothing more is to be searched, of searches with the days they stand for.

    What failed is tried again, TRIES times in all: a disk that was full for one night would otherwise leave a month in
    which nobody looks.
    """
    searches = list(made)
    failed = Counter(day for day, outcome in searches if outcome is Outcome.FAILED)
    ended = {day for day, outcome in searches if outcome is not Outcome.FAILED}
    return sorted(ended | {day for day, times in failed.items() if times >= TRIES})


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One search, as the coverage counts it."""

    what: What
    platforms: Sequence[str]
    languages: Sequence[str]
    on: date
    outcome: Outcome
    looked_at: int = 0


@dataclass(kw_only=True)
class Cell:
    """What was searched of one language on one platform. `tried` counts those that ended without anybody looking."""

    last: date | None = None
    times: int = 0
    found: int = 0
    looked_at: int = 0
    tried: int = 0


@dataclass(kw_only=True)
class Coverage:
    """Languages by platforms. What has no cell, nobody looked at."""

    languages: list[str]
    platforms: list[tuple[What, str]]
    cells: dict[tuple[str, What, str], Cell] = field(default_factory=dict)

    @property
    def blind(self) -> list[tuple[str, What, str]]:
        """Where nobody looked: language, posts or ads, platform."""
        return [
            (language, what, platform)
            for language in self.languages
            for what, platform in self.platforms
            if not self.cells.get((language, what, platform), Cell()).times
        ]


def primary(language: str) -> str:
    """A language without its country and script: `es` of `es-CL`."""
    return language.partition("-")[0].lower()


def coverage(languages: Sequence[str], platforms: Iterable[tuple[What, str]], searches: Iterable[Looked]) -> Coverage:
    """What was searched, by language and platform.

    languages   that voters read; those of searches beside them are added, and "" for searches whose language nobody said
    Limits      a search that names two languages looked at both as far as its source holds them: how many posts of each
                there were, it does not say. What was searched in `es` counts for `es-CL` and the other way round: sources
                seldom tell the two apart
    """
    told = Coverage(languages=list(dict.fromkeys(languages)), platforms=[])
    known = set(platforms)
    for search in searches:
        spoken = []
        for language in dict.fromkeys(search.languages or [UNSAID]):
            alike = [one for one in told.languages if primary(one) == primary(language)]
            told.languages += [] if alike else [language]
            spoken += [one for one in alike or [language] if one not in spoken]
        for platform in search.platforms:
            known.add((search.what, platform))
            for language in spoken:
                cell = told.cells.setdefault((language, search.what, platform), Cell())
                if not search.outcome.looked:
                    cell.tried += 1
                    continue
                cell.times += 1
                cell.found += search.outcome is Outcome.FOUND
                cell.looked_at = max(cell.looked_at, search.looked_at)
                cell.last = search.on if cell.last is None else max(cell.last, search.on)
    told.platforms = sorted(known, key=lambda one: (one[0].value, one[1]))
    return told
