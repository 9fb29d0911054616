"""The partners' exercise: what one installation begins with, and, at length, the whole of it in five."""

import io
import os
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings.apps.database import WORKER, in_role
from hustings.apps.people.models import Organisation
from hustings.apps.seed.exercise import steps
from hustings.apps.seed.exercise.parties import PARTIES
from hustings.apps.seed.exercise.steps import run
from hustings.apps.seed.exercise.world import desk
from hustings.apps.sharing import find
from hustings.apps.sweeps.actions import fail_unstarted
from hustings.apps.sweeps.models import Sweep
from hustings.apps.taxii.models import Account, Collection, Subscription
from hustings.errors import EnvironmentLacks
from hustings.policy.role import Role
from hustings.serving.exercise import stoppable
from hustings.serving.supervise import STOP_SIGNALS

TRACES = pa.schema(
    [
        *((name, pa.string()) for name in ("platform", "actor", "kind", "trace", "content")),
        ("at", pa.timestamp("us", "UTC")),
    ]
)


@pytest.mark.django_db
def test_an_installation_begins_with_its_people_its_partners_and_where_to_fetch():
    given = run("lumen", "begin", {"password": "a password of tests"})["secrets"]
    assert set(given) == {party.key for party in PARTIES} - {"lumen"}
    assert len(set(given.values())) == 4
    others = {key: {"url": "http://localhost:1/", "secret": secret} for key, secret in given.items()}
    assert run("lumen", "connect", {"others": others}) == {"subscriptions": 8}
    assert (Account.objects.count(), Collection.objects.count(), Subscription.objects.count()) == (4, 9, 8)
    assert set(Organisation.objects.values_list("pk", flat=True)) == {party.id for party in PARTIES}
    with desk("anna") as seat:
        assert Role.LIAISON in seat.roles
        assert find.organisation_of(seat).pk == next(party.id for party in PARTIES if party.key == "lumen")


def test_an_exercise_is_not_played_over_another(tmp_path):
    from hustings.serving.exercise import Asked, exercise

    (tmp_path / "lab").mkdir()
    with pytest.raises(EnvironmentLacks, match="Name another folder"):
        exercise(Asked(data=tmp_path, port=8310, stay=False), io.StringIO())


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_whoever_asks_it_to_stop_stops_all_that_it_started(number):
    handlers = [signal.getsignal(each) for each in STOP_SIGNALS]
    stopped = []

    def stop(name):
        os.kill(os.getpid(), number)
        stopped.append(name)

    with pytest.raises(KeyboardInterrupt), stoppable(), ExitStack() as stack:
        for name in ("plaza", "lumen"):
            stack.callback(stop, name)
        os.kill(os.getpid(), number)
        pytest.fail("nothing was stopped")
    assert stopped == ["lumen", "plaza"]
    assert [signal.getsignal(each) for each in STOP_SIGNALS] == handlers


@pytest.mark.django_db
def test_a_search_is_left_to_the_worker_and_one_that_failed_says_why(tmp_path, settings, monkeypatch):
    settings.TABLES = tmp_path / "tables"
    settings.TABLES.mkdir()
    run("plaza", "begin", {"password": "a password of tests"})
    place = tmp_path / "traces.parquet"
    rows = [
        {"platform": "plaza", "actor": f"{n}", "kind": "link", "trace": "t", "content": f"{n}", "at": datetime(2026, 1, 1, tzinfo=UTC)}
        for n in range(200)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, schema=TRACES), place)
    run("plaza", "posts", {"traces": str(place)})
    looks = []

    def worker(_seconds):
        looks.append(1)
        with in_role(WORKER):
            key = Sweep.objects.get().pk
        fail_unstarted(key, "No room was left.")

    monkeypatch.setattr(steps.time, "sleep", worker)
    with pytest.raises(EnvironmentLacks, match=r"The search of Plaza is failed\. No room was left\."):
        run("plaza", "search", {})
    assert looks == [1]


@pytest.mark.parametrize(
    ("program", "said"), [("exit 1", "does not start"), ("exec sleep 60", "did not answer within 0 s")]
)
def test_an_installation_that_is_slow_is_told_from_one_that_ended(tmp_path, monkeypatch, program, said):
    from hustings.serving import exercise

    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    monkeypatch.setattr(exercise.sys, "executable", str(python))
    monkeypatch.setattr(exercise, "WAIT", 0 if "sleep" in program else 60)
    with pytest.raises(EnvironmentLacks, match=said), exercise.running("lab", tmp_path / "lab", 1):
        pass


@pytest.mark.long
def test_five_installations_play_it_to_the_end(tmp_path_factory):
    from installation import free_port

    from hustings.serving.exercise import Asked, exercise

    out = io.StringIO()
    place = Path(tmp_path_factory.mktemp("exercise"))
    assert exercise(Asked(data=place, port=free_port(), stay=False), out) == 0
    told = out.getvalue()
    for sentence in (
        "Refused before it is sent. A partner of the sender's capacity does not send this.",
        "A request for action by a government names the law on which it stands.",
        "declined",
        "acted",
        "stands in 5 consoles",
    ):
        assert sentence in told
