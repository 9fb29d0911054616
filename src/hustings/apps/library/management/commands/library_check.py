"""`manage library_check`: holds what the library shows against its versions and its log, now instead of at night."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hustings.apps.library.checking import check_and_tell
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """Exit code 1 where something is not what was published; the open log tells of it then."""

    help = "Hold what the library shows against its versions and its signed log."

    def handle(self, *_: Any, **__: Any) -> None:
        """Check."""
        try:
            report = check_and_tell()
        except BadInput as error:
            raise CommandError(str(error)) from error
        for line in report.seen:
            self.stdout.write(line)
        for line in report.wrong:
            self.stderr.write(f"WRONG  {line}")
        if report.wrong:
            sys.exit(1)
        self.stdout.write("Everything holds.")
