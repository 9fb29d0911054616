"""Staffing on the platform: assumptions with who and when, plans by the worker, shifts in and out, for whom it is."""

import csv
import io
import json
from datetime import date, timedelta

import made_workload
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from icalendar import Calendar
from made_people import appoint, organisation, person, sign_in

from hustings.apps.database import WEB, in_role, moment
from hustings.apps.elections.models import Election, Watch
from hustings.apps.people.find import seat_for
from hustings.apps.staffing import actions, find
from hustings.apps.staffing.forms import AssumptionsForm, said_of
from hustings.apps.staffing.jobs import make_plan
from hustings.apps.staffing.models import Assumed, History, Plan, Roster
from hustings.errors import BadInput
from hustings.staffing import plan_document

pytestmark = pytest.mark.django_db

SAID = {
    "kinds": [{"name": "complaint", "handling_minutes": 3, "due_minutes": 15, "promise": "taken up", "urgent": True},
              {"name": "ad at the door", "handling_minutes": 4, "due_minutes": 1440, "second_looks": 0.3, "differ": 0.1},
              {"name": "account", "handling_minutes": 15, "due_minutes": 4320}],
    "crews": [{"name": "English", "languages": ["en"], "people": 4, "hire_weeks": 2, "train_weeks": 1},
              {"name": "=Spanish", "languages": ["en", "es"], "people": 3}],
}  # fmt: skip


@pytest.fixture
def meridian(db):
    cache.clear()
    return organisation("Meridian")


def client_of(name, at, *roles):
    who = person(name)
    appointment = appoint(who, at, name, roles)
    client = Client()
    sign_in(client, who)
    client.seat = seat_for(appointment, strong=True)
    return client


@pytest.fixture
def tilda(meridian):
    return client_of("Tilda", meridian, "supervisor")


def history_file():
    made = io.StringIO()
    written = csv.writer(made)
    written.writerow(plan_document.HISTORY)
    for row in made_workload.history(1, 4):
        written.writerow([getattr(row, name) for name in plan_document.HISTORY])
    return made.getvalue().encode()


def coming(weeks=3):
    day = moment().date() + timedelta(weeks=weeks)
    return {"name": "Midterms", "country": "US", "day": day.isoformat(), "electorate_millions": 2.0}


def filled(**more):
    """The form as a browser sends it back."""
    return AssumptionsForm.begun(plan_document.document(plan_document.assumptions(SAID | more))) | {
        "why": "First figures"
    }


def planned(seat, **more):
    actions.keep_assumptions(SAID | more, why="First figures", by=seat)
    made = actions.ask_for_plan(weeks=5, by=seat)
    make_plan(made.pk)
    made.refresh_from_db()
    return made


def test_a_supervisor_writes_assumptions_and_each_version_stays_with_who_and_why(tilda):
    assert "an example to be replaced" in tilda.get("/staffing/assumptions/").content.decode()
    assert tilda.post("/staffing/assumptions/", filled(elections=[coming()])).status_code == 302
    assert tilda.post("/staffing/assumptions/", filled() | {"absent": "0.3", "why": "More leave"}).status_code == 302
    first, second = Assumed.objects.order_by("recorded_at")
    assert (first.why, first.recorded_by.person.name) == ("First figures", "Tilda")
    assert first.document["elections"][0]["name"] == "Midterms"
    assert first.document["rules"]["absent"] == 0.25
    assert second.document["rules"]["absent"] == 0.3
    page = tilda.get("/staffing/").content.decode()
    assert "More leave" in page


def test_the_form_says_back_what_the_document_says(tilda):
    whole = SAID | {"elections": [coming() | {"languages": {"en": 0.75, "es": 0.25}}]}
    whole = plan_document.document(plan_document.assumptions(whole))
    again = said_of(AssumptionsForm.begun(whole))
    assert plan_document.document(plan_document.assumptions(again)) == whole


