"""Fill an empty installation with the demo season."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hustings.apps.database import moment
from hustings.apps.people.models import Person
from hustings.apps.seed.world import build

__all__ = ["PASSWORD", "Command"]

PASSWORD = "only for the demo season"  # noqa: S105 - printed beside the sign-ins; the command refuses a used installation


class Command(BaseCommand):
    """`seed`: for an installation that nobody uses; it is refused where there are people already."""

    help = "Fill an empty installation with the demo season: invented organisations, people and clearances."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--password", default=PASSWORD, help="for every demo sign-in")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Write the season, whole or not at all."""
        if Person.objects.exists():
            raise CommandError("There are people in this installation already; the demo season is for an empty one.")
        world = build(moment(), options["password"])
        if options["verbosity"]:
            self.stdout.write(f"{len(world.organisations)} organisations and {len(world.people)} people.")
