"""Who began something goes along with it to other installations, and what they say of it is written down here.

Whatever stands in a collection for others than who put it there has an object of ours beside it that names its beginnings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.said.naming import identity_of
from hustings.apps.sharing.models import ItemOrigin, ToldBeginning
from hustings.apps.taxii.companions import Companion, Put, accompanies
from hustings.apps.taxii.marking import marks_of
from hustings.apps.taxii.models import Collection, CollectionPermission, StixObject
from hustings.apps.taxii.receivers import receives
from hustings.exchange.request import Beginning, Beginnings
from hustings.exchange.stix.canonical import read_json
from hustings.exchange.stix.form import Unreadable
from hustings.exchange.stix.forms import read, write
from hustings.exchange.stix.objects import uuid_of
from hustings.policy.origin import Starter, heard

__all__ = ["beside", "take_in"]

TYPE = "beginning"
# They tell of nothing that somebody began.
BARE = {TYPE, "marking-definition", "extension-definition", "language-content"}


@accompanies
def beside(collection: Collection, put: Sequence[Put], about: Item | None) -> Iterator[Companion]:
    """What names the beginnings of new objects: of ours by the item that they tell, of others' where others read them.

    A partner whose capacity nobody recorded says nothing by being the one who handed it in.
    """
    telling = [one for one in put if one.type not in BARE]
    if about is None:
        telling = [one for one in telling if one.held.sender is not None]
        if not telling or not read_by_others(collection, telling[0].held.sender):
            return
    began = beginnings_of(collection, {about.pk} if about is not None else {one.held.key for one in telling})
    groups: dict[tuple[tuple[Beginning, ...], tuple[str, ...], UUID], list[Put]] = defaultdict(list)
    for one in telling:
        told = began.get(about.pk if about is not None else one.held.key)
        if told:
            groups[told, tuple(sorted(marks_of(one.told))), one.label.pk].append(one)
    for (told, marks, _), members in groups.items():
        refs = tuple(sorted(one.held.stix_id for one in members))
        at = max(one.held.version for one in members)
        said = Beginnings(
            id=uuid_of([str(collection.owner_id), *refs, *marks, *(f"{one.starter} {one.capacity}" for one in told)]),
            created=at, modified=at, sender=identity_of(collection.owner), object_refs=refs, began=told,
        )  # fmt: skip
        yield Companion(
            told=write(said, marks), of=about or Item.objects.select_related("label").get(pk=members[0].held.key)
        )


def read_by_others(collection: Collection, teller: UUID | None) -> bool:
    """Whether somebody reads the collection who neither owns it nor handed this in."""
    readers = CollectionPermission.objects.filter(collection=collection, can_read=True)
    return readers.exclude(organisation__in=[collection.owner_id, teller]).exists()


def beginnings_of(collection: Collection, items: set[UUID]) -> dict[UUID, tuple[Beginning, ...]]:
    """What others began, by item. What we sent ourselves begins with us, as whoever gets it knows."""
    found = defaultdict(set)
    rows = ItemOrigin.objects.filter(item__in=items)
    for row in rows.exclude(organisation=collection.owner_id).exclude(starter=Starter.PARTNER.value, capacity=""):
        found[row.item].add(Beginning(starter=row.starter, capacity=row.capacity))
    return {item: tuple(sorted(told)) for item, told in found.items()}


@receives(TYPE, name="beginnings")
def take_in(came: StixObject, by: Seat) -> None:
    """Write down what a partner says of who began what it handed in.

    What cannot be read counts as what has most power over speech, for every object that it names.
    Raises   Unreadable where it names no objects
    """
    if came.received_from is None:
        return
    said = read_json(bytes(came.raw), where=came.stix_id)
    try:
        value = read(said)
        assert isinstance(value, Beginnings), "only such an object gets here"
        refs, began = value.object_refs, {heard(one.starter, one.capacity) for one in value.began} - {None}
    except Unreadable:
        refs, began = tuple(one for one in said.get("object_refs", ()) if isinstance(one, str)), {heard("", "")}
        if not refs:
            raise
    rows = [
        ToldBeginning(
            told_in=came.pk, sender=came.received_from, ref=ref[:300], starter=one.starter.value,
            capacity=one.capacity.value if one.capacity is not None else "",
        )
        for ref in dict.fromkeys(refs) for one in began if one is not None
    ]  # fmt: skip
    with in_role(WORKER):
        ToldBeginning.objects.bulk_create(rows, ignore_conflicts=True)
    record("beginnings told", by=by, about=came.item, facts={"objects": len(refs)})
