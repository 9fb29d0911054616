"""Requests between two installations: ours go out as STIX objects in order, and a partner's become rows here, once each."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hustings.apps.audit.record import record
from hustings.apps.database import WEB, WORKER, in_role
from hustings.apps.items.actions import label_of
from hustings.apps.items.facts import marking_of
from hustings.apps.items.models import Item, Source
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.said.naming import names_towards
from hustings.apps.sharing.find import KIND, SORTS, recorded_capacity
from hustings.apps.sharing.models import (
    ActedOn,
    Content,
    OpinionGiven,
    Outgoing,
    Outgone,
    Partner,
    Passed,
    ShareObject,
    Step,
)
from hustings.apps.sharing.passing import marking_between
from hustings.apps.taxii.actions import publish
from hustings.apps.taxii.models import Collection, StixObject
from hustings.apps.taxii.receivers import receives
from hustings.errors import HustingsError
from hustings.exchange.request import Answered, Asked, Named, Noticed, Said, Shared
from hustings.exchange.stix.forms import read, write
from hustings.exchange.stix.marking import write_marking
from hustings.exchange.stix.names import Reads
from hustings.policy.capacity import Matter, Sort, objections
from hustings.policy.marking import least_upper_bound
from hustings.policy.requests import Opinion, Party, RequestState, move_to, problems_of_step
from hustings.policy.requests import Step as PolicyStep

__all__ = ["identities_of", "publish_outgoing", "take_in", "why_not_there"]

TYPES = ("information-share", "notice", "request-for-information", "request-for-action", "request-step")


def identities_of(holder: UUID) -> dict[str, str]:
    """Organisation -> STIX identity, for an organisation and its partners; who named none is known by its key here."""
    found = {
        str(row.organisation_id): row.identity or f"identity--{row.organisation_id}"
        for row in Partner.objects.filter(held_by=holder).order_by("pk")
    }
    return {str(holder): f"identity--{holder}", **found}


class NotTakenIn(HustingsError):
    """What a partner's installation said does not pass, or does not follow on what stands. The code says why, and nothing else does."""

    def __init__(self, why: str) -> None:
        self.code = f"not taken in: {why}"
        super().__init__(self.code)


# Out


def publish_outgoing() -> int:
    """Put what waits into the collection that its receiver alone reads; gives how much went. Of one receiver in order."""
    went, held = 0, set()
    with in_role(WORKER):
        rows = list(Outgoing.objects.filter(gone__isnull=True).order_by("pk").values_list("pk", "to"))
    for key, to in rows:
        if to in held:
            continue  # what was said before it has to go first
        if not one_out(key):
            held.add(to)
        else:
            went += 1
    return went


def one_out(key: int) -> bool:
    """Let one go, in the name of who said it. What cannot be said to the other side is written down, and does not go."""
    with in_role(WORKER):
        row = Outgoing.objects.select_related("of__label", "to").get(pk=key)
        passed = passed_of(row.of_id)
        step = Step.objects.filter(of=row.of_id, number=row.number).first()
        speaker = step.by if step is not None else passed.by
        holder = passed.sender_id if step is None or step.party == Party.SENDER else passed.receiver_id
        names = identities_of(holder)
    if speaker is None:
        return True
    try:
        with in_role(WEB, speaker.pk, strong=True):
            seat = seat_for(speaker, strong=True)
            collection = collection_for(holder, row.to)
            if seat is None or collection is None:
                return False
            marking = marking_of(row.of.label)
            assert marking is not None, "who said it knows its marking"
            value = answered(passed, step, names) if step is not None else said(passed, names)
            here = passed.sender if holder == passed.sender_id else passed.receiver
            written = write_marking(marking, names=names_towards(here, Reads.HUSTINGS))
            told = write(value, written.object_marking_refs)
            publish(collection, [*written.definitions, told], by=seat, about=row.of)
    except HustingsError as error:
        with in_role(WORKER):
            Outgone.objects.create(outgoing=row, problem=str(error)[:1000])
            record("not published", by=None, about=row.of, facts={"number": row.number})
        return True
    with in_role(WORKER):
        Outgone.objects.create(outgoing=row)
    return True


def why_not_there(of: Item, holder: UUID) -> list[str]:
    """What keeps something of ours from reaching the other side, in sentences; nothing where all of it went, or goes by hand."""
    said_so = []
    for row in Outgoing.objects.filter(of=of).select_related("to", "gone").order_by("pk"):
        gone = getattr(row, "gone", None)
        what = "The request itself" if row.number == 0 else f"Step {row.number}"
        if gone is not None and gone.problem:
            said_so.append(f"{what} could not be said to {row.to.name}: {gone.problem}")
        elif gone is None and collection_for(holder, row.to) is None:
            said_so.append(
                f"{what} waits: there is no collection that {row.to.name} alone reads. Make one under Exchange, with {row.to.name} as its only reader."
            )
        elif gone is None:
            said_so.append(f"{what} waits to be put where {row.to.name} fetches it, which is done every minute.")
    return said_so


