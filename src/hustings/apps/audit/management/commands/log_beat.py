"""`manage log_beat`: gives waiting entries their place and signs checkpoints, for ever."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from hustings.apps.audit.commit import LogAltered, log_secret, sign_all
from hustings.apps.audit.sequence import sequence_all

__all__ = ["Command"]


class Command(BaseCommand):
    """Runs until it is told to stop; any number may run, they take turns."""

    help = "Give waiting entries of the log their place every second, and sign a checkpoint of each log at every beat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be said."""
        parser.add_argument("--every", type=float, default=60.0, help="seconds between checkpoints (60)")
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between looks at what waits (1)")
        parser.add_argument("--once", action="store_true", help="place what waits, sign once and end")

    def handle(self, *_: Any, every: float, pause: float, once: bool, **__: Any) -> None:
        """Beat."""
        secret, stop = log_secret(), threading.Event()
        if threading.current_thread() is threading.main_thread() and not once:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
        waited = every
        while not stop.is_set():
            try:
                sequence_all()
                if waited >= every:
                    sign_all(secret)
                    waited = 0.0
            except OperationalError as error:
                # The database is restarting; what waits is safe there.
                self.stderr.write(f"The database does not answer ({str(error).strip()[:200]}); trying again.")
                connection.close()
            except LogAltered as error:
                if once:
                    raise
                self.stderr.write(str(error))
                waited = 0.0
            if once:
                return
            stop.wait(pause)
            waited += pause
