"""Make what a conformance run of TAXII needs: accounts, a collection of each kind of permission, objects in them."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hustings.apps.taxii.rig import make_rig

__all__ = ["Command"]


class Command(BaseCommand):
    """`taxii_rig`: prints how to reach what it made."""

    help = "Make collections of each kind of permission and two accounts for a conformance run, and print them as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--url", default="http://localhost:8000", help="where the installation answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, whole or not at all."""
        self.stdout.write(json.dumps(make_rig(options["url"]), indent=2))
