"""Let a person back into their account who lost every second factor: the operator's way, after seeing who it is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hustings.apps.people.models import Organisation, Person
from hustings.apps.people.signin.invitation import invite, link
from hustings.apps.people.signin.models import InvitationKind

__all__ = ["Command"]


class Command(BaseCommand):
    """`signin_recover EMAIL ORGANISATION`: prints a link that sets a new password and removes the second factors."""

    help = "Print a link with which a person gets back into their account. It is recorded in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("email")
        parser.add_argument("organisation", help="on whose word the person was recognised")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link."""
        person = Person.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError(f"Nobody has the address '{options['email']}'.")
        organisation = Organisation.objects.filter(name=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation '{options['organisation']}'.")
        self.stdout.write(link(invite(person, organisation, by=None, kind=InvitationKind.RECOVER)))
