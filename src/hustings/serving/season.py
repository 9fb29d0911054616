"""Fill an empty installation with the demo season; run as the schema's owner.

`python -m hustings.serving.season FILE`: FILE keeps the password of the demo's sign-ins. An installation that has people
already is left alone.
"""

__all__ = ["main"]

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

    password_file = Path(sys.argv[1])
    if Person.objects.exists():
        if not password_file.exists():
            _say("There are people in this installation already, so the demo season is left out.")
        return
    _say("Writing the demo season; the pages are empty until it is there ...")
    password = secret(password_file, lambda: secrets.token_hex(8).encode()).decode()
    call_command("seed", password=password)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
