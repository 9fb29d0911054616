"""`manage log_export`: writes logs as folders that a stranger can check."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hustings.apps.audit.export import export_log
from hustings.apps.audit.models import OPEN, Log

__all__ = ["Command"]


class Command(BaseCommand):
    """Reads as the role it is connected as; the owner and the worker see every log."""

    help = "Write a log as a folder that `hustings verify-log` checks without this database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be said."""
        parser.add_argument("place", type=Path, help="folder to write; with --all one folder per log in it")
        parser.add_argument("--all", action="store_true", help="every log, not the open one alone")

    def handle(self, *_: Any, place: Path, all: bool, **__: Any) -> None:  # noqa: A002 - the name of the option
        """Write."""
        for log in Log.objects.order_by("made_at", "id") if all else Log.objects.filter(name=OPEN):
            target = place / log.name if all else place
            count = export_log(log, target)
            self.stdout.write(f"{target}: {count} entries of {log.origin}")
