"""The roster of an operations room: what is not staffed, and who is there twice."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hustings.policy.operations import NEEDED, Duty, IncidentState, Severity, act_by, gaps_of

BEGIN = datetime(2031, 5, 1, tzinfo=UTC)
END = BEGIN + timedelta(hours=24)


def hour(number):
    return BEGIN + timedelta(hours=number)


def shift(first, last, duty=Duty.LEAD, who="Ana"):
    return hour(first), hour(last), duty, who


def told(shifts):
    return [((gap.starts - BEGIN).total_seconds() / 3600, (gap.ends - BEGIN).total_seconds() / 3600, gap.what) for gap in gaps_of(shifts, BEGIN, END)]  # fmt: skip


def test_shifts_that_meet_leave_no_gap_and_one_that_is_missing_does():
    analyst = shift(0, 24, Duty.ANALYST, "Ben")
    assert told([shift(0, 12), shift(12, 24, who="Cleo"), analyst]) == []
    assert told([shift(0, 12), shift(13, 24, who="Cleo"), analyst]) == [(12, 13, "no lead")]
    assert told([shift(-5, 30)]) == [(0, 24, "no analyst")]
    assert told([]) == [(0, 24, "no analyst"), (0, 24, "no lead")]


def test_who_is_on_duty_twice_is_told():
    found = gaps_of([shift(0, 12), shift(8, 16, Duty.ANALYST)], BEGIN, END)
    assert [(gap.what, gap.starts, gap.ends) for gap in found if gap.twice] == [("Ana", hour(8), hour(12))]


@given(
    st.lists(
        st.tuples(st.integers(-6, 30), st.integers(1, 16), st.sampled_from([*Duty]), st.sampled_from("abc")),
        max_size=12,
    )
)
def test_each_hour_of_the_room_is_a_gap_if_nobody_does_what_is_needed(rows):
    shifts = [shift(first, first + length, duty, who) for first, length, duty, who in rows]
    gaps = gaps_of(shifts, BEGIN, END)
    for number in range(24):
        for duty in NEEDED:
            staffed = any(begin <= hour(number) < end for begin, end, what, _ in shifts if what is duty)
            assert staffed != any(
                gap.starts <= hour(number) < gap.ends for gap in gaps if gap.what == f"no {duty.value}"
            )
        for who in "abc":
            there = sum(begin <= hour(number) < end for begin, end, _, name in shifts if name == who)
            assert (there > 1) == any(
                gap.starts <= hour(number) < gap.ends for gap in gaps if gap.twice and gap.what == who
            )


def test_the_worse_it_is_the_sooner_somebody_acts():
    times = [one.within for one in Severity]
    assert times == sorted(times, reverse=True)
    assert all(one.sentence and one.told for one in Severity)
    assert [one.soon for one in Severity] == ["24 hours", "4 hours", "1 hour", "15 minutes"]


def test_somebody_writes_again_in_time_until_it_is_contained():
    assert act_by(Severity.CRITICAL, IncidentState.OPEN, BEGIN) == BEGIN + timedelta(minutes=15)
    assert act_by(Severity.LOCAL, IncidentState.OPEN, BEGIN) == hour(4)
    assert {act_by(Severity.CRITICAL, state, BEGIN) for state in IncidentState if state != IncidentState.OPEN} == {None}
