"""Office: the hours, working week and holidays in which things were made at a desk."""

__all__ = [
    "MADE",
    "HolidayTest",
    "OfficeTests",
    "Moments",
    "holiday_tests",
    "made_moments",
    "office_facts",
    "office_hours",
    "office_tests",
]

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import holidays
import numpy as np
from scipy.special import ndtr

from hustings.detection.chance import benjamini_hochberg
from hustings.detection.compiled import Codes, Floats, Int64s
from hustings.detection.traces import Traces

# Kinds of trace that come with making something at a desk: an ad, its audience, its payment.
MADE = frozenset({"targeting", "audience", "landing", "instrument", "administrator"})
# An office is open nine hours on five days running.
HOURS, DAYS = 9, 5
WEEK = 168
# From so many different hours on, an actor has a calendar.
FEWEST_HOURS = 20
HOUR = 3_600_000_000
# 10 to 19 h is how a start in UTC is read as an offset; 9 to 18 h would give one hour less.
OPENS = 10


@dataclass(frozen=True, kw_only=True)
class Moments:
    """The different hours (since 1970, UTC) in which each actor made something; sorted by (actor, hour)."""

    actor: Codes
    hour: Int64s

    def of(self, actor: int) -> Int64s:
        """The hours of one actor."""
        low, high = np.searchsorted(self.actor, [actor, actor + 1])
        return self.hour[low:high]


@dataclass(frozen=True, kw_only=True)
class OfficeTests:
    """Per pair: chance that a calendar turned at random fits as well, and the false discovery rate; nan where not tested."""

    p: Floats
    q: Floats


@dataclass(frozen=True, kw_only=True)
class HolidayTest:
    """Things made on one country's weekday holidays, against the same weekdays a week before and after."""

    country: str
    days: int
    made: int
    expected: float
    p: float
    q: float


