"""Searches that an election makes due: agreed to by two, made in their name, each with a record that nobody takes back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_desk import Desk
from made_season import season

from hustings.apps.ads.models import Ad, Creative, Page
from hustings.apps.cases.models import Lead
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.elections.actions import record_election
from hustings.apps.elections.claims import record_claim
from hustings.apps.elections.models import Search, StandingSearch, Watch
from hustings.apps.elections.planning import open_task, take_on
from hustings.apps.elections.searching import standing
from hustings.apps.elections.searching.attention import attention as searches_waiting
from hustings.apps.elections.searching.covered import coverage_of
from hustings.apps.elections.searching.jobs import run_due
from hustings.apps.elections.searching.running import due, make_one
from hustings.apps.people.models import AppointmentChange
from hustings.apps.people.signin.session import APPOINTMENT, STRONG
from hustings.apps.permission import Refused
from hustings.apps.sweeps import actions as sweeps
from hustings.apps.sweeps.models import Sweep
from hustings.errors import BadInput
from hustings.policy.election import Authority, Kind, Level, Status
from hustings.policy.searching import What

pytestmark = pytest.mark.django_db
ON = date(2027, 3, 7)
TERMS = {
    "purpose": "Who acts as one before the vote", "legal_ground": "Election Protection Act, article 12",
    "population": "public posts with election hashtags since January",
}  # fmt: skip


@pytest.fixture
def desk(db, settings, tmp_path, at):
    settings.TABLES = tmp_path / "tables"
    at(datetime(2027, 1, 28, 9, tzinfo=UTC))  # T-38
    made = Desk()
    with made.as_("anna") as anna:
        election = record_election(country="US", name="General election", level=Level.NATIONAL, kind=Kind.LEGISLATIVE, on=ON,
                                   status=Status.CALLED, source="Official gazette", by=anna)  # fmt: skip
        made.watch = take_on(election, by=anna, languages="en es")
    made.clock = at
    return made


def register(desk, tmp_path, **more):
    from hustings.apps.sweeps.tables import register_table

    with desk.as_("anna") as anna:
        return register_table(
            season(tmp_path / "season.parquet", **more), title="Posts of the season", by=anna,
            collected="public posts with election hashtags since January", marking=sweeps.own_marking(anna),
        )  # fmt: skip


def asked(desk, what=What.POSTS, source="Posts of the season", languages=("en",), **more):
    with desk.as_("anna") as anna:
        return standing.ask(desk.watch, what=what, source=source, languages=languages, by=anna, **TERMS | more)


def make_due():
    """Make every search that is due now, as the worker does job by job; gives how many."""
    keys = [key for key, _ in due(moment().date())]
    for key in keys:
        make_one(key)
    return len(keys)


def agreed(desk, **more):
    made = asked(desk, **more)
    with desk.as_("dora") as dora:
        return standing.agree(made, by=dora)


@pytest.mark.slow
def test_posts_are_searched_when_due_and_a_record_stays(desk, tmp_path):
    table = register(desk, tmp_path)
    agreed(desk)
    assert make_due() == 1
    (search,) = Search.objects.all()
    assert (search.outcome, search.due_on, search.platforms, search.languages) == (
        "found",
        ON - timedelta(days=46),
        ["twitter"],
        ["en"],
    )
    assert (search.looked_at, search.found, search.about) == (table.actors, 1, table.pk)
    sweep = Sweep.objects.get(pk=search.sweep)
    assert (sweep.state, sweep.requested_by.person.name, sweep.seconded_by.person.name) == (
        "done",
        "Anna Weber",
        "Dora Lindqvist",
    )
    assert Lead.objects.get(source="sweep").about.get().item_id == sweep.run_id
    # On the same day there is nothing left to do; when it is due again, the same table is not searched twice.
    assert make_due() == 0
    desk.clock(datetime(2027, 2, 9, 9, tzinfo=UTC))
    assert make_due() == 1
    last = Search.objects.order_by("-began_at").first()
    assert (last.outcome, last.looked_at, last.sweep) == ("nothing newer to search", 0, None)
    assert "it ends on 25 January 2027" in last.reason


def test_a_search_that_finds_nothing_leaves_a_record_too(desk, tmp_path):
    register(desk, tmp_path, planted=0)
    agreed(desk)
    make_due()
    assert Search.objects.get().outcome == "nothing found"
    assert not Lead.objects.exists()


def test_nobody_agrees_to_their_own_and_nothing_runs_before(desk, tmp_path):
    register(desk, tmp_path)
    made = asked(desk)
    with desk.as_("anna") as anna, pytest.raises(Refused):
        standing.agree(made, by=anna)
    with desk.as_("emil") as emil, pytest.raises(Refused):
        standing.agree(made, by=emil)
    assert due(date(2027, 1, 28)) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        StandingSearch.objects.filter(pk=made.pk).update(state="agreed")
    with pytest.raises(DatabaseError), transaction.atomic():
        StandingSearch.objects.filter(pk=made.pk).update(state="agreed", seconded_by=made.asked_by)
    with desk.as_("dora") as dora:
        with pytest.raises(BadInput, match="reason"):
            standing.refuse(made, by=dora, reason=" ")
        standing.refuse(made, by=dora, reason="The ground does not hold.")
        with pytest.raises(BadInput, match="moved on"):
            standing.agree(made, by=dora)
    assert make_due() == 0


def test_what_was_agreed_ends_with_a_reason(desk, tmp_path):
    register(desk, tmp_path)
    made = agreed(desk)
    with desk.as_("anna") as anna:
        standing.end(made, by=anna, reason="The collection stopped.")
    assert make_due() == 0


def test_who_left_makes_no_search_any_more_and_the_record_says_so(desk, tmp_path):
    register(desk, tmp_path)
    made = agreed(desk)
    AppointmentChange.objects.create(
        appointment=made.seconded_by, state="ended", at=datetime(2027, 1, 20, tzinfo=UTC), document="Letter 4"
    )
    assert make_due() == 1
    search = Search.objects.get()
    assert search.outcome == "not allowed any more"
    assert search.reason == "Dora Lindqvist no longer holds the position in which this was agreed to."
    assert not Sweep.objects.exists()


def test_without_a_table_it_says_what_is_missing(desk, tmp_path):
    table = register(desk, tmp_path)
    agreed(desk)
    table.item.title = "Another name"
    table.item.save()
    make_due()
    search = Search.objects.get()
    assert (search.outcome, search.looked_at) == ("no source", 0)
    assert "Posts of the season" in search.reason


def test_a_search_that_breaks_tells_why(desk, tmp_path, settings):
    table = register(desk, tmp_path)
    agreed(desk)
    (settings.TABLES / table.path).write_bytes(b"no table")
    make_due()
    search = Search.objects.get()
    assert (search.outcome, search.found) == ("failed", 0)
    assert search.reason
    with desk.as_("anna") as anna:
        (told,) = searches_waiting(anna)
    assert (told.item, search.reason in told.sentence) == (table.item, True)
    # It is tried again on the next two nights, and then on its next day.
    make_due()
    make_due()
    assert [one.due_on for one in Search.objects.all()] == [search.due_on] * 3
    assert make_due() == 0
    desk.clock(datetime(2027, 2, 9, 9, tzinfo=UTC))
    assert make_due() == 1


def test_ads_that_cannot_be_read_leave_a_record_too(desk, monkeypatch):
    def broken(*_):
        raise BadInput("The ads cannot be compared.", [])

    monkeypatch.setattr("hustings.apps.elections.searching.running.search_ads", broken)
    agreed(desk, what=What.ADS, source="")
    make_due()
    search = Search.objects.get()
    assert (search.outcome, search.reason) == ("failed", "The ads cannot be compared.")


def test_each_search_that_is_due_is_a_job_of_its_own(desk):
    made = [agreed(desk, what=What.ADS, source=name) for name in ("meta", "google")]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        run_due(timestamp=0)
        cursor.execute("SELECT args ->> 'standing' FROM procrastinate_jobs WHERE task_name = 'standing_search'")
        assert {key for (key,) in cursor.fetchall()} == {str(one.pk) for one in made}


def test_who_may_agree_is_told_that_somebody_asks(desk, tmp_path):
    register(desk, tmp_path)
    made = asked(desk)
    waiting = {}
    for name in ("anna", "dora"):
        with desk.as_(name) as seat:
            waiting[name] = [one.sentence for one in searches_waiting(seat)]
    assert waiting["anna"] == [], "nobody agrees to their own"
    assert waiting["dora"] == [
        "Anna Weber asks for a standing search for General election: Who acts as one before the vote"
    ]
    with desk.as_("dora") as dora:
        standing.agree(made, by=dora)
        assert searches_waiting(dora) == []


def test_a_sweep_by_hand_counts_after_the_day_has_moved(desk, tmp_path):
    table = register(desk, tmp_path)
    with desk.as_("anna") as anna:
        sweep = sweeps.ask_for_sweep(by=anna, tip=None, table=table, election="General election", election_on=ON, **TERMS)  # fmt: skip
    with desk.as_("dora") as dora:
        seconder = dora.appointment
    Sweep.objects.filter(pk=sweep.pk).update(state="done", seconded_by=seconder, looked_at=200, found=0, ended_at=moment())  # fmt: skip
    looked = []
    for day in (ON, ON + timedelta(days=14)):
        with desk.as_("anna") as anna:
            if day != ON:
                record_claim(desk.watch.election, on=day, status=Status.CALLED, source="Decree 9", authority=Authority.GAZETTE, by=anna)  # fmt: skip
            told = coverage_of(anna, Watch.objects.select_related("election").get(pk=desk.watch.pk))
            looked.append(sum(cell.times for cell in told.cells.values()))
    assert looked == [1, 1]


def test_a_cancelled_election_makes_nothing_due(desk, tmp_path):
    register(desk, tmp_path)
    agreed(desk)
    desk.watch.election.status = "cancelled"
    desk.watch.election.save()
    assert make_due() == 0


def test_everything_wrong_is_told_at_once(desk):
    with pytest.raises(BadInput) as error:
        asked(
            desk,
            source="No such table",
            languages=["english"],
            purpose="Look",
            population="posts by @somebody and friends of theirs",
        )
    assert [problem.where for problem in error.value.problems] == ["purpose", "population", "source", "languages"]


def ads(desk):
    company = desk.watch.held_by
    made = []
    for number, (text, country, language) in enumerate([
        ("Vote by text message: send your choice to 555", "US", "en"), ("Our parks need you. Come on Sunday.", "US", "en"),
        ("Vota por mensaje de texto al 555", "US", "es"), ("Vote by text message: send your choice to 555", "FR", "en"),
    ]):  # fmt: skip
        page = Page.objects.create(held_by=company, platform="made", number=str(number), name=f"Page {number}")
        creative = Creative.objects.create(held_by=company, digest=f"{number}" * 64, text=text, language=language)
        made.append(Ad.objects.create(held_by=company, archive="made", number=str(number), page=page, creative=creative, countries=[country],
                                      created=datetime(2027, 1, 10 + number, tzinfo=UTC)))  # fmt: skip
    return made


def test_ads_aimed_at_the_place_are_read_by_todays_rules(desk):
    ads(desk)
    agreed(desk, what=What.ADS, source="", languages=["en"])
    make_due()
    search = Search.objects.get()
    assert (search.outcome, search.looked_at, search.platforms) == ("found", 2, ["made"])
    assert search.told["by language"] == {"en": 2}
    assert sum(search.told["hits"].values()) >= 1
    lead = Lead.objects.filter(source="sweep").first()
    assert {one.name for one in lead.about.all()} == {"0"}
    # Found again on another day, it is told again of the same lead.
    before = Lead.objects.count()
    desk.clock(datetime(2027, 2, 9, 9, tzinfo=UTC))
    make_due()
    assert Lead.objects.count() == before
    assert lead.told.count() == 1


def test_where_no_ad_is_held_the_record_says_so(desk):
    agreed(desk, what=What.ADS, source="made", languages=["en"])
    make_due()
    search = Search.objects.get()
    assert (search.outcome, search.reason) == ("no source", "No ad aimed at US in these languages is held from made.")


def test_a_record_is_never_changed_and_others_do_not_read_it(desk):
    made = agreed(desk, what=What.ADS, source="made", languages=["en"])
    make_due()
    for change in (lambda: Search.objects.update(outcome="found"), lambda: Search.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with desk.as_("anna"), pytest.raises(DatabaseError), transaction.atomic():
        Search.objects.create(watch=made.watch, standing=made, what="ads", due_on=ON, began_at=made.seconded_at, ended_at=made.seconded_at,
                              outcome="nothing found", looked_at=1)  # fmt: skip
    for key, known in (("anna", 1), ("dora", 1), ("george", 1), ("jonas", 0), ("hanna", 0), ("paula", 0)):
        if key in desk.world.appointments:
            with desk.as_(key):
                assert (Search.objects.count(), StandingSearch.objects.count()) == (known, known), key
    with in_role(WEB):
        assert Search.objects.count() == 0


def page_of(desk, who, part="", method="get", expected=200, **data):
    if who not in desk.clients:
        appointment, client = desk.world.appointments[who][0], Client()
        client.force_login(appointment.person)
        session = client.session
        session[APPOINTMENT], session[STRONG] = str(appointment.pk), True
        session.save()
        desk.clients[who] = client
    client = desk.clients[who]
    answer = getattr(client, method)(f"/elections/{desk.watch.election_id}/searched/{part}", data)
    assert answer.status_code == expected, answer.content.decode()[:3000]
    return answer.content.decode()


@pytest.mark.slow
def test_by_the_pages_one_asks_another_agrees_and_everybody_sees_what_came_of_it(desk, tmp_path):
    desk.clients = {}
    register(desk, tmp_path)
    ads(desk)
    before = page_of(desk, "anna")
    assert before.count(">nobody looked<") == 4  # English and Spanish, posts on twitter and ads of the archive
    page_of(
        desk,
        "anna",
        "ask/",
        "post",
        422,
        what="posts",
        source="Nothing",
        languages="en",
        purpose="x",
        legal_ground="y",
        population="z",
    )
    page_of(desk, "anna", "ask/", "post", 302, what="posts", source="Posts of the season", languages="en", **TERMS)
    made = StandingSearch.objects.get()
    assert "Agree: it may be made" not in page_of(desk, "anna")
    assert "Agree: it may be made" in page_of(desk, "dora")
    with desk.as_("anna"):
        assert open_task(desk.watch, "sweeps") is not None
    page_of(desk, "dora", f"{made.pk}/agree/", "post", 302)
    with desk.as_("anna"):
        assert open_task(desk.watch, "sweeps") is None  # what was to be set is set
        looking = open_task(desk.watch, "coverage")
    assert f"/elections/tasks/{looking.pk}/finish/" in before
    make_due()
    after = page_of(desk, "dora")
    assert after.count(">nobody looked<") == 3
    assert "found something in 1" in after
    assert "<svg" in after
    lines = page_of(desk, "anna", "?csv=searches").splitlines()
    assert len(lines) == 2
    assert "found" in lines[1]
    day = desk.clients["anna"].get(f"/elections/{desk.watch.election_id}/").content.decode()
    assert "In 3 of 4 places" in day
    page_of(desk, "anna", f"{made.pk}/end/", "post", 302, reason="The collection stopped.")
    assert "The collection stopped." in page_of(desk, "anna")
    page_of(desk, "anna", f"{made.pk}/widen/", "post", 404)


def test_who_does_not_work_there_finds_nothing(desk, tmp_path):
    desk.clients = {}
    register(desk, tmp_path)
    made = asked(desk)
    page_of(desk, "jonas", expected=404)
    page_of(desk, "jonas", f"{made.pk}/agree/", "post", 404)
    assert page_of(desk, "hanna", expected=403)
    assert "Ask for a standing search" not in page_of(desk, "george")


def test_programs_read_coverage_and_searches_and_ask(desk, tmp_path):
    desk.clients = {}
    register(desk, tmp_path)
    page_of(desk, "anna")
    anna, base = desk.clients["anna"], f"/api/elections/{desk.watch.election_id}"
    said = {"what": "posts", "source": "Posts of the season", "languages": ["en"], **TERMS}
    made = anna.post(f"{base}/standing-searches", said, content_type="application/json")
    assert made.status_code == 201, made.content
    wrong = anna.post(
        f"{base}/standing-searches", said | {"population": "all posts of @one"}, content_type="application/json"
    )
    assert (wrong.status_code, "population" in wrong.content.decode()) == (422, True)
    with desk.as_("dora") as dora:
        standing.agree(StandingSearch.objects.get(), by=dora)
    make_due()
    told = anna.get(f"{base}/coverage").json()
    assert (told["languages"], told["blind"]) == (["en", "es"], 1)
    (search,) = anna.get(f"{base}/searches").json()["searches"]
    assert (search["outcome"], search["found"], search["standing"]) == ("found", 1, made.json()["id"])
    (held,) = anna.get(f"{base}/standing-searches").json()
    assert (held["state"], held["asked_by"], held["agreed_by"]) == ("agreed", "Anna Weber", "Dora Lindqvist")
    page_of(desk, "jonas", expected=404)
    for part in ("coverage", "searches", "standing-searches"):
        assert desk.clients["jonas"].get(f"{base}/{part}").status_code == 404
