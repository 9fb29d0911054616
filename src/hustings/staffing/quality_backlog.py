"""What of the work that waits would pass its due time, at the pace of the last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

__all__ = ["Ahead", "Due", "ahead"]


@dataclass(frozen=True, kw_only=True)
class Due:
    """Works that are due together: hours from now (below nought: so long ago), and how many."""

    hours: float
    many: int


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What comes of a queue.

    waits     how many wait
    past      of them are past their due time
    breaks    of the others would be decided after theirs
    first     hours from now at which the first of those is due; None where none
    cleared   hours until everything that waits is decided; None without a pace
    """

    waits: int
    past: int
    breaks: int
    first: float | None
    cleared: float | None


def ahead(dues: Sequence[Due], pace: float) -> Ahead:
    """What would pass its due time if people went on at a pace (works an hour) and took what is due first.

    Limits   the best that any order gives: another one keeps other promises first. Nothing new that comes in is counted,
             and a pace over a day hides nights. So it is a lower bound
    """
    waits = past = breaks = 0
    first: float | None = None
    for due in sorted(dues, key=lambda each: each.hours):
        waits += due.many
        if due.hours <= 0:
            past += due.many
            continue
        late = max(min(waits - floor(pace * due.hours + 1e-9), due.many), 0)
        if late and first is None:
            first = due.hours
        breaks += late
    return Ahead(waits=waits, past=past, breaks=breaks, first=first, cleared=waits / pace if pace > 0 else None)
