"""Ads for programs: scopes, one's own door alone, cursors, deliveries and orders."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from made_door import approve_disclaimer, decide, made_door, running, submit
from made_people import appoint, organisation, person

from hustings.apps.ads.models import Ad, Order, Sponsor
from hustings.apps.ads.moving import move_ad
from hustings.apps.people.find import seat_for
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope

pytestmark = pytest.mark.django_db

READ, WRITE = Scope.READ_ADS, Scope.WRITE_ADS


@pytest.fixture(scope="module")
def made(lasting):
    return made_door()


@pytest.fixture
def door(made):
    cache.clear()
    return deepcopy(made)


def program(seat, *scopes):
    _, secret = make_token(name="test", scopes=scopes or (READ, WRITE), good_for=timedelta(days=1), by=seat)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def ours(door):
    return program(door.reviewer)


@pytest.fixture
def theirs(door):
    """A program of another platform, with the same rights at its own door."""
    other = organisation("Other platform", "company")
    return program(seat_for(appoint(person("Stella"), other, "All", ("reviewer", "analyst", "verifier")), strong=True))


def body(door, **more):
    said = {
        "sponsor": str(door.sponsor.pk), "number": "1", "platform": "meridian", "page": "parks", "page_name": "Parks for all",
        "text": "More parks for every district. See our plan.", "language": "en", "disclaimer": "Paid for by Citizens for Parks",
        "category": "election", "election": str(door.election.pk), "countries": ["XV"], "budget": "100.00", "currency": "XVD",
        "payer": "Citizens for Parks", "payer_country": "XV", "starts": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    return said | more


def post(client, path, said=None):
    return client.post(path, json.dumps(said if said is not None else {}), content_type="application/json")


def code(answer):
    return (answer.status_code, answer.json()["code"])


def test_an_ad_is_handed_in_once_changed_and_found_the_same(door, ours):
    made = post(ours, "/api/ads", body(door))
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["became"], told["version"], told["state"]) == ("new", 1, "in review")
    again = post(ours, "/api/ads", body(door))
    assert (again.status_code, again.json()["became"], again.json()["id"]) == (200, "the same", told["id"])
    changed = post(ours, "/api/ads", body(door, text="Vote by text message on Wednesday."))
    assert (changed.status_code, changed.json()["became"], changed.json()["version"]) == (200, "changed", 2)
    hits = changed.json()["hits"]
    assert any(hit["category"].startswith("voting.") for hit in hits)
    text = "Vote by text message on Wednesday."
    assert all(0 <= hit["span"][0] <= hit["span"][1] <= len(text) for hit in hits)
    assert [version["version"] for version in ours.get(f"/api/ads/{told['id']}/versions").json()] == [1, 2]
    assert [change["move"] for change in ours.get(f"/api/ads/{told['id']}/changes").json()] == [
        "submit", "screen", "ask", "edit", "screen", "ask",
    ]  # fmt: skip
    one = ours.get(f"/api/ads/{told['id']}").json()
    assert (one["number"], one["archive"], one["text"], one["sponsor_name"]) == ("1", "api", text, "Citizens for Parks")


def test_a_form_that_lacks_a_part_comes_back_with_what_it_lacks(door, ours):
    told = post(ours, "/api/ads", body(door, disclaimer="")).json()
    assert told["state"] == "returned"
    assert "disclaimer.form" in [hit["category"] for hit in told["hits"]]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("countries", ["ZZ"]), ("currency", "eur"), ("landing_url", "ftp://x"), ("starts", "2026-01-01T00:00:00"), ("budget", "-1"),
        ("targeting", {"no": 1}), ("targeting", {"is": {"dimension": "a", "value": "\x00"}}), ("text", "x\x00"), ("election", "00000000-0000-4000-8000-000000000001"),
        ("category", "party"), ("number", " "), ("media", [{"sha256": "x"}]), ("unknown", 1), ("ends", "2019-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_named(door, ours, part, value):
    answer = post(ours, "/api/ads", body(door, **{part: value}))
    assert code(answer) == (422, "not_valid")
    assert any(part in each["where"] for each in answer.json()["problems"])
    assert not Ad.objects.exists()


def test_an_ad_that_is_past_changing_is_a_conflict(door, ours):
    ad = submit(door).ad
    move_ad(ad, "remove", by=door.reviewer, reason_code="fits")
    answer = post(ours, "/api/ads", body(door, text="Another text."))
    assert code(answer) == (409, "conflict")
    assert ad.versions.count() == 1


CALLS = [
    ("get", "/api/ads", READ),
    ("get", "/api/ads/{ad}", READ),
    ("get", "/api/ads/{ad}/versions", READ),
    ("get", "/api/ads/{ad}/changes", READ),
    ("get", "/api/ads/orders", READ),
    ("get", "/api/ads/reach?ads={ad}", READ),
    ("get", "/api/sponsors", READ),
    ("get", "/api/sponsors/{sponsor}", READ),
    ("post", "/api/ads", WRITE),
    ("post", "/api/ads/deliveries", WRITE),
    ("post", "/api/ads/orders/1/done", WRITE),
]


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_a_token_does_what_it_is_for_and_nobody_else_is_answered(door, method, path, scope):
    ad = running(door)
    where = path.format(ad=ad.pk, sponsor=door.sponsor.pk)
    for scopes in [[each for each in Scope if each is not scope], [scope]]:
        client = program(door.reviewer, *scopes)
        answer = client.get(where) if method == "get" else post(client, where)
        assert (answer.status_code == 403) is (scope not in scopes)
        if scope not in scopes:
            assert code(answer) == (403, "scope")
    nobody = Client().get(where) if method == "get" else post(Client(), where)
    assert code(nobody) == (401, "not_signed_in")


def test_who_may_not_see_ads_is_refused(door):
    officer = seat_for(appoint(person("Otto"), door.company, "Security", ("security officer",)), strong=True)
    assert code(program(officer).get("/api/ads")) == (403, "refused")
    auditor = seat_for(appoint(person("Aud"), door.company, "Audit", ("auditor",)), strong=True)
    assert program(auditor).get("/api/ads").status_code == 200
    assert code(post(program(auditor), "/api/ads", body(door))) == (403, "refused")


def test_another_organisation_finds_nothing_and_touches_nothing(door, theirs):
    ad = running(door)
    order = Order.objects.get(ad=ad)
    for path in (
        f"/api/ads/{ad.pk}",
        f"/api/ads/{ad.pk}/versions",
        f"/api/ads/{ad.pk}/changes",
        f"/api/sponsors/{door.sponsor.pk}",
    ):
        assert (
            code(theirs.get(path))
            == code(theirs.get(path.replace(str(ad.pk), "00000000-0000-4000-8000-000000000001")))
            == (404, "not_known")
        )
    for path in ("/api/ads", "/api/ads/orders", "/api/sponsors"):
        assert theirs.get(path).json()["items"] == []
    assert theirs.get(f"/api/ads/reach?ads={ad.pk}").json()["ads"] == 0
    assert code(post(theirs, "/api/ads", body(door))) == (404, "not_known")
    assert code(post(theirs, f"/api/ads/orders/{order.number}/done")) == (404, "not_known")
    fact = {"ad": str(ad.pk), "day": "2031-04-01", "impressions": 1}
    assert code(post(theirs, "/api/ads/deliveries", {"facts": [fact]})) == (422, "not_valid")
    order.refresh_from_db()
    assert order.done_at is None
    assert not ad.delivery.exists()


def test_pages_go_on_where_they_ended_and_a_cursor_is_for_its_query_and_caller(door, ours):
    for number in range(5):
        submit(door, number=str(number), text=f"Plan {number} for parks in the district.")
    seen, cursor = [], None
    while True:
        told = ours.get("/api/ads", {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["number"] for one in told["items"]]
        cursor = told["next"]
        if cursor is None:
            break
        kept = cursor
    assert seen == ["4", "3", "2", "1", "0"]
    assert code(ours.get("/api/ads", {"limit": 2, "state": "in review", "cursor": kept})) == (409, "not_your_cursor")
    assert code(program(door.other).get("/api/ads", {"limit": 2, "cursor": kept})) == (409, "not_your_cursor")


def test_ads_are_found_by_what_they_are(door, ours):
    submit(door, text="More parks.")
    voting = submit(door, number="2", text="Vote by text message on Wednesday.").ad
    other = Sponsor.objects.create(
        held_by=door.company, registered_name="Road Union", state="authorised", sponsor_class="B"
    )
    third = submit(door, other, text="Roads.", disclaimer="", countries=("US",)).ad

    def found(**asked):
        return {one["id"] for one in ours.get("/api/ads", asked).json()["items"]}

    assert found(hit="voting") == {str(voting.pk)}
    assert found(hit="vot") == set()
    assert found(sponsor=str(other.pk)) == found(country="US") == found(state="returned") == {str(third.pk)}
    assert found(q="roads") == {str(third.pk)}
    assert found(q='"text message"') == {str(voting.pk)}
    assert found(archive="snap") == set()
    assert len(found(archive="api")) == 3
    assert [one["registered_name"] for one in ours.get("/api/sponsors", {"q": "road"}).json()["items"]] == [
        "Road Union"
    ]


def test_deliveries_are_all_or_nothing_and_the_same_again_changes_nothing(door, ours):
    ad = running(door)
    facts = [
        {"ad": str(ad.pk), "day": "2031-04-01", "impressions": 10, "clicks": 1, "spend": "2.5000", "currency": "XVD", "viewers": ["a", "b"]},
        {"ad": str(ad.pk), "day": "2031-04-02", "impressions": 20},
    ]  # fmt: skip
    for _ in range(2):
        assert post(ours, "/api/ads/deliveries", {"facts": facts}).json() == {"rows": 2}
    one = ours.get(f"/api/ads/{ad.pk}").json()
    assert (one["impressions"], one["clicks"], one["spend"]) == (30, 1, "2.5000")
    wrong = [
        facts[0] | {"clicks": 11},
        facts[1] | {"ad": "00000000-0000-4000-8000-000000000001"},
        facts[0] | {"currency": ""},
    ]
    answer = post(ours, "/api/ads/deliveries", {"facts": [facts[1] | {"impressions": 99}, *wrong]})
    assert code(answer) == (422, "not_valid")
    assert [each["where"].split(",")[0] for each in answer.json()["problems"]] == ["row 2", "row 3", "row 4"]
    assert ours.get(f"/api/ads/{ad.pk}").json()["impressions"] == 30
    reach = ours.get(f"/api/ads/reach?ads={ad.pk}").json()
    assert reach["low"] <= 2 <= reach["high"]
    quiet = submit(door, number="2", text="Another plan.").ad
    told = ours.get(f"/api/ads/reach?ads={ad.pk}&ads={quiet.pk}").json()
    assert (told["ads"], told["without"]) == (2, 1)


def test_orders_come_in_turn_and_are_done_once(door, ours):
    ad = running(door)
    move_ad(ad, "pause", by=door.reviewer)
    move_ad(ad, "resume", by=door.reviewer)
    told = ours.get("/api/ads/orders").json()["items"]
    assert [(one["order"], one["key"]) for one in told] == [("show", "1"), ("stop", "1"), ("show", "1")]
    numbers = [one["number"] for one in told]
    assert numbers == sorted(numbers)
    assert [one["number"] for one in ours.get(f"/api/ads/orders?after={numbers[0]}").json()["items"]] == numbers[1:]
    first = post(ours, f"/api/ads/orders/{numbers[0]}/done").json()
    assert first["done_at"] is not None
    assert post(ours, f"/api/ads/orders/{numbers[0]}/done").json() == first
    assert code(post(ours, "/api/ads/orders/0/done")) == (404, "not_known")
    assert code(post(ours, f"/api/ads/orders/{2**70}/done")) == (404, "not_known")


def test_an_edit_of_what_runs_orders_a_stop(door, ours):
    ad = running(door)
    post(ours, "/api/ads", body(door, text="Another text."))
    assert [one["order"] for one in ours.get("/api/ads/orders").json()["items"]] == ["show", "stop"]
    assert ours.get(f"/api/ads/{ad.pk}").json()["state"] == "in review"


def test_an_ad_that_waits_for_its_first_day_is_not_shown_before_it(door):
    later = datetime(2031, 5, 1, tzinfo=UTC)
    ad = submit(door, starts=later).ad
    approve_disclaimer(ad, door.verifier)
    decide(door.reviewer, "approve", "fits")
    ad.refresh_from_db()
    move_ad(ad, "pause", by=door.reviewer)
    from hustings.apps.ads.moving import CannotMoveAd

    with pytest.raises(CannotMoveAd, match="its first day is 2031-05-01"):
        move_ad(ad, "resume", by=door.reviewer)
    assert not Order.objects.filter(order="show").exists()
    assert ad.election.on > date(2031, 5, 1)
