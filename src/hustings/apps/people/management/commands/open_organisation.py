"""Let an organisation take part: the first step of an installation of one's own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from hustings.apps.people.actions import open_organisation
from hustings.apps.people.models import Organisation, Site
from hustings.apps.people.signin.invitation import link
from hustings.policy.marking import Kind

__all__ = ["Command"]


class Command(BaseCommand):
    """`open_organisation NAME --administrator EMAIL ...`: prints the link with which its first administrator begins."""

    help = "Let an organisation take part, with a site and the post of its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("name")
        parser.add_argument("--legal-name", help="as the register of companies or the law has it; else the name")
        parser.add_argument("--kind", required=True, choices=[str(kind) for kind in Kind])
        parser.add_argument("--country", required=True, metavar="CC", help="two capital letters, as in ISO 3166")
        parser.add_argument("--site", default="Main site")
        parser.add_argument("--administrator", required=True, metavar="EMAIL")
        parser.add_argument(
            "--document", required=True, help="the agreement by which it takes part, and where it is kept"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it."""
        name, country = options["name"], options["country"]
        organisation = Organisation(
            name=name, legal_name=options["legal_name"] or name, kind=options["kind"], country=country
        )
        try:
            person, secret = open_organisation(
                organisation,
                Site(name=options["site"], country=country),
                options["administrator"],
                document=options["document"],
            )
        except IntegrityError as error:
            raise CommandError(
                f"There is an organisation named '{name}'. Choose another name.", returncode=2
            ) from error
        self.stdout.write(f"{name} takes part. {person.email} is offered the post of its administrator.")
        if secret is not None:
            self.stdout.write(f"Give them this address, good once and for a week: {link(secret)}")
