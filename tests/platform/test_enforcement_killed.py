"""Workers that hand a plan over are killed with SIGKILL: every target is acted on and told, and a repeat bears its key."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from installation import ENVIRONMENT, copy_of
from killed_enforcing import PAGES, PORTION

SCRIPT = Path(__file__).parents[1] / "killed_enforcing.py"


@pytest.fixture
def killed(postgres, empty_database, tmp_path):
    """Lets workers be killed so many times; gives what the platform did, and a way to ask the database."""
    name = "killed_enforcing"
    copy_of(postgres, empty_database, name)
    owner = postgres.dsn("hustings_owner", name)
    environment = (
        os.environ | ENVIRONMENT | {"HUSTINGS_EVIDENCE": str(tmp_path / "evidence"), "HUSTINGS_APP_DATABASE_URL": owner}
    )

    def kill(times):
        command = [sys.executable, str(SCRIPT), str(times), postgres.dsn("hustings_app", name)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), lambda query: one(owner, query)

    yield kill
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def one(dsn, query):
    with psycopg.connect(dsn) as asked:
        return asked.execute(query.encode()).fetchone()


@pytest.mark.slow
@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.long)])
def test_kills_lose_no_order_and_double_none(killed, kills):
    told, sql = killed(kills)
    expected = 2 * PAGES  # each page is banned, and its holder told
    assert len(told["effects"]) == expected
    # A killed worker had not written down the portion under way: it is sent again, under the same keys, and nothing else.
    assert told["repeated though written down"] == []
    assert expected < told["calls"] <= expected + kills * PORTION
    assert sql(
        "SELECT count(*), count(*) FILTER (WHERE answer = 'done' AND delivered_at IS NOT NULL), count(DISTINCT (target_id, what)) "
        "FROM enforcement_order"
    ) == (expected, expected, expected)
