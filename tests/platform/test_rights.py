"""Audits of equal treatment: who makes them, what a gap keeps from being released, and texts among the work of people."""

import json
import tomllib
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from made_people import appoint, organisation, person, sign_in
from made_review import Room, leaflets

from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.permission import Refused
from hustings.apps.review.models import Decision, Planted, Policy, Reason, State, Work
from hustings.apps.review.policies import newest
from hustings.apps.rights import actions, detecting, find
from hustings.apps.rights.models import Audit, Ground, Override, Release, Table, Variant
from hustings.apps.rights.planting import plant_variants
from hustings.errors import BadInput

pytestmark = pytest.mark.django_db

NAME = "ads at the door"
SAMPLE = files("hustings.screening.fairness").joinpath("sample.toml").read_bytes()
STOP = "Number {number}: {{group}}, stay home on election day. Do not vote."


def table(texts=12, words=None):
    return {
        "name": "Matched", "version": "1",
        "swaps": [{"name": "group", "kind": "group", "words": words or {"x": "teachers", "y": "farmers"}}],
        "texts": [{"key": f"t{n}", "should": "stop", "text": STOP.format(number=n)} for n in range(texts)],
    }  # fmt: skip


# "stay home" stands in one side's own words, so that the rules stop that side alone.
UNEQUAL = {
    "name": "Unequal", "version": "1",
    "swaps": [{"name": "group", "kind": "group", "words": {"x": "Farmers, vote.", "y": "Do not vote, stay home on election day."}}],
    "texts": [{"key": f"t{n}", "should": "pass", "text": f"Number {n}. {{group}}"} for n in range(12)],
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
def omar(meridian):
    return client_of("Omar", meridian, "rights auditor")


@pytest.fixture
def tilda(meridian):
    return client_of("Tilda", meridian, "supervisor")


@pytest.fixture
def farah(meridian):
    return client_of("Farah", meridian, "liaison")


@pytest.fixture
def later():
    """A newer version of a policy, as an upgrade brings it."""
    old = newest(NAME)
    made = Policy.objects.create(
        name=NAME, version="2999-01-01", title=old.title, text="Other words.", outcomes=old.outcomes, digest="0" * 64
    )
    for reason in old.reasons.all():
        Reason.objects.create(
            policy=made, code=reason.code, title=reason.title, outcomes=reason.outcomes, sentence=reason.sentence,
            told=reason.told, place=reason.place,
        )  # fmt: skip
    return made


def audited(omar, policy, document=None):
    kept = actions.keep_table(document or table(), by=omar.seat)
    return actions.audit_screening(kept, policy, country="US", by=omar.seat)


def test_every_packaged_policy_is_in_force_from_the_beginning():
    assert Policy.objects.filter(release__isnull=True).count() == 0
    assert set(Release.objects.values_list("ground", flat=True)) == {"first"}


def test_a_later_version_waits_until_an_audit_without_a_gap_releases_it(omar, tilda, later):
    assert newest(NAME) != later
    assert "waits for an audit" in omar.get("/").content.decode()
    page = tilda.get("/rights/").content.decode()
    assert "version 2999-01-01" in page
    assert "Not audited yet" in page
    with pytest.raises(BadInput, match="no audit without a gap"):
        actions.release(later, by=tilda.seat)
    audit = audited(omar, later)
    assert audit.blocks is False
    assert "can be put in force" in tilda.get("/").content.decode()
    assert "Put it in force" in tilda.get("/rights/").content.decode()
    assert tilda.post(f"/rights/policies/{later.pk}/release/").status_code == 302
    assert newest(NAME) == later
    made = Release.objects.get(policy=later)
    assert (made.ground, made.audit, made.by.person.name) == ("audited", audit, "Tilda")
    assert "None waits" in tilda.get("/rights/").content.decode()


def test_a_gap_over_twofold_blocks_whoever_asks_and_by_whichever_way(omar, tilda, later):
    audited(omar, later)
    gap = audited(omar, later, UNEQUAL)
    assert gap.blocks
    assert "blocks a release" in gap.figures["errors"][0]["sentence"]
    page = tilda.get("/rights/").content.decode()
    assert "found a gap over twofold" in page
    assert "Put it in force" not in page
    # An older audit without a gap does not outweigh it: the database looks, too.
    answer = tilda.post(f"/rights/policies/{later.pk}/release/", follow=True)
    assert "an audit of this version found a gap over twofold" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(policy=later, ground=Ground.AUDITED.value, audit=gap, by=tilda.seat.appointment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(policy=later, ground=Ground.FIRST.value)
    assert newest(NAME) != later
    # A newer audit without a gap does.
    audited(omar, later)
    actions.release(later, by=tilda.seat)
    assert newest(NAME) == later


def test_two_named_people_can_release_in_spite_of_it_and_everybody_reads_why(omar, tilda, farah, later):
    with pytest.raises(BadInput, match="an audit that found one"):
        actions.ask_to_override(later, reason="No time", by=tilda.seat)
    audited(omar, later, UNEQUAL)
    assert "None" in Client().get("/rights/published/").content.decode()
    with pytest.raises(BadInput, match="for the public"):
        actions.ask_to_override(later, reason=" ", by=tilda.seat)
    tilda.post(f"/rights/policies/{later.pk}/override/", {"reason": "The old version breaks the law; mended by May."})
    asked = Override.objects.get()
    assert "The old version breaks the law" not in Client().get("/rights/published/").content.decode()
    with pytest.raises(Refused):
        actions.override(asked, by=tilda.seat)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(policy=later, ground=Ground.OVERRIDE.value, override=asked, by=tilda.seat.appointment)
    assert "Agree to the release" not in tilda.get("/rights/").content.decode()
    assert "Agree to the release" in farah.get("/rights/").content.decode()
    assert farah.post(f"/rights/overrides/{asked.pk}/agree/").status_code == 302
    assert newest(NAME) == later
    public = Client().get("/rights/published/").content.decode()
    for said in ("The old version breaks the law; mended by May.", "Tilda", "Farah", "2999-01-01"):
        assert said in public


def test_an_audit_under_other_rules_releases_nothing(omar, tilda, later, monkeypatch):
    audited(omar, later)
    monkeypatch.setattr(actions, "rules_digest", lambda: "f" * 64)
    with pytest.raises(BadInput, match="under those installed now"):
        actions.release(later, by=tilda.seat)


def test_an_older_version_is_never_put_in_force_over_a_newer(omar, tilda, later):
    audited(omar, later)
    actions.release(later, by=tilda.seat)
    old = Policy.objects.create(
        name=NAME, version="2000-01-01", title="x", text="x", outcomes=later.outcomes, digest="1" * 64
    )
    audited(omar, old)
    with pytest.raises(BadInput, match="2999-01-01 in force"):
        actions.release(old, by=tilda.seat)


def test_the_auditor_hands_in_the_sample_and_reads_figures_texts_and_csv(omar):
    assert omar.get("/rights/tables/sample.toml").content == SAMPLE
    assert omar.post("/rights/tables/", {"file": SimpleUploadedFile("t.toml", SAMPLE)}).status_code == 302
    assert omar.post("/rights/tables/", {"file": SimpleUploadedFile("t.toml", SAMPLE)}).status_code == 302
    kept = Table.objects.get()
    assert kept.document == json.loads(json.dumps(tomllib.loads(SAMPLE.decode())))
    sent = {"table": kept.pk, "stage": "screening", "policy": newest(NAME).pk, "country": "US"}
    answer = omar.post("/rights/audits/", sent)
    assert answer.status_code == 302
    page = omar.get(answer.url).content.decode()
    assert "It found no gap over twofold" in page
    assert "wrongly stopped" in page
    assert "Wrong by side" in page
    assert len(omar.get(f"{answer.url}?csv=texts").content.decode().splitlines()) > 150
    assert omar.post("/rights/audits/", sent | {"country": "Q1"}).status_code == 422


@pytest.mark.parametrize(
    "content", [b"swaps = [", b"{", b"\xff", b"[]", b"name = 1", b'{"name": "x", "swaps": 3}', b"a = " + b"[" * 5000]
)
def test_a_table_that_cannot_be_used_is_refused_with_its_faults(omar, content):
    answer = omar.post("/rights/tables/", {"file": SimpleUploadedFile("t", content)})
    assert answer.status_code == 422
    assert Table.objects.count() == 0


def test_who_may_see_audit_release_and_who_may_not(omar, tilda, farah, meridian, later):
    audit = audited(omar, later)
    rhea = client_of("Rhea", meridian, "reviewer")
    uma = client_of("Uma", organisation("Other"), "rights auditor")
    place = f"/rights/audits/{audit.pk}/"
    seen = {name: (one.get("/rights/").status_code, one.get(place).status_code)
            for name, one in {"omar": omar, "tilda": tilda, "farah": farah, "rhea": rhea, "uma": uma}.items()}  # fmt: skip
    assert seen == {"omar": (200, 200), "tilda": (200, 200), "farah": (200, 200), "rhea": (403, 403), "uma": (200, 404)}
    assert Client().get("/rights/").status_code == 302
    assert Client().get("/rights/published/").status_code == 200
    sent = {"table": audit.table_id, "stage": "screening", "policy": later.pk, "country": ""}
    assert tilda.post("/rights/audits/", sent).status_code == 403
    assert tilda.post("/rights/tables/", {"file": SimpleUploadedFile("t", SAMPLE)}).status_code == 403
    assert uma.post("/rights/audits/", sent).status_code == 422
    for one in (omar, farah, rhea, uma):
        assert one.post(f"/rights/policies/{later.pk}/release/").status_code == 403
    assert Release.objects.filter(policy=later).count() == 0
    with in_role(WEB, uma.seat.id, strong=True):
        assert Audit.objects.count() == Table.objects.count() == 0


def test_neither_audits_nor_releases_can_be_changed_around_the_page(omar, tilda, later):
    audited(omar, later, UNEQUAL)
    for sql in (
        "UPDATE rights_audit SET blocks = false",
        "DELETE FROM rights_audit",
        f"INSERT INTO rights_release (policy_id, ground, at) VALUES ('{later.pk}', 'first', now())",
    ):
        for client in (omar, tilda):
            refused = pytest.raises((ProgrammingError, IntegrityError))
            with in_role(WEB, client.seat.id, strong=True), refused, transaction.atomic():
                connection.cursor().execute(sql)


def test_programs_hand_in_audit_and_read(omar, later):
    kept = omar.post("/api/rights/tables", json.dumps({"document": table()}), content_type="application/json")
    assert kept.status_code == 201, kept.content
    asked = {"table": kept.json()["id"], "policy": str(later.pk), "country": "US"}
    made = omar.post("/api/rights/audits", json.dumps(asked), content_type="application/json")
    assert made.status_code == 201
    assert made.json()["blocks"] is False
    assert omar.get(f"/api/rights/audits/{made.json()['id']}").json()["figures"]["errors"]
    assert [each["id"] for each in omar.get("/api/rights/audits").json()["audits"]] == [made.json()["id"]]
    there = {(each["name"], each["version"]): each["in_force"] for each in omar.get("/api/rights/policies").json()}
    assert there[NAME, "2999-01-01"] is False
    assert sum(there.values()) == len(there) - 1
    gone = asked | {"table": str(later.pk)}
    assert omar.post("/api/rights/audits", json.dumps(gone), content_type="application/json").status_code == 404
    faulty = omar.post("/api/rights/tables", '{"document": {}}', content_type="application/json")
    assert faulty.status_code == 422


# Texts among the work of people


@pytest.fixture
def room(at):
    at(datetime(2031, 3, 3, 9, tzinfo=UTC))
    with leaflets():
        made = Room()
        made.world.person("omar")
        made.world.post("omar", "Meridian", "rights auditor")
        yield made


def settled(room):
    room.ask()
    return room.decide("rosa", room.claim("rosa"))


def reviewed(room, document):
    with room.as_("omar") as omar:
        kept = actions.keep_table(document, by=omar)
        return actions.audit_review(kept, newest(NAME), by=omar)


def work_through(room, names, outcome):
    """Everything that waits is decided; `outcome` says how, by the text. Gives who decided which text."""
    told = {}
    for name in names:
        while (claim := room.claim(name)) is not None:
            text = Work.objects.get(pk=claim.work).snapshot["text"]
            how = outcome(text)
            room.decide(name, claim, how, "fits" if how == "approve" else "voting.discourages")
            told[text] = name
    return told


def test_texts_are_decided_one_side_after_another_by_different_people_and_compared(room):
    settled(room)
    audit = reviewed(room, table(texts=12))
    assert plant_variants() == 12
    assert plant_variants() == 0
    assert Planted.objects.filter(pair__isnull=False).count() == 12
    first = work_through(room, ["rosa", "sven"], lambda text: "approve" if "farmers" in text else "refuse")
    assert len(first) == 12
    # Each side begins as often as the other.
    assert sum("farmers" in text for text in first) == 6
    assert plant_variants() == 12
    second = work_through(
        room, ["tara", "umar", "sven", "rosa"], lambda text: "approve" if "farmers" in text else "refuse"
    )
    assert len(second) == 12
    for text, name in first.items():
        twin = text.replace("farmers", "teachers") if "farmers" in text else text.replace("teachers", "farmers")
        assert second[twin] != name
    assert plant_variants() == 0
    audit.refresh_from_db()
    (error,) = audit.figures["errors"]
    assert (error["error"], error["worst"], error["worse"], error["better"]) == ("wrongly let pass", "y", 12, 0)
    assert audit.blocks
    with room.as_("omar") as omar:
        assert find.find_audit(omar, audit.pk).blocks


def test_a_test_looks_like_other_work_moves_nothing_and_no_reviewer_or_auditor_can_tell(room):
    decision = settled(room)
    audit = reviewed(room, table(texts=1))
    plant_variants()
    planted = Work.objects.get(state=State.OPEN.value)
    assert set(planted.snapshot) == set(decision.work.snapshot)
    assert planted.snapshot["hits"][0]["category"].startswith("voting.")
    assert planted.subject_kind == decision.work.subject_kind
    with room.as_("sven"):
        assert Variant.objects.count() == 0
        assert Audit.objects.count() == 0
    with room.as_("omar"):
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute("SELECT work_id FROM rights_variant")
        assert Work.objects.count() == Decision.objects.count() == Planted.objects.count() == 0
        assert Variant.objects.filter(audit=audit).values_list("stopped", flat=True).count() == 2
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute("UPDATE rights_variant SET stopped = true")


def test_without_work_to_be_made_after_texts_wait_and_no_more_than_a_portion_stands_there(room):
    audit = reviewed(room, table(texts=30))
    assert plant_variants() == 0
    settled(room)
    assert plant_variants() == 20
    audit.refresh_from_db()
    assert audit.figures is None
    with pytest.raises(BadInput, match="600 at most"):
        reviewed(room, table(texts=400))


def test_detection_finds_the_same_accounts_whatever_side_they_bear(omar, later, monkeypatch):
    kept = actions.keep_table(table(texts=1), by=omar.seat)
    made = actions.audit_detection(kept, later, by=omar.seat)
    assert "Being searched" in omar.get(f"/rights/audits/{made.pk}/").content.decode()
    detecting.detect_sides(made.pk)
    made.refresh_from_db()
    told = {each["error"]: each for each in made.figures["errors"]}
    stopped, missed = told["wrongly stopped"], told["wrongly let pass"]
    assert stopped["sides"][0]["of"] > 200
    assert missed["sides"][0]["of"] > 50
    # Not one account is treated otherwise on the other side, and most of what was planted is found on both.
    assert [each["worse"] + each["better"] for each in told.values()] == [0, 0]
    assert missed["sides"][0]["wrong"] < missed["sides"][0]["of"] / 2
    assert made.blocks is False
    # A search that looked away from one side would be noticed.
    real = detecting.members
    monkeypatch.setattr(
        detecting, "members", lambda traces, place: {each for each in real(traces, place) if "farmers" not in each[1]}
    )
    again = actions.audit_detection(kept, later, by=omar.seat)
    detecting.detect_sides(again.pk)
    again.refresh_from_db()
    assert again.blocks
    with pytest.raises(BadInput, match="16 at most"):
        wide = table(texts=1, words={f"s{n}": f"word {n}" for n in range(12)})
        wide["swaps"].append({"name": "tongue", "kind": "language", "sides": ["en", "de", "es", "fr", "it"]})
        actions.audit_detection(actions.keep_table(wide, by=omar.seat), later, by=omar.seat)
