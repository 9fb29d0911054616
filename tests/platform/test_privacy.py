"""What is past its time goes and nothing else; people ask about themselves and learn what may be told."""

import hashlib
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import pyarrow as pa
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from hustings.apps import database
from hustings.apps.audit.models import Entry, Leaf, Log, Text
from hustings.apps.audit.record import record
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.findings.models import Finding, FindingMember, FindingName, Run, RunActor
from hustings.apps.findings.names import pseudonyms
from hustings.apps.findings.run_folder import RunFolder
from hustings.apps.items.actions import grant_need, make_item
from hustings.apps.items.models import Item, Source
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Person
from hustings.apps.people.signin.models import Invitation, SignedIn
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.privacy import actions, find
from hustings.apps.privacy.attention import attention
from hustings.apps.privacy.exempt import without_exempt
from hustings.apps.privacy.expire import expire
from hustings.apps.privacy.held import NEITHER, draft, held_about
from hustings.apps.privacy.models import Deletion, ExemptActor, SubjectRequest
from hustings.apps.protection.apply import declared
from hustings.apps.seed.world import build
from hustings.apps.sweeps.actions import ask_for_sweep, own_marking, receive_tip
from hustings.apps.sweeps.models import Sweep, Tied, TipStart, TraceTable
from hustings.apps.tokens.models import Token
from hustings.errors import BadInput
from hustings.policy.marking import Marking, Need, Tlp
from hustings.policy.retention import KEPT
from hustings.policy.subject_request import State, Wanted

ASK = {
    "purpose": "Who else pushes the links that the tip names",
    "legal_ground": "Election Protection Act, article 12",
    "election": "Valdorian parliament",
    "election_on": date(2027, 3, 7),
    "population": "public posts with election hashtags since January",
}


class Desk:
    """A world, and people at their desks: `with desk.as_("anna") as anna:` acts as the web would for her."""

    def __init__(self):
        self.world = build(moment(), "a password of tests")

    @contextmanager
    def as_(self, key):
        with in_role(WEB):
            seat = seat_for(self.world.appointments[key][0], strong=True)
            database.seat(seat.id, strong=True)
            yield seat

    def marking(self):
        """As restricted as a tip."""
        return Marking(
            tlp=Tlp.RED, owner=str(self.world.organisations["Directorate for Election Security"].pk),
            group=str(self.world.group.pk), need=Need.NAMED, originator_consent=True,
        )  # fmt: skip

    def named_tip(self):
        """A tip by farah for which anna is named."""
        with self.as_("farah") as farah:
            tip = receive_tip(
                by=farah, title="A network of pages", text="Three accounts act as one.", reference="D-17",
                source=self.world.organisations["Directorate for Election Security"], marking=self.marking(),
                starts=[("actor", "twitter", "one")],
            )  # fmt: skip
            grant_need(
                tip.item,
                self.world.appointments["anna"][0],
                purpose="search",
                ends_at=farah.now + timedelta(days=30),
                by=farah,
            )
        return tip


@pytest.fixture
def desk(db):
    return Desk()


def rows(*, by, marking, actors=("one", "two"), case=None, ends=None):
    """A run with one finding of these accounts, written as a load leaves it."""
    named = {"marking": marking, "by": by, "case": case, "expires_at": ends}
    item = make_item(kind="run", title="A run", **named)
    run = Run.objects.create(
        item=item, digest=uuid4().hex, version="1", seed=1, settings={}, inputs=[], outputs=[], counts={}
    )
    shown = pseudonyms([("twitter", name) for name in actors])
    for number, pseudonym in enumerate(shown):
        RunActor.objects.create(run=run, number=number, platform="twitter", pseudonym=pseudonym)
    about = make_item(kind="finding", title="Accounts that act as one", sources=[item], **named)
    finding = Finding.objects.create(
        item=about, run=run, number=0, members=len(actors), basis="timing", platforms=["twitter"], links=1, traces=1, acts=1,
        expected_acts=0.1, score=0.9, sentence="They act as one.", limits=[], kinds={}, declared=False, rows_digest="0",
    )  # fmt: skip
    for number, name in enumerate(actors):
        FindingMember.objects.create(
            finding=finding, actor=number, score=0.9, basis="timing", links=1, acts=1, things=1
        )
        FindingName.objects.bulk_create([FindingName(finding=finding, what="actor", number=number, name=name)])
    return finding


