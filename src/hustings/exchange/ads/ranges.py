"""The ranges in which Meta's library tells what it knows exactly: how much was spent, how often an ad was shown."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

__all__ = ["AUDIENCE", "IMPRESSIONS", "SPEND", "Range", "audience", "impressions", "range_of", "spend"]

Range = dict[str, str]

# Up to a number, ranges are so wide; past the last they stay as wide as the last ones. As seen in real answers.
SPEND = (
    (1_000, 100), (5_000, 500), (10_000, 1_000), (50_000, 5_000), (100_000, 10_000), (200_000, 25_000), (400_000, 50_000),
    (1_000_000, 100_000),
)  # fmt: skip
IMPRESSIONS = (
    (10_000, 1_000), (50_000, 5_000), (100_000, 10_000), (200_000, 25_000), (400_000, 50_000), (1_000_000, 100_000),
)  # fmt: skip
AUDIENCE = (1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
SMALLEST_AUDIENCE = 100


def range_of(value: Decimal | int, ladder: tuple[tuple[int, int], ...]) -> Range:
    """The range that holds a number: lower_bound <= number < upper_bound + 1. It always has both bounds.

    Raises   ValueError for a number below zero
    """
    if value < 0:
        raise ValueError("Nobody spends or shows less than nothing.")
    whole = int(value)  # of what is not below zero, the part before the point
    width = next((width for top, width in ladder if whole < top), ladder[-1][1])
    lower = whole - whole % width
    return {"lower_bound": str(lower), "upper_bound": str(lower + width - 1)}


def spend(value: Decimal) -> Range:
    """The range of an amount in its own currency."""
    return range_of(value, SPEND)


def impressions(value: int) -> Range:
    """The range of a count of impressions."""
    return range_of(value, IMPRESSIONS)


def audience(people: int) -> Range:
    """The range of a count of people: 100 to 1000, 1001 to 5000 ... and from 1000001 on without an upper bound.

    Fewer than 100 are told as up to 100, so that nobody learns how few there were.
    """
    if people < SMALLEST_AUDIENCE:
        return {"lower_bound": "0", "upper_bound": str(SMALLEST_AUDIENCE)}
    if people <= AUDIENCE[0]:
        return {"lower_bound": str(SMALLEST_AUDIENCE), "upper_bound": str(AUDIENCE[0])}
    for below, top in pairwise(AUDIENCE):
        if people <= top:
            return {"lower_bound": str(below + 1), "upper_bound": str(top)}
    return {"lower_bound": str(AUDIENCE[-1] + 1)}
