"""Objects on their way into a collection: read, compared with what is held, put under a label and written, portion by portion."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import connection

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role
from hustings.apps.dated import new_id
from hustings.apps.items.actions import label_of, whole
from hustings.apps.items.facts import canonical, marking_of
from hustings.apps.items.models import Item, Label
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.taxii.marking import marks_of, names_for
from hustings.apps.taxii.models import Collection, Entry, Reaction, Status, StixObject
from hustings.apps.taxii.receivers import receivers_of
from hustings.exchange.stix.marking import Definitions, Earlier, Names, read_marking
from hustings.exchange.taxii.envelope import read_json
from hustings.exchange.taxii.head import OBSERVABLES, Head, Unfit, head_of, name_of
from hustings.exchange.taxii.instant import said
from hustings.policy.marking import Marking, least_upper_bound

__all__ = ["Given", "Intake", "take_in"]

Given = Mapping[str, Any] | bytes | tuple[bytes, Mapping[str, Any]]
"""An object: what it says, its bytes as they came, or both."""

PORTION = 500  # objects that are looked at and written together
MICROSECOND = timedelta(microseconds=1)
KIND = "stix object"
TITLE, TEXT = 300, 20_000  # characters of an object that search reads


@dataclass(frozen=True, kw_only=True)
class Came:
    """One object on its way in."""

    raw: bytes
    told: Mapping[str, Any]
    head: Head
    digest: str


@dataclass(kw_only=True)
class Intake:
    """One request to add objects: where to, from whom, and what is known on the way."""

    collection: Collection
    by: Seat
    sender: Organisation
    ours: bool
    marking: Marking | None
    origin: Mapping[str, Any]
    echo: bool = True
    about: Item | None = None
    names: Names | None = None
    successes: list[dict[str, str]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    said_so: dict[str, Label] = field(default_factory=dict)
    definitions: Definitions = field(default_factory=Definitions)
    added: int = 0
    waiting: int = 0


def take_in(intake: Intake, objects: Iterable[Given]) -> Status:
    """Write the objects, portion by portion, under the collection's lock; the first is read before it, while others write."""
    collection = intake.collection
    coming = iter(objects)

    def portion() -> list[Came] | None:
        """The next objects that can be kept, and None at the end."""
        given = list(islice(coming, PORTION))
        return [each for one in given if (each := came(intake, one))] if given else None

    read = portion()
    with in_role(WORKER):  # a marking may hide the object from who hands it in; the collection's clock is nobody's
        held = Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
        after = held.last_added
        while read is not None:
            after = keep(intake, read, after)
            read = portion()
        if after != held.last_added:
            Collection.objects.filter(pk=held.pk).update(last_added=after)
        status = Status.objects.create(
            account=intake.by.appointment,
            collection=held,
            root=held.root,
            details={"successes": intake.successes, "failures": intake.failures},
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


def came(intake: Intake, given: Given) -> Came | None:
    """Read one object; what cannot be kept is told among the failures."""
    raw, told = both(given)
    try:
        head = head_of(told)
    except Unfit as error:
        why = "; ".join(str(problem) for problem in error.problems)
        name = name_of(told) or ""
        intake.failures.append({"id": name, "version": str(told.get("modified", ""))[:40], "message": why[:500]})
        return None
    digest = sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    if head.type == "marking-definition":
        intake.definitions.add(told)
    return Came(raw=raw, told=told, head=head, digest=digest)


def both(given: Given) -> tuple[bytes, Mapping[str, Any]]:
    """The bytes of an object and what they say."""
    if isinstance(given, tuple):
        return given
    if isinstance(given, bytes):
        return given, read_json(given)
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), given


