"""Let an organisation's own OpenID Connect provider sign its people in, or end that."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hustings.apps.database import moment
from hustings.apps.people.models import Organisation
from hustings.apps.people.signin.models import Provider
from hustings.apps.people.signin.seal import seal

__all__ = ["Command"]


class Command(BaseCommand):
    """`signin_provider add|end|list`. The client secret is read from standard input, so that it stands in no history."""

    help = "Let an organisation's own OpenID Connect provider sign its people in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="reads the client secret from standard input")
        add.add_argument("slug", help="part of our address there: /account/provider/SLUG/callback/")
        add.add_argument("--organisation", required=True, help="name of the organisation it speaks for")
        add.add_argument("--name", required=True, help="what the button on the sign-in page says")
        add.add_argument("--issuer", required=True, help="https address of the provider")
        add.add_argument("--client", required=True, help="our client identifier there")
        add.add_argument("--strong-acr", action="append", default=[], help="value of acr that means a second factor")
        add.add_argument("--strong-amr", action="append", default=[], help="value of amr that means a second factor")
        end = acts.add_parser("end")
        end.add_argument("slug")
        acts.add_parser("list")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["act"] == "list":
            for each in Provider.objects.filter(ended_at=None).select_related("organisation"):
                self.stdout.write(f"{each.slug}: {each.issuer} for {each.organisation}")
        elif options["act"] == "end":
            if not Provider.objects.filter(slug=options["slug"], ended_at=None).update(ended_at=moment()):
                raise CommandError(
                    f"There is no provider '{options['slug']}' in use; `signin_provider list` shows them."
                )
        else:
            self.add(options)

    def add(self, options: dict[str, Any]) -> None:
        """Write a provider down."""
        organisation = Organisation.objects.filter(name=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation '{options['organisation']}'.")
        issuer = urlsplit(options["issuer"])
        if issuer.scheme != "https" and issuer.hostname not in {"localhost", "127.0.0.1"}:
            raise CommandError(
                f"The issuer '{options['issuer']}' is not https; its answers could be changed on the way."
            )
        if Provider.objects.filter(slug=options["slug"]).exists():
            raise CommandError(f"The slug '{options['slug']}' is or was in use; name another.")
        secret = sys.stdin.readline().strip()
        if not secret:
            raise CommandError("Standard input is empty; give the client secret there.")
        Provider.objects.create(
            slug=options["slug"],
            organisation=organisation,
            name=options["name"],
            issuer=options["issuer"].rstrip("/"),
            client=options["client"],
            secret=seal(secret),
            strong_acr=options["strong_acr"],
            strong_amr=options["strong_amr"],
        )
        self.stdout.write(f"Register there: /account/provider/{options['slug']}/callback/ on this host.")
