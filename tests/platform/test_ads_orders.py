"""The turn of orders to who shows ads: whoever asks by the last number misses none, however late one becomes visible."""

import psycopg
import pytest
from installation import copy_of


@pytest.fixture
def place(postgres, empty_database):
    """A database of its own, so that what commits is seen by others; gives the owner's address and two ads."""
    name = "turn_of_orders"
    copy_of(postgres, empty_database, name)
    dsn = postgres.dsn("hustings_owner", name)
    with psycopg.connect(dsn, autocommit=True) as owner:
        ads = made_ads(owner)
    yield dsn, ads
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def made_ads(owner):
    """Two ads; what the column does not say for itself is empty."""
    return [filled(owner, "ad", archive="api", number=number, held_by_id=filled(owner, "organisation", name=f"Door {number}"))
            for number in "12"]  # fmt: skip


EMPTY = {
    "uuid": None,
    "text": "",
    "character varying": "",
    "jsonb": "{}",
    "ARRAY": "{}",
    "integer": 1,
    "bigint": 0,
    "boolean": False,
}


def filled(owner, table, **given):
    """A row with what is given and something in each column that must not be empty; gives its key."""
    rows = owner.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
        "AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'", [table]
    ).fetchall()  # fmt: skip
    values = {name: EMPTY[kind] for name, kind in rows if name != "id"} | given
    names = ", ".join(["id", *values])
    places = ", ".join(["gen_random_uuid()", *["%s"] * len(values)])
    return owner.execute(
        f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", list(values.values())
    ).fetchone()[0]


ORDER = "INSERT INTO ad_order (ad_id, \"order\", why) VALUES (%s, %s, 'x')"


def asked(reader, after):
    """What somebody who polls is told, in turn."""
    return reader.execute(
        'SELECT number, ad_id, "order" FROM ad_order WHERE number > %s ORDER BY number', [after]
    ).fetchall()


def test_an_order_that_becomes_visible_late_is_not_passed_by(place):
    dsn, (one, two) = place
    with psycopg.connect(dsn) as slow, psycopg.connect(dsn) as quick, psycopg.connect(dsn, autocommit=True) as reader:
        slow.execute(ORDER, [one, "stop"])
        quick.execute(ORDER, [two, "show"])
        quick.commit()
        (first,) = asked(reader, 0)
        assert first[1:] == (two, "show")
        slow.commit()
        (second,) = asked(reader, first[0])
        assert second[1:] == (one, "stop")
        assert asked(reader, second[0]) == []


def test_orders_of_one_transaction_keep_their_order(place):
    dsn, (one, two) = place
    with psycopg.connect(dsn) as writer, psycopg.connect(dsn, autocommit=True) as reader:
        for ad, order in ((one, "show"), (two, "show"), (one, "stop")):
            writer.execute(ORDER, [ad, order])
        writer.commit()
        assert [row[1:] for row in asked(reader, 0)] == [(one, "show"), (two, "show"), (one, "stop")]
