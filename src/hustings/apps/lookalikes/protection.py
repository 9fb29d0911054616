"""Who may touch protected names, look-alikes and cyber incidents: an organisation's own people, and who may know the item."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

SQL: list[str] = []
SEAT = "(SELECT hustings_seat())"
SEEN = "held_by_id = (SELECT hustings_reviewing('analyst', 'reviewer', 'liaison', 'auditor'))"
KEPT = "held_by_id = (SELECT hustings_reviewing('analyst', 'reviewer', 'liaison'))"
OF_PROTECTED = "protected_id IN (SELECT id FROM lookalike_protected)"  # that table's own row rules decide
WORKING = "(SELECT hustings_reviewing('analyst', 'reviewer', 'liaison')) IS NOT NULL"
# Who asked for protection in one position does not check it in another.
ANOTHER = (
    "(step = 'withdrawn' OR (SELECT person_id FROM appointment WHERE id = by_id) <> "
    "(SELECT a.person_id FROM lookalike_protected p JOIN appointment a ON a.id = p.registered_by_id WHERE p.id = protected_id))"
)
ITEM = "item_id IN (SELECT id FROM item)"


def of_item(column: str) -> dict[str, tuple[str, str, str]]:
    """Rows follow the item: its own row rules say which exist for the reader."""
    known = f"{column} IN (SELECT id FROM item)"
    return {"follows_item": ("SELECT", known, ""), "working_people_add": ("INSERT", "", f"{known} AND by_id = {SEAT} AND {WORKING}")}  # fmt: skip


TABLES = [
    Table(
        name="lookalike_protected",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "own_people_read": ("SELECT", SEEN, ""),
            "own_people_add": ("INSERT", "", f"{KEPT} AND registered_by_id = {SEAT}"),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="lookalike_protected_decision",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "own_people_read": ("SELECT", OF_PROTECTED, ""),
            "another_decides": ("INSERT", "", f"{OF_PROTECTED} AND by_id = {SEAT} AND {WORKING} AND {ANOTHER}"),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="lookalike_allowed",
        web=("SELECT", "INSERT", "UPDATE (ended_by_id, ended_at, ended_reason)"),
        rows={
            "own_people_read": ("SELECT", SEEN, ""),
            "own_people_add": ("INSERT", "", f"{KEPT} AND by_id = {SEAT} AND ended_at IS NULL"),
            "own_people_end": ("UPDATE", f"{KEPT} AND ended_at IS NULL", f"{KEPT} AND ended_by_id = {SEAT}"),
        },
        logged=True,
    ),
    Table(
        name="lookalike_hit",
        web=("SELECT", "INSERT", "UPDATE (state, allowed_id, lead_id, reason, decided_by_id, decided_at)"),
        rows={
            "follows_item": ("SELECT", ITEM, ""),
            "own_people_add": ("INSERT", "", f"{ITEM} AND {OF_PROTECTED} AND {WORKING}"),
            "own_people_decide": ("UPDATE", f"{ITEM} AND {OF_PROTECTED}", f"{OF_PROTECTED} AND {WORKING}"),
        },
        logged=True,
    ),
    Table(
        name="lookalike_hit_place",
        web=APPEND_ONLY,
        rows={
            "follows_item": ("SELECT", "hit_id IN (SELECT item_id FROM lookalike_hit)", ""),
            "own_people_add": ("INSERT", "", f"hit_id IN (SELECT item_id FROM lookalike_hit) AND {WORKING}"),
        },
    ),
    Table(
        name="lookalike_cursor",
        web=("SELECT", "INSERT", "UPDATE (digest, at, key)"),
        rows={"own_people": ("ALL", KEPT, KEPT)},
    ),
    Table(
        name="cyber_incident",
        web=("SELECT", "INSERT", "UPDATE (state, severity, ended_at)"),
        rows={
            "follows_item": ("SELECT", ITEM, ""),
            "working_people_add": ("INSERT", "", f"{ITEM} AND {WORKING}"),
            "working_people_change": ("UPDATE", f"{ITEM} AND {WORKING}", ITEM),
        },
        logged=True,
    ),
    Table(name="cyber_incident_step", web=APPEND_ONLY, rows=of_item("incident_id"), logged=True),
    Table(name="cyber_incident_indicator", web=APPEND_ONLY, rows=of_item("incident_id"), logged=True),
    Table(name="cyber_incident_leak", web=APPEND_ONLY, rows=of_item("incident_id"), logged=True),
]