@pytest.fixture
def findings(desk):
    """Past their time, and not yet."""
    with desk.as_("anna") as anna:
        past = [rows(by=anna, marking=own_marking(anna), ends=anna.now - timedelta(hours=1)) for _ in range(3)]
        later = rows(by=anna, marking=own_marking(anna), ends=anna.now + timedelta(days=1))
        never = rows(by=anna, marking=own_marking(anna))
    return past, [later, never]


def keys(model):
    return set(model.objects.values_list("pk", flat=True))


def test_every_table_has_a_line(db):
    assert set(declared()) == set(KEPT)


def test_what_is_past_its_time_is_gone_with_all_that_hung_on_it_and_nothing_else(desk, findings):
    past, stay = findings
    items = {item for one in past for item in (one.pk, one.run_id)}
    before = {"item": keys(Item), "person": keys(Person)}
    done = list(expire())
    assert sum(count for table, count in done if table == "item") == len(items)
    assert keys(Item) == before["item"] - items
    assert keys(Person) == before["person"]
    assert keys(Finding) == {one.pk for one in stay}
    assert keys(Run) == {one.run_id for one in stay}
    for model, many in ((RunActor, 4), (FindingMember, 4), (FindingName, 4), (Source, 2)):
        assert model.objects.count() == many, model
    assert list(expire()) == []


def test_what_a_case_took_up_stays_and_so_does_what_it_was_made_from(desk):
    with desk.as_("anna") as anna:
        case = make_item(kind="case", title="A case", marking=own_marking(anna), by=anna)
        adopted = rows(by=anna, marking=own_marking(anna), ends=anna.now - timedelta(days=1))
        Item.objects.filter(pk=adopted.pk).update(case=case)
        tip = make_item(kind="tip", title="A tip", marking=own_marking(anna), by=anna)
        of_tip = rows(by=anna, marking=own_marking(anna), ends=anna.now - timedelta(days=1), case=tip)
    list(expire())
    assert Finding.objects.filter(pk=adopted.pk).exists()
    assert Run.objects.filter(pk=adopted.run_id).exists()
    assert not Item.objects.filter(pk__in=[of_tip.pk, of_tip.run_id]).exists(), "a tip is no case"


def test_a_batch_is_proved_in_the_log_and_on_the_page(desk, findings, client):
    past, _ = findings
    list(expire())
    told = list(Deletion.objects.filter(table="item"))
    assert sum(batch.rows for batch in told) == 6
    first = sorted(str(one.pk) for one in past)
    digest = hashlib.sha256("\n".join(first).encode()).hexdigest()
    assert digest in {batch.digest for batch in told}, "findings go first; whoever has the keys can see that it is they"
    sequence_all()
    entry = Leaf.objects.get(pk=next(batch.entry for batch in told if batch.digest == digest))
    assert entry.event == "rows.deleted"
    assert entry.facts["rows"] == 3
    assert entry.facts["digest"] == digest
    assert not Text.objects.filter(entry__in=Leaf.objects.filter(item__in=[one.pk for one in past]).values("pk"),
                                   name="row", erased_at=None).exists()  # fmt: skip
    page = client.get("/data-protection/").content.decode()
    assert digest[:16] in page
    assert f">{entry.index}<" in page


def test_killed_midway_it_goes_on_where_it_was(desk, findings):
    _, stay = findings
    under_way = expire(batch=1)
    assert [next(under_way) for _ in range(2)] == [("item", 1)] * 2
    under_way.close()
    assert keys(Finding) > {one.pk for one in stay}
    list(expire(batch=2))
    assert keys(Finding) == {one.pk for one in stay}
    assert keys(Run) == {one.run_id for one in stay}
    assert sum(Deletion.objects.filter(table="item").values_list("rows", flat=True)) == 6


