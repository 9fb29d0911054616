"""What the worker does with a sweep that two people agreed to: search, then load, in the requester's name.

The job knows the sweep by its random key alone, so neither its name nor its arguments tell what is searched. Whatever
lapsed between the agreement and the start has lapsed: the requester's access is looked at again.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.sweeps import actions
from hustings.apps.sweeps.lost import ENDED, forget_left_behind, unattended
from hustings.apps.sweeps.models import Sweep, TraceTable
from hustings.detection.live import live_search
from hustings.errors import HustingsError
from hustings.policy.sweep import State

__all__ = ["fail_lost", "run_lost_sweeps", "run_sweep", "search", "work"]

PREFIX = "sweep-"
LONGEST = 6 * 60 * 60  # seconds a search may take before it is ended and said to have failed


@app.task(name="sweep", queue="sweeps")
def run_sweep(sweep: str) -> None:
    """One sweep, from agreed to done or failed. This job alone does it: what is under way already, a lost worker had begun."""
    actions.begin_again(UUID(sweep))
    work(UUID(sweep))


@app.periodic(cron="*/10 * * * *")
@app.task(name="lost_sweeps", queue="upkeep", queueing_lock="lost_sweeps", pass_context=False)
def run_lost_sweeps(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Say of sweeps that nobody does any more that they failed."""
    fail_lost()
    forget_left_behind(PREFIX)


def fail_lost() -> int:
    """End what is said to be under way and no job does: its job was begun too often, or a standing search asked anew. How many."""
    lost = unattended(Sweep.objects.filter(state=State.RUNNING), "sweep", "sweep")
    for key in lost:
        actions.fail_running(key, ENDED)
    return len(lost)


def work(sweep_id: UUID) -> None:
    """Run a sweep that was agreed to; does nothing for one that is under way, done, or no longer anybody's."""
    requester = actions.requester_of(sweep_id)
    if requester is None:
        return
    with in_role(WEB):
        seat = seat_for(requester, strong=True)
        database.seat(seat.id if seat else None, strong=True)
        sweep = actions.start_sweep(sweep_id, by=seat) if seat else None
    if sweep is None or seat is None:
        actions.fail_unstarted(sweep_id, "The requester may no longer read what the sweep is about.")
        return
    place = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with in_role(WEB, seat.id, strong=True):
            starts = actions.starts_of(sweep)
        failed = search(sweep, starts, place)
        with in_role(WEB, seat.id, strong=True):
            if failed:
                actions.fail_sweep(sweep, failed, by=seat)
                return
            try:
                with transaction.atomic():
                    actions.load_results(sweep, place, by=seat)
            except HustingsError as error:
                actions.fail_sweep(sweep, str(error).splitlines()[0], by=seat)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def table_file(table: TraceTable) -> Path:
    """Where the file of a table is; never outside the folder of tables."""
    root = Path(settings.TABLES).resolve()
    place = (root / table.path).resolve()
    if not place.is_relative_to(root):
        raise ValueError(f"The table {table.pk} lies outside the folder of tables.")
    return place


def search(sweep: Sweep, starts: list[tuple[str, str, str]], place: Path) -> str:
    """Search into folders of `place`; gives the reason of a failure, or nothing.

    From a tip, `expand` tells who is tied to what it names; `detect` tells in any case which groups act as one.
    Processes of their own: a search of millions of rows must not take the worker's memory with it. Their arguments
    name folders with random names only, for others on this machine can read them.
    """
    table = table_file(sweep.table)
    commands = [live_search([table], place / "detect")]
    if starts:
        tip = place / "starts.csv"
        with tip.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["what", "id", "platform"])
            rows.writerows((what, name, platform) for what, platform, name in starts)
        commands.append(["expand", str(table), "--seeds", str(tip), "--out", str(place / "expand"), "--json"])
    for command in commands:
        try:
            # What a search says may name what it searches for, so nothing of it reaches the worker's log.
            done = subprocess.run(
                [sys.executable, "-m", "hustings", *command],
                capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"}, timeout=LONGEST, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"It took longer than {LONGEST // 3600} hours and was ended."
        if done.returncode != 0:
            said = [line for line in done.stderr.strip().splitlines() if line.strip()]
            return (said or ["The search ended without a word."])[0][:500]
    return ""
