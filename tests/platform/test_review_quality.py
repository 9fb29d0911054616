"""Known answers stand among the work untold, samples are looked at again, and what they tell has intervals."""

import json
import re
from copy import deepcopy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from installation import clock_tells
from made_review import KIND, NAMES, SNAPSHOT, Room, leaflets
from people_world import NOW, as_web

from hustings.apps.people.find import seat_for
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review import actions as review
from hustings.apps.review.models import Gold, Message, Planted, Sample, Sampled, State, Stratum, Undo, Work
from hustings.apps.review.outbox import deliver_due
from hustings.apps.review.quality import actions, find
from hustings.apps.review.quality.actions import Known
from hustings.apps.review.quality.planting import plant_all
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope
from hustings.errors import BadInput
from hustings.staffing.quality_error import ErrorKind
from hustings.staffing.quality_sample import draw, shared_out

pytestmark = pytest.mark.django_db

RIGHT = Known(outcome="refuse", code="voting.wrong_date", why="Two seniors and the election office say so.")


@pytest.fixture
def subjects():
    with leaflets() as made:
        yield made


@pytest.fixture(scope="module")
def made(lasting):
    clock_tells(NOW)
    return Room()


@pytest.fixture
def room(made, subjects):
    return deepcopy(made)


def settled(room, name="rosa", outcome="refuse", code="voting.wrong_date", **asked):
    work = room.ask(**asked)
    claim = room.claim(name, asked.get("queue", "door"))
    assert claim.work == work.pk
    return room.decide(name, claim, outcome, code)


def gold_of(room, decision, **more):
    with room.as_("petra") as petra:
        return actions.make_gold(decision.pk, RIGHT, by=petra, **more)


def filled(room, many):
    """So much that waits as makes one of it gold."""
    return [room.ask(hours=480) for _ in range(many)]


def test_gold_is_planted_in_its_share_and_a_decision_on_it_moves_nothing(room, subjects):
    decision = settled(room)
    gold = gold_of(room, decision)
    filled(room, 32)
    assert plant_all() == 0
    filled(room, 1)
    assert plant_all() == 1
    assert plant_all() == 0
    planted = Planted.objects.get()
    work = planted.work
    assert (work.queue, work.subject_kind, work.frozen) == ("door", KIND, decision.work.frozen)
    assert work.subject_id != decision.work.subject_id
    assert (work.due_at - work.asked_at) == timedelta(hours=24)
    moves, before = list(subjects.moves), Message.objects.count()
    claim = room.claim("sven")
    assert claim.work == work.pk
    made = room.decide("sven", claim, "approve", "fits")
    assert made.settles
    assert subjects.moves == moves
    assert Message.objects.count() == before + 1
    deliver_due()
    assert f"settled:{made.pk}" not in subjects.delivered
    assert Message.objects.get(pk=f"settled:{made.pk}").delivered_at is not None
    assert planted.gold == gold


def planted_work():
    return Planted.objects.get(work__state=State.OPEN).work


def answer(room, name, outcome="refuse", code="voting.wrong_date"):
    """Somebody takes what comes next, and decides it."""
    claim = room.claim(name)
    assert claim is not None
    return claim.work, room.decide(name, claim, outcome, code)


def test_nobody_is_given_gold_twice_nor_what_they_decided_before(room, at):
    decision = settled(room)
    gold = gold_of(room, decision)
    filled(room, 34)
    plant_all()
    (first,) = Planted.objects.all()
    assert room.claim("rosa").work != first.work_id  # she decided what it was made from
    assert answer(room, "sven")[0] == first.work_id
    at(NOW + timedelta(hours=25))
    filled(room, 34)
    assert plant_all() == 1
    again = Planted.objects.get(gold=gold, work__state=State.OPEN)
    assert set(again.without) >= {room.person(name).pk for name in ("rosa", "sven", "petra", "george")}
    assert answer(room, "tara")[0] == again.work_id
    for hours in (50, 75):
        at(NOW + timedelta(hours=hours))
        filled(room, 34)
        if plant_all():
            answer(room, "umar")
    assert Planted.objects.count() == 3  # four reviewers, one of whom decided what it was made from
    assert plant_all() == 0


