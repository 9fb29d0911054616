"""Every table has a time, and the documentation says which."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hustings.policy.act import ACTS
from hustings.policy.retention import KEPT, Ended, kept
from hustings.policy.subject_request import MOVES, State, due, moves_from

DOCS = Path(__file__).parents[2] / "docs" / "explanation" / "data-protection.md"


def drawn() -> str:
    """The table of the documentation."""
    rows = ["| table | holds | about | kept | from | ends |", "| --- | --- | --- | --- | --- | --- |"]
    rows += [
        f"| `{row.table}` | {row.holds} | {row.whose.value} | {row.period} | {row.since} | {row.reason or row.ended.sentence} |"
        for row in KEPT.values()
    ]
    return "\n".join(rows)


def test_each_line_says_all_that_is_asked():
    for row in KEPT.values():
        assert all((row.holds, row.basis, row.period, row.since)), row.table
        assert (row.ended is Ended.NEVER) == bool(row.reason), (
            f"{row.table}: what stays says why, and nothing else does"
        )
        assert (row.after is not None) == (row.ended in (Ended.JOB, Ended.EXPIRY)), row.table


def test_a_table_that_nobody_thought_about_has_no_time():
    with pytest.raises(KeyError):
        kept("a_new_table")


def test_the_documentation_shows_the_table():
    assert drawn() in DOCS.read_text(encoding="utf-8"), "print drawn() into docs/explanation/data-protection.md"


@pytest.mark.parametrize(
    ("received", "extended", "day"),
    [
        ((2027, 1, 31), False, (2027, 2, 28)),
        ((2028, 1, 31), False, (2028, 2, 29)),
        ((2026, 12, 15), False, (2027, 1, 15)),
        ((2026, 11, 30), True, (2027, 2, 28)),
        ((2026, 5, 31), True, (2026, 8, 31)),
    ],
)
def test_an_answer_is_due_within_calendar_months(received, extended, day):
    assert due(datetime(*received, tzinfo=UTC), extended=extended) == datetime(*day, tzinfo=UTC)


def test_a_request_is_refused_by_two_and_answered_to_who_showed_that_it_is_theirs():
    refusing = [move for move in MOVES if move.after is State.REFUSED]
    assert refusing
    assert all(move.another_person and ACTS[move.act].second for move in refusing)
    assert [move.before for move in MOVES if move.after is State.ANSWERED] == [State.SHOWN]


def test_what_is_closed_stays_closed():
    assert [state for state in State if not moves_from(state)] == [state for state in State if not state.open]
