"""Fetching from partners' servers and bringing to them: medallion, our own, and one that forgets; the link cut at random."""

import json
import random
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from made_taxii import AMBER, RED, World, note

from hustings.apps.taxii import moving
from hustings.apps.taxii.actions import add_objects, publish
from hustings.apps.taxii.keeping import allow_organisation, make_account, make_collection, pause, resume, subscribe
from hustings.apps.taxii.models import Account, Direction, Entry, StixObject, Subscription
from hustings.apps.taxii.moving import due, move
from hustings.connectors.taxii.client import Client
from hustings.connectors.taxii.transport import Said, TaxiiFailed, over_http
from hustings.errors import BadInput
from hustings.exchange.taxii.instant import instant, said

OVER_LOOPBACK = over_http({"127.0.0.1", "localhost"})


@pytest.fixture
def world(db, monkeypatch):
    monkeypatch.setattr(moving, "LIMIT", 5)
    return World()


def subscribed(world, direction, url, remote, username="", secret=""):
    account = Account.objects.get(appointment=world.account.appointment)
    return subscribe(
        world.collection, account, direction, url=url, remote=remote, username=username, secret=secret, by=world.liaison
    )


def standing(world):
    return list(
        Entry.objects.filter(collection=world.collection).order_by("date_added").values_list("stix_id", flat=True)
    )


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def medallion(monkeypatch):
    """The reference server, with an empty collection, on a port of loopback."""
    from flask import Flask
    from medallion import handle_backend_error, handle_error, handle_processing_error, register_blueprints, set_config
    from medallion.backends import memory_backend
    from medallion.exceptions import BackendError, ProcessingError

    monkeypatch.setattr(memory_backend.SessionChecker, "start", lambda self: None)
    app = Flask("medallion")
    for kind, handler in (
        (500, handle_error),
        (ProcessingError, handle_processing_error),
        (BackendError, handle_backend_error),
    ):
        app.register_error_handler(kind, handler)
    key = str(uuid4())
    set_config(app, "users", {"users": {"user": "pass"}})
    set_config(app, "taxii", {"taxii": {"max_page_size": 100}})
    back = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}
    set_config(app, "backend", {"backend": back})
    app.medallion_backend.data = {
        "/discovery": {"title": "T", "default": "/warnings/", "api_roots": ["/warnings/", "/other/"]},
        "warnings": {
            "information": {"title": "R", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 4000},
            "status": [],
            "collections": [{"id": key, "title": "C", "can_read": True, "can_write": True, "objects": [], "manifest": [],
                             "media_types": ["application/stix+json;version=2.1"]}],
        },
    }  # fmt: skip
    register_blueprints(app)
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    app.key, app.url = key, f"http://127.0.0.1:{server.server_port}"
    app.client = Client(transport=OVER_LOOPBACK, username="user", secret="pass")
    app.held = app.medallion_backend.data["warnings"]["collections"][0]["objects"]
    yield app
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_a_client_finds_its_way(medallion):
    assert medallion.client.roots(f"{medallion.url}/taxii2") == [
        f"{medallion.url}/warnings/",
        f"{medallion.url}/other/",
    ]
    assert medallion.client.largest(f"{medallion.url}/warnings") == 4000
    (collection,) = medallion.client.collections(f"{medallion.url}/warnings/")
    assert collection["id"] == medallion.key
    with pytest.raises(TaxiiFailed, match="401"):
        Client(transport=OVER_LOOPBACK).roots(f"{medallion.url}/taxii2/")


def test_all_that_medallion_has_arrives_once(world, medallion):
    made = [note() for _ in range(13)]
    for part in (made[:2], made[2:9], made[9:]):
        medallion.client.add(f"{medallion.url}/warnings/", medallion.key, [json.dumps(each).encode() for each in part])
    made += [made[3] | {"modified": "2026-05-01T00:00:00.000Z"}]
    medallion.client.add(f"{medallion.url}/warnings/", medallion.key, [json.dumps(made[-1]).encode()])
    subscription = subscribed(world, Direction.POLL, f"{medallion.url}/warnings/", medallion.key, "user", "pass")
    assert move(subscription.pk, OVER_LOOPBACK) == 14
    assert sorted(standing(world)) == sorted(each["id"] for each in made)
    assert move(subscription.pk, OVER_LOOPBACK) == 0
    assert {row.received_from_id for row in StixObject.objects.all()} == {world.partner.pk}