def test_gold_in_a_language_is_planted_for_who_reads_it_alone(room, subjects, at):
    for name, language in (("rosa", "de"), ("sven", "de"), ("tara", "en"), ("umar", "en")):
        room.reads(name, language)
    german, key = SNAPSHOT | {"lang": "de"}, uuid4()
    subjects.now[key] = german
    gold_of(room, settled(room, key=key, snapshot=german))
    filled(room, 34)
    assert plant_all() == 1
    assert answer(room, "sven")[0] == Planted.objects.get().work_id
    at(NOW + timedelta(hours=25))
    filled(room, 34)
    assert plant_all() == 0  # nobody is left who reads it


def test_only_one_of_an_item_waits_and_those_seen_least_come_first(room, at):
    golds = [gold_of(room, settled(room)) for _ in range(2)]
    filled(room, 120)
    assert plant_all() == 2
    assert {each.gold for each in Planted.objects.all()} == set(golds)
    assert plant_all() == 0


def test_what_is_planted_is_a_row_like_any_other(room):
    """Whatever a column says for one, it says for some work that is real."""
    decision = settled(room)
    gold_of(room, decision)
    real = filled(room, 34)
    plant_all()
    planted = planted_work()
    template = Work.objects.get(pk=real[0].pk)
    own = {"id", "subject_id", "due_at", "turn_at", "asked_at", "fence"}
    for field in Work._meta.concrete_fields:
        if field.attname not in own:
            assert getattr(planted, field.attname) == getattr(template, field.attname), field.attname
    assert 0 <= planted.fence < 1_000_000


def test_the_log_tells_of_what_is_planted_as_of_anything_that_is_asked(room):
    decision = settled(room)
    gold = gold_of(room, decision)
    filled(room, 34)
    plant_all()
    work = planted_work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT event, facts, texts FROM log_entry ORDER BY number")
        entries = cursor.fetchall()
    of = [(event, json.loads(facts) if isinstance(facts, str) else facts) for event, facts, _ in entries]
    about = [(event, facts) for event, facts in of if str(work.pk) in json.dumps(facts)]
    asked = next(facts for event, facts in of if event == "review asked")
    assert [event for event, _ in about] == ["review asked"]
    assert about[0][1].keys() == asked.keys()
    assert about[0][1]["with"].keys() == asked["with"].keys()
    said = [facts for event, facts in of if event == "review gold made"]
    assert [facts["with"] for facts in said] == [{"queue": "door"}]
    assert str(decision.pk) not in json.dumps(said)
    assert not [event for event, _ in of if event.startswith("row.") and "gold" in json.dumps(_)]
    assert gold.pk is not None


@pytest.mark.parametrize("name", [*NAMES, "vera", "ben"])
def test_the_database_shows_quality_to_nobody_who_reviews(room, at, name):
    decision = settled(room, "rosa")
    gold_of(room, decision)
    filled(room, 34)
    at(NOW + timedelta(hours=1))
    with room.as_("petra") as petra:
        actions.sample(NOW - timedelta(days=1), NOW + timedelta(minutes=1), 1, why="Weekly.", by=petra)
    plant_all()
    with room.as_("petra"):
        assert Gold.objects.count() == 1
        assert Planted.objects.count() == 2
    with room.as_("george"):
        assert Planted.objects.count() == 2
    with room.as_(name):
        assert [model.objects.count() for model in (Gold, Planted, Sample, Stratum, Sampled)] == [0] * 5


def test_who_supervises_and_reviews_by_one_position_is_told_nothing(room):
    room.world.person("zoe")
    room.world.post("zoe", "Meridian", "reviewer", "supervisor")
    gold_of(room, settled(room))
    with room.as_("zoe"):
        assert Gold.objects.count() == 0


def test_who_may_know_what_is_planted_is_not_given_it(room):
    room.world.person("zoe")
    room.world.post("zoe", "Meridian", "reviewer")
    room.world.post("zoe", "Meridian", "auditor", title="Auditor")
    gold_of(room, settled(room))
    filled(room, 34)
    plant_all()
    assert room.person("zoe").pk in Planted.objects.get().without


@pytest.mark.parametrize("name", ["rosa", "ben", "george"])
def test_only_who_supervises_makes_gold_and_samples(room, name):
    decision = settled(room)
    with room.as_(name) as seat, pytest.raises(Refused):
        actions.make_gold(decision.pk, RIGHT, by=seat)
    with room.as_(name) as seat, pytest.raises(Refused):
        actions.sample(NOW - timedelta(days=28), NOW, 10, why="x", by=seat)


