"""Who may touch trials of a search: whoever may read the item; those who search ask and decide, in their own name."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["TRIALS"]

SEAT = "(SELECT hustings_seat())"
KNOWN = "item_id IN (SELECT id FROM item)"  # that table's own row rules say which items exist for the reader
SEARCHING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"

TRIALS = [
    Table(
        name="red_team_trial",
        web=("SELECT", "INSERT", "UPDATE (state, reason, seconded_by_id, seconded_at, started_at, ended_at, outcome)"),
        worker=("SELECT", "UPDATE (state, reason, ended_at)"),
        rows={
            "follows_item": ("SELECT", KNOWN, ""),
            "searchers_ask": ("INSERT", "", f"{KNOWN} AND {SEARCHING} AND asked_by_id = {SEAT}"),
            "searchers_decide": ("UPDATE", f"{KNOWN} AND {SEARCHING}", KNOWN),
        },
        logged=True,
    )
]