def test_a_batch_that_cannot_be_told_deletes_nothing(desk, findings):
    before = keys(Item)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE deletion ADD CONSTRAINT nothing_fits CHECK (false) NOT VALID")
    with pytest.raises(DatabaseError), transaction.atomic():
        list(expire())
    assert keys(Item) == before


@pytest.mark.parametrize(
    ("role", "sql"),
    [
        (WEB, "SELECT expire_rows('item', 5)"),
        (WORKER, "DELETE FROM item"),
        (WORKER, "DELETE FROM finding"),
        (WORKER, "DELETE FROM tip_start"),
        (WORKER, "DELETE FROM deletion"),
        (WORKER, "UPDATE item SET expires_at = now()"),
    ],
)
def test_who_runs_the_job_can_delete_nothing_else_and_the_web_not_at_all(desk, role, sql):
    with in_role(role), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_worker_writes_no_deletion_of_its_own(desk):
    with in_role(WORKER), pytest.raises(DatabaseError), transaction.atomic():
        Deletion.objects.create(table="item", rows=1, log=Log.objects.first(), entry=uuid4())


def test_deletions_of_restricted_work_are_told_in_its_own_log(desk, client):
    with desk.as_("farah") as farah:
        rows(by=farah, marking=desk.marking(), ends=farah.now - timedelta(days=1))
    list(expire())
    assert Deletion.objects.exclude(log__name="open").filter(table="item").count() == 2
    with in_role(WEB):
        assert not Deletion.objects.exists()
    assert (
        "rows were past their time" not in client.get("/data-protection/?csv=gone").content.decode().split("\n", 1)[-1]
    )


def test_starting_points_and_pseudonyms_of_a_sweep_go_when_it_is_long_over(desk, at):
    tip = desk.named_tip()
    with desk.as_("anna") as anna:
        posts = make_item(kind="trace-table", title="Posts", marking=own_marking(anna), by=anna)
        table = TraceTable.objects.create(
            item=posts,
            path="a",
            sha256="a",
            collected="by a rule",
            rows=1,
            actors=900,
            platforms=[],
            first=anna.now,
            last=anna.now,
        )
        sweep = ask_for_sweep(by=anna, tip=tip, table=table, **ASK)
        Tied.objects.create(
            sweep=sweep, platform="twitter", pseudonym="p", basis="timing", hop=1, p=0, q=0, occasions=1, close=1
        )
    now = moment()
    at(now + timedelta(days=200))
    list(expire())
    assert TipStart.objects.exists(), "the sweep is still asked for"
    Sweep.objects.update(state="withdrawn")
    list(expire())
    assert not TipStart.objects.exists()
    assert not Tied.objects.exists()
    assert Sweep.objects.exists()
    assert set(Deletion.objects.values_list("table", flat=True)) >= {"tip_start", "tied"}
    assert not Deletion.objects.filter(table__in=["tip_start", "tied"], log__name="open").exists()


def test_sessions_links_tokens_and_old_reasons_go(desk, at):
    ben = desk.world.people["ben"]
    now = moment()
    for number, ends in enumerate((now - timedelta(minutes=1), now + timedelta(hours=1))):
        SignedIn.objects.create(key=f"{number}", data="", person=ben, began_at=now, seen_at=now, ends_at=ends)
    for number, ends in enumerate((now - timedelta(days=31), now - timedelta(days=29))):
        Invitation.objects.create(
            digest=f"{number}", person=ben, organisation=desk.world.organisations["Meridian"], ends_at=ends
        )
    for number, ends in enumerate((now - timedelta(days=91), now - timedelta(days=89))):
        Token.objects.create(
            digest=f"{number}", appointment=desk.world.appointments["ben"][0], stamp=ben.stamp, name="a program",
            prefix=f"{number}", scopes=["read"], ends_at=ends,
        )  # fmt: skip
    call_command("expire", verbosity=0)
    assert [list(model.objects.values_list(key, flat=True)) for model, key in
            ((SignedIn, "key"), (Invitation, "digest"), (Token, "digest"))] == [["1"]] * 3  # fmt: skip
    with desk.as_("anna") as anna:
        item = rows(by=anna, marking=own_marking(anna))
        record("names opened", by=anna, about=item.item, reason="Because she asked")
    sequence_all()
    kept = Text.objects.filter(name="reason", text="Because she asked")
    list(expire())
    assert kept.exists()
    at(now + timedelta(days=3 * 365 + 1))
    list(expire())
    assert not kept.exists()
    assert Entry.objects.filter(event="text.erased").exists()