def test_the_web_can_plant_nothing_and_ask_of_nothing_whether_it_moves(room):
    decision = settled(room)
    for call in (
        "SELECT review_moves(%s)",
        "SELECT review_plant(%s, '{}', NULL, NULL, NULL, gen_random_uuid(), '{}', '')",
        "SELECT review_who_could(%s, '{}')",
    ):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with room.as_("petra"), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(call, [decision.work_id])


def test_a_supervisor_of_another_organisation_knows_nothing(room):
    decision = settled(room)
    gold = gold_of(room, decision)
    room.world.person("yara")
    room.world.post("yara", "Other", "supervisor")
    with room.as_("yara", "Other") as yara:
        with pytest.raises(NotKnown):
            actions.make_gold(decision.pk, RIGHT, by=yara)
        with pytest.raises(NotKnown):
            actions.end_gold(gold.pk, right=True, reason="x", by=yara)
        assert find.samples(yara).count() == 0


def test_gold_by_hand_has_another_text_and_no_marks(room):
    decision = settled(room)
    gold = gold_of(room, decision, text="Vote on 7 March, from eight to six.")
    assert gold.by_hand
    shown = json.loads(gold.frozen)
    assert (shown["text"], shown["hits"]) == ("Vote on 7 March, from eight to six.", [])
    assert shown["facts"] == SNAPSHOT["facts"]
    assert not gold_of(room, decision, text=SNAPSHOT["text"]).by_hand


def test_what_is_wrong_with_an_item_is_told_at_once(room):
    decision = settled(room, queue="enforcement")
    with room.as_("petra") as petra, pytest.raises(BadInput) as told:
        actions.make_gold(decision.pk, Known(outcome="approve", code="voting.wrong_date", why=" "), text="", by=petra)
    assert [problem.where for problem in told.value.problems] == ["why", "decision", "answer", "text"]


def test_ended_gold_is_planted_no_more_and_a_wrong_answer_counts_for_nothing(room):
    gold = gold_of(room, settled(room))
    filled(room, 34)
    plant_all()
    answer(room, "sven", "approve", "fits")
    with room.as_("petra") as petra:
        assert [each.kind for each in find.wrong_looks(petra)] == [ErrorKind.FALSE_NEGATIVE]
        actions.end_gold(gold.pk, right=False, reason="The office changed the day.", by=petra)
        assert find.wrong_looks(petra) == []
        with pytest.raises(NotKnown):
            actions.end_gold(gold.pk, right=False, reason="again", by=petra)
    filled(room, 34)
    assert plant_all() == 0


@pytest.mark.parametrize(
    "outcome, code, kind",
    [
        ("refuse", "voting.wrong_date", None),
        ("approve", "fits", ErrorKind.FALSE_NEGATIVE),
        ("refuse", "voting.threat", ErrorKind.WRONG_SELECTION),
    ],
)
def test_a_decision_on_gold_is_told_by_how_it_was_wrong(room, outcome, code, kind):
    gold_of(room, settled(room))
    filled(room, 34)
    plant_all()
    work, made = answer(room, "sven", outcome, code)
    assert work == Planted.objects.get().work_id
    with room.as_("petra") as petra:
        assert [each.kind for each in find.wrong_looks(petra)] == ([kind] if kind else [])
        if kind:
            actions.call_technical(made.pk, reason="The key beside it was pressed.", by=petra)
            assert [each.kind for each in find.wrong_looks(petra)] == [ErrorKind.TECHNICAL]
            with pytest.raises(NotKnown):
                actions.call_technical(made.pk, reason="again", by=petra)


def test_an_undone_decision_on_gold_undoes_nothing(room, subjects):
    gold_of(room, settled(room))
    filled(room, 34)
    plant_all()
    _, made = answer(room, "sven", "approve", "fits")
    moves = list(subjects.moves)
    with room.as_("tara") as tara:
        review.undo(made.pk, by=tara, reason="I read it otherwise.")
    assert subjects.moves == moves
    assert Undo.objects.filter(decision=made).exists()
    assert Planted.objects.get().work.state == State.OPEN