def test_faults_of_the_assumptions_are_told_beside_their_table_and_nothing_is_kept(tilda):
    wrong = filled() | {"kinds": "name,handling_minutes\nslow,soon\n", "occupancy": "much", "why": "x"}
    answer = tilda.post("/staffing/assumptions/", wrong)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "kinds 1: handling_minutes" in said
    assert "kinds 1: due_minutes" in said
    assert "rules: occupancy" in said
    assert tilda.post("/staffing/assumptions/", filled() | {"occupancy": "1.5"}).status_code == 422
    assert Assumed.objects.count() == 0


def test_a_plan_is_asked_for_made_by_the_worker_and_shown_with_pictures(tilda):
    upload = {
        "what": "history",
        "source": "Case tool, 2016 to 2024",
        "file": SimpleUploadedFile("h.csv", history_file()),
    }
    assert tilda.post("/staffing/files/", upload).status_code == 302
    assert tilda.post("/staffing/assumptions/", filled(elections=[coming()])).status_code == 302
    assert tilda.post("/staffing/plan/", {"weeks": 5}).status_code == 302
    assert "A plan is being made" in tilda.get("/staffing/").content.decode()
    assert "one that is being made" in tilda.post("/staffing/plan/", {"weeks": 5}).content.decode()
    made = Plan.objects.get()
    make_plan(made.pk)
    made.refresh_from_db()
    assert made.failed == ""
    page = tilda.get("/staffing/").content.decode()
    assert page.count('<svg class="crowd" viewBox="0 0 520') == 2
    assert made.said["answers"][0]["sentence"] in page
    assert "a platform that grew" in page
    rows = list(csv.DictReader(io.StringIO(tilda.get("/staffing/?csv=weeks").content.decode("utf-8-sig"))))
    assert len(rows) == 10
    # A worker that is called twice makes nothing twice.
    before = made.done_at
    make_plan(made.pk)
    made.refresh_from_db()
    assert made.done_at == before


def test_what_cannot_be_planned_is_said_in_the_place_of_the_plan(tilda):
    made = planned(tilda.seat, elections=[coming()])
    assert "earlier elections to learn from" in made.failed
    page = tilda.get(f"/staffing/?plan={made.pk}").content.decode()
    assert "This plan could not be made" in page
    with pytest.raises(BadInput, match="assumptions to plan from"):
        other = client_of("Uma", organisation("Other"), "supervisor")
        actions.ask_for_plan(weeks=5, by=other.seat)


def test_posts_go_out_as_calendar_and_table_and_shifts_that_come_in_are_compared(tilda):
    made = planned(tilda.seat, everyday=[{"kind": "ad at the door", "language": "es", "a_day": 200}])
    calendar = tilda.get(f"/staffing/plans/{made.pk}/shifts.ics")
    events = Calendar.from_ical(calendar.content).walk("VEVENT")
    assert len(events) == len({str(each["UID"]) for each in events}) > 30
    table = tilda.get(f"/staffing/plans/{made.pk}/shifts.csv").content.decode()
    assert table.splitlines()[1].startswith("'=Spanish,")
    assert tilda.get(f"/staffing/plans/{made.pk}/shifts.pdf").status_code == 404
    # What goes out fills everything when it comes in again.
    upload = {"what": "roster", "source": "Rota", "file": SimpleUploadedFile("s.ics", calendar.content)}
    assert tilda.post("/staffing/files/", upload).status_code == 302
    assert "every post of the plan is filled" in tilda.get("/staffing/").content.decode()
    fewer = calendar.content.replace(str(events[0]["SUMMARY"]).encode(), b"=Spanish: 0", 1)
    upload["file"] = SimpleUploadedFile("s.ics", fewer)
    assert tilda.post("/staffing/files/", upload).status_code == 302
    assert "1 posts of the plan are not filled" in tilda.get("/staffing/").content.decode()
    assert Roster.objects.count() == 2


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "also crew, begins, ends, people"),
        (b"crew,begins,ends,people\n", "No shift"),
        (b"crew,begins,ends,people\na,soon,later,2\n", "line 2"),
        (b"crew,begins,ends,people\na,2026-01-01T08:00,2026-01-03T08:00,2\n", "at most a day"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "iCalendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a: 2\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n", "repeats"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n", "event 1"),
        (b"\xff\xfe", "UTF-8"),
        (b"crew,begins\x00", "null byte"),
    ],
)
def test_shifts_that_cannot_be_read_are_refused_with_their_place(tilda, content, said):
    upload = {"what": "roster", "source": "Rota", "file": SimpleUploadedFile("s", content or b" ")}
    answer = tilda.post("/staffing/files/", upload)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Roster.objects.count() == 0


