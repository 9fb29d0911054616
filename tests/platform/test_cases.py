"""From a lead to a case to a campaign: what is told, weighed, accepted, read as one and undone."""

import io
import os
import stat

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from made_desk import Desk

from hustings.apps.cases import campaigns, find, leads, sealing, working
from hustings.apps.cases.leads import About
from hustings.apps.cases.models import CaseItem, Custody, Evidence, Lead, Member, MemberEvidence, Note
from hustings.apps.cases.store import Folder
from hustings.apps.items.models import Item
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.casework import (
    CASE,
    CaseState,
    Confidence,
    Disposition,
    LeadSource,
    LeadState,
    MemberKind,
    MemberState,
    Outcome,
    Side,
    TaskState,
)


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Desk()


def lead_of(desk, who="anna", **changed):
    with desk.as_(who) as seat:
        said = {"source": LeadSource.PRESS, "title": "Three pages act as one", "marking": own_marking(seat)} | changed
        return leads.record_lead(by=seat, **said)


def case_of(desk, who="anna", **changed):
    with desk.as_(who) as seat:
        said = {"title": "Three pages", "question": "Do they act as one?", "marking": own_marking(seat)} | changed
        return working.open_case(by=seat, **said)


def sealed(desk, case, who="anna", data=b"{}"):
    with desk.as_(who) as seat:
        return sealing.seal(
            io.BytesIO(data), by=seat, case=case, name="a post", media_type="application/json", how="platform export",
            tool="export 2.1", captured_at=seat.now, about=("account", "meridian", "one"),
        )  # fmt: skip


def test_what_is_told_again_is_one_lead_with_both_tellers(desk):
    first = lead_of(desk, key="page meridian 17", about=[About(what="page", platform="meridian", name="17")])
    again = lead_of(desk, "ben", key="page meridian 17", source=LeadSource.PARTNER, text="A partner says so too.")
    assert again == first
    assert Lead.objects.count() == 1
    assert list(first.told.values_list("source", "text")) == [("partner", "A partner says so too.")]


def test_a_lead_that_somebody_may_not_know_is_not_told_again_but_anew(desk):
    tip = desk.tip()
    secret = lead_of(
        desk, "farah", key="page meridian 17", marking=desk.marking(), about=[About(what="tip", item=tip.item)]
    )
    own = lead_of(desk, "anna", key="page meridian 17")
    assert own.pk != secret.pk
    with desk.as_("anna") as anna, pytest.raises(NotKnown):
        find.find_lead(anna, secret.pk)


def test_a_dismissal_has_a_reason_and_counts_against_its_source_and_the_same_can_be_told_anew(desk):
    lead = lead_of(desk, key="k")
    with desk.as_("ben") as ben:
        with pytest.raises(BadInput) as error:
            leads.dismiss(lead, Disposition.LAWFUL, by=ben, reason=" ")
        assert [problem.where for problem in error.value.problems] == ["reason"]
        leads.dismiss(lead, Disposition.LAWFUL, by=ben, reason="A party's own pages.")
        with pytest.raises(BadInput):
            leads.dismiss(lead, Disposition.LAWFUL, by=ben, reason="again")
        assert find.precision(ben) == [{"source": "press", "leads": 1, "waiting": 0, "taken": 0, "wrong": 1}]
    lead.item.refresh_from_db()
    assert lead.item.expires_at is not None
    assert lead_of(desk, key="k").pk != lead.pk


def test_a_case_takes_up_leads_and_what_they_are_about_and_is_as_restricted(desk):
    tip = desk.tip()
    desk.name(tip, "anna")
    lead = lead_of(desk, marking=desk.marking(), about=[About(what="tip", item=tip.item)])
    case = case_of(desk)
    with desk.as_("anna") as anna:
        working.take_up(case, lead, by=anna)
        working.take_up(case, lead, by=anna)
        case = find.find_case(anna, case.pk)
        assert case.item.label.tlp == "red"
        assert [held.material_id for held in CaseItem.objects.filter(case=case)] == [tip.pk]
        assert find.find_lead(anna, lead.pk).state == LeadState.TAKEN
    with desk.as_("ben") as ben, pytest.raises(NotKnown):
        find.find_case(ben, case.pk)


