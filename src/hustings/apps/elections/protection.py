"""Who may touch elections: everybody reads them, whoever plans work around them writes them."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

SQL: list[str] = []
PLANNING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
EVERYBODY = ("SELECT", "true", "")

TABLES = [
    Table(
        name="election",
        web=("SELECT", "INSERT", "UPDATE"),
        worker=("SELECT", "INSERT", "UPDATE"),
        rows={
            "everybody_reads": EVERYBODY,
            "planners_add": ("INSERT", "", PLANNING),
            "planners_change": ("UPDATE", PLANNING, PLANNING),
        },
        logged=True,
    ),
    *(
        Table(
            name=name,
            web=APPEND_ONLY,
            worker=APPEND_ONLY,
            rows={
                "everybody_reads": EVERYBODY,
                "planners_add": ("INSERT", "", f"{PLANNING} AND recorded_by_id = (SELECT hustings_seat())"),
            },
            append_only=True,
            logged=True,
        )
        for name in ("election_change", "voting_rule")
    ),
]