def test_the_calendar_of_elections_is_compared_with_what_is_assumed(tilda):
    there = coming()
    actions.keep_assumptions(SAID | {"elections": [there]}, why="x", by=tilda.seat)
    assert "is not in the calendar" in tilda.get("/staffing/").content.decode()
    other = moment().date() + timedelta(weeks=4)
    for name, country, status in (
        ("Midterms", "US", "called"),
        ("Run-off", "CL", "planned"),
        ("Old", "DE", "cancelled"),
    ):
        Election.objects.create(country=country, name=name, level="national", kind="other", on=other, status=status)
    page = tilda.get("/staffing/").content.decode()
    assert f"assumed on {there['day']}, the calendar says {other}" in page
    assert "1 further election of the next 60 weeks in the calendar" in page
    assert "Old (DE)" not in page
    tilda_seat = tilda.seat.appointment
    Watch.objects.create(
        election=Election.objects.get(name="Run-off"), held_by=tilda_seat.position.organisation, by=tilda_seat
    )
    page = tilda.get("/staffing/").content.decode()
    assert f"Run-off (CL) on {other}: we work on it, and nothing is planned for it." in page
    assert "further election" not in page


def test_two_rounds_of_one_name_are_two_elections(tilda):
    there = coming()
    actions.keep_assumptions(SAID | {"elections": [there]}, why="x", by=tilda.seat)
    first = date.fromisoformat(str(there["day"]))
    for on in (first, first + timedelta(days=28)):
        Election.objects.create(country="US", name="Midterms", level="national", kind="other", on=on, status="called")
    told = find.differs(tilda.seat, SAID | {"elections": [there]})
    assert [one.partition(" of the")[0] for one in told] == ["1 further election"], "the first round is as assumed"


def test_reviewers_see_nothing_of_it_auditors_read_and_other_organisations_have_their_own(tilda, meridian):
    made = planned(tilda.seat, everyday=[{"kind": "account", "language": "en", "a_day": 20}])
    reviewer = client_of("Rhea", meridian, "reviewer")
    auditor = client_of("Gus", meridian, "auditor")
    stranger = client_of("Uma", organisation("Other"), "supervisor")
    places = ("/staffing/", f"/staffing/plans/{made.pk}/shifts.csv")
    assert [reviewer.get(place).status_code for place in places] == [403, 403]
    assert [auditor.get(place).status_code for place in places] == [200, 200]
    assert [stranger.get(place).status_code for place in places] == [200, 404]
    assert made.said["answers"][0]["sentence"] not in stranger.get("/staffing/").content.decode()
    assert stranger.get(f"/staffing/?plan={made.pk}").status_code == 404
    assert stranger.get("/staffing/?plan=x").status_code == 404
    for path, sent in (("assumptions/", filled()), ("plan/", {"weeks": 5})):
        assert reviewer.post(f"/staffing/{path}", sent).status_code == 403
        assert auditor.post(f"/staffing/{path}", sent).status_code == 403
    assert Client().get("/staffing/").status_code == 302
    with in_role(WEB, stranger.seat.id, strong=True):
        assert Plan.objects.count() == Assumed.objects.count() == 0


