"""Who may touch tips and sweeps: whoever may read the item, and nobody else."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["TABLES"]

READ = ("SELECT",)


def of_item(column: str = "item_id") -> dict[str, tuple[str, str, str]]:
    """Rows follow the item: its own row rules say which items exist for the reader."""
    known = f"{column} IN (SELECT id FROM item)"
    return {"follows_item": ("ALL", known, known)}


TABLES = [
    Table(name="trace_table", web=("SELECT", "INSERT"), worker=READ, rows=of_item(), logged=True),
    Table(name="tip", web=("SELECT", "INSERT"), rows=of_item(), logged=True),
    Table(name="tip_start", web=("SELECT", "INSERT", "DELETE"), rows=of_item("tip_id"), logged=True),
    Table(name="protected_actor", web=("SELECT", "INSERT", "DELETE"), logged=True),
    Table(name="sweep", web=("SELECT", "INSERT", "UPDATE"), worker=READ, rows=of_item(), logged=True),
    Table(name="tear_line", web=("SELECT", "INSERT", "UPDATE"), rows=of_item(), logged=True),
    Table(name="answer", web=("SELECT", "INSERT"), rows=of_item(), logged=True),
]
