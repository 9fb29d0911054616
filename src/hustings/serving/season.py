"""Fill an empty installation with the demo season; run as the schema's owner.

`python -m hustings.serving.season PASSWORD [TABLES]`: PASSWORD is the file that keeps the password of the demo's
sign-ins; TABLES the file in which `hustings demo` says what it searched, where it ran. An installation that has other
people already is left alone; one with the demo season is given the tables that it lacks.
"""

__all__ = ["main"]

import json
import secrets
import sys
from pathlib import Path

import django
from django.core.management import call_command

from hustings.serving.keys import secret


def main() -> None:
    """Write the season, whole or not at all."""
    django.setup()
    # Imported once Django is ready: it holds models.
    from hustings.apps.people.models import Person  # noqa: PLC0415
    from hustings.apps.seed.season import bring, signed_in  # noqa: PLC0415

    password_file = Path(sys.argv[1])
    tables = read(Path(sys.argv[2])) if len(sys.argv) > 2 and Path(sys.argv[2]).is_file() else []
    if Person.objects.exists():
        if not password_file.exists():
            _say("There are people in this installation already, so the demo season is left out.")
        elif tables:
            with signed_in("anna") as anna:
                bring(tables, anna, _say)
        return
    _say("Writing the demo season; the pages are empty until it is there ...")
    password = secret(password_file, lambda: secrets.token_hex(8).encode()).decode()
    call_command("seed", password=password, run=tables)


def read(file: Path) -> list[list[str]]:
    """What the demo searched and still lies where it was: trace table, title, rule of collection, run folder."""
    said = json.loads(file.read_text(encoding="utf-8"))
    return [row for row in said if Path(row[0]).is_file() and Path(row[3]).is_dir()]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
