"""Who may touch what staffing rests on: supervisors of the organisation write, auditors read too, nothing is changed."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["TABLES"]

SEEN = "held_by_id = (SELECT hustings_reviewing('supervisor', 'auditor'))"
KEPT = "held_by_id = (SELECT hustings_reviewing('supervisor')) AND recorded_by_id = (SELECT hustings_seat())"
ROWS = {"shown_to_supervisors": ("SELECT", SEEN, ""), "supervisors_add": ("INSERT", "", KEPT)}

TABLES = [
    *(
        Table(name=name, web=APPEND_ONLY, worker=("SELECT",), rows=ROWS, append_only=True, logged=True)
        for name in ("staffing_assumptions", "staffing_history", "staffing_roster")
    ),
    Table(
        name="staffing_plan",
        web=APPEND_ONLY,
        worker=("SELECT", "UPDATE (said, failed, done_at)"),
        rows=ROWS,
        logged=True,
    ),
]
