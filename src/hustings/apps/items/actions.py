"""Making items, changing their marking, and saying who needs to know: each asks, changes and records at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import connection

from hustings.apps.items.facts import canonical, marking_of
from hustings.apps.items.models import Item, Label, Source
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp, least_upper_bound

__all__ = ["label_of", "make_item"]


def label_of(marking: Marking) -> Label:
    """The label of a marking, found or made.

    Raises   django.db.DatabaseError (insufficient privilege) where the seat could not read it itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT hustings_label(%s::jsonb)", [json.dumps(canonical(marking))])
        key = cursor.fetchone()[0]
    return Label.objects.get(pk=key)


def make_item(
    *,
    kind: str,
    title: str,
    marking: Marking,
    by: Seat,
    text: str = "",
    state: str = "",
    case: Item | None = None,
    sources: Iterable[Item] = (),
    embargo_until: datetime | None = None,
    expires_at: datetime | None = None,
) -> Item:
    """Record something under a marking that is at least as strict as that of each of its sources.

    Raises   NotKnown for a source or case that the seat may not know, BadInput for a marking that contradicts itself.
    """
    from hustings.apps.audit.record import record

    require(by, "make item")
    made_from = list(sources)
    for source in made_from + ([case] if case is not None else []):
        require(by, "read", source)
    parts = [check(marking)] + [found for found in (marking_of(source.label) for source in made_from) if found]
    bound = least_upper_bound(parts)
    item = Item.objects.create(
        kind=kind,
        label=label_of(bound),
        case=case,
        title=title,
        text=text,
        state=state,
        made_by=by.appointment,
        embargo_until=embargo_until,
        expires_at=expires_at,
    )
    Source.objects.bulk_create([Source(item=item, source=source) for source in made_from])
    record("item made", by=by, about=item, facts={"kind": kind, "sources": len(made_from)})
    return item


def check(marking: Marking) -> Marking:
    """The marking with the naming that it needs.

    Raises   BadInput where roles are asked and none is named.
    """
    if marking.need is Need.ROLE and marking.roles is None:
        raise BadInput("The marking asks for a role and names none. Name the roles that need to know, or ask for none.")
    restricted = marking.level > Level.UNCLASSIFIED or marking.tlp is Tlp.RED
    return marking if not restricted or marking.need is Need.NAMED else replace(marking, need=Need.NAMED)
