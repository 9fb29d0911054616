"""Sharing, asking, giving notice, answering: each looks at the capacities, the agreement and the markings first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.items.actions import make_item
from hustings.apps.items.facts import marked
from hustings.apps.items.models import Item, SharingGroup, SharingMember
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import allow, consents, log, reading, refuse, require
from hustings.apps.sharing import find
from hustings.apps.sharing.agreed import agreement_for
from hustings.apps.sharing.models import (
    ActedOn,
    Content,
    OpinionGiven,
    Outgoing,
    Passed,
    RefusedTip,
    ShareObject,
    Sighting,
    Step,
)
from hustings.errors import BadInput, Problem
from hustings.exchange.request import Named
from hustings.policy.act import act
from hustings.policy.capacity import Matter, Objection, Sort, objections
from hustings.policy.decide import may_pass_on
from hustings.policy.marking import Kind, Marking, Need, Tlp
from hustings.policy.origin import Form, on_form
from hustings.policy.reader import Reader
from hustings.policy.requests import Opinion, Party, RequestState, move_to, problems_of_step
from hustings.policy.requests import Step as PolicyStep
from hustings.policy.role import Role

__all__ = [
    "Sending",
    "as_reader",
    "give_opinion",
    "marking_between",
    "refuse_tip",
    "report_sighting",
    "send",
    "take_step",
]

# The service account of the other side carries it to its people; it reads by its collections alone.
READERS = frozenset({Role.LIAISON, Role.REVIEWER, Role.ANALYST, Role.AUDITOR, Role.SERVICE})
WHAT = ("account", "page", "post", "ad", "domain", "address", "object")
NOTHING = -1  # no clearance is taken for granted of people whom nobody named


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What is to pass.

    carried     items of ours that a share or a notice carries
    how         for what came on paper: letter, mail or call, and its reference; then `sender` is the partner
    exception   no agreement covers it: why it passes all the same
    """

    sort: Sort
    other: Organisation
    title: str
    text: str = ""
    ground: str
    matters: frozenset[Matter]
    tlp: Tlp = Tlp.AMBER_STRICT
    group: SharingGroup | None = None
    handling: str = ""
    legal_ground: str = ""
    deadline: datetime | None = None
    content: Sequence[Named] = ()
    carried: Sequence[Item] = ()
    exception: str = ""
    how: str = ""
    sent_at: datetime | None = None


def as_reader(organisation: Organisation) -> Reader:
    """Somebody at an organisation whom nobody named: what such a one may read may go there.

    No clearance, need to know or citizenship is taken for granted, so what asks for one of them passes to nobody but
    persons who are named here.
    """
    held = SharingMember.objects.filter(organisation=organisation).order_by("group", "at", "recorded_at", "pk")
    last = {row.group_id: row.state for row in held}
    owned = SharingGroup.objects.filter(owner=organisation).values_list("pk", flat=True)
    groups = {str(key) for key, state in last.items() if state == "in force"} | {str(key) for key in owned}
    return Reader(
        appointment="", person="", organisation=str(organisation.pk), kind=Kind(organisation.kind), enabled=True, strong=True,
        in_position=True, takes_part=True, position=True, position_level=NOTHING, position_compartments=frozenset(), roles=READERS,
        access=NOTHING, eligibility=NOTHING, facility=NOTHING, safeguarding=NOTHING, nda=False, training=False, read_ins=frozenset(),
        citizenships=frozenset(), groups=frozenset(groups), needs=frozenset(), recused_items=frozenset(),
        recused_organisations=frozenset(),
    )  # fmt: skip


def marking_between(
    sender: Organisation, receiver: Organisation, *, tlp: Tlp = Tlp.AMBER_STRICT, group: SharingGroup | None = None
) -> Marking:
    """The marking of what passes between two: for the people at both who deal with such things, unless it is freer."""
    strict = tlp in {Tlp.AMBER_STRICT, Tlp.RED}
    return Marking(
        tlp=tlp, owner=str(sender.pk), permitted_organisations=frozenset({str(receiver.pk)}) if strict else None,
        group=str(group.pk) if group is not None and tlp is Tlp.AMBER else None, need=Need.ROLE, roles=READERS,
    )  # fmt: skip