def collection_for(holder: UUID, to: Organisation) -> Collection | None:
    """The collection of ours that this partner reads and no other."""
    rows = Collection.objects.filter(owner=holder, permissions__organisation=to, permissions__can_read=True)
    alone = rows.exclude(permissions__in=_others(to))
    return alone.order_by("made_at", "pk").first()


def _others(to: Organisation) -> Any:
    from hustings.apps.taxii.models import CollectionPermission

    return CollectionPermission.objects.filter(~Q(organisation=to), can_read=True)


def passed_of(key: UUID) -> Any:
    """What passed, of whatever sort."""
    for model in SORTS.values():
        found = model.objects.select_related("item__label", "sender", "receiver", "by").filter(pk=key).first()  # type: ignore[attr-defined]
        if found is not None:
            return found
    raise AssertionError("an outgoing row is of what passed")


def named_in(key: UUID) -> tuple[Named, ...]:
    """What it names."""
    rows = Content.objects.filter(of=key).order_by("what", "platform", "name", "ref", "pk")
    return tuple(Named(what=row.what, platform=row.platform, name=row.name, ref=row.ref) for row in rows)


def said(passed: Any, names: dict[str, str]) -> Said:
    """It as a value that travels."""
    carried = StixObject.objects.filter(item__carried_by__of=passed.pk).order_by("stix_id")
    refs = tuple(dict.fromkeys(carried.values_list("stix_id", flat=True)))
    told: dict[str, Any] = {
        "id": str(passed.known_as), "created": passed.sent_at, "modified": passed.sent_at, "sender": names[str(passed.sender_id)],
        "receiver": names[str(passed.receiver_id)], "capacity": passed.capacity, "title": passed.item.title, "text": passed.item.text,
        "ground": passed.ground, "matters": tuple(passed.matters), "handling": passed.handling,
    }  # fmt: skip
    if passed.sort is Sort.SHARE:
        return Shared(**told, object_refs=refs)
    if passed.sort is Sort.NOTICE:
        return Noticed(**told, content=named_in(passed.pk), evidence_refs=refs, deadline=passed.deadline)
    return Asked(
        **told, action=passed.sort is Sort.ACTION, legal_ground=getattr(passed, "legal_ground", ""), deadline=passed.deadline,
        content=named_in(passed.pk),
    )  # fmt: skip


def answered(passed: Any, step: Step, names: dict[str, str]) -> Answered:
    """A step as a value that travels, with the opinion that was given with it."""
    side = passed.sender_id if step.party == Party.SENDER else passed.receiver_id
    opinion = OpinionGiven.objects.filter(of=passed.pk, organisation=side, by=step.by).order_by("-at", "-pk").first()
    acted = Content.objects.filter(pk__in=step.acted_on.values("content")).order_by(
        "what", "platform", "name", "ref", "pk"
    )
    return Answered(
        id=str(step.pk), about=str(passed.known_as), number=step.number, step=step.code, state=step.state, reason=step.reason,
        by=names[str(side)], at=step.at, opinion=opinion.opinion if opinion is not None and RequestState(step.state).answered else "",
        acted_on=tuple(Named(what=row.what, platform=row.platform, name=row.name, ref=row.ref) for row in acted),
    )  # fmt: skip


# In


@receives(*TYPES, name="requests")
def take_in(came: StixObject, by: Seat) -> None:  # noqa: ARG001 - what a receiver is handed
    """Make a row of what a partner's installation said, or take its step; what was taken in already changes nothing.

    Who handed it in is who speaks, whatever the object says; its capacity is the one that we recorded.
    Raises   NotTakenIn for what may not pass or does not follow on what stands; it is tried again, and its code kept with the object
    """
    entry = came.entries.select_related("collection__owner").order_by("date_added").first()
    if entry is None or came.received_from is None:
        return
    value = read(json.loads(bytes(came.raw)))
    with in_role(WORKER), transaction.atomic():
        holder, sender = entry.collection.owner, came.received_from
        names = identities_of(holder.pk)
        if isinstance(value, Answered):
            step_in(value, holder, sender, names)
        elif isinstance(value, Said):
            row_in(value, came, holder, sender, names)


def sort_of(value: Said) -> Sort:
    """What it is."""
    if isinstance(value, Asked):
        return Sort.ACTION if value.action else Sort.INFORMATION
    return Sort.NOTICE if isinstance(value, Noticed) else Sort.SHARE


