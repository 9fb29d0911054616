"""Putting STIX objects into collections and taking them out: each asks, changes and records at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, refuse
from hustings.apps.taxii.came import Given
from hustings.apps.taxii.find import entries_of
from hustings.apps.taxii.intake import Intake, take_in
from hustings.apps.taxii.models import Collection, CollectionPermission, Entry, Status
from hustings.exchange.taxii.query import Filters
from hustings.policy.act import act
from hustings.policy.condition import Condition
from hustings.policy.decide import decided
from hustings.policy.marking import Marking

__all__ = ["add_objects", "publish", "remove_object"]

EXCHANGE, PUBLISH = "exchange over TAXII", "publish in collection"


@transaction.atomic
def add_objects(collection: Collection, objects: Iterable[Given], *, by: Seat, echo: bool = True) -> Status:
    """Take objects in from the organisation of a service account; each stands in the collection, or is told to have failed.

    What was handed in before, in the same words, is no error and changes nothing. All of it stands or nothing does.

    echo   whether what we published ourselves, in the same words, is kept as theirs too: who hands it in must not learn
           from its absence that we have it; where we fetched it nobody does

    Raises   NotKnown where the account's organisation has nothing to do with the collection, Refused where it may not
             write, and whatever `objects` raises
    """
    decision = allow(by, EXCHANGE)
    allowed = permission(collection, by)
    if allowed is None:
        raise NotKnown(decision)
    if not allowed.can_write:
        refuse(by, act(EXCHANGE), decided([Condition.SHARING]))
    sender = by.appointment.position.organisation
    intake = Intake(collection=collection, by=by, sender=sender, ours=False, marking=None, echo=echo)
    return take_in(intake, objects)


@transaction.atomic
def publish(
    collection: Collection,
    objects: Iterable[Given],
    *,
    by: Seat,
    item_marking: Marking | None = None,
    about: Item | None = None,
) -> Status:
    """Put objects of one's own organisation into its collection.

    item_marking   what they were made from: the objects are at least as strict, whatever they say of themselves
    about          the item that they tell, whose marking, in STIX, they bear: they are as restricted as it, and who needs
                   to know it needs to know them

    Raises   NotKnown for a collection of another organisation, Refused
    """
    decision = allow(by, PUBLISH)
    sender = by.appointment.position.organisation
    if collection.owner_id != sender.pk:
        raise NotKnown(decision)
    if about is not None:
        allow(by, "read", about)
    return take_in(
        Intake(collection=collection, by=by, sender=sender, ours=True, marking=item_marking, about=about), objects
    )


@transaction.atomic
def remove_object(collection: Collection, stix_id: str, filters: Filters, *, by: Seat) -> int:
    """Take an object out of a collection: the versions that the filters name, of those that this account may read.

    The objects themselves stay: who was told what has to be known. Who may write may take out what their own
    organisation put there.

    Raises   NotKnown where there is nothing that they may read, Refused where another organisation put it there
    """
    decision = allow(by, EXCHANGE)
    allowed = permission(collection, by)
    if allowed is None:
        raise NotKnown(decision)
    if not (allowed.can_read and allowed.can_write):
        refuse(by, act(EXCHANGE), decided([Condition.SHARING]))
    found = [row.object for row in entries_of(collection.pk, replace(filters, ids=frozenset({stix_id})))]
    entries = list(Entry.objects.filter(collection=collection, object__in=found).select_related("object"))
    if not entries:
        raise NotKnown(decision)
    if any(entry.object.received_from_id != by.appointment.position.organisation_id for entry in entries):
        refuse(by, act(EXCHANGE), decided([Condition.SHARING]))
    with in_role(WORKER):
        Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    facts: dict[str, str | int | bool | None] = {"removed": len(entries), "object": stix_id}
    record("taxii object removed", by=by, subject=("taxii collection", collection.pk), facts=facts)
    return len(entries)


def permission(collection: Collection, by: Seat) -> CollectionPermission | None:
    """What the organisation of a seat may do with a collection; nothing where it may do neither."""
    found = CollectionPermission.objects.filter(
        collection=collection, organisation=by.appointment.position.organisation_id
    ).first()
    return found if found is not None and (found.can_read or found.can_write) else None
