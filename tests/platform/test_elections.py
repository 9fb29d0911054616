"""The calendar of elections: recorded with sources, changed by adding, read by everybody, written by who plans."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from made_people import appoint, heading, organisation, person, sign_in

from hustings.apps.ads.screened import context_of
from hustings.apps.elections.models import Claim, Election, VotingRule

pytestmark = pytest.mark.django_db


def client_of(name, *roles):
    who = person(name)
    appoint(who, organisation(f"{name}'s"), name, roles)
    client = Client()
    sign_in(client, who)
    return client


@pytest.fixture
def planner(db):
    cache.clear()
    return client_of("Ana", "analyst")


def said(**more):
    return {
        "name": "General election", "country": "xv", "place": "", "level": "national", "kind": "legislative", "on": "2031-05-04",
        "status": "planned", "source": "Gazette 7, section 2", "source_url": "https://gazette.example/7",
    } | more  # fmt: skip


def recorded(client, **more):
    answer = client.post("/elections/new/", said(**more))
    assert answer.status_code == 302, answer.content.decode()
    return Election.objects.get(pk=answer.url.split("/")[2])


def test_an_election_is_recorded_with_who_says_so(planner):
    found = recorded(planner)
    assert (found.country, found.on, found.status) == ("XV", date(2031, 5, 4), "planned")
    change = Claim.objects.get()
    assert (change.source, change.recorded_by.person.name) == ("Gazette 7, section 2", "Ana")
    assert heading(planner.get(f"/elections/{found.pk}/")) == "General election"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("country", "ZZ"), ("country", "germany"), ("name", ""), ("name", "   "), ("source", ""), ("source", "  "), ("on", "soon"),
        ("level", "galactic"), ("kind", "x"), ("status", "x"), ("source_url", "javascript:alert(1)"), ("name", "n" * 301), ("name", "\x00"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_said_beside_its_field(planner, part, value):
    answer = planner.post("/elections/new/", said(**{part: value}))
    assert answer.status_code == 422
    assert part in answer.context["form"].errors
    assert not Election.objects.exists()


@pytest.mark.parametrize("status", ["called", "held"])
def test_what_is_called_or_held_has_a_day_and_what_is_expected_needs_none(planner, status):
    answer = planner.post("/elections/new/", said(on="", status=status))
    assert "on" in answer.context["form"].errors
    assert recorded(planner, on="", status="expected").on is None


def test_the_same_election_is_not_recorded_twice(planner):
    recorded(planner)
    answer = planner.post("/elections/new/", said(name="Another name of it"))
    assert answer.status_code == 422
    assert "Open it in the calendar" in answer.content.decode()
    assert Election.objects.count() == Claim.objects.count() == 1
    recorded(planner, place="XV-1")


def test_a_change_is_added_and_what_was_said_before_stays(planner):
    found = recorded(planner)
    where = f"/elections/{found.pk}/change/"
    told = {"on": "2031-06-01", "status": "postponed", "source": "Court order", "source_url": ""}
    assert planner.post(where, told).status_code == 302
    found.refresh_from_db()
    assert (found.on, found.status) == (date(2031, 6, 1), "postponed")
    shown = planner.get(f"/elections/{found.pk}/").content.decode()
    assert "Court order" in shown
    assert "Gazette 7, section 2" in shown
    assert "4 May 2031" in shown
    for wrong in ({"source": ""}, {"status": "called", "on": ""}, {"on": "never"}):
        assert planner.post(where, told | wrong).status_code == 422
    assert Claim.objects.count() == 2


def test_a_change_to_the_day_of_another_one_is_said_and_not_made(planner):
    recorded(planner, on="2031-06-01")
    found = recorded(planner)
    answer = planner.post(f"/elections/{found.pk}/change/", {"on": "2031-06-01", "status": "planned", "source": "x"})
    assert answer.status_code == 422
    found.refresh_from_db()
    assert found.on == date(2031, 5, 4)


RULE = {
    "valid_from": "2030-01-01", "valid_to": "", "polls_open": "08:00", "polls_close": "18:00", "methods": ["in person", "mail"],
    "phone_vote": "no", "online_vote": "", "id_required": "yes", "registration_ends": "2031-04-04", "source": "Act 3", "source_url": "",
}  # fmt: skip


def test_how_people_may_vote_is_recorded_and_screening_reads_it(planner):
    found = recorded(planner)
    assert planner.post(f"/elections/{found.pk}/voting/", RULE).status_code == 302
    rule = VotingRule.objects.get()
    assert (rule.phone_vote, rule.online_vote, rule.id_required, rule.methods) == (
        False,
        None,
        True,
        ["in person", "mail"],
    )
    context = context_of(found, ["XV"], date(2031, 5, 1))
    assert (context.phone_vote, context.online_vote, context.id_required) == (False, None, True)
    assert context.methods == {"in_person", "mail"}
    assert str(context.polls_close) == "18:00:00"
    shown = planner.get(f"/elections/{found.pk}/").content.decode()
    assert "08:00 to 18:00" in shown
    assert "not said" in shown


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("valid_to", "2029-01-01"), ("polls_close", "07:00"), ("polls_close", "08:00"), ("source", ""), ("methods", ["pigeon"]),
        ("valid_from", ""), ("phone_vote", "perhaps"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_beside_its_field(planner, part, value):
    found = recorded(planner)
    answer = planner.post(f"/elections/{found.pk}/voting/", RULE | {part: value})
    assert answer.status_code == 422
    assert part in answer.context["rule_form"].errors
    assert not VotingRule.objects.exists()


def test_no_method_ticked_is_not_said_and_nothing_else_is_taken_for_it(planner):
    found = recorded(planner)
    planner.post(f"/elections/{found.pk}/voting/", {key: value for key, value in RULE.items() if key != "methods"})
    assert VotingRule.objects.get().methods is None
    assert context_of(found, ["XV"], date(2031, 5, 1)).methods is None


SAID = {
    "valid_from": "2030-01-01", "polls_open": "08:00", "polls_close": "18:00", "methods": ["in person", "mail"], "phone_vote": False,
    "id_required": True, "registration_ends": "2031-04-04", "source": "Act 3",
}  # fmt: skip


def by_program(client, found, **changed):
    return client.post(f"/api/elections/{found.pk}/voting-rules", SAID | changed, content_type="application/json")


def test_programs_record_how_people_may_vote_and_read_it_back(planner):
    found = recorded(planner)
    other = recorded(planner, name="Council", on="2032-05-04")
    made = by_program(planner, found)
    assert made.status_code == 201, made.content
    assert made.json().items() >= (SAID | {"online_vote": None, "valid_to": None, "country": "XV", "election": str(found.pk)}).items()  # fmt: skip
    rule = VotingRule.objects.get()
    assert (rule.recorded_by.person.name, rule.online_vote, str(rule.polls_close)) == ("Ana", None, "18:00:00")
    assert planner.get(f"/api/elections/{found.pk}/voting-rules").json()["items"] == [made.json()]
    assert planner.get(f"/api/elections/{other.pk}/voting-rules").json()["items"] == []
    assert planner.get(f"/api/elections/{rule.pk}/voting-rules").json()["code"] == "not_known"
    reader = client_of("Vik", "verifier")
    assert by_program(reader, found).json()["code"] == "refused"
    assert len(reader.get(f"/api/elections/{found.pk}/voting-rules").json()["items"]) == 1
    assert VotingRule.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_to": "2029-01-01"}, {"polls_close": "08:00"}, {"polls_close": "8:00"}, {"polls_close": "24:00"}, {"source": " "},
        {"methods": ["pigeon"]}, {"methods": []}, {"source_url": "javascript:alert(1)"}, {"weather": "fine"}, {"valid_from": None},
    ],
)  # fmt: skip
def test_what_programs_say_of_voting_is_refused_with_its_place(planner, changed):
    answer = by_program(planner, recorded(planner), **changed)
    assert answer.json()["code"] == "not_valid"
    assert all(next(iter(changed)) in problem["where"] for problem in answer.json()["problems"])
    assert not VotingRule.objects.exists()


@pytest.mark.parametrize("roles", [("verifier",), ("auditor",), ("security officer",)])
def test_who_plans_nothing_writes_nothing(planner, roles):
    found = recorded(planner)
    other = client_of("Vik", *roles)
    assert other.get("/elections/new/").status_code == 403
    assert other.post("/elections/new/", said(on="2032-01-01")).status_code == 403
    assert (
        other.post(
            f"/elections/{found.pk}/change/", {"on": "2031-06-01", "status": "planned", "source": "x"}
        ).status_code
        == 403
    )
    assert other.post(f"/elections/{found.pk}/voting/", RULE).status_code == 403
    shown = other.get(f"/elections/{found.pk}/").content.decode()
    assert "General election" in shown
    assert "Record what another source says" not in shown
    assert (Election.objects.count(), Claim.objects.count(), VotingRule.objects.count()) == (1, 1, 0)


def test_everybody_reads_the_calendar_and_nobody_unknown_writes(planner):
    found = recorded(planner)
    past = recorded(planner, on="2020-01-01", status="held", name="The last one")
    visitor = Client()
    shown = visitor.get("/elections/").content.decode()
    assert "General election" in shown
    assert "The last one" in shown
    assert "Record an election" not in shown
    assert visitor.get(f"/elections/{past.pk}/").status_code == 200
    nowhere = "/elections/00000000-0000-4000-8000-000000000000/"
    assert visitor.get(nowhere).url.startswith("/account/login/")  # whoever signs in may know more
    assert planner.get(nowhere).status_code == 404
    for path in ("/elections/new/", f"/elections/{found.pk}/change/", f"/elections/{found.pk}/voting/"):
        assert visitor.post(path, said(on="2033-01-01")).url.startswith("/account/login/")
    assert Election.objects.count() == 2


def test_what_a_source_is_called_is_escaped_and_its_address_is_one_of_the_web(planner):
    found = recorded(planner, source="<script>alert(1)</script>")
    assert "<script>alert(1)" not in Client().get(f"/elections/{found.pk}/").content.decode()
