"""`manage take_ads`: reads archives of political ads into the platform."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps.ads.loading import Loaded, load_archive
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
from hustings.connectors.mapped_ads import find_ads_mapping
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """`take_ads PATH... --by PERSON`: may be stopped at any moment and run again; what is in is not read in twice."""

    help = "Read files, folders or zips of ad archives in: every row in, or named with its reason."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("paths", type=Path, nargs="+")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="who reads them in; holds one position, or name --position"
        )
        parser.add_argument("--position", help="title of the position to act in")
        parser.add_argument("--kind", help="what the files are, where their columns do not tell")
        parser.add_argument("--mapping", type=Path, help="TOML that says which column is what")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read them in."""
        with in_role(WEB):
            held = Appointment.objects.filter(person__email=options["by"].lower()).select_related(
                "person", "position__organisation"
            )
            if options["position"]:
                held = held.filter(position__title=options["position"])
            seats = [seat for appointment in held if (seat := seat_for(appointment, strong=True))]
        if len(seats) != 1:
            raise CommandError(
                f"{options['by']} holds {len(seats)} positions now; exactly one is needed. Name it with --position.",
                returncode=2,
            )
        try:
            told = load_archive(
                options["paths"], held_by=seats[0].appointment.position.organisation, by=seats[0], kind=options["kind"],
                mapping=find_ads_mapping(options["mapping"]) if options["mapping"] else None, progress=self.tell,
            )  # fmt: skip
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        for each in told:
            self.stdout.write(line(each))
        self.stdout.write(
            f"{sum(each.rows for each in told):,} rows of {len(told):,} files: {sum(each.rows_in for each in told):,} in, "
            f"{sum(each.aside for each in told):,} set aside, each with its reason."
        )

    def tell(self, name: str, rows: int) -> None:
        """Show how far it is."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r{name}: {rows:,} rows", ending="")


def line(each: Loaded) -> str:
    """What became of one file."""
    if each.again:
        return f"{each.name}: {each.about}; read in before, nothing done."
    went = f", {each.before:,} of them before this run" if each.before else ""
    return (
        f"{each.name}: {each.about}; {each.rows:,} rows, {each.rows_in:,} in{went}, {each.aside:,} set aside; "
        f"ads: {each.new:,} new, {each.changed:,} changed, {each.same:,} the same."
    )