def test_what_is_brought_to_medallion_is_what_the_partner_may_read(world, medallion):
    ours = [note("x" * 900) for _ in range(12)]
    publish(world.collection, ours, by=world.liaison)
    publish(world.collection, [note(marks=(AMBER,)), note(marks=(RED,)), note(marks=(str(uuid4()),))], by=world.liaison)
    add_objects(world.collection, [note()], by=world.account)  # of the partner itself
    subscription = subscribed(world, Direction.PUSH, f"{medallion.url}/warnings/", medallion.key, "user", "pass")
    assert move(subscription.pk, OVER_LOOPBACK) == 12
    assert medallion.held == ours
    assert move(subscription.pk, OVER_LOOPBACK) == 0
    later = note()
    publish(world.collection, [later], by=world.liaison)
    assert move(subscription.pk, OVER_LOOPBACK) == 1
    assert medallion.held[-1] == later


class Killed(BaseException):
    """The process is gone."""


class Cut:
    """A link that is cut before a request arrives, or after it was answered; and a process killed there."""

    def __init__(self, seed, over=OVER_LOOPBACK, often=0.3):
        self.chance, self.over, self.often = random.Random(seed), over, often

    def breaks(self):
        if self.chance.random() < self.often:
            raise self.chance.choice([TaxiiFailed("cut"), Killed()])

    def __call__(self, asked):
        self.breaks()
        answer = self.over(asked)
        self.breaks()
        return answer


def until_all_is_moved(subscription, link):
    """Run it again and again, as the worker does."""
    for _ in range(400):
        try:
            move(subscription.pk, link)
        except Killed:
            continue
        if not Subscription.objects.get(pk=subscription.pk).last_error:
            return
    raise AssertionError("it never arrives")


@pytest.fixture
def killed_while_writing(monkeypatch):
    """The process may end when a page is written, before it stands."""
    chance = random.Random(7)
    real = moving.add_objects

    def add(*given, **named):
        status = real(*given, **named)
        if chance.random() < 0.3:
            raise Killed
        return status

    monkeypatch.setattr(moving, "add_objects", add)


class Forgetful:
    """A server in memory that gives all objects of one request one moment, and perhaps no `next`, or forgets it."""

    def __init__(self, batches, chance, *, gives_next):
        start = datetime(2026, 1, 1, tzinfo=UTC)
        self.rows = [
            (start + timedelta(seconds=number), each) for number, batch in enumerate(batches) for each in batch
        ]
        self.chance, self.gives_next, self.places = chance, gives_next, {}

    def __call__(self, asked):
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked.url).query).items()}
        after, limit = query.get("added_after"), int(query["limit"])
        rows = [row for row in self.rows if after is None or row[0] > instant(after)]
        start = 0
        if "next" in query:
            if query["next"] not in self.places or self.chance.random() < 0.2:
                return Said(status=400, body=b'{"title": "no such next"}')
            start = self.places[query["next"]]
        page, more = rows[start : start + limit], len(rows) > start + limit
        told = {"objects": [each for _, each in page]} if page else {}
        if more:
            told["more"] = True
            if self.gives_next:
                told["next"] = str(uuid4())
                self.places[told["next"]] = start + limit
        headers = {"x-taxii-date-added-last": said(page[-1][0])} if page else {}
        return Said(status=200, headers=headers, body=json.dumps(told).encode())


@pytest.mark.parametrize("gives_next", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_at_a_server_of_coarse_moments_that_forgets(world, killed_while_writing, seed, gives_next):
    chance = random.Random(seed)
    batches = [[note() for _ in range(chance.randint(1, 9 if gives_next else 4))] for _ in range(8)]
    server = Forgetful(batches, chance, gives_next=gives_next)
    subscription = subscribed(world, Direction.POLL, "https://partner.example/warnings/", "c")
    until_all_is_moved(subscription, Cut(seed, server, often=0.2))
    assert standing(world) == [each["id"] for batch in batches for each in batch]


def there(site):
    """A rig on another installation: its address, first account, and a collection to read and write."""
    told = json.loads(site.run("from hustings.apps.taxii.rig import make_rig\nimport json\n"
                               f"print(json.dumps(make_rig({site.url!r})))").splitlines()[-1])  # fmt: skip
    account = told["accounts"][0]
    client = Client(transport=OVER_LOOPBACK, username=account["username"], secret=account["password"])
    return told["api_root"], told["collections"]["read-write"]["id"], account, client


def two_installations(world, site, seed, many):
    """Bring and fetch over a link that is cut and by processes that are killed; then see that each share arrived once."""
    root, remote, account, client = there(site)
    login = (account["username"], account["password"])
    theirs = [
        each["id"] for _, each in client.page(root, remote, limit=1000, filters={"match[version]": "all"}).objects
    ]
    fetching = subscribed(world, Direction.POLL, root, remote, *login)
    until_all_is_moved(fetching, Cut(seed))
    assert standing(world) == theirs
    open_ones, hidden = [note() for _ in range(many)], [note(marks=(mark,)) for mark in (AMBER, RED, str(uuid4()))]
    chance = random.Random(seed)
    every = open_ones + hidden
    chance.shuffle(every)
    bringing = subscribed(world, Direction.PUSH, root, remote, *login)
    while every:
        some, every = every[:7], every[7:]
        publish(world.collection, some, by=world.liaison)
        until_all_is_moved(bringing, Cut(chance.random()))
    found = client.page(root, remote, limit=10_000, filters={"match[version]": "all"}).objects
    arrived = [told["id"] for _, told in found][len(theirs) :]
    order = [key for key in standing(world) if key in {each["id"] for each in open_ones}]
    assert arrived == order
    assert len(set(arrived)) == many
    # What comes back is ours already.
    before = StixObject.objects.count()
    until_all_is_moved(fetching, Cut(seed))
    assert {row.stix_id for row in StixObject.objects.all()} == {*theirs, *arrived, *(each["id"] for each in hidden)}
    assert StixObject.objects.count() == before
    for each in hidden:
        assert not any(told["id"] == each["id"] for _, told in found)


def test_two_installations_over_a_link_that_is_cut(world, site, killed_while_writing):
    two_installations(world, site, 3, 12)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 20))
