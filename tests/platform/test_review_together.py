"""Many reviewers at once, some killed in the middle: nobody holds what another holds, no decision is lost or doubled."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Barrier, Thread

import psycopg
import pytest
from installation import ENVIRONMENT, copy_of

SCRIPT = Path(__file__).parents[1] / "killed_reviewers.py"
FILL = """
import json, sys
from django.db import connection, transaction
from made_review import SNAPSHOT
from people_world import World
from hustings.apps.review.frozen import digest_of, freeze
from hustings.apps.review.policies import newest
from hustings.policy.role import Role
with transaction.atomic():
    world = World()
    world.organisation("Meridian")
    seats = []
    for number in range(int(sys.argv[2])):
        world.person(f"reviewer{number}")
        seats.append(str(world.post(f"reviewer{number}", "Meridian", Role.REVIEWER).pk))
    frozen = freeze(SNAPSHOT)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE leaflet AS SELECT gen_random_uuid() AS id, 0 AS decided FROM generate_series(1, %s)", [int(sys.argv[1])])
        cursor.execute("GRANT SELECT, UPDATE ON leaflet TO hustings_web")
        cursor.execute("CREATE INDEX ON leaflet (id)")
        cursor.execute(
            "INSERT INTO review_work (id, queue, subject_kind, subject_id, frozen, digest, policy_id, held_by_id, priority, "
            "due_at, turn_at, people, without, state, outcome, round, pass_no, fence, asked_at) SELECT gen_random_uuid(), "
            "'door', 'leaflet', id, %s, %s, %s, %s, 0, now(), now(), 1, '{}', 'open', '', 1, 1, 0, now() FROM leaflet",
            [frozen, digest_of(frozen), newest("ads at the door").pk, world.organisations["Meridian"].pk])
print(json.dumps(seats))
"""


class Hall:
    """A database of its own with work in it and reviewers for it."""

    def __init__(self, server, name, works, reviewers):
        self.owner = server.dsn("hustings_owner", name)
        paths = f"{ENVIRONMENT['PYTHONPATH']}:{SCRIPT.parent}"
        self.environment = os.environ | ENVIRONMENT | {"PYTHONPATH": paths}
        self.app = server.dsn("hustings_app", name)
        self.works = works
        self.seats = json.loads(
            self.run("-c", "import django; django.setup()\n" + FILL, str(works), str(reviewers), dsn=self.owner)
        )

    def run(self, *arguments, dsn):
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment | {"HUSTINGS_APP_DATABASE_URL": dsn},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sql(self, statement):
        with psycopg.connect(self.owner, autocommit=True) as owner:
            return owner.execute(statement).fetchone()


@pytest.fixture
def hall(postgres, empty_database, request):
    works, reviewers = request.param
    name = "review_hall"
    copy_of(postgres, empty_database, name)
    yield Hall(postgres, name, works, reviewers)
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def killed(hall, kills):
    """Kill so many reviewers in the middle; then every work is decided once, in every table that tells of it."""
    told = json.loads(hall.run(str(SCRIPT), str(kills), "7", *hall.seats, dsn=hall.app))
    assert told["failed"] == 0
    assert told["killed"] == kills, "all was decided before enough were killed: let more wait"
    assert (
        hall.sql(
            "SELECT (SELECT count(*) FROM review_work WHERE state = 'settled'), (SELECT count(*) FROM review_decision), "
            "(SELECT count(DISTINCT work_id) FROM review_decision), (SELECT count(*) FROM review_outbox), "
            "(SELECT count(*) FROM log_entry WHERE event = 'review decided'), (SELECT count(*) FROM leaflet WHERE decided = 1)"
        )
        == (hall.works,) * 6
    )


@pytest.mark.slow
@pytest.mark.parametrize("hall", [(600, 3)], indirect=True)
def test_ten_reviewers_killed_lose_and_double_no_decision(hall):
    killed(hall, 10)


@pytest.mark.long
@pytest.mark.parametrize("hall", [(6000, 4)], indirect=True)
def test_a_hundred_reviewers_killed_lose_and_double_no_decision(hall):
    killed(hall, 100)


@pytest.mark.slow
@pytest.mark.parametrize("hall", [(40, 8)], indirect=True)
def test_claims_at_the_same_moment_are_of_different_works(hall):
    taken, ready = [], Barrier(len(hall.seats))

    def claim(seat):
        with psycopg.connect(hall.app, autocommit=True) as connection:
            for _ in range(5):
                ready.wait()
                with connection.transaction():
                    connection.execute("SELECT set_config('role', 'hustings_web', true)")
                    connection.execute(
                        "SELECT set_config('hustings.appointment', %s, true), set_config('hustings.strong', '1', true)",
                        [seat],
                    )
                    work, *_ = connection.execute("SELECT * FROM review_claim('door', '5 minutes')").fetchone()
                    taken.append((seat, work))
                ready.wait()
                # Settled beside the actions, so that the next claim of this reviewer takes another one.
                with psycopg.connect(hall.owner, autocommit=True) as owner:
                    owner.execute("UPDATE review_work SET state = 'settled', outcome = 'refuse', ended_at = now(), "
                                  "holder_id = NULL, claimed_at = NULL, lease_until = NULL WHERE id = %s", [work])  # fmt: skip

    threads = [Thread(target=claim, args=(seat,)) for seat in hall.seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 40
    assert len({work for _, work in taken}) == 40


@pytest.mark.slow
@pytest.mark.parametrize("hall", [(200, 8)], indirect=True)
def test_leases_that_run_out_under_their_holders_are_never_held_by_two(hall):
    """The whole of it, with 150 clients and a million claims: benchmarks/claims.py held."""
    given = []

    def client(number, seat):
        chance = Random(number)
        with psycopg.connect(hall.app, autocommit=True) as connection:

            def call(statement, *values):
                with connection.transaction():
                    connection.execute(
                        "SELECT set_config('role', 'hustings_web', true), set_config('hustings.appointment', %s, true), "
                        "set_config('hustings.strong', '1', true)",
                        [seat],
                    )
                    return connection.execute(statement, values).fetchone()

            for _ in range(40):
                # A lease of a microsecond is over when the answer comes.
                lease = chance.choice(["1 microsecond", "5 minutes"])
                claim = "SELECT work, fence, digest, lease_until, lease_until - %s::interval FROM review_claim('door', %s::interval)"
                work, fence, digest, until, begun = call(claim, lease, lease)
                if chance.random() < 0.3:
                    said = "SELECT verdict FROM review_decide(%s, %s, %s, 'refuse', 'voting.wrong_date', '', NULL)"
                    ended = call(said, work, fence, digest)[0] == "decided"
                else:
                    ended = call("SELECT review_release(%s, %s)", work, fence)[0]
                assert ended == (lease == "5 minutes")
                given.append((work, fence, begun, until, ended))

    failed = []

    def guarded(number, seat):
        try:
            client(number, seat)
        except BaseException as error:  # noqa: BLE001 - told by the test below
            failed.append(error)

    threads = [Thread(target=guarded, args=(number, seat)) for number, seat in enumerate(hall.seats)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(given) == 320
    for (work, fence, _, until, ended), (following, next_fence, begun, _, _) in pairwise(sorted(given)):
        if work == following:
            assert next_fence > fence
            assert ended or until <= begun
    decided = hall.sql("SELECT count(*), count(DISTINCT work_id) FROM review_decision")
    assert decided == hall.sql("SELECT count(*), count(*) FROM review_work WHERE state = 'settled'")
