"""What passes between partners: who may send and answer what, that nothing of it changes, and what nobody else learns."""

import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from made_desk import Desk
from made_partners import PAGE, Partners

from hustings.apps.cases import campaigns, leads, sealing, working
from hustings.apps.cases.enforcing import planning
from hustings.apps.cases.enforcing.planning import Terms
from hustings.apps.cases.models import Member, Plan
from hustings.apps.database import WORKER, in_role
from hustings.apps.items.actions import make_item
from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.permission import NotKnown, Refused, readable
from hustings.apps.seed.liaison import bring_partners
from hustings.apps.sharing import counting, find, oversight, partners, passing
from hustings.apps.sharing.evidence import gathered_without
from hustings.apps.sharing.models import ActionRequest, Content, ItemOrigin, PublicCount, RefusedTip, ShareObject, Step
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.exchange.request import Named
from hustings.policy.capacity import Matter, Sort
from hustings.policy.casework import Confidence, LeadSource, MemberKind
from hustings.policy.enforcement import Action, Ground
from hustings.policy.marking import Marking, Tlp
from hustings.policy.origin import Starter, most_telling
from hustings.policy.requests import Opinion


@pytest.fixture
def both(db):
    return Partners()


@contextmanager
def refused_by(constraint):
    """The database refuses what the block does, by this constraint or trigger, at once or at the end."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert error.value.__cause__.diag.constraint_name == constraint


def state(both, one, who="farah"):
    with both.as_(who) as seat:
        return find.find_passed(seat, one.pk).state


def test_a_request_for_action_is_asked_answered_with_a_reason_and_closed(both):
    asked = both.asks()
    assert asked.government
    both.steps(asked, ("farah", "receive"), ("farah", "review"), ("farah", "decline"), ("olga", "close"))
    with both.as_("olga") as olga:
        found = find.find_passed(olga, asked.pk)
        assert found.state == "closed"
        assert [(step.number, step.code, step.party) for step in find.steps_of(found.item)] == [
            (1, "receive", "receiver"), (2, "review", "receiver"), (3, "decline", "receiver"), (4, "close", "sender"),
        ]  # fmt: skip


def test_a_government_asks_for_action_on_a_law_whatever_capacity_is_recorded_of_it(both):
    with pytest.raises(BadInput, match="names the law"):
        both.asks(legal_ground=" ")
    asked = both.asks()
    row = {field.name: getattr(asked, field.name) for field in ActionRequest._meta.fields}
    with both.as_("olga") as olga:
        item = make_item(
            kind="action request", title="Another", marking=passing.marking_between(both.office, both.company), by=olga
        )
        with refused_by("actionrequest_of_government_on_a_law"):
            ActionRequest.objects.create(
                **row | {"item": item, "known_as": item.pk, "legal_ground": "", "government": False}
            )
        with refused_by("sharing_capacity_is_recorded"):
            ActionRequest.objects.create(**row | {"item": item, "known_as": item.pk, "capacity": "platform"})
        with refused_by("sharing_names_content"):
            ActionRequest.objects.create(**row | {"item": item, "known_as": item.pk})


def test_what_a_capacity_may_not_send_passes_neither_by_the_page_nor_past_it(both):
    wrong = {
        "sort": Sort.ACTION,
        "other": both.lab,
        "matters": frozenset({Matter.ANALYSIS}),
        "exception": "asked by mail",
    }
    with pytest.raises(BadInput, match="receiver may not get this"):
        both.asks("farah", **wrong)
    with pytest.raises(BadInput, match="receiver may not be told this"):
        both.asks(
            "farah", sort=Sort.SHARE, other=both.lab, matters=frozenset({Matter.CONTENT}), exception="asked by mail"
        )
    with pytest.raises(BadInput, match="legal process"):
        both.asks(
            "farah",
            sort=Sort.INFORMATION,
            other=both.office,
            matters=frozenset({Matter.RECORDS}),
            exception="asked by mail",
        )
    with pytest.raises(BadInput, match="no agreement in force"):
        both.asks("farah", sort=Sort.INFORMATION, other=both.lab, matters=frozenset({Matter.ANALYSIS}))
    assert both.asks(
        "farah", sort=Sort.INFORMATION, other=both.lab, matters=frozenset({Matter.ANALYSIS}), exception="asked by mail"
    )
    with both.as_("farah") as farah:
        item = make_item(
            kind="action request", title="x", marking=passing.marking_between(both.company, both.lab), by=farah
        )
        with refused_by("sharing_passes_by_capacity"):
            ActionRequest.objects.create(
                item=item, known_as=item.pk, sender=both.company, receiver=both.lab, capacity="platform", ground="x", sent_at=farah.now,
                deadline=farah.now + timedelta(days=1), by=farah.appointment,
            )  # fmt: skip


def test_a_step_is_made_by_the_side_whose_it_is_in_order_and_with_a_reason(both):
    asked = both.asks()
    for who, code, wrong in (
        ("olga", "receive", "expected the receiver's"), ("farah", "review", "sent request for action"), ("farah", "close", "the sender's"),
        ("farah", "open", "expected one of"), ("farah", "expire", "the clock's"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=wrong):
            both.steps(asked, (who, code))
    both.steps(asked, ("farah", "receive"), ("farah", "review"))
    with pytest.raises(BadInput, match="reason: found nothing"):
        both.steps(asked, ("farah", "act", {"reason": " "}))
    with pytest.raises(BadInput, match="acted on: found nothing named"):
        both.steps(asked, ("farah", "act in part"))
    with pytest.raises(Refused):
        both.steps(asked, ("anna", "decline"))
    given = {
        "of": asked.item,
        "code": "decline",
        "state": "declined",
        "party": "receiver",
        "reason": "Because.",
        "number": 3,
    }
    for changed, constraint in (
        ({"number": 4}, "sharing_step_in_order"), ({"state": "acted"}, "sharing_step_by_its_table"), ({"reason": " "}, "sharing_step_has_reason"),
        ({"at": datetime(2040, 1, 1, tzinfo=UTC)}, "sharing_step_in_time"),
        ({"code": "expire", "state": "expired", "party": "clock"}, "sharing_step_expires_late"),
        ({"code": "withdraw", "state": "withdrawn", "party": "sender"}, "sharing_step_by_its_side"),
    ):  # fmt: skip
        with both.as_("farah") as farah, refused_by(constraint):
            Step.objects.create(by=farah.appointment, **{"at": farah.now} | given | changed)
    assert state(both, asked) == "under review"


def test_a_partner_on_paper_is_answered_for_by_hand_and_no_other_is(both):
    wrong = both.asks("farah", both.office, legal_ground="")
    with pytest.raises(BadInput, match="answers itself"):
        both.steps(wrong, ("farah", "receive", {"how": "letter 1"}))
    asked = both.asks("farah", both.county, sort=Sort.INFORMATION)
    letter = {"how": "letter 2"}
    both.steps(
        asked, ("farah", "receive", letter), ("farah", "review", letter), ("farah", "act", letter), ("farah", "close")
    )
    assert state(both, asked) == "closed"
    with both.as_("farah") as farah:
        assert [step.how for step in find.steps_of(asked.item)] == ["letter 2", "letter 2", "letter 2", ""]
        assert farah.appointment == find.steps_of(asked.item)[0].by


def test_what_nobody_answers_expires_after_its_deadline_and_once(both):
    asked = both.asks()
    assert counting.expire_overdue() == 0
    with both.as_("olga") as olga:
        past = olga.now - timedelta(hours=1)
    with both.as_("farah") as farah:
        old = passing.send(
            passing.Sending(
                sort=Sort.ACTION, other=both.county, title="Remove it", ground="Duty", matters=frozenset({Matter.CONTENT}), legal_ground="Code 1",
                content=(PAGE,), how="letter 9", sent_at=past - timedelta(days=2), deadline=past,
            ),
            by=farah,
        )  # fmt: skip
    assert (counting.expire_overdue(), counting.expire_overdue()) == (1, 0)
    assert (state(both, old), state(both, asked)) == ("expired", "sent")


def models_of_sharing():
    return sorted(apps.get_app_config("sharing").get_models(), key=lambda model: model._meta.db_table)


def test_nothing_of_it_can_be_changed_or_deleted_by_anybody(both):
    asked = both.asks()
    both.steps(asked, ("farah", "receive"), ("farah", "review"), ("farah", "decline", {"opinion": Opinion.NEGATIVE}))
    assert len(models_of_sharing()) > 25
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is emptied while a trigger waits
    for model in models_of_sharing():
        table, key = model._meta.db_table, model._meta.pk.column
        acts = [f'TRUNCATE "{table}" CASCADE']
        if model.objects.exists():
            acts += [f'DELETE FROM "{table}"', f'UPDATE "{table}" SET "{key}" = "{key}"']
        for act in acts:
            with (
                pytest.raises(DatabaseError, match="added, never changed"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(act)
    with both.as_("farah"):
        for model in [*models_of_sharing(), Item]:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                model.objects.all()._raw_delete("default")


def test_what_is_named_is_named_when_it_is_sent_and_not_later(both):
    asked = both.asks()
    with both.as_("farah"), refused_by("sharing_said_at_once"):
        Content.objects.create(of=asked.item, what="page", name="18")
    both.steps(asked, ("farah", "receive"))
    with both.as_("olga"), refused_by("sharing_said_at_once"):
        Content.objects.create(of=asked.item, what="page", name="18")


# Attack cases 11, 12, 13, 16, 17 and 24 of the field report.


def test_attack_11_all_organisations_of_another_opens_no_group_here(both):
    """What comes is for the two sides, whatever is said of groups elsewhere: it reaches no member of a group of ours."""
    with both.as_("farah") as farah:
        group = find.groups().first()
        partners.change_group(group, both.outside, by=farah, member=True, document="letter")
    asked = both.asks()
    with both.as_("walter") as walter:
        assert find.groups().filter(pk=group.pk).exists()
        with pytest.raises(NotKnown):
            find.find_passed(walter, asked.pk)
        assert not readable(walter).filter(pk=asked.pk).exists()


def test_attack_12_a_group_is_named_by_its_key_and_by_no_number(both):
    with both.as_("farah") as farah:
        group = find.groups().first()
        for number in (1, "1", uuid.UUID(int=1)):
            assert (
                not find.groups()
                .filter(pk=uuid.UUID(int=int(number)) if not isinstance(number, uuid.UUID) else number)
                .exists()
            )
        made = passing.send(
            passing.Sending(sort=Sort.NOTICE, other=both.office, title="Named", ground="Memorandum", matters=frozenset({Matter.CONTENT}),
                            content=(PAGE,), tlp=Tlp.AMBER, group=group), by=farah,
        )  # fmt: skip
        assert made.item.label.group_id == group.pk


def test_attack_13_nothing_goes_to_a_group_that_one_cannot_see(both):
    with both.as_("walter") as walter:
        partners.keep_partner(both.outside, by=walter, way="here", capacity=find.Capacity.PLATFORM, document="x")
        hidden = partners.make_group("Others", by=walter)
    with both.as_("farah") as farah:
        assert not find.groups().filter(pk=hidden.pk).exists()
        with pytest.raises((DatabaseError, NotKnown)), transaction.atomic():
            passing.send(
                passing.Sending(sort=Sort.NOTICE, other=both.office, title="Named", ground="x", matters=frozenset({Matter.CONTENT}),
                                content=(PAGE,), tlp=Tlp.AMBER, group=SharingGroup(pk=hidden.pk)), by=farah,
            )  # fmt: skip
        with pytest.raises(NotKnown):
            partners.change_group(
                SharingGroup(pk=hidden.pk, owner=both.outside), both.company, by=farah, member=True, document="x"
            )


def test_attack_16_and_17_steps_opinions_and_documents_are_as_hidden_as_what_they_are_of(both):
    asked = both.asks()
    both.steps(asked, ("farah", "receive"), ("farah", "review"), ("farah", "decline", {"opinion": Opinion.NEGATIVE}))
    related = ("steps", "opinions", "named_content", "carries", "sightings")
    with both.as_("farah"):
        assert asked.item.steps.count() == 3
    for who in ("walter", "jonas"):
        with both.as_(who):
            for name in related:
                assert not getattr(asked.item, name).exists(), (who, name)
            assert not ActionRequest.objects.exists()
            assert not ItemOrigin.objects.exists()


def test_what_a_partner_may_not_read_is_not_carried_to_it(both):
    with both.as_("farah") as farah:
        own = make_item(kind="report", title="For us alone", marking=own_marking(farah), by=farah)
        with pytest.raises(Refused):
            passing.send(
                passing.Sending(sort=Sort.SHARE, other=both.office, title="Look", ground="Memorandum", matters=frozenset({Matter.ANALYSIS}), carried=[own]),
                by=farah,
            )  # fmt: skip
        open_to = Marking(tlp=Tlp.GREEN, owner=str(both.company.pk))
        shared = make_item(kind="report", title="For all who take part", marking=open_to, by=farah)
        made = passing.send(
            passing.Sending(sort=Sort.SHARE, other=both.office, title="Look", ground="Memorandum", matters=frozenset({Matter.ANALYSIS}), carried=[shared]),
            by=farah,
        )  # fmt: skip
    with both.as_("olga") as olga:
        assert find.find_passed(olga, made.pk).item.carries.get().carried == shared
    with both.as_("walter"):
        assert not ShareObject.objects.exists()


def test_the_export_for_oversight_is_complete_and_an_auditors_alone_and_a_liaisons(both):
    asked = both.asks()
    both.steps(asked, ("farah", "receive"), ("farah", "review"), ("farah", "decline", {"opinion": Opinion.NEGATIVE}))
    shared = both.asks("farah", both.office, sort=Sort.SHARE, matters=frozenset({Matter.ANALYSIS}))
    with both.as_("ada") as ada:
        rows = {row["id"]: row for row in oversight.rows(ada)}
        assert set(rows) == {str(asked.pk), str(shared.pk)}
        assert [step["reason"] for step in rows[str(asked.pk)]["steps"]] == ["As our rules say."] * 3
        assert set(rows[str(asked.pk)]) == set(oversight.COLUMNS)
        assert oversight.as_csv(list(rows.values())).count("\r\n") == 3
    with both.as_("anna") as anna, pytest.raises(Refused):
        oversight.rows(anna)


# Who began it


def case_of(both, *, source=None, material=None):
    """A case from a lead or from material, a campaign, and a plan against a page on sealed evidence."""
    with both.as_("anna") as anna:
        case = working.open_case(by=anna, title="A page", question="Who runs it?", marking=own_marking(anna))
        if source is not None:
            lead = leads.record_lead(by=anna, source=source, title="A page", marking=own_marking(anna))
            working.take_up(case, lead, by=anna)
        if material is not None:
            working.add_material(case, material, by=anna, why="where it began")
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        sealed = sealing.seal_rows(
            {"export": 1}, name="export", by=anna, case=case, tool="export", captured_at=anna.now - timedelta(days=1)
        )
        member = campaigns.propose_member(
            campaign,
            by=anna,
            kind=MemberKind.PAGE,
            platform="meridian",
            name="17",
            confidence=Confidence.HIGH,
            method="same administrators",
        )
    with both.as_("ben") as ben:
        campaigns.rest_on(member, sealed.item, by=ben)
        campaigns.accept_member(member, by=ben, reason="The export shows it.")
    return case, campaign, Member.objects.get(pk=member.pk), sealed


TERMS = {
    "rule": "Terms of use, section 4.2", "explanation": "Pages that hide who runs them are not allowed.", "facts": "They posted the same texts.",
    "reason": "The campaign is established.", "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "source": "SOURCE_VOLUNTARY", "found_by_machine": True, "begins_on": date(2026, 11, 23), "keywords": ("KEYWORD_INAUTHENTIC_ACCOUNTS",),
    "places": ("DE",), "channel": "file",
}  # fmt: skip


def planned(both, case, campaign, member, *, ground=Ground.TERMS):
    with both.as_("anna") as anna:
        plan = planning.draft(
            campaign, case, by=anna, title="Ban it", wanted=[(member, Action.BAN)], terms=Terms(**TERMS, ground=ground)
        )
        return planning.move(plan, "ask", by=anna, reason="as agreed")


@pytest.fixture
def told(both, settings, tmp_path):
    settings.EVIDENCE, settings.PUBLIC_URL = tmp_path / "evidence", "https://hustings.example"
    return both


def test_a_beginning_is_carried_from_the_tip_through_every_step_to_the_plan(told):
    tip = told.tip()
    told.name(tip, "anna")
    with told.as_("anna") as anna:
        sweep = make_item(
            kind="sweep", title="A search from it", marking=own_marking(anna), by=anna, sources=[tip.item]
        )
        finding = make_item(kind="finding", title="What it found", marking=own_marking(anna), by=anna, sources=[sweep])
        about = [leads.About(what="finding", item=finding)]
        lead = leads.record_lead(
            by=anna, source=LeadSource.FINDING, title="A page", marking=own_marking(anna), about=about
        )
        case = working.open_case(by=anna, title="A page", question="Who runs it?", marking=own_marking(anna))
        working.take_up(case, lead, by=anna)
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        other = working.open_case(by=anna, title="Another", question="Is it the same?", marking=own_marking(anna))
        working.add_material(other, finding, by=anna, why="the same pages")
        for item in (tip.item, sweep, finding, lead.item, case.item, campaign.item, other.item):
            assert most_telling(find.origin_of(item)).starter is Starter.GOVERNMENT, item.kind
    with told.as_("walter"):
        assert most_telling(find.origin_of(campaign.item)).starter is Starter.OWN, (
            "who may not know it learns nothing of it"
        )


def test_a_beginning_that_is_told_late_reaches_what_was_made_already(told):
    case, campaign, _member, _sealed = case_of(told, source=LeadSource.FACT_CHECK)
    with told.as_("anna"):
        assert most_telling(find.origin_of(campaign.item)).starter is Starter.PUBLIC
        lead = case.leads.get().lead
    with told.as_("anna") as anna:
        leads.LeadTold.objects.create(
            lead=lead, source=LeadSource.AGENCY, text="The agency says so too.", by=anna.appointment
        )
        assert most_telling(find.origin_of(campaign.item)).starter is Starter.GOVERNMENT


def test_an_action_a_government_began_stands_on_evidence_gathered_without_it_or_on_a_law(told):
    case, campaign, member, sealed = case_of(told, source=LeadSource.AGENCY)
    with pytest.raises(BadInput, match="leans on what a government told"):
        planned(told, case, campaign, member)
    # Past the page the database says the same.
    with told.as_("anna") as anna:
        plan = planning.draft(
            campaign,
            case,
            by=anna,
            title="Ban it",
            wanted=[(member, Action.BAN)],
            terms=Terms(**TERMS, ground=Ground.TERMS),
        )
        plan.targets.update(evidence=sealed, content_on=date(2026, 11, 1))
    with refused_by("plan_stands_without_the_tip"):
        plan.targets.update(approved=True)
        Plan.objects.filter(pk=plan.pk).update(
            state="approved", approved_by=told.world.appointments["dora"][0], approved_at=anna.now
        )
    with told.as_("anna") as anna:
        with pytest.raises(BadInput, match="how: found nothing"):
            gathered_without(sealed, by=anna, how=" ")
        gathered_without(
            sealed, by=anna, how="Export of the page's administrators, drawn by our own rule R-12 on the first."
        )
    assert planned(told, case, campaign, member)


def test_a_plan_on_a_law_needs_no_other_evidence_and_one_of_our_own_neither(told):
    case, campaign, member, _sealed = case_of(told, source=LeadSource.AGENCY)
    assert planned(told, case, campaign, member, ground=Ground.LAW)
    case, campaign, member, _sealed = case_of(told)
    assert planned(told, case, campaign, member)


def test_evidence_that_a_government_handed_over_is_gathered_without_it_by_nobodys_word(told):
    _case, _campaign, _member, sealed = case_of(told)
    with in_role(WORKER), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT sharing_begin(%s, 'government', '', NULL)", [sealed.pk])
    with told.as_("anna") as anna, pytest.raises(BadInput, match="what a government handed over"):
        gathered_without(sealed, by=anna, how="By our own rule.")


# The public count


def asked_on(both, day, many, *, capacity="state electoral office"):
    """So many requests for action of the county, sent on a day; as the owner, since nobody can send in the past."""
    for number in range(many):
        item = Item.objects.create(
            kind="action request",
            title=f"{day} {number}",
            label=both.asks().item.label,
            made_by=both.world.appointments["farah"][0],
        )
        Content.objects.create(of=item, what="page", name="17")
        ActionRequest.objects.create(
            item=item, known_as=item.pk, sender=both.county, receiver=both.company, capacity=capacity, ground="Duty", legal_ground="Code 1",
            sent_at=datetime(day.year, day.month, day.day, tzinfo=UTC), deadline=datetime(2036, 1, 1, tzinfo=UTC),
        )  # fmt: skip


def test_the_count_is_told_late_once_and_never_below_its_floor(both):
    asked_on(both, date(2025, 2, 1), 3)
    asked_on(both, date(2025, 5, 1), 4)
    asked_on(both, date(2025, 8, 1), 2, capacity="law enforcement")
    assert counting.publish_counts() > 0
    rows = list(PublicCount.objects.filter(what="requests").order_by("since")[:3])
    assert next(row.numbers for row in rows) == []
    assert (rows[1].counts_from, rows[1].until) == (date(2025, 1, 1), date(2025, 6, 30))
    assert [one["number"] for one in rows[1].numbers] == [7]
    assert rows[2].numbers == []
    assert counting.publish_counts() == 0
    # What comes to be known of a quarter that was told changes nothing of it, and is in no other.
    asked_on(both, date(2025, 5, 2), 9)
    before = list(PublicCount.objects.order_by("pk").values())
    counting.publish_counts()
    assert list(PublicCount.objects.order_by("pk").values()) == before


def test_attack_24_no_two_of_the_counts_subtract_to_a_hidden_one(both):
    asked_on(both, date(2025, 2, 1), 8)
    asked_on(both, date(2025, 2, 2), 1, capacity="law enforcement")
    asked_on(both, date(2025, 2, 3), 2, capacity="civil protection")
    counting.publish_counts()
    numbers = PublicCount.objects.get(what="requests", since=date(2025, 1, 1)).numbers
    assert sum(one["number"] for one in numbers) == 11
    assert all(one["number"] >= 5 for one in numbers)
    groups = [frozenset(one["groups"]) for one in numbers]
    assert not any(group in ({"law enforcement"}, {"civil protection"}) for group in groups)
    assert all(not (a & b) for a in groups for b in groups if a is not b)
    answers = PublicCount.objects.get(what="answers", since=date(2025, 1, 1)).numbers
    assert all(one["number"] >= 5 for one in answers)


def test_a_tip_about_lawful_speech_is_refused_on_its_form_and_counted(both):
    form = {
        "foreign": False,
        "covert": False,
        "false_voting_facts": False,
        "speech_alone": True,
        "named_content": 0,
        "ground": "",
    }
    with both.as_("farah") as farah:
        reasons = passing.refuse_tip(both.county, by=farah, **form)
        assert [reason.value for reason in reasons] == [
            "lawful domestic speech", "no foreign or covert behaviour", "no named content", "no ground",
        ]  # fmt: skip
        assert not passing.refuse_tip(
            both.county,
            by=farah,
            **form | {"covert": True, "speech_alone": False, "named_content": 1, "ground": "Act 1"},
        )
    row = RefusedTip.objects.get()
    assert (row.capacity, len(row.reasons)) == ("state electoral office", 4)
    assert Named(what="page", name="17") not in vars(row).values(), "nothing of what it said is kept"


def test_the_partners_of_the_demo_season_do_what_people_can_do(db):
    desk, said = Desk(), []
    bring_partners(desk.world, said.append)
    assert said == ["5 partners, 4 exchanges of which 1 waits for an answer, 1 meeting."]
    with desk.as_("farah") as farah:
        assert [one.state for one in find.waiting(farah)] == ["sent"]