def row_in(value: Said, came: StixObject, holder: Organisation, sender: Organisation, names: dict[str, str]) -> None:
    """Make the row of what was said, once."""
    sort = sort_of(value)
    model: Any = SORTS[sort]
    known_as = UUID(value.id)
    if model.objects.filter(sender=sender, known_as=known_as).exists():
        return
    if value.sender != names.get(str(sender.pk)):
        raise NotTakenIn("it speaks for another than who handed it in")
    if value.receiver != names[str(holder.pk)]:
        raise NotTakenIn("it is for another receiver")
    capacity, ours = recorded_capacity(holder.pk, sender.pk), recorded_capacity(holder.pk, holder.pk)
    legal = getattr(value, "legal_ground", "")
    matters = frozenset(Matter(word) for word in value.matters)
    wrong = objections(sort, sender=capacity, receiver=ours, matters=matters, legal_ground=bool(legal.strip()))
    if wrong or capacity is None or value.capacity != capacity.value:
        raise NotTakenIn(", ".join(one.value for one in wrong) or "another capacity than the one that is recorded")
    marking = marking_of(came.item.label)
    if marking is None:
        raise NotTakenIn("a marking that nobody here understands")
    item = Item.objects.create(
        kind=KIND[sort], title=value.title[:300], text=value.text, made_by=came.item.made_by,
        label=label_of(least_upper_bound([marking, marking_between(sender, holder)])),
    )  # fmt: skip
    Source.objects.create(item=item, source=came.item)
    told: dict[str, Any] = {"legal_ground": legal} if sort is Sort.ACTION else {}
    model.objects.create(
        item=item, known_as=known_as, sender=sender, receiver=holder, capacity=capacity, ground=value.ground, matters=sorted(matters),
        handling=value.handling[:500], sent_at=value.created, deadline=getattr(value, "deadline", None), by=came.item.made_by, **told,
    )  # fmt: skip
    content = sorted(set(getattr(value, "content", ())))
    Content.objects.bulk_create(
        Content(of=item, what=one.what, platform=one.platform, name=one.name, ref=one.ref) for one in content
    )
    refs = (*getattr(value, "object_refs", ()), *getattr(value, "evidence_refs", ()))
    carried = (
        StixObject.objects.filter(stix_id__in=refs, received_from=sender)
        .order_by("stix_id", "pk")
        .values_list("pk", flat=True)
    )
    ShareObject.objects.bulk_create(ShareObject(of=item, carried_id=key) for key in dict.fromkeys(carried))
    record(f"{sort.value} received", by=None, about=item, facts={"from": str(sender.pk)})


def step_in(value: Answered, holder: Organisation, sender: Organisation, names: dict[str, str]) -> None:
    """Take the step that the other side made, once and in order."""
    if value.by != names.get(str(sender.pk)):
        raise NotTakenIn("it speaks for another than who handed it in")
    about: Passed | None = None
    between = Q(sender=holder, receiver=sender) | Q(sender=sender, receiver=holder)
    for model in SORTS.values():
        about = about or model.objects.filter(between, known_as=UUID(value.about)).select_related("item").first()  # type: ignore[attr-defined]
    if about is None:
        raise NotTakenIn("it answers nothing that passed between the two")
    last = Step.objects.filter(of=about.pk).order_by("-number").first()
    standing = last.number if last is not None else 0
    if value.number <= standing:
        return
    if value.number > standing + 1:
        raise NotTakenIn("a step that comes before is missing")
    party = Party.SENDER if about.sender_id == sender.pk else Party.RECEIVER
    state = RequestState(last.state) if last is not None else RequestState.SENT
    problems = problems_of_step(
        state,
        about.sort,
        PolicyStep(code=value.step, party=party, at=value.at, reason=value.reason),
        deadline=about.deadline,
    )
    if problems:
        raise NotTakenIn("the step is not open")
    made = Step.objects.create(
        of=about.item, number=value.number, code=value.step, state=move_to(value.step).target, party=party, reason=value.reason[:2000], at=value.at,
    )  # fmt: skip
    wanted = {(one.what, one.platform, one.name, one.ref) for one in value.acted_on}
    rows = Content.objects.filter(of=about.pk).order_by("pk")
    ActedOn.objects.bulk_create(
        ActedOn(step=made, content=row) for row in rows if (row.what, row.platform, row.name, row.ref) in wanted
    )
    if value.opinion and value.opinion != Opinion.DISPUTED:
        OpinionGiven.objects.create(
            of=about.item, organisation=sender, opinion=Opinion(value.opinion), words=value.reason[:1000]
        )
    record(
        f"{about.sort.value}: {value.step}",
        by=None,
        about=about.item,
        facts={"number": value.number, "from": str(sender.pk)},
    )