def made_moments(traces: Traces) -> Moments:
    """The hours in which actors made things; a burst of ads within one hour is one."""
    made = [code for code, kind in enumerate(traces.kinds.to_pylist()) if kind in MADE]
    rows = np.isin(traces.kind, made)
    pairs = np.unique(np.column_stack([traces.actor[rows].astype(np.int64), traces.at[rows] // HOUR]), axis=0)
    return Moments(actor=pairs[:, 0].astype(np.int32), hour=pairs[:, 1])


def office_hours(hour: Int64s) -> Floats:
    """For each of the 168 turns of the working week, the share of the hours that it holds.

    Turn `24 d + h` opens at `h` UTC on the days d to d + 4 (0 is Monday) and closes nine hours later.
    """
    # Hour 0 of 1970 was on a Thursday.
    at = np.bincount((hour + 3 * 24) % WEEK, minlength=WEEK).astype(float)
    open_ = np.zeros(WEEK)
    for day in range(DAYS):
        open_[24 * day : 24 * day + HOURS] = 1
    return np.array([at @ np.roll(open_, turn) for turn in range(WEEK)]) / max(len(hour), 1)


def _fit(calendar_of: Int64s, tested: Int64s) -> float:
    """The share of turns that hold as many of `tested` as the best turn of the other does."""
    best = int(np.argmax(office_hours(calendar_of)))
    shares = office_hours(tested)
    return float(np.mean(shares >= shares[best] - 1e-12))


def office_tests(moments: Moments, a: Codes, b: Codes, wanted: np.ndarray) -> OfficeTests:
    """Test the wanted pairs whose actors both made things in at least `FEWEST_HOURS` different hours.

    Limits   agencies and schedulers look alike; everybody in one country keeps the same hours. So this
             ground is asked only of pairs that another ground links.
    """
    p = np.full(len(a), np.nan)
    for i in np.flatnonzero(wanted).tolist():
        x, y = moments.of(int(a[i])), moments.of(int(b[i]))
        if min(len(x), len(y)) >= FEWEST_HOURS:
            p[i] = max(_fit(x, y), _fit(y, x))
    q = np.full(len(a), np.nan)
    tested = ~np.isnan(p)
    q[tested] = benjamini_hochberg(p[tested])
    return OfficeTests(p=p, q=q)


def offset_of(turn: int) -> int:
    """The offset from UTC at which a turn's opening hour is 10 h, between -12 and +11."""
    return (OPENS - turn % 24 + 12) % 24 - 12


def holiday_tests(hour: Int64s, turn: int) -> list[HolidayTest]:
    """On whose public holidays nothing was made: every country that the library knows, surest first.

    Days are those of the calendar's offset. A country is tried when three of its holidays fell on working
    days between the first and the last thing made.
    p is a normal tail with the spread that working days show against their neighbours, so that days on
    which much or nothing was made do not pass for holidays.
    Limits   countries share holidays; what is left standing is a set, not an origin.
    """
    if not len(hour):
        return []
    local = hour + offset_of(turn)
    made: dict[date, int] = {}
    for day in (local // 24).tolist():
        at = date(1970, 1, 1) + timedelta(days=day)
        made[at] = made.get(at, 0) + 1
    first, last = min(made), max(made)
    working = {(turn // 24 + i) % 7 for i in range(DAYS)}
    tests = []
    for country in sorted(holidays.list_supported_countries(include_aliases=False)):
        free = set(holidays.country_holidays(country, years=range(first.year, last.year + 1)))
        days = sorted(d for d in free if first < d < last and d.weekday() in working)
        if len(days) >= 3:
            tests.append(
                (country, len(days), sum(made.get(d, 0) for d in days), sum(_usual(d, free, made) for d in days))
            )
    spread = _spread(made, first, last, working)
    p = np.array([float(ndtr((count - due) / np.sqrt(spread * due))) if due > 0 else 1.0 for _, _, count, due in tests])
    q = benjamini_hochberg(p) if len(p) else p
    found = [
        HolidayTest(country=c, days=n, made=m, expected=round(due, 2), p=float(p[i]), q=float(q[i]))
        for i, (c, n, m, due) in enumerate(tests)
    ]
    return sorted(found, key=lambda test: (test.p, test.country))


def office_facts(hour: Int64s, rate: float) -> dict[str, Any]:
    """The working week that fits best and next best, and the countries on whose holidays least was made."""
    shares = office_hours(hour)
    best = int(np.argmax(shares))
    # The next best opening hour on the same days.
    next_best = max(
        (int(t) for t in range(24 * (best // 24), 24 * (best // 24) + 24) if t != best), key=lambda t: shares[t]
    )
    kept = [test for test in holiday_tests(hour, best) if test.q <= rate]
    return {
        "hours": len(hour), "weekday": best // 24, "opens_utc": best % 24, "offset": offset_of(best),
        "share": round(float(shares[best]), 4), "next_offset": offset_of(next_best), "next_share": round(float(shares[next_best]), 4),
        "holidays": [{"country": t.country, "days": t.days, "made": t.made, "expected": t.expected, "p": t.p, "q": t.q} for t in kept[:8]],
    }  # fmt: skip


def _usual(day: date, free: Iterable[date], made: dict[date, int]) -> float:
    """What is made on the same weekday one week before and after, where that is no holiday itself."""
    beside = [d for d in (day - timedelta(days=7), day + timedelta(days=7)) if d not in free]
    return sum(made.get(d, 0) for d in beside) / len(beside) if beside else 0.0


def _spread(made: dict[date, int], first: date, last: date, working: set[int]) -> float:
    """Variance of a working day's number against its neighbours' mean, per thing expected (1.5 if by chance alone)."""
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    pairs = [(made.get(d, 0), _usual(d, (), made)) for d in days if d.weekday() in working]
    due = sum(usual for _, usual in pairs)
    return max(1.5, sum((count - usual) ** 2 for count, usual in pairs) / due) if due else 1.5
