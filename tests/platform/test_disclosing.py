"""Who was told what stays to be read, what is taken out of a copy is proven, and what was wrong reaches everybody who was told."""

import hashlib
import subprocess
import sys
import tarfile

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from made_desk import Desk
from made_people import appoint, person
from made_told import campaign_of, case_of, original, told, told_settings

import hustings.ledger.verify_evidence as verifier
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.models import Checkpoint
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.cases import find, packing
from hustings.apps.cases.disclosing import contests, redacting, register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.enforcing import appeals
from hustings.apps.cases.models import (
    Correction,
    CorrectionDue,
    CorrectionSent,
    Custody,
    Disclosure,
    Notice,
    PlanAppeal,
    RedactionSalt,
)
from hustings.apps.cases.store import store
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review.actions import claim, decide, undo
from hustings.apps.review.models import Decision, Work
from hustings.errors import BadInput
from hustings.policy.disclosure import DisclosureKind, Removed, Thing

SECRET = bytes(range(32))


@pytest.fixture
def desk(db, settings, tmp_path):
    told_settings(settings, tmp_path)
    return Desk()


def packed(desk, case, *, who="anna", to="the committee", **more):
    with desk.as_(who) as seat:
        made = packing.pack(find.find_case(seat, case.pk), by=seat, why="asked for by letter", to=to, **more)
    return made


def settle():
    sequence_all()
    sign_all(SECRET)


def unpacked(made, place):
    with made.file as file, tarfile.open(fileobj=file) as tar:
        tar.extractall(place, filter="data")
    return place / made.name


# --- the register


def test_a_package_enters_the_register_with_all_that_it_told_of(desk):
    case, _, members, sealed = campaign_of(desk)
    made = packed(desk, case)
    made.file.close()
    entry = Disclosure.objects.get()
    assert (entry.kind, entry.to, entry.ground, entry.digest) == (
        "evidence package",
        "the committee",
        "asked for by letter",
        made.tagmanifest,
    )
    assert entry.marking == "TLP:AMBER+STRICT · by role"
    assert set(entry.holds.values_list("thing", "key")) == {
        *(("evidence", str(one.pk)) for one in sealed), *(("member", str(one.pk)) for one in members),
    }  # fmt: skip


def test_what_is_told_by_another_way_is_written_down_by_who_may_share_it(desk):
    case = case_of(desk)
    words = {
        "kind": DisclosureKind.LETTER,
        "what": "The names of three pages",
        "to": "Directorate",
        "ground": "article 12",
    }
    with desk.as_("anna") as anna, pytest.raises(Refused):
        register.tell_by_hand(case, by=anna, **words)
    with desk.as_("dora") as dora:
        made = register.tell_by_hand(case, by=dora, **words)
        register.receipt(made, by=dora, words="answer by letter 17")
        with pytest.raises(BadInput, match="entered by itself"):
            register.tell_by_hand(case, by=dora, **words | {"kind": DisclosureKind.PACKAGE})
        with pytest.raises(BadInput) as error:
            register.tell_by_hand(case, by=dora, **words | {"to": " ", "what": ""})
        assert [problem.where for problem in error.value.problems] == ["what", "to"]
    assert made.receipts.get().words == "answer by letter 17"
    with desk.as_("jonas"):
        assert not Disclosure.objects.exists()  # of another organisation


