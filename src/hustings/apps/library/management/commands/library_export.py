"""`manage library_export`: writes the library as a folder that a stranger can check."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hustings.apps.library.export import export_library
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """Reads beside whoever works; needs no key."""

    help = "Write the library with its log as a folder that `hustings verify-library` checks without this database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be said."""
        parser.add_argument("place", type=Path, help="folder to write")

    def handle(self, *_: Any, place: Path, **__: Any) -> None:
        """Write."""
        try:
            count = export_library(place)
        except BadInput as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{place}: {count} versions")
