"""Who may touch remarks and mentions: whoever may read the item that says it."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

SQL: list[str] = []
KNOWN = "IN (SELECT id FROM item)"

TABLES = [
    Table(
        name="stix_mention", web=("SELECT",), worker=APPEND_ONLY, rows={"shown": ("SELECT", f"object_id {KNOWN}", "")}
    ),
    Table(name="stix_scanned", worker=APPEND_ONLY),
    Table(
        name="joint_remark",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "shown": ("SELECT", f"item_id {KNOWN}", ""),
            "said": ("INSERT", "", f"item_id {KNOWN} AND by_id = (SELECT hustings_seat())"),
        },
        logged=True,
    ),
]
