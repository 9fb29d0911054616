"""Searches whose worker was ended in the middle: which of them nobody does any more, and what they left in the temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from hustings.apps.database import WORKER, in_role

__all__ = ["ENDED", "forget_left_behind", "unattended"]

ENDED = "The worker was ended in the middle of it, each time it began. Ask for it again."
STANDING = ("standing_search", "standing_searches")  # jobs that search by themselves, for whichever sweep they ask
OLDER = 24 * 60 * 60  # seconds: longer than a search may take


def unattended(running: QuerySet[Any], task: str, named: str) -> list[UUID]:
    """Keys of those said to be under way for which no job waits or is being done.

    running   rows in that state
    task      the name of the job that does one, and `named` its argument with the key
    """
    with in_role(WORKER):
        keys = list(running.order_by("pk").values_list("pk", flat=True))
        there = ProcrastinateJob.objects.filter(status__in=["todo", "doing"])
        if not keys or there.filter(task_name__in=STANDING, status="doing").exists():
            return []
        own = set(there.filter(task_name=task).values_list(f"args__{named}", flat=True))
        return [key for key in keys if str(key) not in own]


def forget_left_behind(prefix: str) -> int:
    """Remove folders of searches that did not live to do so; how many. They name who was found."""
    gone = 0
    for place in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            if place.is_dir() and not place.is_symlink() and place.stat().st_mtime < time.time() - OLDER:
                shutil.rmtree(place)
                gone += 1
    return gone