def test_two_installations_many_times(world, site, killed_while_writing, seed):
    two_installations(world, site, seed, 200)


def failing(status, **headers):
    return lambda asked: Said(status=status, headers=headers, body=b'{"title": "not now", "error_code": "busy"}')


def test_failures_back_off_and_a_server_may_ask_for_longer(world):
    subscription = subscribed(world, Direction.POLL, "https://partner.example/warnings/", "c")
    waits = []
    for number in range(9):
        move(subscription.pk, failing(503))
        subscription.refresh_from_db()
        assert subscription.failures == number + 1
        waits.append(subscription.next_at)
    steps = [round((later - waits[0]).total_seconds()) for later in waits]
    assert steps == [0, 30, 90, 210, 450, 930, 1890, 3570, 3570]
    assert "503" in subscription.last_error
    assert "(busy)" in subscription.last_error
    assert "not now" not in subscription.last_error, "a server may repeat what was brought to it"
    assert due() == []
    move(subscription.pk, failing(429, **{"retry-after": "7200"}))
    subscription.refresh_from_db()
    assert round((subscription.next_at - waits[0]).total_seconds()) == 7200 - 30


def test_a_subscription_may_pause_and_go_on(world):
    subscription = subscribed(world, Direction.POLL, "https://partner.example/warnings/", "c")
    assert due() == [subscription.pk]
    pause(subscription, by=world.liaison)
    assert due() == []
    assert move(subscription.pk, failing(500)) == 0
    resume(subscription, by=world.liaison)
    assert due() == [subscription.pk]
    assert move(subscription.pk, lambda asked: Said(status=200, body=b"{}")) == 0
    subscription.refresh_from_db()
    assert (subscription.failures, subscription.last_error) == (0, "")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"objects": [1]}', b'{"objects": [', b"\xff"])
def test_an_answer_that_cannot_be_read_is_a_failure(world, body):
    subscription = subscribed(world, Direction.POLL, "https://partner.example/warnings/", "c")
    assert move(subscription.pk, lambda asked: Said(status=200, body=body)) == 0
    subscription.refresh_from_db()
    assert subscription.last_error


@pytest.mark.parametrize(
    "url", ["http://partner.example/warnings/", "https://127.0.0.1/", "https://10.0.0.1/", "ftp://x/", "https://[::1]/"]
)
def test_nothing_is_asked_without_tls_nor_of_the_own_network(url):
    with pytest.raises(TaxiiFailed):
        Client(transport=over_http()).roots(url)


def test_secrets_are_kept_closed(world):
    subscription = subscribed(world, Direction.POLL, "https://partner.example/warnings/", "c", "us", "very secret")
    seen = []
    move(subscription.pk, lambda asked: seen.append(asked.headers["Authorization"]) or Said(status=200, body=b"{}"))
    assert seen == ["Basic dXM6dmVyeSBzZWNyZXQ="]
    assert b"very secret" not in bytes(Subscription.objects.get().secret)


def test_what_is_wrong_with_a_subscription_is_told_at_once(world):
    account = make_account(world.third, "third", by=world.liaison)
    with pytest.raises(BadInput) as error:
        subscribe(world.collection, account, Direction.POLL, url="nothing", remote="", by=world.liaison)
    assert [problem.where for problem in error.value.problems] == ["url", "remote", "account"]


def test_keeping_asks_who_may(world):
    from hustings.apps.permission import NotKnown, Refused

    with pytest.raises(Refused):
        make_collection("Mine", by=world.account)
    mine = make_collection("Mine", alias="mine", by=world.liaison)
    with pytest.raises(BadInput):
        make_collection("Mine", alias="mine", by=world.liaison)
    from made_taxii import seat_at

    stranger = seat_at(world.third, "Stranger", "liaison")
    with pytest.raises(NotKnown):
        allow_organisation(mine, world.third, can_read=True, can_write=True, by=stranger)
