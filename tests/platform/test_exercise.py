"""The partners' exercise: what one installation begins with, and, at length, the whole of it in five."""

import io
from pathlib import Path

import pytest

from hustings.apps.people.models import Organisation
from hustings.apps.seed.exercise.parties import PARTIES
from hustings.apps.seed.exercise.steps import run
from hustings.apps.seed.exercise.world import desk
from hustings.apps.sharing import find
from hustings.apps.taxii.models import Account, Collection, Subscription
from hustings.errors import EnvironmentLacks
from hustings.policy.role import Role


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
        "Refused before it is sent: capacity",
        "legal ground",
        "declined",
        "acted",
        "stands in 5 consoles",
    ):
        assert sentence in told
