"""Every page, partial, export, search, count and operation, as each person of the demo season and as a visitor.

What they saw is compared with what the oracle says they may know: nothing more anywhere, nothing less in the lists.
"""

import json
import random
import re
import sys
from collections import Counter, deque
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from installation import TEST, copy_of, point_to
from oracle import readable_ids

from hustings.apps.database import moment
from hustings.apps.items import models as items
from hustings.apps.people import models as people

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LINK = re.compile(r"""(?:(?:href|src|hx-get|action)="([^"#]+)|data-[a-z-]+="(/[^"#]*))""")
LEAVES = re.compile(r"^/(account/(log|provider|password|invitation)|static/)")
NAMES = ("anna ben carla dora emil farah george hanna ines jonas kira luis").split()
VISITOR = "a visitor"
PAGES = 15  # of each person in the quick run; all of them in the long one
# A sorted, filtered, paged table has more addresses than anybody can walk, and a season has hundreds of actors, so
# the long run stops at so many that are alike: see `Alike`.
ITEMS, OTHERS = 3, 20
ONE_OF_ITS_OWN = re.compile(r"<uuid:\w+>|<(item|finding|run)>")
# What is new in each answer: the form's token, and the name that an operator is told of a call.
NEW = re.compile(rb'(?:name="csrfmiddlewaretoken" value|"request"|csrf[^"]{0,20}"?)[=:] ?"?[^"]+"')
NEW_HEADERS = ("Set-Cookie", "X-Request-Name", "Expires")  # the last is the moment itself, where nothing is to be kept


@pytest.fixture(scope="module")
def season(postgres, seeded_database, django_db_setup, django_db_blocker):
    """A copy of the demo season, and what the oracle needs to know of it."""
    with django_db_blocker.unblock():
        copy_of(postgres, seeded_database, "hustings_crawl")
        point_to(postgres, "hustings_crawl")
        try:
            yield world_of_database()
        finally:
            point_to(postgres, TEST)


def world_of_database():
    """The rows of the database as the oracle reads them."""

    def rows(model, *fields, **renamed):
        found = []
        for row in model.objects.values(*fields, *renamed):
            plain = {renamed.get(name, name): value for name, value in row.items()}
            found.append({name: str(value) if isinstance(value, UUID) else value for name, value in plain.items()})
        return found

    def changes(model, *fields, **renamed):
        return rows(model, "at", "recorded_at", "state", *fields, **renamed)

    world = {
        "organisations": rows(people.Organisation, "id", "kind"),
        "organisation_changes": changes(people.OrganisationChange, "organisation"),
        "sites": rows(people.Site, "id"),
        "facility_changes": changes(people.FacilityChange, "site", "level", "safeguarding"),
        "persons": rows(people.Person, "id", is_active="enabled"),
        "citizenship_changes": changes(people.Citizenship, "person", "country"),
        "eligibility_changes": changes(people.EligibilityChange, "person", "level", "vetting"),
        "agreement_changes": changes(people.AgreementChange, "person", "kind", "until"),
        "positions": rows(people.Position, "id", "organisation", "site"),
        "position_changes": changes(people.PositionChange, "position", "roles", "level", "compartments"),
        "appointments": rows(people.Appointment, "id", "person", "position"),
        "appointment_changes": changes(people.AppointmentChange, "appointment"),
        "access_changes": changes(people.AccessChange, "appointment", "level"),
        "read_in_changes": changes(people.ReadInChange, "appointment", "compartment"),
        "groups": rows(items.SharingGroup, "id", "owner"),
        "member_changes": changes(items.SharingMember, "group", "organisation"),
        "labels": rows(
            items.Label,
            *("id tlp owner group permitted_organisations also level compartments releasable_to".split()),
            *("permitted_kinds need roles kept_here unknown withdrawn_at".split()),
        ),
        "items": rows(items.Item, "id", "label", "case", "made_by", "embargo_until", "kind", "title"),
        "grants": rows(
            items.NeedGrant, *("item appointment granted_by purpose starts_at ends_at withdrawn_at".split())
        ),
        "recusals": rows(items.Recusal, *("person item organisation starts_at ends_at".split())),
    }
    for label in world["labels"]:
        if label["permitted_organisations"] is not None:
            label["permitted_organisations"] = [str(key) for key in label["permitted_organisations"]]
    return world


def reader(name):
    """A browser of this person, and the appointment they act in."""
    browser = Client(raise_request_exception=False)
    if name == VISITOR:
        return browser, None
    person = people.Person.objects.get(email=f"{name}@demo.example")
    from hustings.apps.people.find import seats

    seat = seats(person, strong=True)[0]
    browser.force_login(person, backend="hustings.apps.people.signin.account.Backend")
    session = browser.session
    session["strong"] = True
    session["appointment"] = str(seat.id)
    session.save()
    return browser, str(seat.id)


