"""Models, migrations and Django's own checks agree with each other."""

import os
import subprocess
import sys

import pytest
from installation import ENVIRONMENT


def django(postgres, database, *words):
    """What a command of Django says, against a migrated database."""
    environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": postgres.dsn("hustings_owner", database)}
    return subprocess.run(
        [sys.executable, "-m", "django", *words], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--database", "default", "--fail-level", "WARNING"),
        ("makemigrations", "--check", "--dry-run"),
        ("migrate", "--check"),
    ],
    ids=" ".join,
)
def test_django_finds_nothing_to_say(postgres, empty_database, words):
    done = django(postgres, empty_database, *words)
    assert done.returncode == 0, done.stdout + done.stderr