def test_rows_of_the_register_are_never_changed(desk):
    case, *_ = campaign_of(desk, names=("one",))
    packed(desk, case).file.close()
    for change in ({"to": "nobody"}, {"ground": "none"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Disclosure.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Disclosure.objects.all().delete()
    with desk.as_("anna") as anna, pytest.raises(DatabaseError), transaction.atomic():  # in nobody else's name
        Disclosure.objects.create(held_by=anna.appointment.position.organisation, case=case, kind="letter or call", what="x", to="y",
                                  ground="z", marking="", by=desk.world.appointments["dora"][0])  # fmt: skip


def test_a_correction_is_owed_to_everybody_who_was_told_also_where_the_corrector_does_not_know_of_them(desk):
    case, _, _, sealed = campaign_of(desk)
    packed(desk, case, to="the first").file.close()
    packed(desk, case, to="the second").file.close()
    with desk.as_("dora") as dora:
        register.tell_by_hand(
            case, by=dora, kind=DisclosureKind.BRIEFING, what="Another thing", to="the third", ground="a law"
        )
    what = Told(thing=Thing.EVIDENCE, key=str(sealed[0].pk), name="one.txt")
    with desk.as_("anna") as anna:
        made, many = register.correct(
            what, by=anna, case=case, old="It is from May.", new="It is from June.", reason="The clock was wrong."
        )
        with pytest.raises(BadInput, match="Nothing was corrected"):
            register.correct(what, by=anna, case=case, old="May", new=" May", reason="x")
    assert many == 2
    assert sorted(made.due.values_list("disclosure__to", flat=True)) == ["the first", "the second"]
    packed(desk, case, to="told afterwards").file.close()
    assert made.due.count() == 2
    due = made.due.get(disclosure__to="the first")
    assert (due.due_at - made.at).days == 7
    with desk.as_("ben") as ben:
        register.sent(due, by=ben, how="letter 18", receipt="signed")
        with pytest.raises(BadInput, match="sent or called off before"):
            register.sent(due, by=ben, how="letter 19", receipt="signed")
        with pytest.raises(BadInput) as error:
            register.sent(made.due.get(disclosure__to="the second"), by=ben, how="", receipt="")
        assert [problem.where for problem in error.value.problems] == ["how", "receipt"]
        register.call_off(made.due.get(disclosure__to="the second"), by=ben, why="the office was closed")
    assert CorrectionSent.objects.filter(called_off=False).get().due == due
    with desk.as_("emil") as emil, pytest.raises(Refused):
        register.correct(what, by=emil, case=None, old="a", new="b", reason="c")


def test_what_was_corrected_while_a_package_was_read_is_owed_to_its_recipient_too(desk, monkeypatch):
    case, _, _, sealed = campaign_of(desk, names=("one",))
    honest = packing.write_package

    def slowly(case, objects, *, by, **named):
        made = honest(case, objects, by=by, **named)
        register.correct(
            Told(thing=Thing.EVIDENCE, key=str(sealed[0].pk), name="one"),
            by=by,
            case=case,
            old="a",
            new="b",
            reason="c",
        )
        return made

    monkeypatch.setattr(packing, "write_package", slowly)
    packed(desk, case).file.close()
    assert CorrectionDue.objects.get().disclosure.to == "the committee"


def test_due_corrections_are_made_by_the_function_alone(desk):
    case, _, _, sealed = campaign_of(desk, names=("one",))
    packed(desk, case).file.close()
    with desk.as_("anna") as anna:
        what = Told(thing=Thing.EVIDENCE, key=str(sealed[0].pk), name="one")
        made, _ = register.correct(what, by=anna, case=case, old="a", new="b", reason="c")
        with pytest.raises(DatabaseError), transaction.atomic():
            CorrectionDue.objects.create(
                correction=made, disclosure=Disclosure.objects.get(), at=anna.now, due_at=anna.now
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            CorrectionDue.objects.all().delete()


# --- redacted copies


def copy_of(desk, sealed, *lines, who="anna"):
    with desk.as_(who) as seat:
        return redacting.make_copy(find.find_evidence(seat, sealed.pk), lines, by=seat, why="for the committee")


LINES = ((Removed.PERSON, "Nora Example"), (Removed.CONTACT, "nora@example.org"))


def test_a_redacted_copy_says_in_the_place_of_each_part_why_it_is_gone_and_the_original_stays(desk):
    _, _, _, sealed = campaign_of(desk, names=("one",))
    copy = copy_of(desk, sealed[0], *LINES)
    with store().open(copy.sha256) as file:
        assert file.read() == b"Written by [removed: PERSON], [removed: CONTACT], for one."
    assert store().intact(sealed[0].sha256)
    assert (copy.how, copy.made_from_id, copy.name) == ("rendition", sealed[0].pk, "one, redacted.txt")
    assert copy.item.label_id == sealed[0].item.label_id
    kept = copy.redaction
    assert [(part["code"], part["begin"], part["end"]) for part in kept.parts] == [
        ("PERSON", 11, 23),
        ("CONTACT", 25, 41),
    ]
    salt = bytes.fromhex(RedactionSalt.objects.get().salts[0])
    assert kept.parts[0]["commitment"] == hashlib.sha256(salt + b"Nora Example").hexdigest()
    assert Custody.objects.filter(evidence=sealed[0], act="redact", to=copy.sha256).exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "Write down what is taken out"),
        (((Removed.PERSON, "Somebody Else"),), "line 1"),
        (((Removed.PERSON, "40-30"),), "bytes within 0-"),
        (((Removed.PERSON, "0-99999999999999999999"),), "bytes within 0-"),
        (((Removed.PERSON, "Nora Example, nora"), (Removed.CONTACT, "nora@example.org")), "half of it"),
    ],
)
def test_a_copy_that_cannot_be_made_says_why(desk, lines, said):
    _, _, _, sealed = campaign_of(desk, names=("one",))
    with pytest.raises(BadInput) as error:
        copy_of(desk, sealed[0], *lines)
    assert said in str(error.value)
    with desk.as_("emil") as emil, pytest.raises(NotKnown):
        redacting.make_copy(find.find_evidence(emil, sealed[0].pk), LINES, by=emil, why="x")


