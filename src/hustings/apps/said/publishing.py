"""Putting what we know into a collection that partners read: looked at first, refused whole or published whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from hustings.apps.database import WORKER, in_role
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, can, readable, require
from hustings.apps.said.naming import identity_of, names_towards
from hustings.apps.said.telling import KINDS, MATTERS, told
from hustings.apps.sharing.agreed import against, may_be_told
from hustings.apps.sweeps.actions import known_marking
from hustings.apps.taxii.actions import publish
from hustings.apps.taxii.models import Account, Collection, CollectionPermission, Status
from hustings.errors import BadInput, Problem
from hustings.exchange.stix.canonical import canonical
from hustings.exchange.stix.forms import extension_definitions, write
from hustings.exchange.stix.marking import Reads, Untranslatable, Written, write_marking
from hustings.exchange.stix.work import Organisation as Named
from hustings.policy.capacity import Matter, Sort
from hustings.policy.marking import Marking, Need, Tlp

__all__ = ["PUBLISH", "Preview", "collections", "look_at", "offered", "publish_item", "publishable"]

PUBLISH = "publish in collection"


@dataclass(kw_only=True)
class Preview:
    """What would go to whom, what of it stays here, and what keeps all of it from going."""

    item: Item
    collection: Collection
    readers: list[Organisation] = field(default_factory=list)
    marking: Marking | None = None
    written: Written | None = None
    objects: list[dict[str, Any]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    refusals: list[Problem] = field(default_factory=list)


def publishable(seat: Seat) -> Any:
    """Items that have a form others read, newest first, as far as the seat may know them."""
    return readable(seat).filter(kind__in=KINDS).select_related("label").order_by("-made_at", "pk")


def collections(seat: Seat) -> Any:
    """The collections of one's own organisation."""
    return Collection.objects.filter(owner=seat.appointment.position.organisation_id).order_by("title", "pk")


def look_at(item: Item, collection: Collection, *, by: Seat, reads: Reads) -> Preview:
    """What publishing would do; nothing is written.

    reads    which markings everybody who reads the collection applies
    Raises   NotKnown for another organisation's collection, Refused for who may not publish
    """
    decision = allow(by, PUBLISH, item)
    here = by.appointment.position.organisation
    if collection.owner_id != here.pk:
        raise NotKnown(decision)
    made = Preview(item=item, collection=collection)
    readers, accounts = who_reads(collection)
    made.readers = readers
    if not accounts:
        made.refusals.append(
            problem("readers", "none with an account", "a partner who reads the collection", "Let one read it first.")
        )
    elif not can(by, "share", item, recipients=accounts):
        made.refusals.append(
            problem(
                "readers",
                "somebody who may not know it, or an owner who has not consented",
                "a collection whose readers may all know the item",
                "Choose another collection, or ask the owner for consent.",
            )
        )
    made.marking = known_marking(item)
    made.refusals += not_agreed(item, readers, made.marking, by)
    named = all(may_be_told(one, Matter.CONTENT, by=by) for one in readers)
    said = told(item, by=by, named=named)
    if said is None or not said.values:
        what = problem("item", f"a {item.kind}", "something with a form that others read", "Tell it another way.")
        made.refusals.append(what)
        made.losses += said.losses if said is not None else []
        return made
    made.losses = said.losses
    try:
        made.written = write_marking(made.marking, names=names_towards(here, reads))
    except Untranslatable as error:
        made.refusals += error.problems
        return made
    marks = made.written.object_marking_refs
    made.objects = [
        *({**thing, "object_marking_refs": marks} for thing in said.observed.values()),
        *(write(value, marks) for value in said.values),
    ]
    return made


def not_agreed(item: Item, readers: Sequence[Organisation], marking: Marking, by: Seat) -> list[Problem]:
    """What the agreements with those who read it do not let pass."""
    matters = MATTERS.get(item.kind, frozenset())
    return [
        one for reader in readers for one in against(reader, by=by, sort=Sort.SHARE, matters=matters, tlp=marking.tlp)
    ]


def offered(item: Item, *, by: Seat) -> tuple[list[Collection], list[tuple[Collection, list[Problem]]]]:
    """The collections of one's own that agreements in force let this go into; and the others, each with why not."""
    marking, open_to, closed = known_marking(item), [], []
    for collection in collections(by):
        readers = who_reads(collection)[0]
        nobody = problem("readers", "none", "a partner who reads the collection", "Let one read it first.")
        why = not_agreed(item, readers, marking, by) if readers else [nobody]
        if why:
            closed.append((collection, why))
        else:
            open_to.append(collection)
    return open_to, closed


@transaction.atomic
def publish_item(item: Item, collection: Collection, *, by: Seat, reads: Reads) -> Status:
    """Put what an item says into a collection, under its marking; a second time is a newer version of the same objects.

    Raises   BadInput with every reason against it, NotKnown, Refused
    """
    made = look_at(item, collection, by=by, reads=reads)
    if made.refusals or made.marking is None or made.written is None:
        raise BadInput("This cannot be published.", made.refusals)
    require(by, "share", item, recipients=who_reads(collection)[1])
    here = by.appointment.position.organisation
    open_to_all = Marking(tlp=Tlp.CLEAR, owner=str(here.pk))
    known, own = both(made.written.definitions, here, item)
    publish(collection, [given(one) for one in known], by=by, item_marking=open_to_all)
    # Who may read what bears limits of ours may read what the limits are: but for whom they name.
    light = Tlp.AMBER if made.marking.tlp is Tlp.RED else made.marking.tlp
    limits = replace(made.marking, need=Need.NONE, tlp=light)
    if own:
        publish(collection, [given(one) for one in own], by=by, item_marking=limits)
    return publish(collection, [given(one) for one in made.objects], by=by, item_marking=made.marking, about=item)


def both(
    definitions: Sequence[dict[str, Any]], here: Organisation, item: Item
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What everybody may know of a telling (who speaks, the five lights, our extensions), and our limits."""
    since = item.made_at.replace(year=2026, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    speaker = write(
        Named(key=identity_of(here).removeprefix("identity--"), created=since, modified=since, name=here.name)
    )
    known = [speaker, *extension_definitions(), *definitions[:1]]
    return known, list(definitions[1:])


def who_reads(collection: Collection) -> tuple[list[Organisation], list[Appointment]]:
    """The partners that may read a collection, and the service accounts they read it by."""
    with in_role(WORKER):  # which accounts a partner has is nothing that a desk lists
        allowed = CollectionPermission.objects.filter(collection=collection, can_read=True)
        others = list(
            Organisation.objects.filter(pk__in=allowed.exclude(organisation=collection.owner_id).values("organisation"))
            .order_by("name", "pk")
        )  # fmt: skip
        accounts = Account.objects.filter(
            ended_at__isnull=True, appointment__position__organisation__in=others
        ).select_related("appointment__person", "appointment__position__organisation")
        return others, [one.appointment for one in accounts.order_by("made_at", "pk")]


def given(said: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    return canonical(said), said


def problem(where: str, found: str, expected: str, do: str) -> Problem:
    return Problem(where=where, found=found, expected=expected, do=do)
