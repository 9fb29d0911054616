"""The rules on who may hold access, as versions with dates of effect: what was allowed on a day is judged by that day's."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hustings.policy.marking import Kind

__all__ = ["BUILT_IN", "EARLIER", "TODAY", "Rules", "after_months", "in_force"]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version. It holds from `since` until the next version's date.

    holders        kinds of organisations whose positions may hold access
    reactivation   whether access that has ended may be taken up again
    months         how long after access ended the eligibility stays current, in calendar months
    """

    version: str
    since: datetime
    holders: frozenset[Kind]
    reactivation: bool
    months: int
    sentence: str


EARLIER = Rules(
    version="1",
    since=datetime(1995, 1, 1, tzinfo=UTC),
    holders=frozenset({Kind.AGENCY}),
    reactivation=False,
    months=0,
    sentence="Access is held in government jobs only, and ends for good with the job.",
)
TODAY = Rules(
    version="2",
    since=datetime(2018, 1, 1, tzinfo=UTC),
    holders=frozenset({Kind.AGENCY, Kind.AUTHORITY, Kind.COMPANY}),
    reactivation=True,
    months=24,
    sentence="A company's or an authority's position can hold access too, and access that has ended can be taken up "
    "again within 24 months.",
)
BUILT_IN = (EARLIER, TODAY)


def in_force(versions: Sequence[Rules], at: datetime) -> Rules | None:
    """The version of a moment: the latest whose date is not after it. Before the first there is no rule, so nothing."""
    past = [rules for rules in versions if rules.since <= at]
    return max(past, key=lambda rules: rules.since, default=None)


def after_months(moment: datetime, months: int) -> datetime:
    """The same time of day so many calendar months later; the last day of a month where that month is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