def hand_in(desk, wanted=Wanted.OBJECTION, account="one", organisation="Meridian"):
    with in_role(WEB):
        key = actions.ask(
            organisation=desk.world.organisations[organisation].pk, wanted=wanted, platform="twitter", account=account,
            contact="me@mail.example", showing="I can post a word", words="",
        )  # fmt: skip
    return key


def form(desk, **changed):
    return {
        "organisation": str(desk.world.organisations["Meridian"].pk), "wanted": "access", "platform": "twitter",
        "account": "one", "contact": "me@mail.example", "showing": "I can post a word", "words": "",
    } | changed  # fmt: skip


def test_anybody_can_ask_and_learns_the_same_whatever_is_held(desk, findings, client):
    answers = []
    for account in ("one", "nobody knows me"):
        done = client.post(reverse("ask-about-data"), form(desk, account=account))
        assert done.status_code == 302
        page = client.get(done["Location"]).content.decode()
        answers.append(page.replace(done["Location"].split("/")[-2], "REFERENCE"))
    assert answers[0] == answers[1]
    assert SubjectRequest.objects.count() == 2
    anything = client.get(reverse("asked-about-data", args=[uuid4()]))
    assert anything.status_code == 200


def test_what_is_missing_is_said_and_too_many_are_stopped(desk, client):
    assert client.post(reverse("ask-about-data"), form(desk, contact="")).status_code == 422
    codes = [client.post(reverse("ask-about-data"), form(desk)).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


def test_a_request_is_known_to_who_answers_at_that_organisation_and_to_nobody_else(desk):
    key = hand_in(desk)
    know = set()
    for who in desk.world.appointments:
        with desk.as_(who) as seat:
            try:
                find.find_request(seat, key)
            except NotKnown:
                continue
            know.add(who)
    assert know == {"dora", "farah"}


def test_a_visitor_can_say_nothing_but_what_the_form_asks(desk):
    with in_role(WEB):
        for sql in ("INSERT INTO subject_request (item_id) VALUES (gen_random_uuid())", "DELETE FROM subject_request",
                    "SELECT hand_in_request(gen_random_uuid(), 'access', 'x', 'x', 'x', 'x', '', now())"):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)


def test_what_is_held_is_found_as_far_as_who_works_on_it_may_know(desk, findings):
    shared = Marking(tlp=Tlp.GREEN, owner=str(desk.world.organisations["Meridian"].pk), need=Need.NONE)
    with desk.as_("anna") as anna:
        rows(by=anna, marking=shared)
    with desk.as_("farah") as farah:
        rows(by=farah, marking=desk.marking(), actors=("one",))
        mine = held_about("twitter", "@One", by=farah)
    with desk.as_("dora") as dora:
        hers = held_about("twitter", "@One", by=dora)
    assert {one.what for one in hers} == {"the account among those of a run", "the account as a member of a group"}
    assert len(mine) == len(hers) + 2
    assert not any(one.item.label.need == "named" for one in hers)
    with desk.as_("dora") as dora:
        assert draft(hers) == draft(mine), "what is restricted changes no word of the answer"
        assert held_about("twitter", "nobody", by=dora) == []
    assert draft([]).endswith(NEITHER)
    assert draft(hers).endswith(NEITHER)


def test_who_was_joined_with_other_accounts_is_told_that(desk, findings):
    with desk.as_("dora") as dora:
        assert "one person" not in draft(held_about("twitter", "one", by=dora))
    run, number = RunActor.objects.filter(pseudonym__in=pseudonyms([("twitter", "one")])).values_list("run", "number")[
        0
    ]
    Finding.objects.filter(run=run).update(joined_by=[[number + 1, number + 2], [number, number + 3]])
    with desk.as_("dora") as dora:
        assert "the account as of one person with others (records: 1; rows: 1)" in draft(
            held_about("twitter", "one", by=dora)
        )
        assert "one person" not in draft(held_about("twitter", "nobody", by=dora))


