"""A PostgreSQL server of one's own: the same roles and rights, made by whoever its address names."""

import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from hustings.errors import BadInput, EnvironmentLacks
from hustings.serving.backup import back_up, count_rows
from hustings.serving.folder import DataFolder, kept
from hustings.serving.installation import Installation
from hustings.serving.postgres import running
from hustings.serving.restore import restore
from hustings.serving.roles import given_addresses

pytestmark = pytest.mark.slow  # a server of its own

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(params=["package", *(pytest.param(path, marks=pytest.mark.long) for path in DEBIAN)], scope="module")
def place(request):
    """A folder with a server that asks for passwords, and its administrator's session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HUSTINGS_PG_BIN", raising=False)
        if request.param != "package":
            patch.setenv("HUSTINGS_PG_BIN", str(request.param))
        path = Path(tempfile.mkdtemp(prefix="hpg"))
        path.chmod(0o711)
        with running(path / "server", throwaway=True) as server:
            access = path / "server/postgres/pg_hba.conf"
            said = access.read_text()
            access.write_text(f"local all hustings_admin,hustings_poor,hustings_app scram-sha-256\n{said}")
            with psycopg.connect(server.superuser_dsn, autocommit=True) as admin:
                admin.execute("SELECT pg_reload_conf()")
                admin.execute("CREATE ROLE hustings_admin LOGIN CREATEROLE PASSWORD 'it''s /secret'")
                admin.execute("CREATE ROLE hustings_poor LOGIN PASSWORD 'poor'")
                yield path, server, admin
        shutil.rmtree(path)


@pytest.fixture
def url(place):
    """The address of an empty database, as whoever owns it and may make roles."""
    _, server, admin = place
    admin.execute("DROP DATABASE IF EXISTS given")
    admin.execute("CREATE DATABASE given OWNER hustings_admin TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    return address(server, "hustings_admin", "it's /secret")


def address(server, user, password):
    return f"postgresql://{user}:{quote(password, safe='')}@/given?host={quote(str(server.socket_dir), safe='')}"


def test_an_owner_without_superuser_makes_all_that_is_needed_and_finds_it_again(place, url, tmp_path):
    password = tmp_path / "keys/database-password"
    addresses = given_addresses(url, app_url="", password_file=password)
    assert given_addresses(url, app_url="", password_file=password) == addresses
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        assert owner.execute("SELECT current_user").fetchone() == ("hustings_owner",)
        owner.execute("CREATE TABLE thing (number int)")
        owner.execute("GRANT SELECT ON thing TO hustings_web")
        assert owner.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'thing'").fetchone() == (
            "hustings_owner",
        )
    with psycopg.connect(addresses.app, autocommit=True) as app:
        for refused in ("SELECT * FROM thing", "CREATE TABLE other ()", "CREATE TEMPORARY TABLE other ()"):
            with pytest.raises(psycopg.Error, match=r"denied|does not exist|no schema"):
                app.execute(refused)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SET ROLE hustings_owner")
        app.execute("SET ROLE hustings_web")
        assert app.execute("SELECT * FROM thing").fetchall() == []


def test_a_password_that_was_lost_is_set_anew(url, tmp_path):
    given_addresses(url, app_url="", password_file=tmp_path / "first")
    addresses = given_addresses(url, app_url="", password_file=tmp_path / "second")
    psycopg.connect(addresses.app).close()


def test_an_address_of_the_sign_in_role_is_taken_as_it_is(url, tmp_path):
    addresses = given_addresses(url, app_url="postgresql://hustings_app@elsewhere/given", password_file=tmp_path / "no")
    assert addresses.app == "postgresql://hustings_app@elsewhere/given"
    assert not (tmp_path / "no").exists()


def test_who_may_not_make_roles_is_told_the_statement(place, url, tmp_path):
    _, server, admin = place
    admin.execute("DROP DATABASE given")
    for role in ("hustings_app", "hustings_owner", "hustings_web", "hustings_worker"):
        admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode()) if _there(admin, role) else None
    admin.execute("CREATE DATABASE given OWNER hustings_poor")
    with pytest.raises(EnvironmentLacks, match=r"hustings_poor .* may not[\s\S]*CREATE ROLE \"hustings_owner\""):
        given_addresses(address(server, "hustings_poor", "poor"), app_url="", password_file=tmp_path / "password")


def _there(admin, role):
    return admin.execute("SELECT true FROM pg_roles WHERE rolname = %s", [role]).fetchone()


def test_a_wrong_password_is_said_without_the_password(place, url, tmp_path):
    with pytest.raises(EnvironmentLacks, match="does not let us in") as said:
        given_addresses(address(place[1], "hustings_admin", "wrong one"), app_url="", password_file=tmp_path / "p")
    assert "wrong one" not in str(said.value)


@pytest.mark.parametrize("wrong", ["mysql://host/name", "postgresql://host/", "hustings"])
def test_something_else_than_an_address_is_refused(wrong, tmp_path):
    with pytest.raises(BadInput, match="is not the address of a PostgreSQL database"):
        given_addresses(wrong, app_url="", password_file=tmp_path / "password")


@pytest.mark.long
def test_an_installation_on_it_is_kept_and_made_again(place, url, monkeypatch):
    path, _, admin = place
    monkeypatch.setenv("HUSTINGS_DATABASE_URL", url)
    with kept(path / "data") as folder:
        installation = Installation.of(folder, None)
        for role, command in (("owner", ["hustings.serving.prepare"]), ("beat", ["django", "log_beat", "--once"])):
            environment = installation.environment(role)
            assert "HUSTINGS_DATABASE_URL" not in environment
            done = subprocess.run([sys.executable, "-m", *command], env=environment, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
        backup = back_up(installation, path / "backup.tar")
    admin.execute("DROP DATABASE given WITH (FORCE)")
    admin.execute("CREATE DATABASE given OWNER hustings_admin TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    done = restore(backup.place, path / "again", lambda line: None)
    assert done.logs == 2
    again = Installation.of(DataFolder(path=path / "again"), None)
    with psycopg.connect(again.addresses.owner) as owner:
        found = count_rows(owner)
    assert found == backup.manifest.rows | {"log_checkpoint": backup.manifest.rows["log_checkpoint"] + 2}
    assert (path / "again/keys/database-password").read_bytes() == (path / "data/keys/database-password").read_bytes()
    with pytest.raises(EnvironmentLacks, match="has tables already"):
        restore(backup.place, path / "third", lambda line: None)
    shutil.rmtree(path / "again")
    backup.place.unlink()
