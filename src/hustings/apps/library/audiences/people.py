"""How many people saw at least one ad of a search: counted once whoever saw several, bounded where people were not counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from hustings.apps.library.models import Shown
from hustings.apps.library.patience import patiently
from hustings.screening.reach import Reach, Sketch, reach

__all__ = ["MOST", "People", "people_of"]

MOST = 4_000  # ads whose people are put together; a sketch has 16 KB
TOGETHER = 200  # ads whose days are read at once


@dataclass(frozen=True, kw_only=True)
class People:
    """The answer.

    at_least, at_most   what holds of all the ads, with the interval of 95 % of those that were counted; None where nothing bounds it
    """

    reach: Reach
    at_least: int | None
    at_most: int | None

    @property
    def sentence(self) -> str:
        """For people."""
        if self.reach.people is None:
            said = "How many people saw them cannot be derived: the data count how often ads were shown, not to how many people."
            return said + (
                "" if self.at_most is None else f" At most {self.at_most:,}, since nobody saw one that was not shown."
            )
        if not self.reach.without:
            return self.reach.sentence
        top = (
            "nothing bounds it above" if self.at_most is None else f"at most {self.at_most:,}, were all of those others"
        )
        return f"{self.reach.sentence} In all at least {self.at_least:,}; {top}."


def people_of(found: QuerySet[Shown], then: datetime | None = None) -> People | None:
    """Merge the sketches of the ads found; None where they are more than MOST, or the database did not have them in time.

    then     what was counted later is left out; None for a search of the present

    Limits   an ad counted only in part counts as counted
    """
    rows = patiently(lambda: list(found.order_by("-number").values_list("number", "impressions")[: MOST + 1]))
    if rows is None or len(rows) > MOST:
        return None
    merged = patiently(lambda: sketches([number for number, _ in rows], then))
    if merged is None:
        return None
    shown = [count for _, count in rows]
    whole = None if None in shown else sum(count for count in shown if count is not None)
    counted = reach([merged[number].registers if number in merged else None for number, _ in rows], impressions=whole)
    others = [count for number, count in rows if number not in merged]
    beside = None if None in others else sum(count for count in others if count is not None)
    if counted.high is None:
        return People(reach=counted, at_least=None, at_most=whole)
    most = None if beside is None else counted.high + beside
    return People(
        reach=counted, at_least=counted.low, at_most=most if whole is None or most is None else min(most, whole)
    )


def sketches(numbers: list[int], then: datetime | None) -> dict[int, Sketch]:
    """One merged sketch for each ad that has any."""
    merged: dict[int, Sketch] = {}
    for begin in range(0, len(numbers), TOGETHER):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number, sketch FROM library_sketches(%s::bigint[], coalesce(%s::timestamptz, 'infinity'))",
                [numbers[begin : begin + TOGETHER], then],
            )
            for number, registers in cursor.fetchall():
                one = Sketch(bytes(registers))
                if number in merged:
                    merged[number].merge(one)
                else:
                    merged[number] = one
    return merged
