"""Let an organisation take part no more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps.people.actions import close_organisation
from hustings.apps.people.models import Organisation
from hustings.apps.people.moving import CannotMove, preview

__all__ = ["Command"]


class Command(BaseCommand):
    """`close_organisation NAME --document ...`: says what it would end, and ends it with --yes."""

    help = "Let an organisation take part no more; everybody leaves their position there at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("name")
        parser.add_argument("--document", required=True, help="why, and where that is kept")
        parser.add_argument("--yes", action="store_true", help="do it, having seen what it ends")

    def handle(self, *args: Any, **options: Any) -> None:
        """Close it."""
        organisation = Organisation.objects.filter(name=options["name"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation named '{options['name']}'.", returncode=2)
        ends = preview("organisation", "leave", {"organisation": organisation}, by=None).consequences
        for each in ends:
            who = f"{each.appointment.person.email}: " if each.appointment is not None else ""
            self.stdout.write(f"{who}{each.sentence}")
        if not options["yes"]:
            self.stdout.write(f"{len(ends)} things would end. Nothing is done yet; add --yes to do it.")
            return
        try:
            close_organisation(organisation, document=options["document"])
        except CannotMove as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{organisation.name} takes part no more.")
