"""A trace of what came to be reviewed, as arrays: when, how it was seen, what it was, how long a look takes; and who was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shift", "Trace", "Views", "always", "load_of"]

HOUR = 3600.0
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Views:
    """How often each item had been seen by when, counted; rows of one item together, in order of time.

    start    where the rows of each item begin, and one more
    at       seconds, as in the trace
    seen     all views of the item until then
    """

    start: NDArray[np.int64]
    at: Numbers
    seen: Numbers

    def until(self, item: int, moment: float) -> float:
        """Views of an item until a moment, even between two counts; none before the first, none after the last."""
        rows = slice(int(self.start[item]), int(self.start[item + 1]))
        return float(np.interp(moment, self.at[rows], self.seen[rows]))


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What came, in order of arrival; one element each.

    at             seconds from any beginning
    rate           views an hour when it came; with `views` nobody reads it
    half_life      hours after which it is seen half as often
    probability    that it violates, as a machine said
    violates       whether it did
    severity       weight of a view of it
    seconds        of work until it is decided
    language       number of its language in `languages`
    limit, due     hours by which it has to be decided whatever it is, and by which its kind is promised
    near           by what a view counts so near to an election
    views          counted views, where there are some
    """

    at: Numbers
    rate: Numbers
    half_life: Numbers
    probability: Numbers
    violates: NDArray[np.bool_]
    severity: Numbers
    seconds: Numbers
    language: NDArray[np.int64]
    languages: tuple[str, ...]
    limit: Numbers
    due: Numbers
    near: Numbers
    views: Views | None = None

    def __len__(self) -> int:
        return len(self.at)

    @property
    def span(self) -> float:
        """Seconds from the first to the last arrival."""
        return float(self.at[-1] - self.at[0])

    def seen_between(self, item: int, start: float, end: float) -> float:
        """Views of an item between two moments after it came."""
        if self.views is not None:
            return self.views.until(item, end) - self.views.until(item, start)
        began, life = self.at[item], self.half_life[item] * HOUR
        whole = self.rate[item] / HOUR * life / np.log(2)
        return float(whole * (0.5 ** ((start - began) / life) - 0.5 ** ((end - began) / life)))

    def rate_at(self, items: NDArray[np.int64], moment: float) -> Numbers:
        """Views an hour at a moment, of many, as somebody who counts knows them: of the hour before, or of now."""
        if self.views is not None:
            counted = self.views
            return np.array(
                [counted.until(int(each), moment) - counted.until(int(each), moment - HOUR) for each in items]
            )
        return self.rate[items] * 0.5 ** ((moment - self.at[items]) / (self.half_life[items] * HOUR))

    def at_load(self, load: float) -> tuple[Trace, list[Shift], float]:
        """This trace with people at work who are as busy as `load` says, and by what each look takes longer for it.

        Whole people rarely come out at a load exactly, so looks are stretched by what is missing.
        """
        work = float(self.seconds.sum())
        people = max(round(work / max(self.span, 1.0) / load), 1)
        stretched = load * people * max(self.span, 1.0) / work
        changed = replace(self, seconds=self.seconds * stretched)
        return changed, always(changed, people), stretched


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One person at work from a moment until a moment, in seconds of the trace; without languages, in all of them."""

    start: float
    end: float
    languages: frozenset[str] = frozenset()

    def reads(self, language: str) -> bool:
        """Whether they review this language."""
        return not self.languages or language in self.languages


def load_of(trace: Trace, shifts: Sequence[Shift]) -> float:
    """The work that came for each second of work that people had while it came; over 1 it cannot all be done in time."""
    first, last = float(trace.at[0]), float(trace.at[-1])
    there = sum(max(min(each.end, last) - max(each.start, first), 0.0) for each in shifts)
    return float(trace.seconds.sum()) / there if there else float("inf")


def always(trace: Trace, people: int) -> list[Shift]:
    """So many people from the first arrival until everything is done, in all languages."""
    end = float(trace.at[-1] + trace.seconds.sum()) + HOUR
    return [Shift(start=float(trace.at[0]), end=end) for _ in range(people)]