WHERE = {
    Objection.SENDER: "capacity", Objection.RECEIVER: "capacity", Objection.LEGAL_GROUND: "legal ground",
    Objection.TOLD: "matters", Objection.ASKS: "matters", Objection.RECORDS: "matters",
}  # fmt: skip


def speaks_against(
    wanted: Sending, by: Seat, sender: Organisation, receiver: Organisation, now: datetime
) -> list[Problem]:
    """Everything that keeps it from passing, apart from the markings of what it carries."""
    found = [
        Problem(where=where, found="nothing", expected=expected, do="Write it.")
        for where, word, expected in (
            ("title", wanted.title, "what it is about, in a line"), ("ground", wanted.ground, "why it may be told or asked"),
        )
        if not word.strip()
    ]  # fmt: skip
    ours, theirs = find.capacity_of(by, sender.pk), find.capacity_of(by, receiver.pk)
    for organisation, capacity in ((sender, ours), (receiver, theirs)):
        if capacity is None:
            found.append(
                Problem(
                    where="capacity",
                    found=f"none of {organisation.name}",
                    expected="one in force",
                    do="Record it as a partner first.",
                )
            )
    if ours is not None and theirs is not None:
        # An agency or authority is a government whatever its recorded capacity.
        state = sender.kind in {Kind.AGENCY, Kind.AUTHORITY}
        found += [
            Problem(where=WHERE[one], found=one.value, expected=one.sentence, do="Send what may pass, or another way.")
            for one in objections(
                wanted.sort,
                sender=ours,
                receiver=theirs,
                matters=wanted.matters,
                legal_ground=bool(wanted.legal_ground.strip()),
            )
        ]
        if state and not ours.government and wanted.sort is Sort.ACTION and not wanted.legal_ground.strip():
            one = Objection.LEGAL_GROUND
            found.append(
                Problem(
                    where="legal ground", found=one.value, expected=one.sentence, do="Name the law and its article."
                )
            )
    if wanted.sort.names_content and not wanted.content:
        found.append(
            Problem(
                where="content",
                found="nothing named",
                expected="at least one account, post, page, ad or address",
                do="Name it.",
            )
        )
    if wanted.sort.asks and wanted.deadline is None:
        found.append(
            Problem(where="deadline", found="none", expected="the last moment at which an answer counts", do="Name it.")
        )
    if wanted.deadline is not None and wanted.deadline <= (wanted.sent_at or now):
        found.append(
            Problem(
                where="deadline",
                found=f"{wanted.deadline:%Y-%m-%d %H:%M} UTC",
                expected="a moment after it is sent",
                do="Name a later one.",
            )
        )
    if wanted.tlp is Tlp.RED:
        found.append(
            Problem(
                where="tlp",
                found="red",
                expected="amber+strict at most",
                do="Tell named persons in a meeting or a reading room instead.",
            )
        )
    if wanted.tlp is Tlp.AMBER and wanted.group is None:
        found.append(
            Problem(
                where="group",
                found="none",
                expected="the sharing group that may know",
                do="Name it, or mark it amber+strict.",
            )
        )
    ours_sent = not wanted.how
    if (
        ours_sent
        and ours is not None
        and theirs is not None
        and not wanted.exception.strip()
        and agreement_for(wanted.other.pk, by=by, sort=wanted.sort, matters=wanted.matters, tlp=wanted.tlp) is None
    ):
        found.append(Problem(where="exception", found="no agreement in force that covers it", expected="an agreement, or why it passes all the same",
                             do="Record the agreement, or say why."))  # fmt: skip
    return found


