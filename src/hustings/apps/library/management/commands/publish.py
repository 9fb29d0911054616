"""`manage publish`: bring whatever changed into the library now, instead of within a minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hustings.apps.library.publishing.publish import publish

__all__ = ["Command"]


class Command(BaseCommand):
    """May be stopped and run again: what was committed stays, what was not is due as before."""

    help = "Publish whatever changed. The worker does so every minute."

    def handle(self, *_: Any, **__: Any) -> None:
        """Publish until nothing is due."""
        looked = added = 0
        while True:
            due, new = publish()
            if not due:
                break
            looked, added = looked + due, added + new
            self.stderr.write(f"{looked:,} changes looked at, {added:,} versions added", ending="\r")
        self.stdout.write(f"{looked:,} changes looked at; {added:,} versions added to the library.")
