"""Load an edition of a public register, against which advertisers are checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps import database
from hustings.apps.ads.registers.loading import load_edition
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
from hustings.connectors.registers import KINDS, read_register
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """`load_register FILE --published DAY --by PERSON`: acts as that person, through the same rules as a page."""

    help = "Load an edition of a register (FEC, FARA, government domains, or any CSV with a mapping) from a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=sorted(KINDS), help="seen from the columns unless named")
        parser.add_argument(
            "--published", type=date.fromisoformat, required=True, help="the day for which it speaks, as 2026-11-22"
        )
        parser.add_argument("--mapping", type=Path, help="TOML that says which column is which, for any other CSV")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a verifier; the log says who loaded it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it."""
        try:
            edition = read_register(
                options["file"], options["kind"], published=options["published"], mapping=options["mapping"]
            )
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        with in_role(WEB):
            held = Appointment.objects.filter(person__email=options["by"].lower()).select_related("person", "position")
            seats = [seat for appointment in held if (seat := seat_for(appointment, strong=True))]
            if len(seats) != 1:
                raise CommandError(f"{options['by']} holds {len(seats)} positions now; exactly one is needed.")
            database.seat(seats[0].id, strong=True)
            loaded = load_edition(edition, by=seats[0])
        for note in edition.notes:
            self.stdout.write(note)
        there = "stood here already" if loaded.already else "loaded"
        self.stdout.write(f"{edition.said()}: {loaded.edition.entries_count:,} entries, {there}.")
