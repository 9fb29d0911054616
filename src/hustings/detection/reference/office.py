"""The null model of office hours read plainly, from docs/explanation/significance.md, section 5."""

__all__ = ["FEWEST", "MADE", "made_hours", "same_office"]

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

MADE = {"targeting", "audience", "landing", "instrument", "administrator"}
FEWEST = 20
WEEK = 168


def made_hours(made: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """The different hours since 1970 in which each actor made something, from (actor, microseconds)."""
    hours: dict[int, set[int]] = defaultdict(set)
    for actor, at in made:
        hours[actor].add(at // 3_600_000_000)
    return hours


def _held(hours: set[int]) -> list[int]:
    """For each turn of the calendar, how many of the hours fall into five days of nine hours from there on."""
    moments = [datetime.fromtimestamp(hour * 3600, UTC) for hour in hours]
    of_week = Counter(24 * moment.weekday() + moment.hour for moment in moments)
    office = [24 * day + hour for day in range(5) for hour in range(9)]
    return [sum(of_week[(turn + hour) % WEEK] for hour in office) for turn in range(WEEK)]


def same_office(a: set[int], b: set[int]) -> float:
    """The share of calendars that hold as many of one's hours as the other's best one does; the larger of both ways."""
    one, two = _held(a), _held(b)

    def fit(of: list[int], tested: list[int]) -> float:
        best = tested[of.index(max(of))]
        return sum(held >= best for held in tested) / WEEK

    return max(fit(one, two), fit(two, one))
