"""A worker is killed with SIGKILL in the middle of a search: it begins anew, and what it held back goes on."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from installation import SEEDED, copy_of, serving
from working import work

from hustings.apps.health.jobs import MOST
from hustings.apps.sweeps.lost import ENDED

pytestmark = pytest.mark.long

ASKED = """
from hustings.apps.elections.actions import record_election
from hustings.apps.elections.red_team import actions as trials
from hustings.apps.seed.season import signed_in
from hustings.apps.sweeps import actions
from hustings.apps.sweeps.models import Sweep, TraceTable
from hustings.apps.elections.models import Election
from hustings.policy.election import Kind, Level, Status
from datetime import timedelta

ground = {"purpose": "Who acts as one before the vote", "legal_ground": "Election Protection Act, article 12"}
with signed_in("anna") as anna:
    table = TraceTable.objects.get()
    vote = record_election(country="XV", name="Assembly", level=Level.NATIONAL, kind=Kind.LEGISLATIVE, status=Status.CALLED,
                           source="Gazette", on=anna.now.date() + timedelta(days=90), by=anna)
    sweep = actions.ask_for_sweep(by=anna, tip=None, table=table, election="Assembly", election_on=vote.on,
                                  population="public posts with election hashtags", **ground)
    trial = trials.ask(by=anna, election=vote, table=table, scenario="link-burst", seeds=1, **ground)
with signed_in("dora") as dora:
    actions.second_sweep(sweep, by=dora)
    trials.agree(trial, by=dora)
print(table.path)
"""
LOST = "from hustings.apps.health.jobs import run_lost\nrun_lost.defer(timestamp=0)"
WAIT = 120  # seconds until a search has begun, on a busy machine


@pytest.fixture
def place(seeded_database, postgres, tmp_path):
    copy_of(postgres, SEEDED, "hustings_killed")
    with serving(postgres, "hustings_killed", tmp_path) as site:
        yield site


def killed_in(site, table):
    """Kill a worker once it has begun to search for the next time, and let that be long ago."""
    before = site.sql(f"SELECT started_at FROM {table}")
    worker = subprocess.Popen(
        [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"],
        env=os.environ | site.environment | {"HUSTINGS_APP_DATABASE_URL": as_worker(site)}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + WAIT
    while site.sql(f"SELECT started_at FROM {table}") == before:
        assert time.monotonic() < until, "no search began"
        assert worker.poll() is None, "the worker ended by itself"
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    site.sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert site.sql(f"SELECT state FROM {table}") == [("running",)]


def as_worker(site):
    """How a worker signs in."""
    address = site.environment["HUSTINGS_APP_DATABASE_URL"]
    return f"{address}{'&' if '?' in address else '?'}options=-c%20role%3Dhustings_worker"


@contextmanager
def endless(place):
    """Whoever reads the table meanwhile waits for it: the search is in its middle until it is killed."""
    path = Path(place.environment["HUSTINGS_TABLES"]) / place.run(ASKED).strip().splitlines()[-1]
    kept = path.with_suffix(".kept")
    path.rename(kept)
    os.mkfifo(path)
    try:
        yield
        with suppress(OSError):  # nobody waits
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))  # lets go whoever was left waiting
    finally:
        path.unlink()
        kept.rename(path)


def test_a_sweep_whose_worker_was_killed_begins_anew(place):
    with endless(place):
        place.sql("DELETE FROM procrastinate_jobs WHERE task_name <> 'sweep'")
        killed_in(place, "sweep")
    place.run(LOST)
    work(place)
    assert place.sql("SELECT state, reason FROM sweep") == [("done", "")]
    assert place.sql("SELECT status FROM procrastinate_jobs WHERE task_name = 'sweep'") == [("succeeded",)]


def test_a_trial_that_ends_with_its_worker_each_time_has_failed(place):
    with endless(place):
        place.sql("DELETE FROM procrastinate_jobs WHERE task_name <> 'red_team'")
        for turn in range(MOST):
            if turn:
                place.run(LOST)
            killed_in(place, "red_team_trial")
    place.run(
        LOST + "\nfrom hustings.apps.elections.red_team.jobs import run_lost_trials\nrun_lost_trials.defer(timestamp=0)"
    )
    work(place)
    ((state, reason),) = place.sql("SELECT state, reason FROM red_team_trial")
    assert (state, reason) == ("failed", ENDED)
    assert place.sql("SELECT status FROM procrastinate_jobs WHERE task_name = 'red_team'") == [("failed",)]