def test_a_slip_of_the_finger_on_gold_is_taken_back_and_is_no_look(room, subjects):
    gold_of(room, settled(room))
    filled(room, 34)
    plant_all()
    _, made = answer(room, "sven", "approve", "fits")
    moves = list(subjects.moves)
    with room.as_("sven") as sven:
        held = review.take_back(made.pk, by=sven)
    assert subjects.moves == moves
    room.decide("sven", held)
    with room.as_("petra") as petra:
        assert find.wrong_looks(petra) == []
        (told,), _, _ = find.gold_told(petra)
        assert told.looks == 1


def test_a_sample_is_drawn_again_from_the_same_decisions_by_its_seed(room, at):
    for number in range(12):
        settled(room, NAMES[number % 4], *(("approve", "fits") if number % 3 else ("refuse", "voting.wrong_date")))
    at(NOW + timedelta(hours=1))
    with room.as_("petra") as petra:
        made = actions.sample(NOW - timedelta(days=1), NOW + timedelta(minutes=1), 9, why="Weekly.", by=petra)
        members = actions.drawn_from(made.since, made.until, by=petra)
        rows = list(made.strata.all())
        drawn = {each.decision_id for each in Sampled.objects.filter(stratum__sample=made)}
    assert made.decisions == sum(map(len, members.values())) == sum(row.size for row in rows) == 12
    assert made.looks == sum(row.looks for row in rows) == len(drawn) == 9
    assert all(row.looks >= 1 for row in rows)
    given = shared_out({name: len(keys) for name, keys in members.items()}, 9)
    assert {key for _, key in draw(members, given, seed=made.seed)} == drawn
    assert {row.reviewer for row in rows} == {1, 2, 3, 4}


def test_a_look_that_differs_is_followed_by_another_and_two_of_three_are_right(room, at):
    wrong = settled(room, "rosa", "refuse", "voting.wrong_date")
    right = settled(room, "rosa", "approve", "fits")
    at(NOW + timedelta(hours=1))
    with room.as_("petra") as petra:
        made = actions.sample(NOW - timedelta(days=1), NOW + timedelta(minutes=1), 2, why="Weekly.", by=petra)
    assert plant_all() == 2
    assert room.claim("rosa") is None
    for _ in range(2):
        answer(room, "sven", "approve", "fits")
    assert plant_all() == 1  # the one that differs
    assert room.claim("sven") is None
    answer(room, "tara", "approve", "fits")
    assert plant_all() == 0
    with room.as_("petra") as petra:
        found = find.wrong_looks(petra)
        (told,) = find.errors([made])
    assert [(each.decision, each.right, each.kind) for each in found] == [
        (wrong.pk, "approve", ErrorKind.FALSE_POSITIVE)
    ]
    assert (told.looked, told.decisions, told.all) == (2, 2, None)  # two looks of one person's decisions are no rate
    assert right.settles


def test_rates_stand_on_enough_looks_and_people_and_weigh_strata(room, at):
    for number in range(24):
        name = NAMES[number % 3]
        settled(room, name, *(("approve", "fits") if number % 4 else ("refuse", "voting.wrong_date")))
    at(NOW + timedelta(hours=1))
    with room.as_("petra") as petra:
        made = actions.sample(NOW - timedelta(days=1), NOW + timedelta(minutes=1), 24, why="All.", by=petra)
    plant_all()
    for _ in range(24):
        answer(room, "umar", "approve", "fits")
    plant_all()
    for _ in range(6):
        held = ((name, room.claim(name)) for name in NAMES[:3])
        name, claim = next((name, claim) for name, claim in held if claim)
        room.decide(name, claim, "approve", "fits")
    with room.as_("petra") as petra:
        (told,) = find.errors([made])
        (queue,) = find.errors([made], "queue")
    assert (told.looked, told.all.share, told.removed, told.left.share) == (24, 0.25, None, 0.0)
    assert told.all.low == told.all.high == 0.25  # all were looked at: nothing is left open
    assert told.violates.share == 0.0
    assert queue.name == "door"


def test_agreement_is_told_by_policy_and_language_and_never_of_two_people(room):
    for number in range(12):
        room.ask(people=2)
        first, second = [("rosa", "sven"), ("tara", "umar")][number % 2]
        answer(room, first, *(("approve", "fits") if number % 3 else ("refuse", "voting.wrong_date")))
        answer(room, second, *(("approve", "fits") if number % 3 else ("refuse", "voting.wrong_date")))
    with room.as_("petra") as petra:
        (told,) = find.agreement(petra)
    assert (told.policy, told.units, told.alike.share, told.alpha.alpha) == ("ads at the door", 12, 1.0, 1.0)


