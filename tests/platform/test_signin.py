"""Signing in: two factors, one position a session, no word about which accounts exist."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_people import SECRET, Codes, appoint, give_password, heading, leave, organisation, person, sign_in

from hustings.apps.database import WEB, in_role, moment
from hustings.apps.database import seat as sit_as
from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin.invitation import invite, link
from hustings.apps.people.signin.models import Invitation, InvitationKind, SignedIn
from hustings.apps.people.signin.one_time_code import PERIOD, code, counter_of


@pytest.fixture
def meridian(db):
    cache.clear()
    return organisation("Meridian")


@pytest.fixture
def anna(meridian):
    made = person("Anna")
    made.appointment = appoint(made, meridian)
    return made


def seat(client: Client):
    return seat_of(client.get("/account/seat/").wsgi_request)


def test_a_password_alone_signs_nobody_in(client, anna):
    answer = give_password(client, anna.email)
    assert answer.url == "/account/second/"
    assert seat_of(client.get("/").wsgi_request) is None
    assert not SignedIn.objects.exclude(person=None).exists()


def test_password_and_code_sign_in_to_the_only_position(client, anna):
    assert sign_in(client, anna).url == "/"
    assert seat(client).appointment == anna.appointment
    assert seat(client).strong
    row = SignedIn.objects.get(person=anna)
    assert (row.strong, row.appointment, row.address) == (True, anna.appointment, "127.0.0.1")


def test_what_the_cookie_holds_is_nowhere_in_the_database(client, anna):
    sign_in(client, anna)
    row = SignedIn.objects.get(person=anna)
    assert client.cookies["sessionid"].value not in (row.key, row.data, str(row.id))


def test_a_code_counts_once(client, anna):
    codes = Codes()
    sign_in(client, anna, codes)
    again = Client()
    give_password(again, anna.email)
    answer = again.post("/account/second/", {"code": code(SECRET, codes.used)})
    assert answer.status_code == 200
    assert "used before" in answer.content.decode()
    assert again.post("/account/second/", {"code": codes.next()}).status_code == 302


@pytest.mark.parametrize(("off", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_period_off(off, counts):
    now = 1_700_000_010
    given = code(SECRET, now // PERIOD + off)
    assert (counter_of(SECRET, given, seconds=now, after=-1) is not None) is counts


def test_codes_are_those_of_the_standard():
    # RFC 6238, appendix B (SHA-1; the last six of its eight digits).
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [code(secret, seconds // 30) for seconds in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_who_has_no_second_factor_can_only_set_one_up(client, meridian):
    ben = person("Ben", second_factor=False)
    appoint(ben, meridian)
    give_password(client, ben.email)
    assert client.get("/").url.startswith("/account/second-factor/")
    assert seat(client) is None
    page = client.get("/account/second-factor/codes/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    before = client.cookies["sessionid"].value
    assert client.post("/account/second-factor/codes/", {"code": Codes(secret).next()}).url.endswith("/recovery/")
    assert client.cookies["sessionid"].value != before
    assert seat(client) is not None


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(client, anna):
    def told(email):
        answer = give_password(Client(), email, "not it, not it")
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode())

    known, unknown = told(anna.email), told("nobody@example.org")
    assert known == unknown


def test_a_closed_account_is_told_what_a_wrong_password_is_told(client, anna):
    wrong = give_password(client, anna.email, "not it, not it").content.decode()
    anna.is_active = False
    anna.save()
    right = give_password(Client(), anna.email).content.decode()
    assert "is not right" in right
    assert heading(give_password(Client(), anna.email)) == "Sign in"
    assert re.sub(r'value="[^"]*"', "", wrong) == re.sub(r'value="[^"]*"', "", right)


def test_the_sixth_attempt_at_an_account_is_not_looked_at(anna):
    for number in range(5):
        assert (
            "is not right"
            in give_password(Client(), anna.email, "wrong wrong", REMOTE_ADDR=f"10.0.0.{number}").content.decode()
        )
    assert "Too many" in give_password(Client(), anna.email, REMOTE_ADDR="10.0.0.9").content.decode()


def test_trying_many_names_does_not_wipe_the_count_of_one(anna):
    for number in range(5):
        give_password(Client(), anna.email, "wrong wrong", REMOTE_ADDR=f"10.0.0.{number}")
    for number in range(400):
        cache.set(f"other-{number}", [1.0], 300)
    assert "Too many" in give_password(Client(), anna.email, REMOTE_ADDR="10.0.0.9").content.decode()


def test_an_address_is_slowed_down_whatever_account_it_tries(db):
    cache.clear()
    answers = [give_password(Client(), f"p{number}@example.org", "wrong wrong") for number in range(21)]
    assert "Too many" in answers[-1].content.decode()
    assert "Too many" not in answers[0].content.decode()


def test_wrong_codes_are_counted_too(client, anna):
    give_password(client, anna.email)
    for _ in range(5):
        client.post("/account/second/", {"code": "000000"})
    assert "Too many" in client.post("/account/second/", {"code": Codes().next()}).content.decode()


def test_two_positions_are_two_sessions(client, anna):
    lab = appoint(anna, organisation("Lab", "research"))
    sign_in(client, anna)
    assert client.get("/").url.startswith("/account/seat/")
    first_key = client.cookies["sessionid"].value
    client.post("/account/seat/", {"appointment": str(lab.pk)})
    second_key = client.cookies["sessionid"].value
    assert seat(client).appointment == lab
    assert first_key != second_key
    old = Client()
    old.cookies["sessionid"] = first_key
    assert seat_of(old.get("/").wsgi_request) is None


def test_nobody_chooses_a_position_of_somebody_else(client, anna, meridian):
    other = appoint(person("Ben"), meridian, "Reviewer")
    sign_in(client, anna)
    assert client.post("/account/seat/", {"appointment": str(other.pk)}).status_code == 409
    assert seat(client).appointment == anna.appointment


def test_leaving_the_position_ends_its_session_at_the_next_request(client, anna):
    lab = appoint(anna, organisation("Lab", "research"))
    sign_in(client, anna)
    client.post("/account/seat/", {"appointment": str(lab.pk)})
    leave(lab)
    assert client.get("/account/sessions/").url.startswith("/account/login/")
    assert not SignedIn.objects.filter(person=anna).exists()


def test_a_new_stamp_ends_every_session(client, anna):
    sign_in(client, anna)
    anna.stamp = "00000000-0000-4000-8000-000000000001"
    anna.save(update_fields=["stamp"])
    assert client.get("/account/sessions/").url.startswith("/account/login/")


@pytest.mark.parametrize(("after", "stands"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_an_idle_session_ends(client, anna, at, after, stands):
    sign_in(client, anna)
    at(moment() + after)
    assert (client.get("/account/sessions/").status_code == 200) is stands


def test_a_busy_session_ends_all_the_same_after_half_a_day(client, anna, at):
    sign_in(client, anna)
    began = moment()
    for minutes in range(30, 12 * 60, 30):
        at(began + timedelta(minutes=minutes))
        assert client.get("/account/sessions/").status_code == 200
    at(began + timedelta(hours=12))
    assert client.get("/account/sessions/").status_code == 302


def test_people_see_and_end_their_own_sessions_only(anna, meridian):
    codes, here, there = Codes(), Client(), Client()
    sign_in(here, anna, codes)
    sign_in(there, anna, codes, HTTP_USER_AGENT="Another browser")
    carla = person("Carla")
    appoint(carla, meridian, "Officer")
    others = Client()
    sign_in(others, carla)
    page = here.get("/account/sessions/").content.decode()
    assert "Another browser" in page
    theirs = SignedIn.objects.get(person=carla)
    assert str(theirs.id) not in page
    here.post("/account/sessions/end/", {"session": str(theirs.id)})
    assert seat(others) is not None
    here.post("/account/sessions/end/", {"session": "others"})
    assert seat_of(there.get("/").wsgi_request) is None
    assert seat(here) is not None


def test_a_new_password_ends_the_other_sessions(anna):
    codes, here, there = Codes(), Client(), Client()
    sign_in(here, anna, codes)
    sign_in(there, anna, codes)
    new = {
        "oldpassword": "correct-horse-battery",
        "password1": "staple-battery-horse",
        "password2": "staple-battery-horse",
    }
    assert here.post("/account/password/change/", new).status_code == 302
    assert seat(here) is not None
    assert SignedIn.objects.filter(person=anna).count() == 1


def test_dangerous_pages_ask_again_after_a_while(client, anna, monkeypatch):
    sign_in(client, anna)
    assert client.get("/account/second-factor/passkey/").status_code == 200
    from hustings.apps.people.signin import fresh

    later = fresh.time.time() + 301
    monkeypatch.setattr(fresh.time, "time", lambda: later)
    answer = client.get("/account/second-factor/passkey/")
    again = "/account/second/again/?next=%2Faccount%2Fsecond-factor%2Fpasskey%2F"
    assert answer.headers.get("Location") == again
    client.post(again, {"code": code(SECRET, int(later) // PERIOD), "next": "/account/second-factor/passkey/"})
    assert client.get("/account/second-factor/passkey/").status_code == 200


def test_the_last_second_factor_stays(client, anna):
    sign_in(client, anna)
    only = anna.authenticator_set.get()
    client.post(f"/account/second-factor/{only.pk}/remove/")
    assert anna.authenticator_set.count() == 1


def test_an_invitation_makes_an_account_once(client, meridian):
    hanna, jo = person("Hanna"), person("Jo", second_factor=False)
    jo.set_unusable_password()
    jo.save()
    appoint(jo, meridian)
    appoint(hanna, meridian)
    place = link(invite(jo, meridian, by=None))
    assert heading(client.get(place)) == "Welcome"
    filled = {"name": "Jo Doe", "password": "staple-battery-horse", "again": "staple-battery-horse"}
    assert client.post(place, filled).url == "/account/second-factor/"
    jo.refresh_from_db()
    assert jo.name == "Jo Doe"
    assert Client().get(place).status_code == 410
    assert Client().post(place, filled).status_code == 410
    assert seat(client) is None  # a second factor comes first


@pytest.mark.parametrize("password", ["short", "password1234", "jo@example.org"])
def test_a_poor_password_is_refused(client, meridian, password):
    jo = person("Jo", second_factor=False)
    place = link(invite(jo, meridian, by=None))
    answer = client.post(place, {"name": "Jo", "password": password, "again": password})
    assert answer.status_code == 200
    assert "to be mended" in answer.content.decode()


def test_an_invitation_ends(client, meridian, at):
    jo = person("Jo", second_factor=False)
    place, made = link(invite(jo, meridian, by=None)), moment()
    at(made + timedelta(days=7, seconds=-5))
    assert client.get(place).status_code == 200
    at(made + timedelta(days=7, seconds=5))
    assert client.get(place).status_code == 410


def test_a_newer_invitation_ends_the_older(client, meridian):
    jo = person("Jo", second_factor=False)
    older, newer = (link(invite(jo, meridian, by=None)) for _ in range(2))
    assert client.get(older).status_code == 410
    assert client.get(newer).status_code == 200


def test_getting_back_in_removes_the_lost_factors_and_ends_sessions(client, anna, meridian):
    sign_in(client, anna)
    place = link(invite(anna, meridian, by=None, kind=InvitationKind.RECOVER))
    other = Client()
    other.post(place, {"name": "Anna", "password": "staple-battery-horse", "again": "staple-battery-horse"})
    assert not anna.authenticator_set.exists()
    assert seat_of(client.get("/").wsgi_request) is None


def test_the_web_reads_invitations_of_its_own_organisation_only(anna, meridian):
    lab = organisation("Lab", "research")
    invite(anna, meridian, by=None)
    invite(anna, lab, by=None)
    with in_role(WEB):
        assert not Invitation.objects.exists()
        sit_as(anna.appointment.pk, strong=True)
        assert [each.organisation for each in Invitation.objects.all()] == [meridian]


def test_the_web_withdraws_invitations_of_its_own_organisation_only(anna, meridian):
    invite(anna, meridian, by=None)
    invite(anna, organisation("Lab", "research"), by=None)
    with in_role(WEB):
        sit_as(anna.appointment.pk, strong=True)
        assert Invitation.objects.update(withdrawn_at=moment()) == 1


def test_the_web_invites_for_its_own_organisation_only(anna, meridian):
    lab = organisation("Lab", "research")
    # By hand: the models read back what they write, which another rule refuses.
    bare = """INSERT INTO invitation (id, digest, kind, person_id, organisation_id, ends_at)
        VALUES (gen_random_uuid(), %s, 'join', %s, %s, now() + interval '1 day')"""
    with in_role(WEB), connection.cursor() as cursor:
        sit_as(anna.appointment.pk, strong=True)
        cursor.execute(bare, ["a", anna.pk, meridian.pk])
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(bare, ["b", anna.pk, lab.pk])


def test_the_web_uses_up_no_invitation_by_hand(anna, meridian):
    invite(anna, meridian, by=None)
    with in_role(WEB), pytest.raises(DatabaseError), transaction.atomic():
        Invitation.objects.update(used_at=moment())


def test_there_is_no_sign_up(client, db):
    assert heading(client.get("/account/signup/")) == "By invitation"
    assert client.post("/account/signup/", {"email": "x@example.org"}).status_code == 405


def test_a_visitor_is_led_to_sign_in_whether_the_thing_exists_or_not(client, db):
    answer = client.get("/account/sessions/")
    assert answer.url == "/account/login/?next=/account/sessions/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_after_signing_in(client, anna, wanted):
    client.post(
        f"/account/login/?next={wanted}", {"login": anna.email, "password": "correct-horse-battery", "next": wanted}
    )
    assert "evil" not in client.post("/account/second/", {"code": Codes().next()}).url


def test_the_secret_of_an_app_is_kept_sealed(anna):
    data = anna.authenticator_set.get().data
    assert SECRET not in str(data)


def test_requests_without_the_token_of_the_form_are_refused(anna):
    strict = Client(enforce_csrf_checks=True)
    assert give_password(strict, anna.email).status_code == 403


def test_reset_mail_goes_to_known_addresses_only_and_the_page_says_the_same(client, anna, mailoutbox):
    pages = [
        client.post("/account/password/reset/", {"email": email}, follow=True)
        for email in (anna.email, "x@example.org")
    ]
    assert [mail.to for mail in mailoutbox] == [[anna.email]]
    assert pages[0].content == pages[1].content
