"""People of a table of viewers, each once: in all, before and after a day, by country."""

__all__ = ["Counted", "View", "count_views"]

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hustings.screening.reach_people import People
from hustings.screening.reach_told import Answer

ALL = ("all", "all")


class View(NamedTuple):
    """One viewer was shown one ad once. `country` is empty where it is not told, None where the table has no such column."""

    ad: str
    viewer: str
    day: date | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A part of the table. Shares of people add up to more than one, since one person can be in several parts.

    by, part      "all", "day" or "country", and which
    """

    by: str
    part: str
    impressions: int
    impressions_share: float | None
    answer: Answer
    people_share: float | None


def count_views(
    portions: Iterable[Sequence[View]], key: bytes, *, ads: Collection[str] = (), day: date | None = None
) -> list[Counted]:
    """Count everybody once in each part, the whole first.

    portions   rows, some at a time, which are not kept
    key        of the hashes, at least 16 bytes, to be thrown away afterwards
    ads        these alone; all where none is named
    day        where the table is parted; rows without a day are in neither part
    """
    people: dict[tuple[str, str], People] = defaultdict(lambda: People(key))
    shown: dict[tuple[str, str], int] = defaultdict(int)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    people[ALL].add(())
    wanted = frozenset(ads)
    for rows in portions:
        viewers: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            if wanted and row.ad not in wanted:
                continue
            for part in parts_of(row, day):
                viewers[part].append(row.viewer)
                seen[part].add(row.ad)
        for part, each in viewers.items():
            people[part].add(each)
            shown[part] += len(each)
    answers = {part: one.answer(ads=len(seen[part])) for part, one in people.items()}
    whole, views = answers[ALL].people, shown[ALL]
    return [
        Counted(
            by=part[0], part=part[1], impressions=shown[part], impressions_share=shown[part] / views if views else None, answer=answers[part],
            people_share=None if answers[part].people is None or not whole else min(1.0, (answers[part].people or 0) / whole),
        )
        for part in sorted(answers)
    ]  # fmt: skip


def parts_of(row: View, day: date | None) -> list[tuple[str, str]]:
    """The parts that a row is in."""
    parts = [ALL]
    if day is not None and row.day is not None:
        parts.append(("day", f"before {day}" if row.day < day else f"from {day} on"))
    if row.country is not None:
        parts.append(("country", row.country or "not told"))
    return parts
