"""`manage log_erase`: erases a personal text of an entry, and says so in the log."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from hustings.apps.audit.actions import erase_text
from hustings.apps.audit.models import Leaf
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """Erases one text; there is no way back."""

    help = "Erase a personal text and its salt; the entry keeps a hash that tells nothing any more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be said."""
        parser.add_argument("entry", type=UUID, help="the entry's identifier, as its page shows it")
        parser.add_argument("name", help="which of its texts")
        parser.add_argument("--ground", required=True, help="code of the rule that asks for it, such as objection")

    def handle(self, *_: Any, entry: UUID, name: str, ground: str, **__: Any) -> None:
        """Erase."""
        leaf = Leaf.objects.filter(pk=entry).first()
        if leaf is None:
            raise CommandError(f"There is no entry {entry}.")
        try:
            erase_text(leaf, name, by=None, ground=ground)
        except BadInput as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The text {name!r} of entry {leaf.index} is erased.")