class Eyes:
    """What somebody saw, and where they were not meant to."""

    def __init__(self, world, appointment):
        self.may = readable_ids(world, appointment, appointment is not None, moment())
        self.all = {item["id"]: item for item in world["items"]}
        known_titles = {item["title"] for item in world["items"] if item["id"] in self.may}
        self.titles = {
            item["title"]
            for item in world["items"]
            if item["id"] not in self.may and item["title"] not in known_titles and len(item["title"]) > 8
        }
        self.saw = set()
        self.leaks = []

    def look(self, where, answer, *, asked=()):
        """Take in what an answer says; ids that were asked for are no news."""
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = unescape(body.decode(errors="replace"))
        told = text + json.dumps(dict(answer.headers))
        seen = set(KEY.findall(told)) & set(self.all)
        self.saw |= seen & self.may
        self.leaks += [(where, key) for key in seen - self.may - set(asked)]
        self.leaks += [(where, title) for title in self.titles if title in text]
        assert answer.status_code < 500, (where, answer.status_code)
        return text


class Alike:
    """Which of the addresses that differ in little are visited, in the order in which pages lead to them.

    Every item at every route; every form of such an address (an export's `links.csv`) for ITEMS of them. Of addresses
    that name other things only (an entry of the log, a person), OTHERS. Of what is asked of a page, each question of
    one word (`?csv=links`, `?sort=title`) and each table's next page once for each route, and ITEMS of several words.
    """

    def __init__(self, items):
        self.items = items
        self.visited = Counter()

    def wants(self, url):
        """Whether to visit this one too; it then counts."""
        asked = urlsplit(url)
        at = route(asked.path)
        if asked.query:
            words = sorted((name, value.lstrip("-")) for name, value in parse_qsl(asked.query, keep_blank_values=True))
            if len(words) > 1:
                return self.first((at, "several words"), most=ITEMS)
            return self.first((at, *words[0])) if not words[0][0].endswith("page") else self.first((at, words[0][0]))
        named = tuple(key for key in KEY.findall(asked.path) if key in self.items)
        form = re.sub(r"/\d+(?=/)", "/NUMBER", KEY.sub("KEY", asked.path))
        first, few = self.first((at, named)), self.first((form,), most=ITEMS if named else OTHERS)
        return few or (first and named)

    def first(self, alike, most=1):
        """Whether this is the first of its kind, or among the first `most`."""
        self.visited[alike] += 1
        return self.visited[alike] <= most


def route(path):
    """The route that an address belongs to, as it is written; nothing where there is none."""
    try:
        return resolve(path).route
    except Resolver404:
        return None


def walk(browser, eyes, limit=None):
    """Follow links from the pages that need no id and from the items that may be known, each route as a partial too.

    Gives the addresses visited and the routes that any link led to.
    """
    starts = [
        "/" + path
        for path in routes()
        if "<" not in path and not LEAVES.match("/" + path) and not path.endswith(("end/", "streaming"))
    ]
    waiting = deque(["/", *sorted(starts), "/search/?q=a", "/api/openapi.json"])
    been, linked, alike = set(), set(), Alike(eyes.all)
    items = deque(sorted(eyes.may) if limit is None else [])
    answered = {}  # by kind: the routes that answered for the first item of this kind
    while (waiting or items) and (limit is None or len(been) < limit):
        if not waiting:
            key = items.popleft()
            kind = eyes.all[key]["kind"]
            asked = {path: "/" + re.sub(r"<[^>]+>", key, path) for path in answered.get(kind, routes_of_one())}
            waiting += [url for url in asked.values() if url not in been]
            if kind not in answered:
                answered[kind] = [path for path, url in asked.items() if browser.head(url).status_code != 404]
            continue
        url = waiting.popleft()
        if url in been or LEAVES.match(url):
            continue
        linked.add(route(urlsplit(url).path))
        if limit is None and not alike.wants(url):
            continue
        been.add(url)
        answer = browser.get(url)
        text = eyes.look(url, answer)
        if "html" in answer.headers.get("Content-Type", ""):
            if limit is not None or alike.first(("partial", route(urlsplit(url).path)), most=ITEMS):
                eyes.look(url + " as a partial", browser.get(url, headers={"HX-Request": "true"}))
            for told in LINK.findall(text):
                target = urlsplit(urljoin(url, "".join(told)))
                if not target.netloc and target.path.startswith("/"):
                    waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    return been, linked


def routes_of_one():
    """The routes that name one thing, which may be an item."""
    return [
        path
        for path in routes()
        if len(re.findall(r"<[^>]+>", path)) == 1 and ONE_OF_ITS_OWN.search(path) and not LEAVES.match("/" + path)
    ]