@transaction.atomic
def send(wanted: Sending, *, by: Seat) -> Any:
    """Pass something on to a partner; with `how` write down what a partner sent on paper. It is an item of the sender.

    Raises   BadInput with everything that speaks against it; NotKnown for what it would carry and the seat may not know;
             Refused where the partner may not know what it would carry
    """
    decision = allow(by, "send to partners")
    own, now = find.organisation_of(by), by.now
    sender, receiver = (wanted.other, own) if wanted.how else (own, wanted.other)
    problems = speaks_against(wanted, by, sender, receiver, now)
    if problems:
        raise BadInput("It does not pass.", problems)
    share, to = act("share"), as_reader(receiver)
    for item in wanted.carried:
        verdict = may_pass_on(reading(by, now), share, marked(item), [to], now, consents=consents(item, now))
        if not verdict.allowed:
            refuse(by, share, verdict, item, reason=wanted.ground)
        log(by, share, item, verdict, reason=wanted.ground)
    item = make_item(
        kind=find.KIND[wanted.sort], title=wanted.title.strip(), text=wanted.text, by=by, sources=wanted.carried,
        marking=marking_between(sender, receiver, tlp=wanted.tlp, group=wanted.group),
    )  # fmt: skip
    capacity = find.capacity_of(by, sender.pk)
    assert capacity is not None, "asked above"
    told: dict[str, Any] = {"legal_ground": wanted.legal_ground.strip()} if wanted.sort is Sort.ACTION else {}
    made = find.SORTS[wanted.sort].objects.create(  # type: ignore[attr-defined]
        item=item, known_as=item.pk, sender=sender, receiver=receiver, capacity=capacity, ground=wanted.ground.strip(),
        matters=sorted(wanted.matters), handling=wanted.handling.strip(), how=wanted.how.strip(), sent_at=wanted.sent_at or now,
        deadline=wanted.deadline, by=by.appointment, **told,
    )  # fmt: skip
    Content.objects.bulk_create(
        Content(of=item, what=one.what, platform=one.platform, name=one.name, ref=one.ref)
        for one in sorted(set(wanted.content))
    )
    ShareObject.objects.bulk_create(ShareObject(of=item, carried=one) for one in wanted.carried)
    log(by, act("send to partners"), item, decision)
    record(
        f"{wanted.sort.value} {'written down' if wanted.how else 'sent'}", by=by, about=item,
        reason=wanted.exception, facts={"to": str(receiver.pk), "from": str(sender.pk), "carried": len(wanted.carried), "names": len(wanted.content)},
    )  # fmt: skip
    going_out(item, 0, by, wanted.other, ours=not wanted.how)
    made.refresh_from_db(fields=["government"])
    return made


def going_out(item: Item, number: int, by: Seat, other: Organisation, *, ours: bool) -> None:
    """What we say to a partner whose installation takes it over TAXII waits for the worker, in order."""
    partner = find.partner_of(by, other.pk)
    if ours and partner is not None and partner.way == "taxii":
        Outgoing.objects.create(of=item, number=number, to=other)


