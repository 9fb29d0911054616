"""Too many calls of one address are answered in the words of where they asked, all processes count together, and files are never cut."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_library import made_library

from hustings.apps.database import WEB, in_role
from hustings.apps.library.models import Pace, Sending
from hustings.apps.library.pace import middleware
from hustings.apps.library.pace.counting import Counted, client_of, take_from_database
from hustings.apps.library.pace.sending import TooManyAtOnce, sent_slowly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted(settings, monkeypatch):
    """A process that has counted nothing yet, at one moment; three calls a minute."""
    settings.HUSTINGS_LIBRARY_CALLS_A_MINUTE, settings.HUSTINGS_LIBRARY_CALLS_AN_HOUR = 3, 0
    one = Counted(take_from_database, lambda: 1_900_000_015.0)
    monkeypatch.setattr(middleware, "pace", one)
    return one


def asked(path, times=4, **more):
    client = Client()
    return [client.get(path, **more) for _ in range(times)][-1]


def test_our_interface_says_so_as_a_problem_with_a_stable_code():
    last = asked("/api/library/ads")
    assert (last.status_code, last.json()["code"], last["Retry-After"]) == (429, "too_many", "5")
    assert last["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("limits", "code"), [((3, 0), 4), ((0, 3), 613)])
def test_metas_address_says_so_in_metas_shape(settings, limits, code):
    settings.HUSTINGS_LIBRARY_CALLS_A_MINUTE, settings.HUSTINGS_LIBRARY_CALLS_AN_HOUR = limits
    last = asked("/v21.0/ads_archive?search_terms=.")
    error = last.json()["error"]
    assert (last.status_code, error["code"], error["is_transient"], error["type"]) == (
        429,
        code,
        True,
        "OAuthException",
    )
    assert int(last["Retry-After"]) > 0


def test_pages_say_so_in_a_sentence_and_pages_of_other_apps_are_not_counted():
    last = asked("/library/rules/")
    assert (last.status_code, last["Retry-After"]) == (429, "5")
    assert "Come back in 5 seconds" in last.content.decode()
    assert asked("/law/", 8).status_code == 200
    assert asked("/health/live", 8).status_code == 200


def test_no_limit_is_none(settings):
    settings.HUSTINGS_LIBRARY_CALLS_A_MINUTE = 0
    assert asked("/api/library/ads", 8).status_code == 200
    assert not Pace.objects.exists()


def test_another_address_is_another_client_and_one_line_of_ipv6_is_one(settings):
    assert asked("/api/library/ads").status_code == 429
    assert asked("/api/library/ads", 3, REMOTE_ADDR="192.0.2.7").status_code == 200
    for one in range(3):
        assert asked("/api/library/ads", 1, REMOTE_ADDR=f"2001:db8::{one}").status_code == 200
    assert asked("/api/library/ads", 1, REMOTE_ADDR="2001:db8::ff:9").status_code == 429
    assert asked("/api/library/ads", 1, REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_a_second_process_knows_what_the_first_let_pass(monkeypatch):
    assert asked("/api/library/ads").status_code == 429
    monkeypatch.setattr(middleware, "pace", Counted(take_from_database, lambda: 1_900_000_016.0))
    assert asked("/api/library/ads", 2).status_code == 429


def test_what_is_kept_tells_no_address():
    asked("/api/library/ads")
    (kept,) = Pace.objects.all()
    assert "127" not in kept.client
    assert len(kept.client) == 32
    with in_role(WEB), pytest.raises(DatabaseError), transaction.atomic():
        list(Pace.objects.all())


def request_from(address="127.0.0.1"):
    from django.test import RequestFactory

    return RequestFactory().get("/", REMOTE_ADDR=address)


def parts():
    yield b"one"
    yield b"two"


def test_files_are_limited_by_how_many_go_at_once_and_never_by_rows(settings):
    settings.HUSTINGS_LIBRARY_FILES_AT_ONCE = 2
    first, second = sent_slowly(request_from(), parts()), sent_slowly(request_from(), parts())
    with pytest.raises(TooManyAtOnce):
        sent_slowly(request_from(), parts())
    sent_slowly(request_from("192.0.2.7"), parts())
    assert list(first) == [b"one", b"two"]
    third = sent_slowly(request_from(), parts())
    assert next(second) == b"one"
    second.close()  # its reader went away
    third.close()
    assert Sending.objects.filter(client=client_of(request_from())).count() == 0


def test_a_file_that_broke_off_counts_no_more_after_a_while(settings):
    settings.HUSTINGS_LIBRARY_FILES_AT_ONCE = 1
    sent_slowly(request_from(), parts())
    with pytest.raises(TooManyAtOnce):
        sent_slowly(request_from(), parts())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE library_sending SET seen = seen - interval '6 minutes'")
    sent_slowly(request_from(), parts())


def test_an_export_over_the_limit_is_told_and_within_it_is_whole(settings):
    settings.HUSTINGS_LIBRARY_CALLS_A_MINUTE, settings.HUSTINGS_LIBRARY_FILES_AT_ONCE = 0, 1
    made_library(3)
    client = Client()
    going = client.get("/api/library/export/ads.jsonl")
    refused = client.get("/api/library/export/ads.jsonl")
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "too_many", "60")
    assert len(b"".join(going.streaming_content).splitlines()) == 3
    assert client.get("/api/library/export/ads.jsonl").status_code == 200
