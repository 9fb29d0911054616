"""`manage export_ads`: writes the ads of a door as a table that `hustings buyers` and `hustings detect` read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps.ads.exporting import export_ads
from hustings.apps.ads.management.acting_as import seat_named
from hustings.apps.database import WEB, in_role
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """Acts as the person named: what they may not see is not in the file."""

    help = "Write the ads of a door, with who pays by what and who runs the page, as our own ads table."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--out", type=Path, required=True, help="the Parquet file to write; must not be there")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who takes them out; the log says so")
        parser.add_argument("--position", help="title of the position to act in")

    def handle(self, *_: Any, out: Path, by: str, position: str | None, **__: Any) -> None:
        """Write it."""
        if out.exists():
            raise CommandError(f"{out} is there already. Name another file, or move it away.", returncode=2)
        part = out.with_name(out.name + ".part")
        try:
            with in_role(WEB):
                seat = seat_named(by, position)
                count = export_ads(part, by=seat)
            part.rename(out)
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        finally:
            part.unlink(missing_ok=True)
        sees = "with" if seat.roles & {"reviewer", "verifier", "auditor"} else "without"
        self.stdout.write(f"{count:,} ads in {out}, {sees} the accounts that run their pages.")
        self.stdout.write(f"Next: hustings buyers {out} --out DIR")