def test_the_backlog_tells_what_is_late_and_what_will_be(room, at):
    for _ in range(3):
        room.ask(hours=1)
    for _ in range(30):
        room.ask(hours=20)
    for _ in range(24):
        settled(room, hours=0.5)
    at(NOW + timedelta(hours=2))
    with room.as_("petra") as petra:
        (told,) = find.backlog(petra)
    assert (told.queue, told.told.waits, told.told.past, told.day) == ("door", 33, 3, 30)
    assert told.pace == 1.0
    assert told.told.breaks == 33 - 18  # eighteen hours at one an hour
    assert told.breaks_at == NOW + timedelta(hours=20)


def test_nothing_says_how_fast_anybody_is(room):
    """Whatever the pages are made of has no time that a person took, and no person."""
    for kind in (find.Backlog, find.Errors, find.GoldTold, find.Wrong, find.Agreement, find.Overturned):
        names = set(kind.__dataclass_fields__)
        assert not names & {"person", "reviewer", "seconds", "speed", "decided_by", "took"}


# Pages


@pytest.fixture
def clients(room):
    made = {}

    def client(name):
        if name not in made:
            made[name] = Client()
            made[name].force_login(room.person(name), backend="hustings.apps.people.signin.account.Backend")
            session = made[name].session
            session["strong"], session["appointment"] = True, str(room.world.appointments[name, "Meridian"].pk)
            session.save()
        return made[name]

    return client


def test_a_supervisor_makes_gold_and_a_sample_by_the_pages(room, at, clients):
    decision = settled(room)
    filled(room, 34)
    at(NOW + timedelta(days=1))
    petra = clients("petra")
    page = petra.get("/review/quality/gold/").content.decode()
    assert f"/review/quality/gold/from/{decision.pk}/" in page
    place = f"/review/quality/gold/from/{decision.pk}/"
    form = petra.get(place).content.decode()
    assert "Do not bother to vote" in form
    said = {"answer": "refuse voting.wrong_date", "why": "The office says so.", "text": SNAPSHOT["text"]}
    assert petra.post(place, said | {"why": ""}).status_code == 422
    answer_ = petra.post(place, said)
    assert answer_.status_code == 302
    gold = Gold.objects.get()
    assert (gold.by_hand, gold.outcome, gold.code) == (False, "refuse", "voting.wrong_date")
    assert "The office says so." in petra.get(answer_.url).content.decode()
    end = {"right": "yes", "reason": "Everybody knows it."}
    assert petra.post(f"/review/quality/gold/{gold.pk}/end/", end | {"reason": ""}).status_code == 422
    assert petra.post(f"/review/quality/gold/{gold.pk}/end/", end).status_code == 302
    said = {"since": "2021-06-01", "until": "2021-07-01", "looks": "5", "why": "Weekly."}
    assert petra.post("/review/quality/samples/", said | {"looks": "0"}).status_code == 422
    assert petra.post("/review/quality/samples/", said | {"until": "2031-07-01"}).status_code == 422
    answer_ = petra.post("/review/quality/samples/", said)
    assert answer_.status_code == 302
    assert str(Sample.objects.get().seed) in petra.get(answer_.url).content.decode()
    assert petra.get(f"{answer_.url}?csv=s").content.decode().splitlines()[1].endswith(",1,1,1.0")


def test_pages_and_files_of_quality_are_there_for_who_supervises_or_audits_and_nobody_else(room, clients):
    gold_of(room, settled(room))
    filled(room, 34)
    plant_all()
    _, made = answer(room, "sven", "approve", "fits")
    places = ["", "errors/", f"errors/{made.pk}/", "agreement/", "samples/", "gold/", f"gold/{Gold.objects.get().pk}/"]
    for place in places:
        assert clients("petra").get(f"/review/quality/{place}").status_code == 200, place
        assert clients("george").get(f"/review/quality/{place}").status_code == 200, place
        assert clients("rosa").get(f"/review/quality/{place}").status_code == 403, place
        assert Client().get(f"/review/quality/{place}").status_code in {302, 403, 404}, place
    for place, name in (
        ("", "t"),
        ("errors/", "e"),
        ("errors/", "g"),
        ("errors/", "w"),
        ("agreement/", "a"),
        ("gold/", "g"),
    ):
        assert clients("petra").get(f"/review/quality/{place}?csv={name}")["Content-Type"].startswith("text/csv")
    assert clients("george").get(f"/review/quality/gold/from/{made.pk}/").status_code == 403
    assert clients("petra").get(f"/review/quality/gold/from/{made.pk}/").status_code == 404  # it was planted
    assert clients("petra").get("/review/quality/errors/?by=person").status_code == 200
    slip = f"/review/quality/errors/{made.pk}/"
    assert clients("petra").post(slip, {"reason": ""}).status_code == 422
    assert clients("petra").post(slip, {"reason": "The picture was missing."}).status_code == 302


