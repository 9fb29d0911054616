"""The doctor finds what somebody took away or added, names it, and says what to do."""

import base64
import json

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection

from hustings.cli.main import hustings
from hustings.serving import doctor, examine
from hustings.serving.check import Check, Found
from hustings.serving.folder import DataFolder
from hustings.serving.keys import secret


@pytest.fixture(autouse=True)
def embedded(monkeypatch):
    """These are about the embedded server, also where the rest is tested on another."""
    monkeypatch.delenv("HUSTINGS_DATABASE_URL", raising=False)


def wrong(checks):
    return {check.name: check.says for check in checks if check.found != Found.GOOD}


@pytest.mark.django_db
def test_a_database_as_it_was_made_is_good():
    assert wrong([examine._migrations(), *examine._protections()]) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "name", "says"),
    [
        ("GRANT UPDATE ON log_leaf TO hustings_web", "rights", "log_leaf (hustings_web)"),
        ("GRANT SELECT ON log_leaf TO PUBLIC", "rights", "log_leaf (PUBLIC)"),
        ("GRANT UPDATE (hash) ON log_leaf TO hustings_worker", "rights", "log_leaf (hustings_worker)"),
        ("REVOKE SELECT ON item FROM hustings_web", "rights", "item (hustings_web)"),
        ("CREATE TABLE side_door (); GRANT SELECT ON side_door TO hustings_web", "rights", "side_door"),
        ("ALTER TABLE item NO FORCE ROW LEVEL SECURITY", "row rules", "item"),
        ("ALTER TABLE item DISABLE ROW LEVEL SECURITY", "row rules", "item"),
        ("ALTER TABLE log_leaf DISABLE TRIGGER added_only", "guards", "log_leaf.added_only"),
        ("ALTER TABLE log_leaf DISABLE TRIGGER kept", "guards", "log_leaf.kept"),
        ("DROP TRIGGER logged ON person", "guards", "person.logged"),
        ("DELETE FROM django_migrations WHERE app = 'people'", "migrations", "are pending, the first is people"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_later', now())",
            "migrations",
            "further than this version knows (people.9999_later)",
        ),
    ],
)
def test_what_is_not_as_declared_is_named(broken, name, says):
    with connection.cursor() as cursor:
        cursor.execute(broken)
    found = wrong([examine._migrations(), *examine._protections()])
    assert list(found) == [name]
    assert says in found[name]


@pytest.fixture
def admin(postgres, empty_database):
    """A superuser's connection whose changes are taken back."""
    with psycopg.connect(postgres.dsn("hustings_superuser", empty_database)) as connection:
        yield connection
        connection.rollback()


def test_roles_as_they_were_made_are_good(admin):
    assert wrong(doctor._roles(admin)) == {}


@pytest.mark.parametrize(
    ("broken", "name", "says"),
    [
        ("ALTER ROLE hustings_web BYPASSRLS", "roles", "hustings_web (rolbypassrls)"),
        ("ALTER ROLE hustings_app SUPERUSER", "roles", "hustings_app (rolsuper)"),
        ("ALTER TABLE person OWNER TO hustings_web", "ownership", "hustings_web (1 things)"),
        ("GRANT hustings_owner TO hustings_app", "membership", "hustings_app"),
    ],
)
def test_a_role_with_more_than_its_own_is_named(admin, broken, name, says):
    admin.execute(broken)
    assert says in wrong(doctor._roles(admin))[name]


def test_a_clock_that_was_set_back_is_noticed(admin):
    admin.execute("UPDATE clock_high_water SET at = now() + interval '1 hour'")
    assert wrong(doctor._signs(admin))["clock"] == "it was set back by 3600 s"


def test_a_machine_whose_clock_is_another_is_noticed(admin, monkeypatch):
    monkeypatch.setattr(doctor.time, "time", lambda: 0.0)
    assert "differ by" in wrong(doctor._signs(admin))["clock"]


def test_signs_of_life_are_told(admin):
    assert wrong(doctor._signs(admin)) == {"worker": "no sign yet", "log": "no sign yet"}
    admin.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '30 s')")
    assert "worker" not in wrong(doctor._signs(admin))
    admin.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '90 s'")
    assert wrong(doctor._signs(admin))["worker"] == "last sign 90 s ago"


def test_keys_that_are_open_missing_or_no_keys_are_told(tmp_path):
    folder = DataFolder(path=tmp_path)
    secret(folder.keys / "secret-key", lambda: b"long")
    secret(folder.keys / "reach-key", lambda: b"long")
    secret(folder.keys / "document-key", lambda: base64.b64encode(b"32 bytes that nobody else knows."))
    secret(folder.keys / "library-key", lambda: base64.b64encode(b"32 bytes that nobody else knows."))
    secret(folder.keys / "log-key", lambda: b"short")
    assert wrong(doctor._keys(folder)) == {"log-key": f"{folder.keys}/log-key is not 32 bytes in base64"}
    (folder.keys / "log-key").unlink()
    (folder.keys / "secret-key").chmod(0o644)
    assert wrong(doctor._keys(folder)) == {
        "log-key": f"{folder.keys}/log-key: No such file or directory",
        "secret-key": f"others may read {folder.keys}/secret-key (mode 644)",
    }


def test_each_thing_that_is_wrong_comes_with_what_to_do(admin, tmp_path):
    admin.execute("GRANT hustings_owner TO hustings_app")
    checks = [*doctor._roles(admin), *doctor._signs(admin)]
    assert all(check.do for check in checks if check.found != Found.GOOD)


@pytest.mark.parametrize(
    ("found", "code"), [(["good", "note"], 0), (["good", "wrong"], 1), (["wrong", "lacks"], 3), ([], 0)]
)
def test_the_exit_code_tells_the_worst(found, code):
    assert doctor.exit_code([Check(name="x", found=Found(kind), says="") for kind in found]) == code


def test_a_folder_without_an_installation_is_said_to_be_one(tmp_path):
    result = CliRunner().invoke(hustings, ["doctor", "--data", str(tmp_path / "none"), "--json"], standalone_mode=False)
    told = json.loads(result.output)
    assert result.return_value == told["exit_code"] == 3
    assert "There is no installation in" in told["checks"][-1]["says"]


@pytest.mark.parametrize(("content", "found"), [(None, Found.NOTE), (b"of an earlier version", Found.WRONG)])
def test_a_model_that_cannot_be_read_is_named(content, found, tmp_path, settings):
    place = tmp_path / "political.npz"
    if content is not None:
        place.write_bytes(content)
    settings.POLITICAL_MODEL = str(place)
    assert examine._model().found == found
