"""Bring the database and the static files to what this version needs; run as the schema's owner.

`python -m hustings.serving.prepare`, before the web and worker processes start. Running it again changes nothing.
"""

__all__ = ["main"]

import io
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, then collect what pages are made of."""
    django.setup()
    _say("Bringing the database to this version ...")
    call_command("migrate", verbosity=0, interactive=False)
    _say("Collecting static files ...")
    call_command("collectstatic", verbosity=0, interactive=False, stdout=io.StringIO())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
