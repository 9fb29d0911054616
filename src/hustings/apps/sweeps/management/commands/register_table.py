"""Register a trace table, so that it can be searched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.sweeps.tables import register_table
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """`register_table FILE --by PERSON`: acts as that person, through the same rules as a page."""

    help = "Register a trace table (Parquet) that sweeps may search; it is copied into the installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--title", required=True)
        parser.add_argument("--collected", required=True, help="the rule by which its rows were collected")
        parser.add_argument(
            "--by",
            required=True,
            metavar="EMAIL",
            help="who registers it; must hold one position only, or name --position",
        )
        parser.add_argument("--position", help="title of the position to act in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register it."""
        with in_role(WEB):
            held = Appointment.objects.filter(person__email=options["by"].lower()).select_related("person", "position")
            if options["position"]:
                held = held.filter(position__title=options["position"])
            seats = [seat for appointment in held if (seat := seat_for(appointment, strong=True))]
            if len(seats) != 1:
                raise CommandError(
                    f"{options['by']} holds {len(seats)} positions now; exactly one is needed. Name it with --position."
                )
            database.seat(seats[0].id, strong=True)
            try:
                table = register_table(
                    options["file"],
                    title=options["title"],
                    collected=options["collected"],
                    marking=own_marking(seats[0]),
                    by=seats[0],
                )
            except BadInput as error:
                raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{table.rows:,} rows of {table.actors:,} accounts can be searched: {table.item.title}")