def locked(key: UUID) -> None:
    """One step of one thing at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"sharing {key}"])


@transaction.atomic
def take_step(
    one: Passed, code: str, *, by: Seat, reason: str = "", how: str = "", acted_on: Sequence[Content] = (), opinion: Opinion | None = None
) -> Step:  # fmt: skip
    """Take one step of the table: as our side, or with `how` writing down what the partner's side did on paper.

    Raises   BadInput for a step that is not open, without a reason, too late, or not ours; NotKnown, Refused
    """
    try:
        move = move_to(code)
    except KeyError:
        raise BadInput("No step was taken.", problems_of_step(RequestState.SENT, one.sort, PolicyStep(code=code, party=Party.SENDER, at=by.now), deadline=None)) from None  # fmt: skip
    require(by, "answer partners" if move.party is Party.RECEIVER else "send to partners", one.item, reason=reason)
    locked(one.pk)
    last = find.steps_of(one.item).last()
    state = RequestState(last.state) if last is not None else RequestState.SENT
    ours = find.our_side(by, one)
    party = ours
    problems = []
    other = one.receiver if ours is Party.SENDER else one.sender
    if how.strip():
        party = Party.RECEIVER if ours is Party.SENDER else Party.SENDER
        partner = find.partner_of(by, other.pk)
        if partner is None or partner.way != "document":
            problems.append(Problem(where="how", found=f"{other.name}, which answers itself", expected="a partner who is reached on paper",
                                    do="Leave it to them."))  # fmt: skip
    problems += problems_of_step(
        state, one.sort, PolicyStep(code=code, party=party, at=by.now, reason=reason), deadline=one.deadline
    )
    if code == "act in part" and one.sort is Sort.ACTION and not acted_on:
        problems.append(
            Problem(where="acted on", found="nothing named", expected="what of it was acted on", do="Name it.")
        )
    if problems:
        raise BadInput("No step was taken.", problems)
    number = last.number + 1 if last is not None else 1
    try:
        with transaction.atomic():
            made = Step.objects.create(
                of=one.item, number=number, code=code, state=move.target, party=party, reason=reason.strip(), how=how.strip(),
                at=by.now, by=by.appointment,
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("No step was taken.", [
            Problem(where="state", found=str(error).splitlines()[0][:200], expected="a step that is open", do="Load it again and look anew."),
        ]) from error  # fmt: skip
    ActedOn.objects.bulk_create(ActedOn(step=made, content=content) for content in acted_on)
    record(
        f"{one.sort.value}: {code}",
        by=by,
        about=one.item,
        reason=reason,
        facts={"number": number, "by hand": bool(how.strip())},
    )
    if opinion is not None:
        give_opinion(one, opinion, by=by, words=reason, how=how)
    going_out(one.item, number, by, other, ours=not how.strip())
    return made


@transaction.atomic
def give_opinion(one: Passed, opinion: Opinion, *, by: Seat, words: str = "", how: str = "") -> OpinionGiven:
    """Say what we make of it; with `how` write down what the partner makes of it.

    Raises   BadInput for "disputed": that is what several make of it together
    """
    require(by, "give opinion", one.item)
    if opinion is Opinion.DISPUTED:
        raise BadInput("No opinion was given.", [
            Problem(where="opinion", found="disputed", expected="positive, seed or negative", do="Say what you make of it yourself."),
        ])  # fmt: skip
    ours = find.organisation_of(by)
    other = one.receiver if one.sender_id == ours.pk else one.sender
    made = OpinionGiven.objects.create(
        of=one.item,
        organisation=other if how.strip() else ours,
        opinion=opinion,
        words=words.strip()[:1000],
        how=how.strip(),
        by=by.appointment,
    )
    record("opinion given", by=by, about=one.item, facts={"opinion": opinion.value, "by hand": bool(how.strip())})
    return made


@transaction.atomic
def report_sighting(
    one: Passed, *, by: Seat, times: int, first: datetime, last: datetime, where: str, how: str = ""
) -> Sighting:
    """Say how often and when we saw what was shared; with `how` write down what the partner saw."""
    require(by, "give opinion", one.item)
    problems = []
    if times < 1:
        problems.append(Problem(where="times", found=f"{times}", expected="1 or more", do="Count what was seen."))
    if last < first:
        problems.append(
            Problem(
                where="last",
                found=f"{last:%Y-%m-%d %H:%M}",
                expected=f"from {first:%Y-%m-%d %H:%M} on",
                do="Look at both.",
            )
        )
    if not where.strip():
        problems.append(Problem(where="where", found="nothing", expected="platform or place", do="Write it."))
    if problems:
        raise BadInput("No sighting was recorded.", problems)
    ours = find.organisation_of(by)
    other = one.receiver if one.sender_id == ours.pk else one.sender
    made = Sighting.objects.create(
        of=one.item, organisation=other if how.strip() else ours, times=times, first=first, last=last, where=where.strip(), how=how.strip(),
        by=by.appointment,
    )  # fmt: skip
    record("sighting recorded", by=by, about=one.item, facts={"times": times})
    return made


@transaction.atomic
def refuse_tip(
    source: Organisation, *, by: Seat, foreign: bool, covert: bool, false_voting_facts: bool, speech_alone: bool, named_content: int, ground: str
) -> tuple[Form, ...]:  # fmt: skip
    """Refuse a tip on its form, if there is a reason; gives the reasons. What it says is kept nowhere; that it came is counted."""
    require(by, "receive tip")
    reasons = on_form(
        foreign=foreign, covert=covert, false_voting_facts=false_voting_facts, speech_alone=speech_alone, named_content=named_content,
        ground=ground,
    )  # fmt: skip
    if reasons:
        capacity = find.capacity_of(by, source.pk)
        made = RefusedTip.objects.create(
            held_by=find.organisation_of(by), source=source, capacity=capacity.value if capacity is not None else "",
            reasons=[reason.value for reason in reasons], by=by.appointment,
        )  # fmt: skip
        record(
            "tip refused on form",
            by=by,
            subject=("tip refused", made.pk),
            conditions=[reason.value for reason in reasons],
        )
    return reasons
