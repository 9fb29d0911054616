"""How far an object that came may travel: its markings, read for the collection that it came into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.apps.people.models import Organisation
from hustings.apps.said.naming import organisations
from hustings.apps.sharing.find import acs_names
from hustings.apps.taxii.models import Collection
from hustings.exchange.stix.names import Names
from hustings.policy.marking import Tlp

__all__ = ["marks_of", "names_for"]


def names_for(collection: Collection, sender: Organisation) -> Names:
    """Who is meant by the words of markings that `sender` uses in this collection."""
    group = str(collection.group_id) if collection.group_id else None
    return Names(
        here=str(collection.owner_id),
        sender=str(sender.pk),
        group=group,
        identities=organisations(),
        acs=acs_names(collection.owner_id),
        groups={group: group} if group else {},
        unmarked=Tlp(collection.unmarked),
    )


def marks_of(told: Mapping[str, Any]) -> frozenset[str]:
    """Every marking definition that an object names, for itself or for a part of it; what is no id names none."""
    parts = [part.get("marking_ref") for part in told.get("granular_markings", ()) if isinstance(part, dict)]
    named = [*told.get("object_marking_refs", ()), *parts]
    return frozenset(mark for mark in named if isinstance(mark, str) and mark.isascii() and mark.isprintable())
