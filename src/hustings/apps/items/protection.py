"""Who may touch the tables of items."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["TABLES"]

READ = ("SELECT",)

TABLES = [
    Table(name="sharing_group", web=("SELECT", "INSERT"), worker=READ, logged=True),
    Table(name="sharing_member_change", web=APPEND_ONLY, worker=READ, append_only=True, logged=True),
    Table(name="label", web=("SELECT", "INSERT", "UPDATE (withdrawn_at)"), worker=READ, logged=True),
    Table(name="item", web=("SELECT", "INSERT", "UPDATE"), worker=("SELECT", "DELETE"), logged=True),
    Table(name="item_source", web=("SELECT", "INSERT", "UPDATE (released)"), worker=READ, logged=True),
    Table(name="need_grant", web=("SELECT", "INSERT", "UPDATE (withdrawn_at)"), worker=READ, logged=True),
    Table(name="recusal", web=("SELECT", "INSERT", "UPDATE (ends_at)"), worker=READ, logged=True),
]
