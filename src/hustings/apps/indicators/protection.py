"""Who may touch indicators and matches: whoever may read the item, at the organisation that holds it."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

SQL: list[str] = []
KNOWN = "IN (SELECT id FROM item)"
SEEING = "held_by_id = (SELECT hustings_reviewing('analyst', 'reviewer', 'liaison', 'auditor'))"
OURS = "held_by_id = (SELECT hustings_reviewing('analyst', 'reviewer', 'liaison'))"
MATCH = f"indicator_id {KNOWN} AND (table_id IS NULL OR table_id {KNOWN})"
ALL = ("SELECT", "INSERT", "UPDATE")

TABLES = [
    Table(
        name="indicator",
        web=("SELECT", "INSERT", "UPDATE (replaced_by_id)"),
        worker=ALL,
        rows={
            "shown": ("SELECT", f"item_id {KNOWN} AND {SEEING}", ""),
            "kept": ("INSERT", "", f"item_id {KNOWN} AND {OURS}"),
            "replaced": ("UPDATE", f"item_id {KNOWN} AND {OURS}", f"item_id {KNOWN} AND {OURS}"),
        },
        logged=True,
    ),
    Table(
        name="indicator_match",
        web=("SELECT", "UPDATE (state, reason, decided_by_id, decided_at, lead_id)"),
        worker=ALL,
        rows={
            "shown": ("SELECT", f"{MATCH} AND {SEEING}", ""),
            "decided": (
                "UPDATE",
                f"{MATCH} AND {OURS}",
                f"{MATCH} AND {OURS} AND decided_by_id = (SELECT hustings_seat())",
            ),
        },
        logged=True,
    ),
    Table(
        name="indicator_telling",
        web=("SELECT", "INSERT"),
        worker=("SELECT",),
        rows={
            "shown": ("SELECT", f"item_id {KNOWN} AND indicator_id {KNOWN}", ""),
            "told": (
                "INSERT",
                "",
                f"item_id {KNOWN} AND indicator_id IN (SELECT item_id FROM indicator WHERE {OURS}) AND by_id = (SELECT hustings_seat())",
            ),
        },
        append_only=True,
        logged=True,
    ),
    Table(name="indicator_progress", worker=ALL),
]
