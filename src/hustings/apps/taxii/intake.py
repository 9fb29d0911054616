"""Objects on their way into a collection: read, compared with what is held, put under a label and written, portion by portion."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role
from hustings.apps.dated import new_id
from hustings.apps.items.actions import label_of, whole
from hustings.apps.items.facts import canonical, marking_of
from hustings.apps.items.models import Item, Label
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.taxii.came import Came, Given, both, came
from hustings.apps.taxii.companions import COMPANIONS, Put
from hustings.apps.taxii.doorkeepers import Doorkeeper, turned_away
from hustings.apps.taxii.held import Held, held_of, whole_of
from hustings.apps.taxii.marking import marks_of, names_for
from hustings.apps.taxii.models import Collection, Status, StixObject
from hustings.apps.taxii.rows import Rows
from hustings.exchange.stix.marking import Definitions, Earlier, Names, read_marking
from hustings.exchange.taxii.envelope import read_json
from hustings.exchange.taxii.head import OBSERVABLES, Unfit, name_of, version_of
from hustings.exchange.taxii.instant import said
from hustings.policy.marking import Marking, least_upper_bound

__all__ = ["Intake", "take_in"]

PORTION = 500  # objects that are looked at and written together
MICROSECOND = timedelta(microseconds=1)


@dataclass(kw_only=True)
class Intake:
    """One request to add objects: where to, from whom, and what is known on the way."""

    collection: Collection
    by: Seat
    sender: Organisation
    ours: bool
    marking: Marking | None
    echo: bool = True
    about: Item | None = None
    names: Names | None = None
    successes: list[dict[str, str]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    said_so: dict[str, Label] = field(default_factory=dict)
    definitions: Definitions = field(default_factory=Definitions)
    put: list[Put] = field(default_factory=list)
    away: dict[Doorkeeper, list[tuple[str, ...]]] = field(default_factory=dict)
    added: int = 0
    waiting: int = 0


def take_in(intake: Intake, objects: Iterable[Given]) -> Status:
    """Write the objects, portion by portion, under the collection's lock; the first is read before it, while others write."""
    collection = intake.collection
    coming = iter(objects)

    def portion() -> list[Came] | None:
        """The next objects that can be kept, and None at the end."""
        given = list(islice(coming, PORTION))
        return [each for one in given if (each := read(intake, one))] if given else None

    portioned = portion()
    with in_role(WORKER):  # a marking may hide the object from who hands it in; the collection's clock is nobody's
        held = Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
        after = held.last_added
        while portioned is not None:
            after = keep(intake, portioned, after)
            after = keep_companions(intake, after)
            portioned = portion()
        for keeper, reasons in intake.away.items():
            keeper.counts(held, intake.by, reasons)
        if after != held.last_added:
            Collection.objects.filter(pk=held.pk).update(last_added=after)
        status = Status.objects.create(
            account=intake.by.appointment,
            collection=held,
            root=held.root,
            details={
                "successes": intake.successes,
                "failures": intake.failures,
                "turned_away": sum(map(len, intake.away.values())),
            },
        )
        status.refresh_from_db(fields=["at"])
    record(
        "taxii objects added",
        by=intake.by,
        subject=("taxii collection", collection.pk),
        facts={"status": str(status.pk), "added": intake.added, "refused": len(intake.failures), "ours": intake.ours},
    )
    if intake.waiting:
        from hustings.apps.taxii.jobs import run_receivers

        run_receivers.defer()
    return status


def read(intake: Intake, given: Given) -> Came | None:
    """Read one object; what cannot be kept is told among the failures."""
    raw, told = both(given)
    try:
        found = came(raw, told)
    except Unfit as error:
        # Where and what was expected, and not what was found: it may hold words that the status must not.
        why = "; ".join(f"{problem.where}: expected {problem.expected}" for problem in error.problems)
        intake.failures.append({"id": name_of(told) or "", "version": version_of(told), "message": why[:500]})
        return None
    away = {} if intake.ours else turned_away(told)
    if away:
        for keeper, reasons in away.items():
            intake.away.setdefault(keeper, []).append(reasons)
        why = f"refused on form: {', '.join(reason for reasons in away.values() for reason in reasons)}"
        intake.failures.append({"id": found.head.stix_id, "version": found.head.version_said, "message": why})
        return None
    if found.head.type == "marking-definition":
        intake.definitions.add(told)
    return found


def keep_companions(intake: Intake, after: datetime | None) -> datetime | None:
    """Put what belongs beside the new objects into the collection too, in its owner's name; gives the latest moment."""
    put, intake.put = intake.put, []
    for companion in [one for make in COMPANIONS for one in make(intake.collection, put, intake.about)]:
        own = replace(intake, ours=True, about=companion.of, sender=intake.collection.owner, successes=[], failures=[])
        made = read(own, companion.told)
        assert made is not None, "we write objects that can be kept"
        after = keep(own, [made], after)
        own.put.clear()
    return after


