"""The interface for programs: tokens narrow, cursors open nothing, every error has one shape."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_people import appoint, leave, organisation, person, sign_in

from hustings.apps.api_problem import CODES
from hustings.apps.database import WEB, in_role, moment, seat
from hustings.apps.items.actions import make_item
from hustings.apps.items.models import Item
from hustings.apps.people.find import seats
from hustings.apps.people.sessions import close, open_sessions
from hustings.apps.people.signin.models import SignedIn
from hustings.apps.tokens.actions import end_token, make_token
from hustings.apps.tokens.models import Token
from hustings.apps.tokens.scope import Scope
from hustings.policy.marking import Marking, Tlp


@pytest.fixture
def meridian(db):
    cache.clear()
    return organisation("Meridian")


def worker(name, at):
    made = person(name)
    made.appointment = appoint(made, at)
    (made.seat,) = seats(made, strong=True)
    return made


@pytest.fixture
def anna(meridian):
    return worker("Anna", meridian)


def token(of, *scopes, good_for=timedelta(days=30)):
    made, secret = make_token(name="test", scopes=scopes or tuple(Scope), good_for=good_for, by=of.seat)
    return made, secret


def bearing(secret):
    return Client(headers={"Authorization": f"Bearer {secret}"})


def note(by, title, tlp=Tlp.AMBER_STRICT, **named):
    owner = str(by.appointment.position.organisation_id)
    return make_item(
        kind="note", title=title, text=f"text of {title}", marking=Marking(tlp=tlp, owner=owner), by=by.seat, **named
    )


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "private, no-store"
    told = json.loads(answer.content)
    assert told["status"] == answer.status_code
    assert re.fullmatch("[0-9a-f]{32}", told["request"])
    assert told["type"] == f"/api/docs#{told['code']}"
    return told["code"]


def test_a_token_says_who_it_acts_for(anna):
    _, secret = token(anna, Scope.READ_ITEMS)
    told = bearing(secret).get("/api/me").json()
    assert (told["name"], told["organisation"], told["scopes"]) == ("Anna", "Meridian", ["read:items"])


def test_the_secret_is_told_once_and_kept_nowhere(anna):
    made, secret = token(anna)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM token t WHERE id = %s", [made.pk])
        assert secret not in cursor.fetchone()[0]


def test_nobody_is_answered_nothing(client, db):
    answer = client.get("/api/items")
    assert problem(answer) == "not_signed_in"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["hustings_wrong", "", "x", "hustings_" + "a" * 43])
def test_a_wrong_token_is_refused_even_beside_a_session(anna, given):
    client = Client()
    sign_in(client, anna)
    assert client.get("/api/me").status_code == 200
    assert problem(client.get("/api/me", headers={"Authorization": f"Bearer {given}"})) == "not_signed_in"


def test_a_token_is_for_its_scopes_only(anna):
    _, secret = token(anna, Scope.READ_FINDINGS)
    assert bearing(secret).get("/api/me").status_code == 200
    assert problem(bearing(secret).get("/api/items")) == "scope"


def ended(made, who, at):
    end_token(made, by=who.seat)


def left(made, who, at):
    leave(who.appointment)


def stamped(made, who, at):
    who.stamp = "00000000-0000-4000-8000-000000000001"
    who.save()


def closed(made, who, at):
    who.is_active = False
    who.save()


def expired(made, who, at):
    at(made.ends_at)


@pytest.mark.parametrize("happening", [ended, left, stamped, closed, expired])
def test_a_token_dies_with_what_it_stands_on(anna, at, happening):
    made, secret = token(anna)
    assert bearing(secret).get("/api/me").status_code == 200
    happening(made, anna, at)
    assert problem(bearing(secret).get("/api/me")) == "not_signed_in"


def test_a_token_stands_until_the_moment_before_its_end(anna, at):
    made, secret = token(anna, good_for=timedelta(days=365))
    at(made.ends_at - timedelta(microseconds=1))
    assert bearing(secret).get("/api/me").status_code == 200


@pytest.mark.parametrize("good_for", [timedelta(0), timedelta(days=365, microseconds=1)])
def test_a_token_ends_within_a_year(anna, good_for):
    with pytest.raises(ValueError, match="within a year"):
        token(anna, good_for=good_for)


def test_the_web_sees_the_tokens_of_its_seat_only(anna, meridian):
    mine, _ = token(anna)
    token(worker("Ben", meridian))
    with in_role(WEB):
        assert list(Token.objects.all()) == []
        seat(anna.appointment.pk, strong=True)
        assert list(Token.objects.all()) == [mine]


def test_the_web_ends_the_tokens_of_its_seat_only(anna, meridian):
    token(anna)
    token(worker("Ben", meridian))
    with in_role(WEB):
        seat(anna.appointment.pk, strong=True)
        assert Token.objects.update(ended_at=moment()) == 1


def test_the_web_makes_tokens_for_its_seat_only(anna, meridian):
    ben = worker("Ben", meridian)
    # By hand: the models read back what they write, which another rule refuses.
    bare = """INSERT INTO token (id, digest, appointment_id, stamp, name, prefix, scopes, ends_at)
        VALUES (gen_random_uuid(), %s, %s, gen_random_uuid(), 'x', 'x', '{export}', now() + interval '1 day')"""
    with in_role(WEB), connection.cursor() as cursor:
        seat(anna.appointment.pk, strong=True)
        cursor.execute(bare, ["a", anna.appointment.pk])
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(bare, ["b", ben.appointment.pk])


@pytest.mark.parametrize("of", ["position", "person"])
def test_closing_what_is_open_ends_sessions_and_tokens_unseen(anna, meridian, of):
    ben = worker("Ben", meridian)
    (_, hers), (_, his) = token(anna), token(ben)
    browser = Client()
    sign_in(browser, anna)
    browser.get("/account/seat/")
    with in_role(WEB):
        seat(ben.appointment.pk, strong=True)
        assert open_sessions(anna.appointment) == 2
        assert close(anna.appointment if of == "position" else anna) == 2
        assert open_sessions(anna.appointment) == 0
    assert problem(bearing(hers).get("/api/me")) == "not_signed_in"
    assert problem(browser.get("/api/me")) == "not_signed_in"
    assert bearing(his).get("/api/me").status_code == 200


def test_the_use_of_a_token_is_noted(anna):
    made, secret = token(anna)
    bearing(secret).get("/api/me")
    made.refresh_from_db()
    assert made.used_at == moment()


def test_a_program_ends_its_own_token(anna):
    _, secret = token(anna)
    assert bearing(secret).delete("/api/me/token").status_code == 204
    assert problem(bearing(secret).get("/api/me")) == "not_signed_in"


def test_a_session_does_not_change_anything_without_the_token_of_the_page(anna):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in_cookies(anna)
    assert strict.get("/api/me").status_code == 200
    assert problem(strict.delete("/api/me/token")) == "no_csrf_token"
    strict.get("/account/seat/")
    proof = {"X-CSRFToken": strict.cookies["csrftoken"].value}
    assert problem(strict.delete("/api/me/token", headers=proof)) == "conflict"


def signed_in_cookies(who):
    client = Client()
    sign_in(client, who)
    return client.cookies


def test_a_session_without_second_factor_is_nobody(meridian):
    ben = person("Ben", second_factor=False)
    appoint(ben, meridian)
    client = Client()
    client.post("/account/login/", {"login": ben.email, "password": "correct-horse-battery"})
    assert SignedIn.objects.get(person=ben).strong is False
    assert problem(client.get("/api/me")) == "not_signed_in"


def test_items_are_those_that_may_be_known(anna, meridian):
    other = worker("Jonas", organisation("Lab", "research"))
    mine, theirs = note(anna, "ours"), note(other, "theirs")
    program = bearing(token(anna)[1])
    assert [each["title"] for each in program.get("/api/items").json()["items"]] == ["ours"]
    assert program.get(f"/api/items/{mine.pk}").json()["text"] == "text of ours"
    hidden, never = (program.get(f"/api/items/{pk}") for pk in (theirs.pk, "00000000-0000-4000-8000-000000000001"))
    assert problem(hidden) == problem(never) == "not_known"
    assert {**hidden.json(), "request": ""} == {**never.json(), "request": ""}


def test_a_case_that_may_not_be_known_is_left_out(anna, meridian):
    other = worker("Jonas", organisation("Lab", "research"))
    case = note(other, "their case")
    inside = note(anna, "ours")
    type(inside).objects.filter(pk=inside.pk).update(case=case)
    told = bearing(token(anna)[1]).get(f"/api/items/{inside.pk}").json()
    assert told["case"] is None


def test_items_are_found_by_kind_and_words(anna):
    note(anna, "apples and pears")
    note(anna, "oranges")
    program = bearing(token(anna)[1])
    assert [each["title"] for each in program.get("/api/items?q=apples").json()["items"]] == ["apples and pears"]
    assert len(program.get("/api/items?kind=note").json()["items"]) == 2
    assert program.get("/api/items?kind=tip").json()["items"] == []


def walk(program, query):
    seen, cursor = [], ""
    while cursor is not None:
        told = program.get(f"/api/items?{query}{cursor and '&cursor=' + cursor}").json()
        seen += [each["title"] for each in told["items"]]
        cursor = told["next"]
    return seen


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
def test_pages_skip_nothing_and_repeat_nothing(anna, limit):
    for number in range(5):
        note(anna, f"note {number}")
    assert walk(bearing(token(anna)[1]), f"limit={limit}") == [f"note {number}" for number in (4, 3, 2, 1, 0)]


def test_items_of_one_moment_are_not_lost_between_pages(anna):
    label = note(anna, "note 0").label
    for number in range(1, 5):
        Item.objects.create(kind="note", title=f"note {number}", label=label, made_at=moment())
    assert sorted(walk(bearing(token(anna)[1]), "limit=2")) == [f"note {number}" for number in range(5)]


def test_attack_18_a_cursor_is_good_for_its_query_and_its_caller_alone(anna, meridian):
    ben = worker("Ben", meridian)
    for number in range(3):
        note(anna, f"note {number}")
    program = bearing(token(anna)[1])
    cursor = program.get("/api/items?limit=1&kind=note").json()["next"]
    assert program.get(f"/api/items?limit=2&kind=note&cursor={cursor}").status_code == 200
    assert problem(program.get(f"/api/items?limit=1&cursor={cursor}")) == "not_your_cursor"
    assert problem(program.get(f"/api/items?limit=1&kind=note&q=x&cursor={cursor}")) == "not_your_cursor"
    for other in (bearing(token(ben)[1]), bearing(token(anna)[1])):
        assert problem(other.get(f"/api/items?limit=1&kind=note&cursor={cursor}")) == "not_your_cursor"
    assert problem(program.get(f"/api/items?limit=1&kind=note&cursor={cursor[:-1]}x")) == "not_your_cursor"


def test_what_is_withdrawn_between_two_pages_is_not_on_the_second(anna):
    for number in range(3):
        note(anna, f"note {number}")
    program = bearing(token(anna)[1])
    cursor = program.get("/api/items?limit=1").json()["next"]
    leave(anna.appointment)
    assert problem(program.get(f"/api/items?limit=1&cursor={cursor}")) == "not_signed_in"


@pytest.mark.parametrize(
    ("method", "place", "code"),
    [
        ("get", "/api/items?limit=0", "not_valid"),
        ("get", "/api/items?limit=x", "not_valid"),
        ("get", "/api/items?q=%00", "not_valid"),
        ("get", "/api/items/not-an-id", "not_valid"),
        ("get", "/api/items?cursor=x", "not_your_cursor"),
        ("get", "/api/nothing", "not_known"),
        ("get", "/api/", "not_known"),
        ("post", "/api/items", "method"),
    ],
)
def test_every_error_has_one_shape(anna, method, place, code):
    answer = getattr(bearing(token(anna)[1]), method)(place)
    assert problem(answer) == code
    if code == "method":
        assert answer["Allow"] == "GET"


def test_too_many_calls_are_told_to_wait(anna, settings):
    settings.HUSTINGS_API_CALLS_A_MINUTE = 3
    program = bearing(token(anna)[1])
    assert [program.get("/api/me").status_code for _ in range(3)] == [200, 200, 200]
    answer = program.get("/api/me")
    assert problem(answer) == "too_many"
    assert answer["Retry-After"] == "60"


def test_guessing_tokens_is_slowed_down(db):
    answers = [bearing("hustings_guess").get("/api/me").status_code for _ in range(61)]
    assert answers[59:] == [401, 429]


def test_the_description_is_open_api_3_1_and_tells_every_error(client, db):
    told = client.get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    for path in told["paths"].values():
        for operation in path.values():
            assert {"401", "403", "404", "429"} <= set(operation["responses"])
    assert client.get("/api/docs").status_code == 200


def test_tokens_are_made_and_ended_on_their_page(anna):
    client = Client()
    sign_in(client, anna)
    page = client.post("/account/tokens/", {"name": "script", "scopes": ["read:items"], "days": 30}).content.decode()
    secret = re.search(r"hustings_[\w-]{43}", page).group(0)
    assert bearing(secret).get("/api/me").status_code == 200
    assert secret not in client.get("/account/tokens/").content.decode()
    made = Token.objects.get(appointment=anna.appointment)
    client.post(f"/account/tokens/{made.pk}/end/")
    assert bearing(secret).get("/api/me").status_code == 401


def test_nobody_ends_the_token_of_another(anna, meridian):
    made, _ = token(worker("Ben", meridian))
    client = Client()
    sign_in(client, anna)
    assert client.post(f"/account/tokens/{made.pk}/end/").status_code == 404
    made.refresh_from_db()
    assert made.ended_at is None


def test_the_reference_tells_every_code_of_an_error():
    text = (Path(__file__).parents[2] / "docs/reference/api.md").read_text()
    rows = re.findall(r"(?m)^\| (`.*`) \| (\d{3}) \|$", text)
    told = {name: int(status) for names, status in rows for name in re.findall("`(.*?)`", names)}
    assert told == {name: code.status for name, code in CODES.items()}


def test_no_two_shapes_of_the_interface_share_a_name():
    """A description knows shapes by their names: of two it would tell the one, and the other's callers wrongly."""
    from ninja import Schema

    found = {}
    open_ones = [Schema]
    while open_ones:
        for shape in open_ones.pop().__subclasses__():
            open_ones.append(shape)
            if shape.__module__.startswith("hustings."):
                found.setdefault(shape.__name__, set()).add(shape.__module__)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
    assert len(found) > 50
