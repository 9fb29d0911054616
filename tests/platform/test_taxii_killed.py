"""Workers and the partner's web process are killed with SIGKILL, the link is cut: each share arrives once, in order, none wider."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from installation import ENVIRONMENT, copy_of

SCRIPT = Path(__file__).parents[1] / "killed_exchange.py"
OURS, THEIRS = "killed_exchange_ours", "killed_exchange_theirs"
pytestmark = pytest.mark.slow


@pytest.fixture
def killed(postgres, empty_database):
    """Lets two installations exchange under so many blows; gives what became of it."""
    for name in (OURS, THEIRS):
        copy_of(postgres, empty_database, name)
    owner = postgres.dsn("hustings_owner", OURS)
    served = postgres.dsn("hustings_app", OURS)
    worker = f"{served}{'&' if '?' in served else '?'}options=-c%20role%3Dhustings_worker"
    theirs = [postgres.dsn(role, THEIRS) for role in ("hustings_owner", "hustings_app")]

    def kill(times, seed):
        command = [sys.executable, str(SCRIPT), str(times), str(seed), worker, *theirs]
        environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": owner}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-5000:]
        return json.loads(done.stdout)

    yield kill
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        for name in (OURS, THEIRS):
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.mark.parametrize(
    ("kills", "seed"), [(4, 1), *(pytest.param(60, seed, marks=pytest.mark.long) for seed in (2, 3, 4))]
)
def test_each_share_arrives_once_in_order_and_none_is_wider(killed, kills, seed):
    told = killed(kills, seed)
    assert told["blows"] == {"worker": kills // 2, "link": kills // 4, "server": kills // 4}
    assert (told["failed"], told["waiting"]) == ([], [])
    for shared, arrived in (("brought", "arrived"), ("told", "fetched")):
        # Whom a marking does not let read an object is never told of it; the others get its bytes, under its marking.
        assert told[arrived] == [row for row in told[shared] if row[2] in {"clear", "green", "amber"}]
        assert {"red", "unknown"} <= {row[2] for row in told[shared]}
    assert all(asked == done for _, asked, done in told["reactions"])
    ((kept, came),) = told["indicators"]
    assert kept == came > 0
