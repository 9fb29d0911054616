"""Write the protections into the database; running it again changes nothing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from hustings.apps.database import OWNER, WEB, WORKER
from hustings.apps.protection.foreign import TABLES as FOREIGN
from hustings.apps.protection.table import Table

__all__ = ["apply", "declared", "statements"]

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are added, never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


def modules() -> list[object]:
    """The `protection` module of each of our apps that has one."""
    names = [f"{config.name}.protection" for config in apps.get_app_configs() if config.name.startswith("hustings.")]
    return [
        import_module(name) for name in names if not name.startswith("hustings.apps.protection.") and find_spec(name)
    ]


def declared() -> dict[str, Table]:
    """Every table that somebody says something about."""
    tables: dict[str, Table] = {}
    for table in [*FOREIGN, *(table for module in modules() for table in getattr(module, "TABLES", []))]:
        if table.name in tables:
            raise ImproperlyConfigured(f"Two protections for table '{table.name}'; keep one.")
        tables[table.name] = table
    return tables


def statements(table: Table, *, logs: bool) -> list[str]:
    """The SQL that protects one table."""
    name = connection.ops.quote_name(table.name)
    said = [f"REVOKE ALL ON {name} FROM PUBLIC, {WEB}, {WORKER}"]
    for role, rights in ((WEB, table.web), (WORKER, table.worker)):
        if rights:
            said.append(f"GRANT {', '.join(rights)} ON {name} TO {role}")
    if table.rows:
        said += [f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"]
        said += [
            f"DROP POLICY IF EXISTS owner_maintains ON {name}",
            f"CREATE POLICY owner_maintains ON {name} TO {OWNER} USING (true) WITH CHECK (true)",
        ]
        for policy, (command, using, check) in table.rows.items():
            said.append(f"DROP POLICY IF EXISTS {policy} ON {name}")
            said.append(
                f"CREATE POLICY {policy} ON {name} FOR {command} TO {WEB}"
                + (f" USING ({using})" if using else "")
                + (f" WITH CHECK ({check})" if check else "")
            )
        if table.worker:
            # What serves nobody in particular is kept to its rights on tables; it runs no request.
            said += [
                f"DROP POLICY IF EXISTS worker_serves ON {name}",
                f"CREATE POLICY worker_serves ON {name} TO {WORKER} USING (true) WITH CHECK (true)",
            ]
    for trigger, wanted, when in (
        (
            "added_only",
            table.append_only,
            "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ),
        ("kept", table.append_only, "BEFORE TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"),
        (
            "logged",
            table.logged and logs,
            "AFTER INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION log_change()",
        ),
    ):
        said.append(f"DROP TRIGGER IF EXISTS {trigger} ON {name}")
        if wanted:
            said.append(f"CREATE TRIGGER {trigger} {when.format(name)}")
    return said


def apply() -> None:
    """Write functions, grants, policies and triggers, in one transaction, as the owner."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REFUSE)
        for module in modules():
            for sql in getattr(module, "SQL", []):
                cursor.execute(sql)
        cursor.execute("SELECT to_regproc('log_change') IS NOT NULL")
        logs = bool(cursor.fetchone()[0])
        cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {WEB}, {WORKER}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB}, {WORKER}")
        existing = set(connection.introspection.table_names(cursor))
        for table in declared().values():
            if table.name in existing:
                for sql in statements(table, logs=logs):
                    cursor.execute(sql)