def test_nothing_that_was_assumed_can_be_changed_not_even_around_the_page(tilda, meridian):
    actions.keep_assumptions(SAID, why="x", by=tilda.seat)
    assumed = Assumed.objects.get()
    for role in (None, WEB):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            if role:
                connection.cursor().execute(f"SET LOCAL ROLE {role}")
            connection.cursor().execute("UPDATE staffing_assumptions SET why = 'y'")
    reviewer = client_of("Rhea", meridian, "reviewer")
    with in_role(WEB, reviewer.seat.id, strong=True), pytest.raises(ProgrammingError), transaction.atomic():
        Assumed.objects.create(
            held_by=meridian, document=assumed.document, why="y", recorded_by=reviewer.seat.appointment
        )


def test_programs_write_assumptions_ask_for_a_plan_and_read_it(tilda, meridian):
    assert tilda.get("/api/staffing/assumptions").status_code == 404
    token = {"HTTP_X_CSRFTOKEN": "x"}
    sent = json.dumps(
        {"document": SAID | {"everyday": [{"kind": "account", "language": "en", "a_day": 20}]}, "why": "x"}
    )
    kept = tilda.post("/api/staffing/assumptions", sent, content_type="application/json", **token)
    assert kept.status_code == 201, kept.content
    assert tilda.get("/api/staffing/assumptions").json()["id"] == kept.json()["id"]
    asked = tilda.post("/api/staffing/plans", '{"weeks": 2}', content_type="application/json")
    assert asked.status_code == 202
    key = asked.json()["id"]
    assert tilda.get(f"/api/staffing/plans/{key}").json()["said"] is None
    make_plan(Plan.objects.get().pk)
    said = tilda.get(f"/api/staffing/plans/{key}").json()
    assert [each["crew"] for each in said["said"]["answers"]] == ["English", "=Spanish"]
    assert [each["id"] for each in tilda.get("/api/staffing/plans").json()["plans"]] == [key]
    faulty = tilda.post(
        "/api/staffing/assumptions", '{"document": {"kinds": 1}, "why": "x"}', content_type="application/json"
    )
    assert faulty.status_code == 422
    assert "kinds" in faulty.content.decode()
    reviewer = client_of("Rhea", meridian, "reviewer")
    assert reviewer.get("/api/staffing/plans").status_code == 403
    assert History.objects.count() == 0


def test_programs_hand_earlier_elections_in_as_rows_and_read_what_is_in_use(tilda, meridian):
    rows = [{name: getattr(row, name) for name in plan_document.HISTORY} for row in made_workload.history(1, 4)][:30]
    rows[0]["election"] = 'A "quoted", one'

    def sent(who, **changed):
        body = {"rows": rows, "source": "Case files"} | changed
        return who.post("/api/staffing/history", json.dumps(body), content_type="application/json")

    assert tilda.get("/api/staffing/history").json()["code"] == "not_known"
    kept = sent(tilda)
    assert kept.status_code == 201, kept.content
    assert kept.json()["rows"] == rows
    assert tilda.get("/api/staffing/history").json() == kept.json()
    assert History.objects.get().rows == len(rows)
    # What a file brought is read back as rows too.
    actions.keep_history(history_file(), source="the file", by=tilda.seat)
    assert tilda.get("/api/staffing/history").json()["source"] == "the file"
    for changed in ({"rows": []}, {"source": ""}, {"source": " "}, {"rows": [rows[0] | {"items": -1}]}, {"rows": [rows[0] | {"kind": " "}]},
                    {"rows": [rows[0] | {"language": "e\nn"}]}, {"rows": [rows[0] | {"electorate_millions": 0}]}):  # fmt: skip
        refused = sent(tilda, **changed)
        assert refused.json()["code"] == "not_valid"
        assert refused.json()["problems"]
    reviewer, stranger = client_of("Rhea", meridian, "reviewer"), client_of("Stan", organisation("Other"), "supervisor")
    for answer in (sent(reviewer), reviewer.get("/api/staffing/history")):
        assert answer.json()["code"] == "refused"
    assert stranger.get("/api/staffing/history").json()["code"] == "not_known"
    assert History.objects.count() == 2
