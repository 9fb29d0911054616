"""Jobs whose worker was killed begin anew, and none of them keeps what was asked for again meanwhile waiting for good."""

import os
import subprocess
import sys

import psycopg
import pytest
from installation import ENVIRONMENT, copy_of

from hustings.apps.health.jobs import MOST

pytestmark = pytest.mark.slow  # a process that reads the whole platform

NAME = "lost_jobs"
LOST = """
import django
django.setup()
from asgiref.sync import async_to_sync
from hustings.apps.health.jobs import run_lost
async_to_sync(run_lost.func)(timestamp=0)
"""
GONE = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id"
JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, attempts, worker_id)
VALUES ('sweeps', 'taxii_move', %(lock)s, %(lock)s, %(status)s, %(attempts)s, %(worker)s)
"""


def test_a_lost_job_begins_anew_unless_the_same_was_asked_for_again(postgres, empty_database):
    copy_of(postgres, empty_database, NAME)
    owner = postgres.dsn("hustings_owner", NAME)
    with psycopg.connect(owner, autocommit=True) as asked:
        asked.execute("DELETE FROM procrastinate_jobs")
        (worker,) = asked.execute(GONE).fetchone()
        for lock, status, attempts in (
            ("again", "doing", 0), ("again", "todo", 0), ("once", "doing", 0), ("too often", "doing", MOST - 1),
        ):  # fmt: skip
            held = {
                "lock": lock,
                "status": status,
                "attempts": attempts,
                "worker": worker if status == "doing" else None,
            }
            asked.execute(JOB, held)
    environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": owner}
    done = subprocess.run([sys.executable, "-c", LOST], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    with psycopg.connect(owner, autocommit=True) as asked:
        rows = asked.execute("SELECT lock, status::text FROM procrastinate_jobs ORDER BY id").fetchall()
    assert rows == [("again", "failed"), ("again", "todo"), ("once", "todo"), ("too often", "failed")]
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)'.encode())