def keep(intake: Intake, coming: list[Came], after: datetime | None) -> datetime | None:
    """Write a portion; gives the latest moment that was given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    moment = now if after is None else max(now, after + MICROSECOND)
    before = held_of(intake.collection.pk, {each.head.stix_id for each in coming})
    sender = None if intake.ours else intake.sender.pk
    strange = strangers(coming, before, sender)
    know_definitions(intake, coming)
    rows = Rows(intake.collection.pk, made_by=intake.by.appointment.pk, about=intake.about, reacting=not intake.ours)
    for each in coming:
        head = each.head
        others = before.setdefault(head.stix_id, [])
        own = [row for row in others if row.sender == sender and (head.version in {None, row.version})]
        same = next((row for row in own if row.digest == each.digest), None)
        if not intake.echo and any(row.sender is None and row.digest == each.digest for row in others):
            intake.successes.append({"id": head.stix_id, "version": head.version_said})
            continue
        if same is None and own and head.version is not None:
            why = "another content of this version was handed in before; give a newer version a later `modified`"
            intake.failures.append({"id": head.stix_id, "version": head.version_said, "message": why})
            continue
        if same is None:
            theirs = [strange[row.key] for row in others if row.key in strange]
            label = label_for(intake, each, theirs) if intake.about is None else intake.about.label
            same = Held(
                key=new_id(),
                stix_id=head.stix_id,
                sender=sender,
                version=head.version or moment,
                version_said=head.version_said or said(moment),
                digest=each.digest,
                stands=False,
            )
            rows.add_object(each, same, label)
            intake.put.append(Put(held=same, type=head.type, told=each.told, label=label))
            others.append(same)
        if not same.stands:
            same.stands = True
            rows.add_entry(each, same, moment)
            after, moment = moment, moment + MICROSECOND
        intake.successes.append({"id": head.stix_id, "version": same.version_said})
    rows.write()
    intake.added += len(rows.entries)
    intake.waiting += len(rows.reactions)
    return after


def strangers(coming: Iterable[Came], before: Mapping[str, list[Held]], sender: UUID | None) -> dict[UUID, StixObject]:
    """What other organisations handed in of the objects that come, where it binds what comes.

    Observables are named after what they are, so that two may mean the same without one having read the other.
    """
    bound = {each.head.stix_id for each in coming if each.head.type not in OBSERVABLES}
    keys = [row.key for name in bound for row in before.get(name, ()) if row.sender != sender]
    return whole_of(keys) if keys else {}


def know_definitions(intake: Intake, coming: list[Came]) -> None:
    """Read the marking definitions that objects of this portion name and that came before."""
    wanted = {mark for each in coming for mark in marks_of(each.told)} - intake.definitions.keys()
    if wanted:
        rows = StixObject.objects.filter(type="marking-definition", stix_id__in=wanted).order_by("-received_at", "pk")
        for row in rows:
            intake.definitions.add(read_json(bytes(row.raw)))


def label_for(intake: Intake, each: Came, theirs: Sequence[StixObject]) -> Label:
    """The label of a new object.

    A version that another organisation hands in of what one handed in before lifts no marking of it: it is bound by
    both.
    """
    earlier = None
    if theirs:
        last = max(theirs, key=lambda row: row.version)
        earlier = Earlier(
            object=read_json(bytes(last.raw)), sender=str(last.received_from_id) if last.received_from_id else None
        )
    # Most objects of a request say the same of how far they travel: it is read once.
    told = each.told
    said_of_it = [told.get(name) for name in ("object_marking_refs", "granular_markings", "created_by_ref")]
    known_by = json.dumps([*said_of_it, len(intake.definitions), len(intake.definitions.conflicting)])
    alone = not theirs and each.head.type != "marking-definition"
    if alone and known_by in intake.said_so:
        return intake.said_so[known_by]
    names = intake.names = intake.names or names_for(intake.collection, intake.sender)
    bounds = [read_marking(each.told, intake.definitions, names=names, earlier=earlier)]
    if intake.marking is not None:
        bounds.append(intake.marking)
    for row in theirs:
        bound = marking_of(row.item.label)
        assert bound is not None, "labels are made of markings"
        bounds.append(bound)
    marking = whole(least_upper_bound(bounds))
    key = json.dumps(canonical(marking))
    if key not in intake.labels:
        intake.labels[key] = label_of(marking)
    if alone:
        intake.said_so[known_by] = intake.labels[key]
    return intake.labels[key]