def keep(intake: Intake, coming: list[Came], after: datetime | None) -> datetime | None:
    """Write a portion; gives the latest moment that was given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    moment = now if after is None else max(now, after + MICROSECOND)
    names = {each.head.stix_id for each in coming}
    before = earlier(names)
    standing = set(
        Entry.objects.filter(collection=intake.collection, stix_id__in=names).values_list("object_id", flat=True)
    )
    know_definitions(intake, coming)
    sender = None if intake.ours else intake.sender.pk
    items, made, entries, reactions = [], [], [], []
    for each in coming:
        head = each.head
        others = before.setdefault(head.stix_id, [])
        own = [row for row in others if row.received_from_id == sender and (head.version in {None, row.version})]
        same = next((row for row in own if row.digest == each.digest), None)
        if not intake.echo and any(row.received_from_id is None and row.digest == each.digest for row in others):
            intake.successes.append({"id": head.stix_id, "version": head.version_said})
            continue
        if same is None and own and head.version is not None:
            why = "another content of this version was handed in before; give a newer version a later `modified`"
            intake.failures.append({"id": head.stix_id, "version": head.version_said, "message": why})
            continue
        if same is None:
            label = label_for(intake, each, others) if intake.about is None else intake.about.label
            item = Item(
                id=new_id(),
                kind=KIND,
                label=label,
                title=title_of(each),
                text=text_of(each),
                made_by=intake.by.appointment,
                case_id=(intake.about.case_id or intake.about.pk) if intake.about is not None else None,
            )
            same = StixObject(
                item=item,
                stix_id=head.stix_id,
                type=head.type,
                spec_version=head.spec_version,
                version=head.version or moment,
                version_said=head.version_said or said(moment),
                digest=each.digest,
                raw=each.raw,
                created_by_ref=head.created_by_ref,
                received_from=None if intake.ours else intake.sender,
                origin=dict(intake.origin),
            )
            items.append(item)
            made.append(same)
            others.append(same)
            if not intake.ours:
                reactions += [Reaction(object=same, receiver=name) for name in receivers_of(each.told)]
        if same.pk not in standing:
            standing.add(same.pk)
            entries.append(
                Entry(
                    collection=intake.collection,
                    object=same,
                    stix_id=same.stix_id,
                    spec_version=same.spec_version,
                    version=same.version,
                    date_added=moment,
                )
            )
            after, moment = moment, moment + MICROSECOND
        intake.successes.append({"id": head.stix_id, "version": same.version_said})
    Item.objects.bulk_create(items)
    StixObject.objects.bulk_create(made)
    Entry.objects.bulk_create(entries)
    Reaction.objects.bulk_create(reactions)
    intake.added += len(entries)
    intake.waiting += len(reactions)
    return after


def earlier(names: Iterable[str]) -> dict[str, list[StixObject]]:
    """What is held of these objects, from whomever."""
    found: dict[str, list[StixObject]] = {}
    rows = StixObject.objects.filter(stix_id__in=list(names)).select_related("item__label").defer("item__search")
    for row in rows.order_by("received_at", "pk"):
        found.setdefault(row.stix_id, []).append(row)
    return found


def know_definitions(intake: Intake, coming: list[Came]) -> None:
    """Read the marking definitions that objects of this portion name and that came before."""
    wanted = {mark for each in coming for mark in marks_of(each.told)} - intake.definitions.keys()
    if wanted:
        rows = StixObject.objects.filter(type="marking-definition", stix_id__in=wanted).order_by("-received_at", "pk")
        for row in rows:
            intake.definitions.add(read_json(bytes(row.raw)))


def label_for(intake: Intake, each: Came, others: Iterable[StixObject]) -> Label:
    """The label of a new object.

    A version that another organisation hands in of what one handed in before lifts no marking of it: it is bound by
    both. Observables are named after what they are, so that two may mean the same without one having read the other.
    """
    sender = None if intake.ours else intake.sender.pk
    theirs = [] if each.head.type in OBSERVABLES else [row for row in others if row.received_from_id != sender]
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


def title_of(each: Came) -> str:
    """A line by which people know the object."""
    for name in ("name", "value", "pattern", "opinion", "abstract", "relationship_type", "content"):
        told = each.told.get(name)
        if isinstance(told, str) and told.strip():
            return fit(f"{each.head.type}: {told}", TITLE)
    return fit(each.head.stix_id, TITLE)


def text_of(each: Came) -> str:
    """What search reads of it."""
    parts = [
        each.told.get(name) for name in ("name", "description", "content", "explanation", "pattern", "value", "url")
    ]
    return fit("\n".join(part for part in parts if isinstance(part, str)), TEXT)


def fit(text: str, longest: int) -> str:
    """Text as the database keeps it: no NUL, no half of a sign, not too long."""
    return text[:longest].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
