"""The database's roles: who owns the schema, as whom the platform signs in, and as whom it serves.

| role | may |
| --- | --- |
| `hustings_owner` | owns the schema and runs migrations; serves nobody |
| `hustings_app` | signs in, owns nothing, may do nothing until it becomes one of the next two |
| `hustings_web` | what a request may do, under row-level security |
| `hustings_worker` | what a job may do |
"""

__all__ = ["Addresses", "addresses_on", "embedded_addresses", "given_addresses", "make_roles"]

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from hustings.errors import BadInput, EnvironmentLacks
from hustings.serving.keys import secret
from hustings.serving.postgres import APP, DATABASE, OWNER, SUPERUSER, Server

WEB = "hustings_web"
WORKER = "hustings_worker"
SERVING = (WEB, WORKER)
# What no role of ours may have: each of them is a way around row-level security or the owner's rights.
POWERS = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """How to reach one database as each role that signs in."""

    admin: str  # makes roles; reads everything for a backup
    owner: str
    app: str


def embedded_addresses(server: Server, database: str = DATABASE) -> Addresses:
    """Make roles and database on the embedded server where they are missing; give how to reach them."""
    make_roles(server.superuser_dsn, database=database)
    return addresses_on(server, database)


def addresses_on(server: Server, database: str = DATABASE) -> Addresses:
    """How to reach what is on the embedded server."""
    return Addresses(
        admin=server.dsn(SUPERUSER, database), owner=server.dsn(OWNER, database), app=server.dsn(APP, database)
    )


def given_addresses(url: str, *, app_url: str, password_file: Path) -> Addresses:
    """Make the roles on a server of one's own where they are missing; give how to reach them.

    `url` is the owner's: whoever owns the database or may make roles. The password of `hustings_app` is made up
    and kept in `password_file`, unless `app_url` says how to sign in.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadInput(
            "HUSTINGS_DATABASE_URL is not the address of a PostgreSQL database. It looks like "
            "postgresql://user:password@host:5432/database."
        )
    database = unquote(parts.path.lstrip("/"))
    password = None if app_url else secret(password_file, lambda: secrets.token_urlsafe(32).encode()).decode()
    try:
        make_roles(url, database=database, password=password)
    except psycopg.OperationalError as error:
        raise EnvironmentLacks(
            f"The server of HUSTINGS_DATABASE_URL ({parts.hostname or 'local'}) does not let us in: "
            f"{str(error).strip().splitlines()[-1]}. Check that it runs, and the address, user and password."
        ) from error
    owner = url
    if unquote(parts.username or "") != OWNER:
        query = "&".join(filter(None, [parts.query, f"options={quote(f'-c role={OWNER}', safe='')}"]))
        owner = urlunsplit(parts._replace(query=query))
    host = parts.netloc.rpartition("@")[2]
    app = app_url or urlunsplit(parts._replace(netloc=f"{APP}:{quote(password or '', safe='')}@{host}"))
    return Addresses(admin=url, owner=owner, app=app)


def make_roles(admin: str, *, database: str, password: str | None = None) -> None:
    """Make what is missing of roles, memberships, database and rights; what is there stays as it is.

    Raises   EnvironmentLacks where the user of `admin` may not, with the statement somebody else has to run.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        name = sql.Identifier(database)
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        # From version 16 on, who makes a role is a member of it that may hand it on, and yet may not become it.
        become = "SET" if connection.info.server_version >= 160000 else "MEMBER"
        for role, kind in ((OWNER, "NOLOGIN"), (WEB, "NOLOGIN"), (WORKER, "NOLOGIN"), (APP, "LOGIN NOINHERIT")):
            if role not in roles:
                # The embedded server knows its people by the kernel's word; a given one by the URL's own user.
                login = "LOGIN" if role == OWNER and password is None else kind
                _do(connection, sql.SQL("CREATE ROLE {} " + login).format(sql.Identifier(role)))
        _refuse_powers(connection)
        # The owner too becomes them: what its commands do in somebody's name is held to that person's rights.
        for role, member in ((role, member) for role in SERVING for member in (APP, OWNER)):
            if not _is(connection, "SELECT pg_has_role(%s, %s, %s)", member, role, become):
                _do(connection, sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(member)))
        if password is not None and not _lets_in(connection, password):
            # Only its hash is sent, so that no log of the server's can show it.
            kept = connection.pgconn.encrypt_password(password.encode(), APP.encode(), b"scram-sha-256").decode()
            _do(connection, sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APP), sql.Literal(kept)))
        if not _is(connection, "SELECT pg_has_role(current_user, %s, %s)", OWNER, become):
            _do(connection, sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
        if not _is(connection, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", database):
            wanted = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            _do(connection, sql.SQL(wanted).format(name, sql.Identifier(OWNER)))
        for right in ("CREATE", "CONNECT", "TEMPORARY"):
            if not _is(connection, "SELECT has_database_privilege(%s, %s, %s)", OWNER, database, right):
                _do(connection, sql.SQL("GRANT " + right + " ON DATABASE {} TO {}").format(name, sql.Identifier(OWNER)))
        # TEMPORARY goes with it: whoever serves makes no tables, not even passing ones.
        if _is(connection, "SELECT has_database_privilege('public', %s, 'CONNECT,TEMPORARY')", database):
            _do(connection, sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        if not _is(connection, "SELECT has_database_privilege(%s, %s, 'CONNECT')", APP, database):
            _do(connection, sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP)))
    with psycopg.connect(admin, dbname=database, autocommit=True) as connection:
        if not _is(connection, "SELECT has_schema_privilege(%s, 'public', 'CREATE')", OWNER):
            _do(connection, sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(sql.Identifier(OWNER)))
        for role in SERVING:
            granted = "SELECT EXISTS (SELECT FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' "
            if not _is(connection, granted + "AND grantee = %s::regrole AND privilege_type = 'USAGE')", role):
                _do(connection, sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(role)))
        if _is(connection, "SELECT has_schema_privilege('public', 'public', 'USAGE, CREATE')"):
            _do(connection, sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))


def _refuse_powers(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    wrong = connection.execute(
        sql.SQL("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND ({}) ORDER BY 1").format(
            sql.SQL(" OR ").join(map(sql.Identifier, POWERS))
        ),
        [[APP, *SERVING]],
    ).fetchall()
    if wrong:
        names = ", ".join(str(row[0]) for row in wrong)
        raise EnvironmentLacks(
            f"The database's role {names} has powers that lead around the rules of access. As a superuser: ALTER "
            f"ROLE {names} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION;"
        )


def _lets_in(connection: psycopg.Connection[tuple[object, ...]], password: str) -> bool:
    """Tell whether `hustings_app` gets in with this password."""
    info = connection.info
    try:
        psycopg.connect(
            host=info.host, port=info.port, dbname=info.dbname, user=APP, password=password, connect_timeout=10
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _is(connection: psycopg.Connection[tuple[object, ...]], query: str, *values: object) -> bool:
    row = connection.execute(query.encode(), values).fetchone()
    return bool(row and row[0])


def _do(connection: psycopg.Connection[tuple[object, ...]], statement: sql.SQL | sql.Composed) -> None:
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        said = (
            "ALTER ROLE hustings_app PASSWORD '...'" if b"PASSWORD" in statement.as_bytes() else statement.as_string()
        )
        raise EnvironmentLacks(
            f"The user {connection.info.user} of HUSTINGS_DATABASE_URL may not do what is needed. Have an "
            f"administrator of the server run: {said};"
        ) from error
