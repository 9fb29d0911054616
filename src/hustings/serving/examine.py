"""What the platform itself can say of its database: migrations, rights, row rules and guards as they were declared.

`python -m hustings.serving.examine`, as the schema's owner; one JSON list of checks on standard output.
"""

__all__ = ["main"]

import json
import re
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hustings.errors import EnvironmentLacks
from hustings.serving.check import Check, Found
from hustings.serving.model import unusable

GRANTS = """
WITH granted (relation, column_name, acl) AS (
  SELECT oid, '', relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  UNION ALL
  SELECT c.oid, t.attname::text, t.attacl FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
)
SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type, g.column_name
FROM granted g JOIN pg_class c ON c.oid = g.relation CROSS JOIN aclexplode(g.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE a.grantee = 0 OR r.rolname = ANY(%s)
"""
ROWS = """
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
POLICIES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""
EVERYBODY = "PUBLIC"
AGAIN = "Run `hustings manage migrate`, which says every right and rule again; then find out who changed it."


def main() -> None:
    """Examine, and say it."""
    django.setup()
    checks = [_migrations(), *_protections(), _model(), *_evidence()]
    json.dump([asdict(check) for check in checks], sys.stdout)


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = set(executor.loader.disk_migrations)
    later = sorted(name for name in executor.loader.applied_migrations if name not in known)
    if later:
        return Check(
            name="migrations",
            found=Found.WRONG,
            says=f"the database was brought further than this version knows ({'.'.join(later[-1])})",
            do="Run the newer version of Hustings that did it, or restore a backup from before.",
        )
    if pending:
        return Check(
            name="migrations",
            found=Found.WRONG,
            says=f"{len(pending)} are pending, the first is {pending[0][0]}",
            do="Start it once with `hustings up`, or run `hustings manage migrate`.",
        )
    return Check(name="migrations", found=Found.GOOD, says=f"all {len(known)} are there")


def _model() -> Check:
    place = Path(settings.POLITICAL_MODEL) if settings.POLITICAL_MODEL else None
    wrong = None if place is None else unusable(place)
    without = "Until then every ad is held to be political, and a person says."
    if place is None or not place.exists():
        do = f"`hustings train political` makes one. {without}"
        return Check(name="political model", found=Found.NOTE, says="there is none", do=do)
    if wrong:
        do = f"Make it again: hustings train political --seeds DIR --out {place}. {without}"
        return Check(name="political model", found=Found.WRONG, says=wrong, do=do)
    return Check(name="political model", found=Found.GOOD, says=f"{place} can be read")


def _evidence() -> list[Check]:
    """Whether what is sealed is there, was read again in time, and is stamped where authorities are named."""
    from hustings.apps.cases.fixity import damaged, overdue  # noqa: PLC0415
    from hustings.apps.cases.models import Evidence, Head  # noqa: PLC0415
    from hustings.apps.cases.store import store  # noqa: PLC0415
    from hustings.apps.database import WORKER, in_role, moment  # noqa: PLC0415

    held = store()
    try:
        with in_role(WORKER):
            digests = list(Evidence.objects.order_by("sha256").values_list("sha256", flat=True).distinct())
            bad, late = damaged().count(), overdue(moment()).count()
            bare = Head.objects.filter(stamps=None, tries__gt=0).order_by("made_at").values_list("problem", flat=True)
            problem, waiting = bare.first(), bare.count()
            unasked = Evidence.objects.filter(leaf=None, sealed_at__lt=moment() - timedelta(hours=2)).count()
    except DatabaseError as error:  # a schema of before; the check of the migrations says what to do
        return [Check(name="evidence", found=Found.NOTE, says=f"it cannot be looked at: {str(error).splitlines()[0]}")]
    where = f"{len(digests)} sealed objects in {held.name}"
    try:
        missing = [one for one in digests if not held.there(one)]
    except OSError as error:
        do = "Look whether the store answers, and whether its address, key and secret are right."
        return [Check(name="evidence", found=Found.WRONG, says=f"{where} cannot be looked at: {error}", do=do)]
    if missing or bad:
        do = "Restore them from a backup or from a package made before; each is known by its SHA-256."
        says = f"of {where}, {len(missing)} are missing and {bad} were found missing or changed when last read"
        checks = [Check(name="evidence", found=Found.WRONG, says=says, do=do)]
    elif late:
        do = "Look whether the worker runs; it reads a part every night."
        checks = [
            Check(
                name="evidence", found=Found.WRONG, says=f"of {where}, {late} were not read again within 30 days", do=do
            )
        ]
    else:
        checks = [Check(name="evidence", found=Found.GOOD, says=f"{where}, none is missing")]
    return [*checks, _stamps(waiting, problem or "", unasked)]


def _stamps(waiting: int, problem: str, unasked: int) -> Check:
    from hustings.apps.cases.stamps import authorities, certificates  # noqa: PLC0415

    wrong = f"{waiting} heads have none: {problem}" if waiting else ""
    if not authorities():
        do = "Name time authorities in HUSTINGS_TSA. Until then only the log says when something was sealed."
        return Check(name="stamps", found=Found.NOTE, says=wrong or "no time authority is named", do=do)
    try:
        certificates()
    except EnvironmentLacks as error:
        wrong = str(error)
    if not wrong and unasked:
        wrong = f"{unasked} objects wait for one for more than two hours"
    if wrong:
        do = "Look at HUSTINGS_TSA and HUSTINGS_TSA_ROOTS, whether the authorities answer and the worker runs; it is tried every hour."
        return Check(name="stamps", found=Found.WRONG, says=wrong, do=do)
    return Check(
        name="stamps", found=Found.GOOD, says=f"{len(authorities())} authorities are named, nothing waits for them"
    )


def _protections() -> list[Check]:
    # Imported once Django is ready: they look at what is installed.
    from hustings.apps.database import WEB, WORKER  # noqa: PLC0415
    from hustings.apps.protection.apply import declared  # noqa: PLC0415

    try:
        tables = declared()
    except ImproperlyConfigured as error:
        return [
            Check(name="rights", found=Found.WRONG, says=str(error), do="Mend the protections of the app it names.")
        ]
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        rows = {name: (on, forced) for name, on, forced in cursor.fetchall()}
        cursor.execute(GRANTS, [[WEB, WORKER]])
        granted: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for name, role, right, column in cursor.fetchall():
            granted.setdefault((name, role), set()).add((right, column))
        cursor.execute(POLICIES)
        policies = set(cursor.fetchall())
        cursor.execute(TRIGGERS)
        triggers = set(cursor.fetchall())
    there = [table for table in tables.values() if table.name in rows]
    rights = [
        f"{table.name} ({role})"
        for table in there
        for role, said in ((WEB, table.web), (WORKER, table.worker), (EVERYBODY, ()))
        if granted.get((table.name, role), set()) != _rights(said)
    ]
    unnamed = [
        name
        for name in rows
        if name not in tables and any((name, role) in granted for role in (WEB, WORKER, EVERYBODY))
    ]
    guarded = [table for table in there if table.rows]
    open_rows = [table.name for table in guarded if rows[table.name] != (True, True)]
    open_rows += [
        f"{table.name}.{policy}" for table in guarded for policy in table.rows if (table.name, policy) not in policies
    ]
    wanted = [(table.name, guard) for table in there if table.append_only for guard in ("added_only", "kept")]
    wanted += [(table.name, "logged") for table in there if table.logged]
    asleep = [f"{name}.{guard}" for name, guard in wanted if (name, guard) not in triggers]
    return [
        _as_declared("rights", rights + unnamed, f"the rights on {len(there)} tables are as declared", "rights on"),
        _as_declared("row rules", open_rows, f"on and forced on {len(guarded)} tables", "row-level security of"),
        _as_declared("guards", asleep, f"{len(wanted)} triggers stand", "the guard"),
    ]


def _rights(said: tuple[str, ...]) -> set[tuple[str, str]]:
    """SELECT is a right on the table, UPDATE (a, b) one on each column."""
    rights = set()
    for right in said:
        name, _, columns = right.partition("(")
        rights |= {(name.strip(), column) for column in re.findall(r"\w+", columns) or [""]}
    return rights


def _as_declared(name: str, wrong: list[str], good: str, what: str) -> Check:
    if not wrong:
        return Check(name=name, found=Found.GOOD, says=good)
    more = f" and {len(wrong) - 8} more" if len(wrong) > 8 else ""
    says = f"{what} {', '.join(sorted(wrong)[:8])}{more} {'is' if len(wrong) == 1 else 'are'} not as declared"
    return Check(name=name, found=Found.WRONG, says=says, do=AGAIN)


if __name__ == "__main__":
    main()