def test_copy_and_original_verify_with_one_file_together_and_apart(desk, tmp_path):
    case, _, _, sealed = campaign_of(desk, names=("one", "two"))
    copy_of(desk, sealed[0], *LINES)
    settle()
    whole = unpacked(packed(desk, case), tmp_path / "whole")
    settle()  # that the first left stands in custody now
    apart = unpacked(packed(desk, case, redacted=True), tmp_path / "apart")
    keys = dict(Checkpoint.objects.order_by("id").values_list("log__origin", "key"))
    arguments = [part for key in keys.values() for part in ("--key", key)]
    for folder, words in (
        (whole, "nothing else is changed from object 1."),
        (apart, f"Its original ({sealed[0].sha256}) is not here."),
    ):
        done = subprocess.run(
            [sys.executable, "-I", folder / "verify.py", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert "2 parts are taken out (CONTACT 1, PERSON 1)" in done.stdout
        assert words in done.stdout
        assert "objects, rows of custody and redactions are proven" in done.stdout
    held = b"".join(path.read_bytes() for path in apart.rglob("*") if path.is_file())
    assert b"Nora Example, nora@example.org, for one" not in held
    assert b"Nora Example, nora@example.org, for two" in held  # of which there is no copy
    assert RedactionSalt.objects.get().salts[0].encode() not in held
    entries = Disclosure.objects.order_by("at")
    assert [one.redactions for one in entries] == [{"CONTACT": 1, "PERSON": 1}] * 2
    changes = {
        "more": (b"[removed: PERSON], [removed", b"[removed: METHOD], [removed"), "words": (b"for one", b"for six"),
    }  # fmt: skip
    for name, (before, after) in changes.items():
        bent = next(
            path
            for path in (whole / "data").iterdir()
            if before in path.read_bytes() and b"[removed" in path.read_bytes()
        )
        bent.chmod(0o600)
        bytes_before = bent.read_bytes()
        bent.write_bytes(bytes_before.replace(before, after))
        wrong, _ = verifier.check_package(whole)
        assert any(one.startswith("redactions.jsonl, line 1: object") for one in wrong), (name, wrong)
        bent.write_bytes(bytes_before)
    table = whole / "redactions.jsonl"
    table.chmod(0o600)
    text = table.read_text()
    for before, after, said in (('"end": 23', '"end": 22', "part 2 does not stand in its place"), ('"PERSON"', '"SOURCE"', "its digest is not that"),
                                ('"salts": ["', '"salts": ["00', "is not what was taken out")):  # fmt: skip
        assert before in text
        table.write_text(text.replace(before, after))
        wrong, _ = verifier.check_package(whole, keys=keys)
        assert any(said in one for one in wrong), (before, wrong)


# --- what whom it concerns sees, says, and what follows


def olga(desk):
    place = desk.world.appointments["dora"][0].position.organisation
    return appoint(person("Olga"), place, "Reviewer", ("reviewer",))


def test_whom_it_concerns_sees_evidence_contests_it_and_everybody_who_was_told_is_owed_a_correction(desk, monkeypatch):
    case, _, plan, sealed = told(desk, monkeypatch)
    copy = copy_of(desk, sealed[0], *LINES)
    notice = Notice.objects.get(target__name="one")
    assert Disclosure.objects.filter(
        kind="notice", subject=notice.target_id, case=case, digest=hashlib.sha256(notice.text.encode()).hexdigest()
    ).exists()
    assert contests.shown(notice.code) == []
    packed(desk, case, to="the committee").file.close()
    with desk.as_("anna") as anna, pytest.raises(Refused):
        contests.show(notice.target, copy, by=anna, called="A text", why="to answer it")
    with desk.as_("dora") as dora:
        target = plan.targets.get(name="one")
        contests.show(
            target, find.find_evidence(dora, copy.pk), by=dora, called="The text of the page", why="to answer it"
        )
        with pytest.raises(BadInput, match="one that is shown already"):
            contests.show(target, find.find_evidence(dora, copy.pk), by=dora, called="x", why="x")
        with pytest.raises(BadInput, match="something about the page one"):
            contests.show(target, find.find_evidence(dora, sealed[1].pk), by=dora, called="x", why="x")
    (piece,) = contests.shown(notice.code)
    assert (piece.number, piece.called, piece.sha256) == (1, "The text of the page", copy.sha256)
    assert contests.shown(Notice.objects.get(target__name="two").code) == []
    assert contests.opened(notice.code, 1) == (copy.sha256, copy.size)
    assert Custody.objects.filter(evidence=copy, act="copy", by=None, to="whom the notice concerns").count() == 1
    with pytest.raises(NotKnown):
        contests.opened(notice.code, 2)
    with pytest.raises(BadInput, match="numbers of what is shown here"):
        appeals.appeal(notice.code, "This is not our text.", [1, 7])
    assert not PlanAppeal.objects.exists()
    appeals.appeal(notice.code, "This is not our text.", [1])
    assert PlanAppeal.objects.get().contested.get().shown.evidence_id == copy.pk
    with desk.seated(olga(desk)) as reviewer:
        held = claim(reviewer, "enforcement")
        assert Work.objects.get(pk=held.work).snapshot["contested"] == [f"The text of the page (SHA-256 {copy.sha256})"]
        decide(held, "it was wrong", "not so", "", by=reviewer)
    made = {one.thing: one for one in Correction.objects.all()}
    assert set(made) == {"member", "evidence"}
    # The package held the original and the copy was made after the notice: both the member and the copy stand in it.
    assert {(one.disclosure.kind, hasattr(one, "sent")) for one in CorrectionDue.objects.select_related("disclosure", "sent")} == {
        ("evidence package", False), ("notice", True), ("evidence shown to whom it concerns", True),
    }  # fmt: skip
    open_ones = CorrectionDue.objects.filter(sent=None)
    assert sorted(open_ones.values_list("correction__thing", flat=True)) == ["evidence", "member"]
    assert {one.disclosure.to for one in open_ones} == {"the committee"}
    # One of them is sent; then the decision is undone: the other is called off, and the first is owed the news.
    with desk.as_("anna") as anna:
        register.sent(open_ones.get(correction__thing="member"), by=anna, how="letter 5", receipt="signed")
    with desk.as_("dora") as dora:
        undo(Decision.objects.get().pk, by=dora, reason="The wrong page was looked at.")
    assert CorrectionSent.objects.get(called_off=True).due.correction.thing == "evidence"
    last = CorrectionDue.objects.get(sent=None)
    assert (last.disclosure.to, last.correction.thing) == ("the committee", "member")
    assert "decided afresh" in last.correction.new


def test_what_is_for_named_readers_alone_is_not_shown_and_the_web_cannot_show_in_anothers_name(desk, monkeypatch):
    case, _, plan, sealed = told(desk, monkeypatch, names=("one",))
    target = plan.targets.get()
    with desk.as_("dora") as dora:
        from dataclasses import replace

        from hustings.apps.items.actions import relabel
        from hustings.apps.sweeps.actions import known_marking
        from hustings.policy.marking import Tlp

        strict = original(case, dora, "one", b"a source speaks", days=1)
        relabel(strict.item, replace(known_marking(strict.item), tlp=Tlp.RED), by=dora, reason="a source")
        with pytest.raises(BadInput, match="named readers alone"):
            contests.show(target, find.find_evidence(dora, strict.pk), by=dora, called="x", why="x")
    with desk.as_("anna") as anna, pytest.raises(DatabaseError), transaction.atomic():
        target.shown.create(evidence=sealed[0], number=1, called="x", why="x", by=anna.appointment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(held_by=plan.held_by, thing="member", key="x", name="x", old="a", new="a", reason="b")