def test_a_case_moves_by_its_table_alone(desk):
    case, outcome = case_of(desk), Outcome.NOTHING
    with desk.as_("anna") as anna:
        for state in CaseState:
            for step in CASE:
                with transaction.atomic():
                    if state is CaseState.WAITING:
                        working.move(case, "wait", by=anna, reason="until the platform answers")
                    if state is CaseState.CLOSED:
                        working.move(case, "close", by=anna, reason="looked at", outcome=outcome)
                    ends = {"outcome": outcome} if step.outcome else {}
                    if state in step.sources:
                        assert working.move(case, step.code, by=anna, reason="because", **ends).state == step.target
                    else:
                        with pytest.raises(BadInput):
                            working.move(case, step.code, by=anna, reason="because", **ends)
                    transaction.set_rollback(True)


def test_nothing_is_added_to_a_closed_case_nor_closed_without_an_outcome(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        with pytest.raises(BadInput) as error:
            working.move(case, "close", by=anna, reason="")
        assert [problem.where for problem in error.value.problems] == ["reason", "outcome"]
        working.move(case, "close", by=anna, reason="done", outcome=Outcome.NOT_ENOUGH)
        with pytest.raises(BadInput, match="closed"):
            working.add_note(case, by=anna, text="more")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE case_file SET outcome = ''")


def test_answers_are_weighed_and_what_is_given_up_stays(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        answer = working.add_hypothesis(case, by=anna, text="One team runs them.")
        other = working.add_hypothesis(case, by=anna, text="They follow the same news.")
        working.argue(answer, Side.FOR, by=anna, text="The same minute, on forty days.", rests_on=case.item)
        working.argue(answer, Side.AGAINST, by=anna, text="They never share a picture.")
        working.give_up(other, by=anna, why="The news came later.")
        task = working.add_task(case, by=anna, title="Ask the platform for sign-ins")
        working.end_task(task, TaskState.DONE, by=anna, result="asked")
        assert case.hypotheses.count() == 2
        assert list(answer.arguments.values_list("side", flat=True)) == ["for", "against"]


def test_a_member_is_accepted_by_another_on_evidence_only(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        member = campaigns.propose_member(
            campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="17", confidence=Confidence.MODERATE,
            method="same administrators",
        )  # fmt: skip
        with pytest.raises(Refused):
            campaigns.accept_member(member, by=anna, reason="I am sure")
        with pytest.raises(BadInput):
            campaigns.propose_member(
                campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="17", confidence=Confidence.LOW, method="again",
            )  # fmt: skip
    with desk.as_("ben") as ben:
        with pytest.raises(BadInput) as error:
            campaigns.accept_member(member, by=ben, reason="plain to see")
        assert [problem.where for problem in error.value.problems] == ["evidence"]
    kept = sealed(desk, case)
    with desk.as_("anna") as anna:
        campaigns.rest_on(member, kept.item, by=anna, rows="1-3")
    with desk.as_("ben") as ben:
        assert campaigns.accept_member(member, by=ben, reason="plain to see").state == MemberState.ACCEPTED
        assert campaigns.withdraw_member(member, by=ben, reason="It was bought since.").state == MemberState.WITHDRAWN


def test_the_database_refuses_a_member_without_evidence_whoever_asks(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        campaigns.propose_member(
            campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="17", confidence=Confidence.LOW, method="seen",
        )  # fmt: skip
    ben = desk.world.appointments["ben"][0].pk
    with pytest.raises(IntegrityError, match="evidence only"), transaction.atomic():
        Member.objects.update(state="accepted", decided_by=ben, decided_at="2026-01-01T00:00Z", reason="so")
    assert not MemberEvidence.objects.exists()


def test_origin_is_a_named_persons_claim_with_others_beside_it(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        with pytest.raises(BadInput) as error:
            campaigns.claim_origin(
                campaign, by=anna, claim="An agency abroad", confidence=Confidence.LOW, grounds="", alternatives=""
            )
        assert [problem.where for problem in error.value.problems] == ["grounds", "alternatives"]
        claim = campaigns.claim_origin(
            campaign, by=anna, claim="An agency abroad", confidence=Confidence.LOW, grounds="Paid in its currency.",
            alternatives="A reseller that many use.",
        )  # fmt: skip
    with desk.as_("ben") as ben:
        campaigns.dissent(claim, by=ben, text="The currency is that of the reseller.")
    assert claim.dissents.get().by == desk.world.appointments["ben"][0]


def test_cases_read_as_one_lose_nothing_and_stand_alone_again(desk):
    one, other, third = case_of(desk), case_of(desk, title="Other"), case_of(desk, title="Third")
    with desk.as_("anna") as anna:
        for case in (one, other):
            working.add_note(case, by=anna, text=f"in {case.item.title}")
    before = {table: dump(table) for table in ("case_file", "case_note", "item")}
    with desk.as_("ben") as ben, pytest.raises(Refused):
        working.merge(other, one, by=ben, reason="the same pages")
    with desk.as_("dora") as dora:
        made = working.merge(other, one, by=dora, reason="the same pages")
        working.merge(third, other, by=dora, reason="the same pages")
        assert find.parts_of(dora, one) == [one, other, third]
        with pytest.raises(BadInput):
            working.merge(one, third, by=dora, reason="round")
        with pytest.raises(BadInput):
            working.merge(other, one, by=dora, reason="twice")
        working.undo_merge(made, by=dora, reason="They were not.")
        assert find.parts_of(dora, one) == [one]
        assert find.parts_of(dora, other) == [other, third]
    assert {table: dump(table) for table in before} == before


def dump(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
        return cursor.fetchall()


def test_sealed_bytes_are_whole_read_only_and_written_once(desk, tmp_path):
    case = case_of(desk)
    kept, again = sealed(desk, case, data=b"the same"), sealed(desk, case, "ben", data=b"the same")
    store = Folder(tmp_path / "evidence")
    place = store.place(kept.sha256)
    assert kept.sha256 == again.sha256
    assert place.read_bytes() == b"the same"
    assert stat.S_IMODE(place.stat().st_mode) == 0o400
    assert [path.name for path in (tmp_path / "evidence").rglob("*") if path.is_file()] == [kept.sha256]
    assert store.intact(kept.sha256)
    place.chmod(0o600)
    place.write_bytes(b"the sane")
    assert not store.intact(kept.sha256)
    assert list(Custody.objects.filter(evidence=kept).values_list("act", flat=True)) == ["collect"]


def test_a_store_that_is_full_leaves_no_row_and_no_part(desk, tmp_path, monkeypatch):
    case = case_of(desk)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), transaction.atomic():
        sealed(desk, case)
    assert not Evidence.objects.exists()
    assert [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()] == []


def test_what_stands_is_never_rewritten_by_the_web(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        note = working.add_note(case, by=anna, text="as it was")
        for change in (
            "UPDATE case_note SET text = 'x'",
            "DELETE FROM case_note",
            "DELETE FROM evidence_custody",
            "DELETE FROM item",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
    assert Note.objects.get(pk=note.pk).text == "as it was"


def test_a_case_is_known_to_those_who_search_at_its_organisation_and_to_nobody_else(desk):
    case = case_of(desk)
    knows = set()
    for who in desk.world.appointments:
        with desk.as_(who) as seat:
            known = find.cases(seat).filter(pk=case.pk).exists()
            assert known == Item.objects.filter(pk=case.pk).exists(), who
            if known:
                knows.add(who)
    assert {"anna", "ben"} <= knows
    assert not knows & {"carla", "emil"}
