"""Which of what waits for a person is looked at first: what would do the most harm while it waits, and nothing for ever.

Expected harm is the harm that one more view would do, times the views that are still to come: the probability that it
violates, the views that are left, how severe it would be, how near an election is. From the moment of asking, the turn
of an item lies between now and a stated part of its limit: the more harm, the nearer to now. Worked out again each hour
(`turn_anew`) it follows the views; and what would pass its limit, were it left for later, goes before everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "AHEAD",
    "CHANCE",
    "EARLY",
    "LATEST",
    "LEAST",
    "MOST",
    "PROXIMITY",
    "Severity",
    "Waiting",
    "expected_harm",
    "pressed",
    "proximity",
    "turn_anew",
    "turn_at",
    "turn_share",
    "views_left",
]

# Harm is compared by its powers of ten: what stands to be seen ten times as often is brought forward by a fixed part.
LEAST = 0.001  # less than one harmful view in a thousand such items: last of all
MOST = 10_000_000.0  # ten million views: at once
LATEST = 0.75  # the part of the limit by which even the least has had its turn; the rest is room for what takes long
CHANCE = (
    0.05  # the part of claims that goes to what lies anywhere in the queue, so that what a machine missed is met too
)

SPARE = 0.8  # of the pace of the last day is counted on for the next: people fall ill
EARLY = 0.1  # and this part of the limit is kept free: a night, or an hour until turns are worked out again
AHEAD = timedelta(days=400)  # by how much what is pressed goes before the rest: longer than any limit


class Severity(Enum):
    """What a violation would do, as a weight of each view of it."""

    NUISANCE = 1.0  # clutter: repeated, misleading about nothing that matters
    DECEPTION = 3.0  # who speaks, who pays, what is true of a candidate
    VOTING = 10.0  # when, where, how and whether people may vote
    VIOLENCE = 30.0  # threats against people who vote, count or stand


# Days to election day (below nought: after it) and by what a view then counts; the first row that holds.
# Before: the nearer, the less time to correct. After: claims about the count, until it is certified.
PROXIMITY: tuple[tuple[float, float, float], ...] = (
    (-14, -1, 3.0),
    (-1, 3, 5.0),
    (3, 7, 4.0),
    (7, 30, 2.5),
    (30, 90, 1.5),
)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What is known of an item when its turn is asked for.

    probability   that it violates, by machine or report; 0.5 where nobody said
    views_left    forecast of the views from now on, if nobody looks at it
    election_in   days to the election that it touches; None where it touches none
    limit_at      by when it has to have been looked at, whatever it is
    """

    probability: float
    views_left: float
    severity: Severity
    election_in: float | None
    asked_at: datetime
    limit_at: datetime


def proximity(election_in: float | None) -> float:
    """By what a view counts so many days from an election; 1 where none is near."""
    if election_in is None:
        return 1.0
    return next((weight for after, until, weight in PROXIMITY if after <= election_in < until), 1.0)


def views_left(rate: ArrayLike, half_life: ArrayLike) -> NDArray[np.float64]:
    """Views still to come of what is seen `rate` times a unit of time now, and half as often after each half-life.

    Limits   attention that comes back (a share by somebody famous) is not foreseen
    """
    return np.asarray(rate, dtype=float) * np.asarray(half_life, dtype=float) / np.log(2)


def expected_harm(
    probability: ArrayLike, views: ArrayLike, severity: ArrayLike = 1.0, near: ArrayLike = 1.0
) -> NDArray[np.float64]:
    """Harmful views to expect of an item that is left alone, weighted by severity and nearness; one or many at once.

    Limits   as good as the forecast of views and the machine's probability: with a bad one the order is bad, and the
             ageing limit is what still holds
    """
    return (
        np.clip(np.asarray(probability, dtype=float), 0.0, 1.0)
        * np.maximum(np.asarray(views, dtype=float), 0.0)
        * np.asarray(severity, dtype=float)
        * np.asarray(near, dtype=float)
    )


def turn_share(harm: ArrayLike) -> NDArray[np.float64]:
    """After which part of its limit an item has its turn: 0 at MOST harm, LATEST at LEAST, even in powers of ten."""
    span = np.log10(MOST / LEAST)
    return LATEST * np.clip(np.log10(MOST / np.maximum(np.asarray(harm, dtype=float), LEAST)) / span, 0.0, 1.0)


def turn_at(item: Waiting) -> datetime:
    """The moment by which the turn of a new item is ordered: earliest first.

    It lies between `asked_at` and LATEST of the way to `limit_at`. So, until turns are worked out again, an item is
    overtaken only by what was asked about before its own turn: nothing that comes later than that can push it back,
    however harmful.
    """
    return turn_anew(item, now=item.asked_at, is_pressed=False)


def turn_anew(item: Waiting, *, now: datetime, is_pressed: bool) -> datetime:
    """The same worked out again, from what is known now: by harm alone, whatever its age, and before all if pressed.

    Those that are pressed stand in the order of their limits.
    """
    if is_pressed:
        return item.limit_at - AHEAD
    harm = expected_harm(item.probability, item.views_left, item.severity.value, proximity(item.election_in))
    return now + float(turn_share(harm)) * max(item.limit_at - item.asked_at, timedelta())


def pressed(left: ArrayLike, whole: ArrayLike, pace: float) -> NDArray[np.bool_]:
    """Which items have to be taken now, in the order of their limits, if none is to pass its limit.

    left     hours until the limit of each item that waits, in any order; below nought where it has passed
    whole    hours from asking to the limit of each
    pace     items an hour that people decide; of the last day, nights and all

    An item presses when what has an earlier limit takes all the time until its own, at SPARE of the pace and with EARLY
    of the limit to spare; then everything with an earlier limit presses too. Where this holds nobody back, harm decides.

    Limits   a pace that falls below SPARE of itself (a weekend without people), or more work than people can do before
             its limits whatever the order: then limits are passed, the oldest first being decided first
    Costs    grows with n log n
    """
    hours = np.asarray(left, dtype=float)
    order = np.argsort(hours, kind="stable")
    needed = np.arange(1, len(hours) + 1) / (pace * SPARE) if pace > 0 else np.full(len(hours), np.inf)
    tight = np.flatnonzero(needed + EARLY * np.asarray(whole, dtype=float)[order] >= hours[order])
    found = np.zeros(len(hours), dtype=bool)
    if len(tight):
        found[order[: tight[-1] + 1]] = True
    return found
