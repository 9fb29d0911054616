"""Models, migrations and Django's own checks agree with each other."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "command, told",
    [
        ("check", {"databases": ["default"], "fail_level": "WARNING"}),
        ("makemigrations", {"check_changes": True, "dry_run": True}),
        ("migrate", {"check_unapplied": True}),
    ],
    ids=["check", "makemigrations", "migrate"],
)
def test_django_finds_nothing_to_say(command, told, capsys):
    try:
        call_command(command, **told)
    except SystemExit as end:  # this is how two of them say that something is missing
        pytest.fail(f"{command} ends with {end.code}: {capsys.readouterr().out}")
