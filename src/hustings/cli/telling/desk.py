"""The clock and the calendar that the ads were made by, with what neither shows."""

__all__ = ["Desk", "desk_of"]

from dataclasses import dataclass

import numpy as np

from hustings.detection.office import HolidayTest, holiday_tests, office_facts
from hustings.report.story import Columns, Fact, Series, Table
from hustings.screening.ad import AdsTable
from hustings.screening.countries import country_name
from hustings.screening.working_hours import CLOSES, OPENS, WorkingHours, working_hours

# Countries whose holidays stand in the table.
COUNTRIES = 10


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the second chapter says of working hours and holidays."""

    sentences: tuple[str, ...]
    limits: tuple[str, ...]
    facts: tuple[Fact, ...]
    pictures: tuple[Columns, ...]
    tables: tuple[Table, ...]


def desk_of(ads: AdsTable, *, rate: float) -> Desk | None:
    """Ask every offset and every country's holidays; None where no ad has a moment."""
    hours = working_hours(ad.created for ad in ads)
    if hours is None:
        return None
    made = np.unique(np.array([int(ad.created.timestamp()) // 3600 for ad in ads if ad.created], np.int64))
    facts = office_facts(made, rate)
    tests = holiday_tests(made, 24 * int(facts["weekday"]) + int(facts["opens_utc"]))
    (best, share), (second, less) = hours.by_offset[:2]
    sentences = [
        (f"{share:.0%} of the ads were created Monday to Friday between {OPENS} and {CLOSES} h at UTC{best:+d}; the next best "
        f"offset, UTC{second:+d}, holds {less:.0%}.")
    ]  # fmt: skip
    shown: tuple[Fact, ...] = (
        Fact(label="working hours", value=f"UTC{best:+d}", beside=f"{share:.0%} on a working day there; next best UTC{second:+d}, {less:.0%}"),
    )  # fmt: skip
    if tests:
        sentences.append(_holidays(tests, rate))
        first = tests[0]
        if first.q <= rate:
            shown += (
                Fact(label=f"hours with ads on {country_name(first.country)}'s holidays", value=f"{first.made:,}",
                     beside=f"{first.expected:,.0f} expected; best of {len(tests):,} countries tried, q {first.q:.3f}"),
            )  # fmt: skip
    limits = (
        ("A time zone is not a state, and a holiday calendar is not either: agencies, contractors, schedulers and neighbours "
        "who keep the same days look alike."),
        *([(f"Of {len(tests):,} calendars tried one is always the best; q allows for all of them, and a q just under the rate "
        "is only just a result.")] if tests else []),
    )  # fmt: skip
    return Desk(
        sentences=tuple(sentences), limits=limits, facts=shown, pictures=(_offsets(hours),), tables=_calendars(tests, rate),
    )  # fmt: skip


def _holidays(tests: list[HolidayTest], rate: float) -> str:
    first = tests[0]
    if first.q > rate:
        return f"No country's public holidays stand out, of {len(tests):,} tried (the best has q {first.q:.2f})."
    return (
        f"On {first.days} weekday public holidays of {country_name(first.country)} ads were created in {first.made:,} different hours, where the "
        f"same weekdays a week before and after let {first.expected:,.0f} be expected: the best of {len(tests):,} countries "
        f"tried (q {first.q:.3f})."
    )


def _offsets(hours: WorkingHours) -> Columns:
    by_offset = sorted(hours.by_offset)
    best = hours.by_offset[0][0]
    labels = tuple(f"UTC{offset:+d}" for offset, _ in by_offset)
    return Columns(
        title="Whose working hours would these be?",
        caption=f"Share of {hours.moments:,} ads created Monday to Friday, {OPENS} to {CLOSES} h, if the clock ran at each offset from UTC. "
        "▾ marks the best. By chance over the whole week it would be 27 %.",
        labels=labels, ticks=tuple(place for place, (offset, _) in enumerate(by_offset) if offset % 3 == 0),
        series=(Series(name="Created in working hours", unit="%", values=tuple(round(100 * share, 1) for _, share in by_offset)),),
        marked=tuple(place for place, (offset, _) in enumerate(by_offset) if offset == best),
        table=Table(
            title="Share in working hours by offset", columns=("offset", "share"), figures=(1,),
            rows=tuple((label, f"{share:.1%}") for label, (_, share) in zip(labels, by_offset, strict=True)),
        ),
    )  # fmt: skip


def _calendars(tests: list[HolidayTest], rate: float) -> tuple[Table, ...]:
    if not tests:
        return ()
    return (
        Table(
            title="On whose public holidays fewest ads were made",
            columns=("country", "weekday holidays", "hours with ads", "expected", "p", "q"), figures=(1, 2, 3, 4, 5),
            rows=tuple(
                (country_name(test.country), f"{test.days:,}", f"{test.made:,}", f"{test.expected:,.1f}", f"{test.p:.2g}", f"{test.q:.3f}")
                for test in tests[:COUNTRIES]
            ),
            caption=f"The first {min(COUNTRIES, len(tests))} of {len(tests):,} countries with at least three public holidays on working days in "
            f"these years. Expected: the same weekdays a week before and after. At a rate of {rate:.0%} "
            f"{sum(test.q <= rate for test in tests)} is left standing; countries share holidays, so what is left is a set, not an origin.",
            first=5,
        ),
    )  # fmt: skip
