"""No word of an object that could not be taken in stands in a log, an answer or a table that others read."""

import json
import logging
from uuid import uuid4

import pytest
from django.db import connection
from made_taxii import RED, TLP, World, note

from hustings.apps.blind_log import BlindFormatter
from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.models import Direction, Reaction, StixObject, Subscription
from hustings.apps.taxii.moving import move
from hustings.apps.taxii.reacting import react
from hustings.connectors.taxii.transport import Said
from hustings.exchange.request import Asked, Named
from hustings.exchange.stix.forms import write
from hustings.exchange.taxii.envelope import Malformed, objects_in

CANARY = "kanarienvogel"
# Where the words of an object stand under its own marking, and where its sender alone reads of it.
# A marking that nobody understands is kept as words, for whose sake nobody reads the object.
ITS_OWN = {"stix_object": {"raw"}, "item": {"title", "text", "search"}, "label": {"unknown"}}


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def logged(caplog, settings):
    """What the platform's own log would say by now, as the settings write it."""
    caplog.set_level(logging.DEBUG)
    written = settings.LOGGING["formatters"]["line"]
    assert written["class"].endswith("BlindFormatter")
    formatter = BlindFormatter(written["format"], style=written["style"])

    def lines():
        for row in caplog.records:
            row.exc_text = None  # what another formatter made of it
        return "\n".join(map(formatter.format, caplog.records))

    return lines


def everywhere():
    """Each column of each table that holds the word now, but for the object itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        found = set()
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" x WHERE position(%s IN (CASE WHEN pg_typeof(x."{column}") = \'bytea\'::regtype '
                           f"THEN encode(x.\"{column}\"::text::bytea, 'escape') ELSE x.\"{column}\"::text END)) > 0)", [CANARY])  # fmt: skip
            if cursor.fetchone()[0] and column not in ITS_OWN.get(table, ()):
                found.add((table, column))
    return found


def with_it_in(told, field):
    """The object with the word in one field, of whatever kind that is."""
    value = told[field]
    return told | {
        field: [CANARY, *value] if isinstance(value, list) else {CANARY: value} if isinstance(value, dict) else CANARY
    }


def asking(world):
    """A request for action that nobody here takes: its sender has no capacity."""
    return write(Asked(
        id=str(uuid4()), created=world.liaison.now, modified=world.liaison.now, sender=f"identity--{world.partner.pk}", receiver=f"identity--{world.host.pk}",
        capacity="platform", title="Remove it", text="It says Monday.", ground="Duty", matters=("named content",), action=True, legal_ground="Law", handling="Keep it",
        reason="Because", deadline=world.liaison.now, content=(Named(what="page", platform="meridian", name="17"),),
    ), [TLP + RED])  # fmt: skip


KINDS = {"note": lambda world: note(marks=(RED,), abstract="a", authors=["b"], labels=["c"], lang="en", created_by_ref=f"identity--{uuid4()}",
                                    external_references=[{"source_name": "d"}], extensions={}), "asked": asking}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_in_any_field_stands_in_no_log_no_answer_and_no_other_table(world, kind, logged):
    told = KINDS[kind](world)
    for field in told:
        if field in ("id", "type"):
            continue  # by these an answer speaks of the object
        given = with_it_in(told, field) | ({} if field == "id" else {"id": f"{told['type']}--{uuid4()}"})
        status = add_objects(world.collection, [json.dumps(given).encode()], by=world.account)
        assert CANARY not in json.dumps(status.details), field
    while react(again=False):
        pass
    assert kind == "note" or Reaction.objects.exclude(error="").exists()
    assert StixObject.objects.filter(raw__isnull=False).exists()
    assert everywhere() == set()
    assert CANARY not in logged()


@pytest.mark.parametrize(
    "content",
    [
        f'{{"objects": [{{}}], "{CANARY}": 1, "{CANARY}": 2}}', f'{{"objects": ["{CANARY}"]}}', f'{{"type": "{CANARY}"}}',
        f'{{"objects": [{{"type": "{CANARY}}}]}}', f'{CANARY}', f'{{"objects": [{{"a": {CANARY}}}]}}',
    ],
)  # fmt: skip
def test_an_envelope_that_cannot_be_read_is_not_repeated(content):
    with pytest.raises(Malformed) as refused:
        list(objects_in(content.encode()))
    assert CANARY not in str(refused.value)


def test_a_receiver_that_fails_with_the_objects_words_leaves_its_code_and_the_objects_id(world, monkeypatch, logged):
    from hustings.apps.taxii import receivers

    def trips(came, by):
        raise ValueError(bytes(came.raw).decode())

    monkeypatch.setattr(receivers, "RECEIVERS", {"note": {"trips": trips}})
    add_objects(world.collection, [note(CANARY, marks=(RED,))], by=world.account)
    assert react() == 0
    row = Reaction.objects.get()
    assert row.error == "ValueError"
    assert str(row.object_id) in logged()
    assert CANARY not in logged()
    assert everywhere() == set()


def test_what_a_partners_server_says_is_not_kept_nor_what_we_trip_over(world, logged):
    subscription = Subscription.objects.create(
        account=world.account.appointment, collection=world.collection, direction=Direction.POLL.value, url="https://partner.example/api/", remote="c",
    )  # fmt: skip

    def answers(status, body):
        return lambda asked: Said(status=status, headers={}, body=body.encode())

    def trips(asked):
        raise ValueError(CANARY)

    for transport in (
        answers(500, json.dumps({"title": CANARY, "error_code": f"{CANARY} again"})),
        answers(200, CANARY),
        trips,
    ):
        move(subscription.pk, transport)
        subscription.refresh_from_db()
        assert subscription.last_error
        assert CANARY not in subscription.last_error
    assert CANARY not in logged()


def test_an_error_is_told_by_its_code_and_its_places_and_so_is_what_it_came_of(logged):
    def deep():
        raise ValueError(CANARY)

    try:
        try:
            deep()
        except ValueError as error:
            raise Malformed(CANARY) from error
    except Malformed:
        logging.getLogger("x").exception("a thing failed")
    told = logged()
    assert "a thing failed" in told
    assert told.index("ValueError at ") < told.index("malformed at ")
    assert "test_taxii_canary.py:" in told
    assert CANARY not in told


def test_a_name_that_stands_twice_is_not_repeated(world):
    made = json.dumps(note())[:-1]
    content = f'{{"objects": [{made}, "{CANARY}": 1, "{CANARY}": 2}}]}}'
    status = add_objects(world.collection, objects_in(content.encode()), by=world.account)
    assert len(status.failures) == 1
    assert CANARY not in json.dumps(status.details)
