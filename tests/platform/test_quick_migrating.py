"""Quick migrations end in the schema that Django's own end in, and only in steps that add."""

import os
import subprocess
import sys

import pytest
from django.db.migrations import operations
from django.db.models import CharField, Index, IntegerField
from installation import ENVIRONMENT

from hustings.apps.protection.quick_migrating import adds
from hustings.serving.postgres import running
from hustings.serving.roles import embedded_addresses
from hustings.serving.tools import run_tool

USUAL = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""


def test_steps_that_add_are_told_from_those_that_look_at_relations():
    make = operations.CreateModel("one", [("id", IntegerField(primary_key=True))])
    index = operations.AddIndex("one", Index(fields=["id"], name="one_id"))
    assert adds([make, index, operations.AddField("one", "two", CharField()), operations.RunSQL("SELECT 1")])
    assert adds([operations.SeparateDatabaseAndState([operations.RunSQL("SELECT 1")], [make])])
    for other in (
        operations.AlterField("one", "two", CharField()), operations.RemoveField("one", "two"), operations.DeleteModel("one"),
        operations.RunPython(print), operations.RenameField("one", "two", "three"),
        operations.SeparateDatabaseAndState([], [operations.DeleteModel("one")]),
    ):  # fmt: skip
        assert not adds([make, other])


def schema_of(server, database, place):
    """The schema of a database in words; a dump says a random number at its ends."""
    told = place / f"{database}.sql"
    run_tool("pg_dump", ["--schema-only", "--no-owner", f"--file={told}"], server.dsn("hustings_owner", database))
    return [line for line in told.read_text().splitlines() if not line.startswith("\\")]


@pytest.mark.long
def test_the_schema_is_the_one_that_django_makes(tmp_path_factory):
    place = tmp_path_factory.mktemp("pg")
    for folder in (place, *place.parents[:2]):
        folder.chmod(0o711)
    with running(place / "data", throwaway=True) as server:
        found = {}
        for name, command in (("quick", ["-m", "django", "migrate", "--verbosity", "0"]), ("usual", ["-c", USUAL])):
            address = embedded_addresses(server, name).owner
            environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": address}
            subprocess.run([sys.executable, *command], env=environment, check=True)
            found[name] = schema_of(server, name, place)
    assert len(found["quick"]) > 1000
    assert found["quick"] == found["usual"]