def test_no_page_of_who_reviews_tells_what_is_planted(room, clients):
    """While it is held, and once it is decided: it looks as a real one does, but for what they say."""
    gold_of(room, settled(room))
    real = filled(room, 34)
    plant_all()
    work = planted_work()
    pages = {}
    for name, kind in (("sven", work), ("tara", real[0])):
        claim = room.claim(name)
        assert (claim.work == kind.pk) is (kind is work)
        page = clients(name).get(f"/review/work/{claim.work}/").content.decode()
        done = room.decide(name, claim)
        after = clients(name).get(f"/review/decisions/{done.pk}/").content.decode()
        pages[name] = [page, after]
    for page, other in zip(*pages.values(), strict=True):
        assert not re.search(r"gold|planted|sampled|known answer", page, re.IGNORECASE)
        assert shape(page) == shape(other)


def shape(page):
    """A page without what is each work's own: keys, numbers, moments, names."""
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|[A-Za-z0-9]{64}|\d+", "#", page)
    return re.sub(r"Sven|Tara|sven|tara|<time.*?</time>", "*", page)


# The interface


@pytest.fixture
def program(room):
    def client(name, *scopes):
        seat = seat_for(room.world.appointments[name, "Meridian"], strong=True)
        with as_web(seat):
            _, secret = make_token(name="a program", scopes=scopes or tuple(Scope), good_for=timedelta(days=1), by=seat)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return client


def test_programs_of_a_supervisor_read_what_the_pages_tell_and_draw_samples(room, at, program):
    gold_of(room, settled(room))
    filled(room, 34)
    at(NOW + timedelta(days=1))
    plant_all()
    petra = program("petra")
    backlog = petra.get("/api/review/quality/backlog").json()["items"]
    assert [(each["queue"], each["waits"]) for each in backlog] == [("door", 35)]
    asked = {"since": "2021-06-01", "until": "2021-07-01", "looks": 3, "why": "Weekly."}

    def drawn(**more):
        return petra.post("/api/review/quality/samples", json.dumps(asked | more), content_type="application/json")

    made = drawn()
    assert made.status_code == 201, made.content
    assert (made.json()["looks"], made.json()["decisions"], len(made.json()["strata"])) == (1, 1, 1)
    assert drawn(until="2021-08-01").status_code == 422
    assert drawn(looks=0).status_code == 422
    (listed,) = petra.get("/api/review/quality/samples").json()["items"]
    assert listed["id"] == made.json()["id"]
    assert petra.get(f"/api/review/quality/samples/{listed['id']}?by=language").json()["seed"] == listed["seed"]
    answer(room, "sven", "approve", "fits")
    told = petra.get("/api/review/quality/errors?by=policy").json()
    assert (told["gold"][0]["looks"], told["gold"][0]["wrong"], told["correlation"]) == (1, None, None)
    assert petra.get("/api/review/quality/errors?by=person").status_code == 422
    assert petra.get("/api/review/quality/agreement").json() == {"agreement": [], "appeals": []}


def test_programs_of_others_are_refused_and_scopes_are_asked(room, program):
    for place in ("backlog", "errors", "agreement", "samples", f"samples/{uuid4()}"):
        assert program("rosa").get(f"/api/review/quality/{place}").status_code == 403
        assert program("petra", Scope.READ_ITEMS).get(f"/api/review/quality/{place}").status_code == 403
    assert program("petra").get(f"/api/review/quality/samples/{uuid4()}").status_code == 404
    body = json.dumps({"since": "2021-06-01", "until": "2021-06-30", "looks": 3, "why": "x"})
    for who, scopes in (("george", ()), ("petra", (Scope.READ_REVIEW,))):
        answer_ = program(who, *scopes).post("/api/review/quality/samples", body, content_type="application/json")
        assert answer_.status_code == 403
