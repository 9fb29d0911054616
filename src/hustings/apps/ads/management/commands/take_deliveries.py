"""`manage take_deliveries`: reads from a file what was delivered of the ads of a door."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps.ads.delivered_files import take_deliveries
from hustings.apps.ads.management.acting_as import seat_named
from hustings.apps.database import WEB, in_role
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """May be stopped at any moment and run again: what is in is not taken twice."""

    help = "Read impressions, clicks, spend and viewers by day, region, age and gender from CSV or Parquet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who reads them in; the log says so")
        parser.add_argument("--position", help="title of the position to act in")

    def handle(self, *_: Any, file: Path, by: str, position: str | None, **__: Any) -> None:
        """Read it."""
        try:
            with in_role(WEB):
                seat = seat_named(by, position)
            taken = take_deliveries(file, by=seat, progress=self.tell)
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        if taken.again:
            self.stdout.write(f"{file.name} was read in before; nothing done.")
            return
        went = f", {taken.before:,} of them before this run" if taken.before else ""
        self.stdout.write(f"{taken.rows:,} rows of {taken.ads:,} ads are in{went}.")

    def tell(self, rows: int) -> None:
        """Show how far it is."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows", ending="")
