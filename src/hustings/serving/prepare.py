"""Bring the database and the static files to what this version needs; run as the schema's owner.

`python -m hustings.serving.prepare [--demo FILE]`, before the web and worker processes start. Running it again changes
nothing. FILE keeps the password of the demo's sign-ins; an installation that has people already is left alone.
"""

__all__ = ["main"]

import argparse
import io
import secrets
import sys
from pathlib import Path

import django
from django.core.management import call_command

from hustings.serving.keys import secret


def main() -> None:
    """Migrate, collect what pages are made of, and fill an empty installation where that is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", type=Path)
    asked = parser.parse_args()
    django.setup()
    _say("Bringing the database to this version ...")
    call_command("migrate", verbosity=0, interactive=False)
    _say("Collecting static files ...")
    call_command("collectstatic", verbosity=0, interactive=False, stdout=io.StringIO())
    if asked.demo is not None:
        _seed(asked.demo)


def _seed(password_file: Path) -> None:
    # Imported once Django is ready: it holds models.
    from hustings.apps.people.models import Person  # noqa: PLC0415

    if Person.objects.exists():
        if not password_file.exists():
            _say("There are people in this installation already, so the demo season is left out.")
        return
    _say("Writing the demo season ...")
    password = secret(password_file, lambda: secrets.token_hex(8).encode()).decode()
    call_command("seed", password=password)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
