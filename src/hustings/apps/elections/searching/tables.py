"""Who may touch the searches of an election: its organisation's people read, those who search ask, the worker records."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SEARCHES"]

SEAT = "(SELECT hustings_seat())"
WATCHED = "watch_id IN (SELECT id FROM election_watch)"  # that table's own row rules decide
SEARCHING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
READING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison', 'verifier', 'supervisor', 'public information', 'auditor'))"
# What was searched may be more restricted than the plan: then the search is too.
KNOWN = "(about IS NULL OR about IN (SELECT id FROM item))"

SEARCHES = [
    Table(
        name="election_standing_search",
        web=("SELECT", "INSERT", "UPDATE (state, reason, seconded_by_id, seconded_at, ended_by_id, ended_at)"),
        worker=("SELECT",),
        rows={
            "own_people_read": ("SELECT", f"{WATCHED} AND {READING}", ""),
            "searchers_ask": ("INSERT", "", f"{WATCHED} AND {SEARCHING} AND asked_by_id = {SEAT}"),
            "searchers_decide": ("UPDATE", f"{WATCHED} AND {SEARCHING}", WATCHED),
        },
        logged=True,
    ),
    Table(
        name="election_search",
        web=("SELECT",),  # what was searched, the worker says
        worker=APPEND_ONLY,
        rows={"own_people_read": ("SELECT", f"{WATCHED} AND {READING} AND {KNOWN}", "")},
        append_only=True,
        logged=True,
    ),
]
