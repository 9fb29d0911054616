"""A vetted researcher reads exactly what two people opened, until its end, and every look is noted; nobody else reads any of it."""

import csv
import io
import json
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_door import acting, made_door, running
from made_people import appoint, person, sign_in

from hustings.apps import database
from hustings.apps.ads.models import Ad, Administrator, Page, Payer
from hustings.apps.audit.models import Text
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.library.expunging import ask_to_expunge, decide_expungement
from hustings.apps.library.models import Subject, Vetted, VettedLook, Vetting
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.vetted import actions
from hustings.apps.library.vetted.cut import Shut, cursor_of, export, place_in, read_cut
from hustings.apps.people.find import seat_for
from hustings.apps.permission import Refused
from hustings.errors import BadInput
from hustings.policy.vetting import Field, State

pytestmark = pytest.mark.django_db
ALL = [one.value for one in Field]
WHY = "The purpose needs them, and nothing public tells it."
WORDS = {
    "name": "Kim Lee", "institution": "University of Easthaven", "purpose": "Which instruments pay for several pages before the election?",
    "funding": "A public grant; no party, no platform, none.", "safeguards": "On one encrypted machine, by me alone, deleted after a year.",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(lasting):
    """Three ads that ran, one of them removed; a payer with a card; and Kim, who studies them."""
    door = made_door()
    door.ads = [running(door, number=str(one), text=f"More parks, says ad {one}.") for one in (1, 2, 3)]
    Payer.objects.update(issuing_country="XR", instrument="card 77")
    Administrator.objects.create(page=Page.objects.get(), fingerprint="f", country="XR", since=moment())
    Ad.objects.filter(pk=door.ads[1].pk).update(state="removed")
    publish_all()
    door.numbers = sorted((Subject.objects.get(source=ad.pk).number for ad in door.ads), reverse=True)
    door.kim = person("Kim")
    return door


@pytest.fixture
def door(made):
    cache.clear()
    return deepcopy(made)


@contextmanager
def researching(who):
    """As the web, for a person without a position."""
    with in_role(WEB):
        database.advertiser(who.pk)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                database.advertiser(None)  # a test is one transaction, whose settings would stay


def asked(door, *, who=None, query="q=parks", fields=ALL, days=90, **more):
    who = who or door.kim
    with researching(who):
        return actions.ask(
            person=who, organisation=door.company.pk, query=query, fields=fields, days=days, **(WORDS | more)
        )


def granted(door, **more):
    one = asked(door, **more)
    with acting(door.reviewer):
        actions.receive(one, found="The university's page names them and the grant.", by=door.reviewer)
    one.refresh_from_db()
    with acting(door.other):
        actions.decide(one, grant=True, reason=WHY, by=door.other)
    return one


def read(who, one, **more):
    with researching(who):
        return read_cut(one, **({"below": None, "most": 10, "way": "api"} | more))


def test_two_people_open_exactly_what_the_query_found_and_the_fields_that_were_asked(door):
    one = granted(door)
    rows, more = read(door.kim, one)
    assert ([row.number for row in rows], more) == (door.numbers, False)
    assert {key for row in rows for key in row.vetted} == set(ALL)
    removed = next(row for row in rows if row.body["hidden"] == "removed")
    assert removed.body["text"] == ""
    assert removed.vetted["removed creative"]["text"] == "More parks, says ad 2."
    other = next(row for row in rows if row.body["hidden"] == "")
    assert "removed creative" not in other.vetted
    assert (other.vetted["payer name"], other.vetted["issuing country"], other.vetted["administrator countries"]) == (
        "Citizens for Parks",
        "XR",
        ["XR"],
    )
    look = VettedLook.objects.get()
    assert (look.way, look.count, look.first, look.last, look.fields) == (
        "api",
        3,
        door.numbers[0],
        door.numbers[-1],
        sorted(ALL),
    )
    assert Text.objects.filter(name="purpose", text=WORDS["purpose"]).count() == 1


def test_an_instrument_has_one_mark_in_a_request_and_another_in_the_next(door):
    one, another = granted(door), granted(door)
    marks = {row.vetted["instrument"] for row in read(door.kim, one)[0]}
    others = {row.vetted["instrument"] for row in read(door.kim, another)[0]}
    assert len(marks) == len(others) == 1
    assert not marks & others
    assert "card 77" not in marks | others


def test_no_field_that_was_not_granted_is_told(door):
    one = granted(door, fields=["issuing country"])
    assert all(row.vetted == {"issuing country": "XR"} for row in read(door.kim, one)[0])
    with pytest.raises(Shut):
        read(door.kim, one, fields=["issuing country", "instrument"])


def test_pages_of_a_walk_give_every_ad_once_and_count_what_they_gave(door):
    one = granted(door)
    first, more = read(door.kim, one, most=2)
    assert ([row.number for row in first], more) == (door.numbers[:2], True)
    second, more = read(door.kim, one, most=2, below=first[-1].number)
    assert ([row.number for row in second], more) == (door.numbers[2:], False)
    assert list(VettedLook.objects.order_by("id").values_list("count", flat=True)) == [2, 1]


def test_what_is_published_later_is_in_no_cut(door):
    one = granted(door)
    running(door, number="9", text="More parks once more.")
    publish_all()
    assert [row.number for row in read(door.kim, one)[0]] == door.numbers
    narrow = granted(door, query="q=parks&hidden=removed")
    assert [row.number for row in read(door.kim, narrow)[0]] == [Subject.objects.get(source=door.ads[1].pk).number]


def owner(one, **values):
    Vetting.objects.filter(pk=one.pk).update(**values)


def test_the_database_asks_each_condition_itself(door):
    one = granted(door)
    assert read(door.kim, one)[0]
    lee = person("Lee")
    with pytest.raises(Shut):  # another researcher
        read(lee, one)
    with pytest.raises(Shut), acting(door.reviewer):  # who works at the platform, whatever their role
        read_cut(one, below=None, most=10, way="api")
    with pytest.raises(Shut), in_role(WEB):  # a visitor
        read_cut(one, below=None, most=10, way="api")
    with pytest.raises(Shut), acting(door.reviewer):  # who pretends to be both
        database.advertiser(door.kim.pk)
        read_cut(one, below=None, most=10, way="api")
    database.advertiser(None)
    before = Vetting.objects.values("until", "decided_by", "received_by").get(pk=one.pk)
    for change, back in (
        ({"until": moment()}, {"until": before["until"]}),
        ({"withdrawn_at": moment()}, {"withdrawn_at": None}),
    ):
        owner(one, **change)
        with pytest.raises(Shut):
            read(door.kim, one)
        owner(one, **back)
        assert read(door.kim, one)[0]
    twice = appoint(
        door.reviewer.person, door.company, "Second post", ("reviewer",)
    )  # one person in two positions is one person
    owner(one, decided_by=twice)
    with pytest.raises(Shut):
        read(door.kim, one)
    owner(one, decided_by=before["decided_by"])
    type(door.kim).objects.filter(pk=door.kim.pk).update(is_active=False)
    with pytest.raises(Shut):
        read(door.kim, one)


@pytest.mark.parametrize("state", ["asked", "received", "refused"])
def test_what_was_not_granted_opens_nothing(door, state):
    one = asked(door)
    if state != "asked":
        with acting(door.reviewer):
            actions.receive(one, found="The university's page names them, and the grant.", by=door.reviewer)
        one.refresh_from_db()
    if state == "refused":
        with acting(door.other):
            assert actions.decide(one, grant=False, reason="The funding is not told at all.", by=door.other) == 0
    with pytest.raises(Shut):
        read(door.kim, one)
    assert not VettedLook.objects.exists()


def test_who_received_it_does_not_decide_in_python_or_in_the_database(door):
    one = asked(door)
    with acting(door.other), pytest.raises(Refused):
        actions.decide(one, grant=True, reason=WHY, by=door.other)
    with acting(door.reviewer):
        actions.receive(one, found="The university's page names them, and the grant.", by=door.reviewer)
    one.refresh_from_db()
    with acting(door.reviewer), pytest.raises(Refused):
        actions.decide(one, grant=True, reason=WHY, by=door.reviewer)
    for seat in (door.reviewer, door.verifier):
        with (
            acting(seat),
            pytest.raises(DatabaseError, match=r"another person|reviewer"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT library_vetting_decide(%s, true, 'x', 1, '{}')", [one.pk])
    both = seat_for(appoint(door.kim, door.company, "Kim's post", ("reviewer",)), strong=True)
    with acting(both), pytest.raises(BadInput, match="your own"):
        actions.decide(one, grant=True, reason=WHY, by=both)
    with (
        acting(both),
        pytest.raises(DatabaseError, match="another person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT library_vetting_decide(%s, true, 'x', 1, '{}')", [one.pk])
    assert not Vetted.objects.exists()


def test_another_organisation_neither_sees_nor_decides_it_and_opens_none_of_its_ads(door):
    from made_people import organisation

    one = asked(door)
    elsewhere = organisation("Elsewhere", "company")
    theirs = [seat_for(appoint(person(name), elsewhere, name, ("reviewer",)), strong=True) for name in ("Una", "Val")]
    with acting(theirs[0]):
        assert not Vetting.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT library_vetting_receive(%s, 'x')", [one.pk])
    Vetting.objects.filter(pk=one.pk).update(held_by=elsewhere)
    one.refresh_from_db()
    with acting(theirs[0]):
        actions.receive(one, found="The university's page names them, and the grant.", by=theirs[0])
    one.refresh_from_db()
    with acting(theirs[1]):
        assert actions.decide(one, grant=True, reason=WHY, by=theirs[1]) == 0
    assert read(door.kim, one)[0] == []


@pytest.mark.parametrize("sql", [
    "UPDATE library_vetting SET outcome = 'granted'",
    "UPDATE library_vetting SET until = until + interval '9 years'",
    "UPDATE library_vetting SET fields = '{instrument}'",
    "DELETE FROM library_vetting",
    "INSERT INTO library_vetted (vetting_id, number) SELECT id, 1 FROM library_vetting",
    "SELECT * FROM library_vetted",
    "DELETE FROM library_vetted_look",
    "INSERT INTO library_vetted_look (vetting_id, at, way, fields, count) SELECT id, now(), 'api', '{}', 1 FROM library_vetting",
])  # fmt: skip
def test_the_web_writes_none_of_it(door, sql):
    granted(door)
    for acts in (acting(door.other), researching(door.kim)):
        with acts, pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_nobody_hands_in_a_request_in_anothers_name_or_already_granted(door):
    one = asked(door)
    columns = "held_by_id, name, institution, purpose, funding, safeguards, query, fields, until, found, reason, withdrawn_why, salt, token"
    for who, outcome in ((person("Lee").pk, ""), (door.kim.pk, "granted")):
        with researching(door.kim), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO library_vetting (id, person_id, outcome, {columns}) SELECT gen_random_uuid(), %s, %s, {columns} "
                "FROM library_vetting WHERE id = %s", [who, outcome, one.pk],
            )  # fmt: skip


def test_a_withdrawal_ends_a_file_that_is_being_sent_at_its_next_portion(door, monkeypatch):
    from hustings.apps.library.vetted import cut

    monkeypatch.setattr(cut, "PORTION", 1)
    one = granted(door)
    parts = export(one, form="jsonl")
    assert json.loads(next(parts))["number"] == door.numbers[0]
    with acting(door.reviewer):
        actions.withdraw(one, reason="The grant of the university was ended.", by=door.reviewer)
    with pytest.raises(Shut):
        next(parts)
    database.advertiser(None)


def test_a_cursor_of_another_request_or_of_nobody_is_none(door):
    one, another = granted(door), granted(door)
    good = cursor_of(one.pk, door.numbers[0])
    assert place_in(one.pk, good) == door.numbers[0]
    assert place_in(another.pk, good) is None
    assert place_in(one.pk, good[:-1] + ("A" if good[-1] != "A" else "B")) is None
    assert place_in(one.pk, "x") is None


def test_what_was_expunged_is_in_no_cut(door):
    one = granted(door)
    payer = Subject.objects.get(kind="payer").number
    gone = Subject.objects.get(source=door.ads[0].pk).number
    for number in (gone, payer):
        with acting(door.reviewer):
            wanted = ask_to_expunge(
                number, ground="court order", reference="1", words="A court ordered it.", by=door.reviewer
            )
        with acting(door.other):
            decide_expungement(wanted, agree=True, by=door.other)
        rows = read(door.kim, one)[0]
        assert gone not in [row.number for row in rows]
    assert rows == []  # with the payer goes every ad that names it


def test_everything_that_is_missing_is_named_at_once(door):
    with pytest.raises(BadInput) as error:
        asked(door, query="", fields=["instrument", "homes"], days=400, purpose="x", name=" ")
    assert [problem.where for problem in error.value.problems] == ["name", "purpose", "query", "fields", "days"]


def test_a_query_that_asks_for_nothing_or_too_much_opens_nothing(door, monkeypatch):
    with pytest.raises(BadInput, match="query"):
        asked(door, query="sort=spend")
    monkeypatch.setattr(actions, "MOST", 2)
    with pytest.raises(BadInput, match="too much"):
        granted(door)


def client_of(who):
    client = Client()
    sign_in(client, who)
    return client


FORM = WORDS | {"query": "http://localhost/library/?q=parks", "wanted": ["instrument", "payer name"], "days": "30"}


def test_from_the_form_to_the_file_through_the_pages(door):
    visitor, kim, rae, ola, vik = (
        Client(),
        client_of(door.kim),
        *(client_of(seat.person) for seat in (door.reviewer, door.other, door.verifier)),
    )
    assert b"What can be asked for" in visitor.get("/library/vetted/").content
    assert visitor.get("/library/vetted/ask/").status_code == 302
    assert rae.get("/library/vetted/ask/").status_code == 403
    form = FORM | {"organisation": str(door.company.pk)}
    assert kim.post("/library/vetted/ask/", form | {"purpose": "x"}).status_code == 422
    there = kim.post("/library/vetted/ask/", form)["Location"]
    one = Vetting.objects.get()
    assert "Nothing is open" in kim.get(there).content.decode()
    assert kim.get(f"{there}file.jsonl").status_code == 404
    desk = f"/library/vetting/{one.pk}/"
    assert (visitor.get(desk).status_code, vik.get(desk).status_code) == (302, 403)
    assert b"University of Easthaven" in rae.get("/library/vetting/").content
    said = {"reason": "The university's page names them and the grant."}
    rae.post(f"{desk}step/", {"move": "receive"} | said)
    assert b"another person has to" in rae.get(desk).content
    assert rae.post(f"{desk}step/", {"move": "grant"} | said).status_code == 403
    assert b"it would open 3 ads" in ola.get(desk).content
    ola.post(f"{desk}step/", {"move": "grant"} | said)
    page = kim.get(there).content.decode()
    assert "Citizens for Parks" in page
    lines = b"".join(kim.get(f"{there}file.jsonl").streaming_content).decode().splitlines()
    assert [json.loads(line)["number"] for line in lines] == door.numbers
    table = list(csv.DictReader(io.StringIO(b"".join(kim.get(f"{there}file.csv").streaming_content).decode())))
    assert [int(row["number"]) for row in table] == door.numbers
    assert {"instrument", "payer name"} <= set(table[0])
    assert "issuing country" not in table[0]
    assert b"jsonl" in ola.get(desk).content
    lee = client_of(person("Lee"))
    assert (lee.get(there).status_code, lee.get(f"{there}file.csv").status_code, rae.get(there).status_code) == (
        404,
        404,
        403,
    )
    assert visitor.get("/api/library/vetted/counts").json() == {
        "asked": 1,
        "granted": 1,
        "refused": 0,
        "withdrawn": 0,
        "open": 0,
    }
    rae.post(f"{desk}step/", {"move": "withdraw", "reason": "The grant of the university was ended."})
    assert "opens nothing any more" in kim.get(there).content.decode()
    assert kim.get(f"{there}file.jsonl").status_code == 404
    assert Vetting.objects.get().withdrawn_by == door.reviewer.appointment


def bearer(secret):
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def test_a_program_reads_by_a_token_that_ends_with_the_request(door):
    one, another = granted(door), granted(door, fields=["instrument"])
    with researching(door.kim):
        secret = actions.make_token(one)
    client, there = Client(), f"/api/library/vetted/{one.pk}"
    assert client.get(there).status_code == 401
    assert client.get(there, **bearer("hustings_vetted_x")).status_code == 401
    first = client.get(f"{there}?limit=2", **bearer(secret)).json()
    rest = client.get(f"{there}?limit=2&cursor={first['next']}", **bearer(secret)).json()
    assert [row["number"] for row in first["items"] + rest["items"]] == door.numbers
    assert (rest["next"], first["at"], rest["at"]) == (None, one.place, one.place)
    assert first["items"][0]["vetted"]["issuing country"] == "XR"
    narrow = client.get(f"{there}?field=issuing country", **bearer(secret)).json()
    assert narrow["items"][0]["vetted"] == {"issuing country": "XR"}
    other = client.get(f"/api/library/vetted/{another.pk}?cursor={first['next']}", **bearer(secret))
    assert (other.status_code, other.json()["code"]) == (404, "not_known")
    forged = client.get(f"{there}?cursor={first['next'][:-2]}", **bearer(secret))
    assert (forged.status_code, forged.json()["code"]) == (409, "not_your_cursor")
    whole = client.get(f"{there}/export/jsonl", **bearer(secret))
    assert len(b"".join(whole.streaming_content).splitlines()) == 3
    owner(one, withdrawn_at=moment())
    assert client.get(there, **bearer(secret)).status_code == 401


def test_a_session_is_told_which_conditions_fail(door):
    one, kim = granted(door, fields=["instrument"]), client_of(door.kim)
    there = f"/api/library/vetted/{one.pk}"
    assert kim.get(there).status_code == 200
    assert kim.get(f"{there}?field=payer name").json()["conditions"] == ["fields"]
    owner(one, until=moment() - timedelta(seconds=1))
    assert kim.get(there).json()["conditions"] == ["in time"]
    assert kim.get(f"{there}/export/csv").status_code == 403
    owner(one, withdrawn_at=moment())
    assert kim.get(there).json()["conditions"] == ["in time", "not withdrawn"]
    assert client_of(person("Lee")).get(there).status_code == 404
    assert client_of(door.reviewer.person).get(there).status_code == 401


def test_who_asked_takes_it_back(door):
    one, kim = granted(door), client_of(door.kim)
    kim.post(f"/library/vetted/{one.pk}/end/")
    one.refresh_from_db()
    assert actions.standing(one, moment()) is State.WITHDRAWN
    with pytest.raises(Shut):
        read(door.kim, one)
