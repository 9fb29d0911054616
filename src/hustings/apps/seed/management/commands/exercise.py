"""`exercise PARTY`: do the steps of the partners' exercise that come line by line, each answered in a line."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hustings.apps.seed.exercise.steps import answer_line

__all__ = ["Command"]


class Command(BaseCommand):
    """Reads JSON lines, does what they say as people of this installation, writes JSON lines."""

    help = "Do the steps of the partners' exercise that come line by line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which party this installation is."""
        parser.add_argument("party")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until the other side ends."""
        for line in sys.stdin:
            self.stdout.write(answer_line(options["party"], line))
            self.stdout.flush()
