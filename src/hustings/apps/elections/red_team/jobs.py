"""What the worker does with a trial that two people agreed to: plant, search, count, in the name of who asked.

The job knows the trial by its random key alone, and the process that does the work tells it counts: whom the searches
named reaches neither the worker nor its log.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.elections.models import RedTeamTrial
from hustings.apps.elections.red_team import actions
from hustings.apps.people.find import seat_for
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.jobs import LONGEST, table_file
from hustings.apps.sweeps.lost import ENDED, forget_left_behind, unattended
from hustings.errors import HustingsError
from hustings.policy.sweep import State

__all__ = ["Failed", "fail_lost", "run_lost_trials", "run_red_team", "searched", "work"]

PREFIX = "red-team-"


# Sweeps that wait go first.
@app.task(name="red_team", queue="sweeps", priority=-1)
def run_red_team(trial: str) -> None:
    """One trial, from agreed to done or failed. This job alone does it: what is under way already, a lost worker had begun."""
    actions.begin_again(UUID(trial))
    work(UUID(trial))


@app.periodic(cron="5-59/10 * * * *")
@app.task(name="lost_trials", queue="upkeep", queueing_lock="lost_trials", pass_context=False)
def run_lost_trials(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Say of trials that nobody does any more that they failed."""
    fail_lost()
    forget_left_behind(PREFIX)


def fail_lost() -> int:
    """End what is said to be under way and no job does, for it was begun too often. How many."""
    lost = unattended(RedTeamTrial.objects.filter(state=State.RUNNING.value), "red_team", "trial")
    for key in lost:
        actions.fail_running(key, ENDED)
    return len(lost)


class Failed(HustingsError):
    """A trial without a result, in a sentence."""


def work(key: UUID) -> None:
    """Run a trial that was agreed to; does nothing for one that is under way, done, or not agreed to.

    Whatever lapsed between the agreement and the start has lapsed: the access of who asked is looked at again.
    """
    asker = actions.asker_of(key)
    if asker is None:
        return
    with in_role(WEB):
        seat = seat_for(asker, strong=True)
        database.seat(seat.id if seat else None, strong=True)
        try:
            trial = actions.start(key, by=seat) if seat else None
        except (NotKnown, Refused):
            trial = None
    if trial is None or seat is None:
        actions.fail_unstarted(key, "Who asked may no longer read the table.")
        return
    place = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        told = searched(trial, place)
    except Failed as error:
        with in_role(WEB, seat.id, strong=True):
            actions.fail(trial, str(error), by=seat)
    else:
        with in_role(WEB, seat.id, strong=True):
            actions.finish(trial, told, by=seat)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def searched(trial: RedTeamTrial, place: Path) -> dict[str, Any]:
    """What `hustings red-team` says of the table. Raises Failed."""
    scenario = place / "scenario.json"
    scenario.write_text(json.dumps(trial.scenario), encoding="utf-8")
    table = str(table_file(trial.table))
    command = [
        sys.executable, "-m", "hustings", "red-team", table, "--scenario", str(scenario),
        "--seed", str(trial.seed), "--seeds", str(trial.seeds), "--json",
    ]  # fmt: skip
    # A group of its own: its searches are processes too, and end with it.
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"NO_COLOR": "1", "TMPDIR": str(place)},
    )  # fmt: skip
    try:
        out, said = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise Failed(f"It took longer than {LONGEST // 3600} hours and was ended. Ask for fewer campaigns.") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        raise Failed(reason(said.replace(table, "the table")))
    told: dict[str, Any] = json.loads(out)
    return told


def reason(said: str) -> str:
    """What a process said went wrong, in at most 500 letters: the sentence, and the first of what is wrong."""
    lines = [line.strip().removeprefix("- ").removeprefix("hustings: ") for line in said.splitlines() if line.strip()]
    return " ".join(lines[:2])[:500] or "The search ended without a word."
