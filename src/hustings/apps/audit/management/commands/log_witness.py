"""`manage log_witness`: lets a partner organisation co-sign the log."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hustings.apps.audit.actions import add_witness
from hustings.apps.people.models import Organisation

__all__ = ["Command"]


class Command(BaseCommand):
    """Adds one witness."""

    help = "Add an organisation's verifier key, so that its co-signatures are taken and exported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be said."""
        parser.add_argument("organisation", help="the organisation's name")
        parser.add_argument("key", help="its verifier key of type 4: name+id+base64")

    def handle(self, *_: Any, organisation: str, key: str, **__: Any) -> None:
        """Add."""
        found = Organisation.objects.filter(name=organisation).first()
        if found is None:
            raise CommandError(f"There is no organisation named {organisation!r} here.")
        self.stdout.write(f"{add_witness(found, key, by=None)} may co-sign.")