def test_from_hand_in_to_an_answer_that_keeps_the_account_out(desk, findings):
    key = hand_in(desk)
    with desk.as_("dora") as dora:
        request = find.find_request(dora, key)
        with pytest.raises(BadInput):
            actions.answer(request, by=dora, text=draft([]), upheld=True)
        actions.show_identity(request, by=dora, how="posted the word")
        with pytest.raises(BadInput):
            actions.answer(request, by=dora, text="We hold a secret finding.", upheld=True)
        done = actions.answer(request, by=dora, text=draft([]), upheld=True)
        assert done.state == State.ANSWERED
        assert done.item.expires_at == dora.now + timedelta(days=365)
        assert pseudonyms([("twitter", "one")])[0] in set(ExemptActor.objects.values_list("pseudonym", flat=True))
    with desk.as_("ines"):
        assert not ExemptActor.objects.exists(), "another organisation's list is its own"


def test_who_objected_is_left_out_of_what_is_loaded(desk):
    names = ["one", "two", "three"]
    both = {side: names[:2] if side == "_a" else names[1:] for side in ("_a", "_b")}
    pairs = {f"{word}{side}": ["twitter"] * 2 if word == "platform" else both[side]
             for word in ("platform", "actor") for side in ("_a", "_b")}  # fmt: skip
    members = {"finding": [0, 0, 0, 1, 1], "platform": ["twitter"] * 5, "actor": [*names, "one", "two"]}
    files = RunFolder(
        name="a run", about={}, members=pa.table(members), links=pa.table(pairs), layers=pa.table(pairs),
        evidence=pa.table({"finding": [0, 0], **pairs}),
        records=[{"finding": 0, "members": 3, "led": [{"platform": "twitter", "actor": "one"}]}, {"finding": 1, "members": 2, "led": []}],
    )  # fmt: skip
    with desk.as_("dora") as dora:
        assert without_exempt(files) == (files, set())
        shown = pseudonyms([("twitter", "one")])[0]
        ExemptActor.objects.create(
            organisation=dora.appointment.position.organisation, pseudonym=shown, added_by=dora.appointment
        )
        rest, out = without_exempt(files)
    assert out == {("twitter", "one")}
    assert rest.records == [{"finding": 0, "members": 2, "led": []}], "a group of one is none"
    assert rest.members.to_pydict() == {"finding": [0, 0], "platform": ["twitter"] * 2, "actor": names[1:]}
    assert [table["actor_a"].to_pylist() for table in (rest.links, rest.layers, rest.evidence)] == [["two"]] * 3
    with desk.as_("ines"):
        assert without_exempt(files) == (files, set()), "another organisation's list is its own"


def test_open_requests_wait_for_who_can_do_the_next_step(desk):
    key = hand_in(desk)
    with desk.as_("dora") as dora:
        assert [one.act for one in attention(dora)] == ["Work on it"]
        actions.propose_refusal(find.find_request(dora, key), by=dora, ground="Not their account")
        assert attention(dora) == []
    with desk.as_("farah") as farah:
        assert [one.act for one in attention(farah)] == ["Decide"]
    with desk.as_("anna") as anna:
        assert attention(anna) == []


def test_a_refusal_takes_two(desk):
    key = hand_in(desk)
    with desk.as_("dora") as dora:
        request = actions.propose_refusal(find.find_request(dora, key), by=dora, ground="Not their account")
        with pytest.raises(Refused):
            actions.decide_refusal(request, by=dora, agree=True)
    with desk.as_("farah") as farah:
        assert actions.decide_refusal(find.find_request(farah, key), by=farah, agree=True).state == State.REFUSED


def test_the_time_is_extended_once(desk):
    key = hand_in(desk)
    with desk.as_("dora") as dora:
        request = find.find_request(dora, key)
        before = request.due_at
        request = actions.extend(request, by=dora, reason="Many accounts; told on the third day")
        assert request.due_at > before + timedelta(days=55)
        with pytest.raises(BadInput):
            actions.extend(request, by=dora, reason="again")
