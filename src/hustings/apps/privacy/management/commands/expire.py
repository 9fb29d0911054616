"""`manage expire`: deletes what is past its time."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hustings.apps.privacy.expire import BATCH, expire

__all__ = ["Command"]


class Command(BaseCommand):
    """Runs to the end; may be stopped and run again at any moment."""

    help = "Delete what is past its time and no case has taken up; each batch is told in the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be said."""
        parser.add_argument("--batch", type=int, default=BATCH, help=f"rows in one transaction ({BATCH})")

    def handle(self, *_: Any, batch: int, **__: Any) -> None:
        """Delete."""
        total: dict[str, int] = {}
        for table, rows in expire(batch=batch):
            total[table] = total.get(table, 0) + rows
        for table, rows in total.items():
            self.stdout.write(f"{table}: {rows:,}")
        if not total:
            self.stdout.write("Nothing is past its time.")