def routes():
    """Every address of the platform as it is written."""

    def inner(patterns, before=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from inner(pattern.url_patterns, before + str(pattern.pattern))
            else:
                yield before + str(pattern.pattern)

    return sorted(set(inner(get_resolver().url_patterns)))


def plain(answer, key):
    """What an answer says, without the id that was asked for and what is new in each answer."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name: value.replace(key, "KEY") for name, value in answer.headers.items() if name not in NEW_HEADERS}
    return answer.status_code, NEW.sub(b"", body.replace(key.encode(), b"KEY")), headers


def pages_of_the_api(browser, path, **query):
    """All items of a list that is read by its cursor."""
    cursor, found = None, []
    while True:
        answer = browser.get(path, {**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.content
        told = answer.json()
        found += told["items"]
        cursor = told["next"]
        if cursor is None:
            return found


READERS = [
    pytest.param(
        name, limit, marks=[pytest.mark.long] * (limit is None), id=f"{name}-{'all' if limit is None else limit}"
    )
    for limit in (PAGES, None)
    for name in ([*NAMES, VISITOR] if limit is None else ["anna", "ben", VISITOR])
]


@pytest.mark.parametrize(("name", "limit"), READERS)
def test_what_somebody_sees_is_what_the_oracle_lets_them_know(season, name, limit):
    browser, appointment = reader(name)
    eyes = Eyes(season, appointment)
    been, linked = walk(browser, eyes, limit)
    hidden = sorted(set(eyes.all) - eyes.may)
    for title in sorted(eyes.titles)[:5]:
        eyes.look(f"search for {title}", browser.get("/search/", {"q": title}), asked=[])
        eyes.look(f"suggest {title}", browser.get("/search/suggest/", {"q": title}))
    assert [leak for leak in eyes.leaks if not leak[0].startswith(("search for", "suggest"))] == []
    assert eyes.saw <= eyes.may
    if appointment is not None:
        listed = pages_of_the_api(browser, "/api/items", limit=200)
        assert {item["id"] for item in listed} == eyes.may
        for kind in {item["kind"] for item in season["items"]}:
            counted = pages_of_the_api(browser, "/api/items", limit=200, kind=kind)
            assert {item["id"] for item in counted} == {key for key in eyes.may if eyes.all[key]["kind"] == kind}
    by_kind = {}
    for key in hidden:
        by_kind.setdefault(eyes.all[key]["kind"], key)
    if limit is not None:
        by_kind = dict(sorted(by_kind.items())[:2])
    chance = random.Random(7)
    differences, asked = [], 0
    for path in routes_of_one() if by_kind else []:
        nowhere = str(UUID(int=chance.getrandbits(128), version=4))
        for method in (browser.get, browser.head):
            told = {
                kind: plain(method("/" + re.sub(r"<[^>]+>", key, path)), key)
                for kind, key in {None: nowhere, **by_kind}.items()
            }
            asked += len(told)
            differences += [(method.__name__, path, kind) for kind in by_kind if told[kind] != told[None]]
    assert differences == []
    if limit is None:
        visited = {route(urlsplit(url).path) for url in been}
        assert linked - visited == set()  # every route that a link led to has been visited
        sys.stdout.write(
            f"{name}: {len(been)} pages, {len(visited - {None})} of {len(routes())} routes, {len(eyes.saw)} of "
            f"{len(eyes.all)} items seen, {asked} questions about {len(by_kind)} hidden kinds; 0 differences\n"
        )


def test_the_walk_reaches_what_may_be_known(season):
    browser, appointment = reader("ben")
    eyes = Eyes(season, appointment)
    been, _ = walk(browser, eyes, 60)
    assert len(been) == 60
    assert len(eyes.saw) > 1
    assert len(eyes.may) < len(eyes.all)  # there is something to hide


def test_a_cursor_of_one_person_opens_nothing_of_another(season):
    anna, _ = reader("anna")
    ben, appointment = reader("ben")
    eyes = Eyes(season, appointment)
    first = anna.get("/api/items", {"limit": 1}).json()
    assert first["next"] is not None
    answer = ben.get("/api/items", {"limit": 200, "cursor": first["next"]})
    eyes.look("a foreign cursor", answer, asked=[])
    assert eyes.leaks == []


def test_the_oracle_and_the_bare_tables_agree_on_the_season(season):
    from hustings.apps import database
    from hustings.apps.database import WEB, in_role

    for name in [*NAMES, VISITOR]:
        _, appointment = reader(name)
        with in_role(WEB):
            if appointment is not None:
                database.seat(UUID(appointment), strong=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT id::text FROM item")
                bare = {row[0] for row in cursor.fetchall()}
        assert bare == readable_ids(season, appointment, appointment is not None, moment()), name
