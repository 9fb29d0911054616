"""Who made an object that came, by the name that who handed it in tells of them."""

from __future__ import annotations

from hustings.apps.items.facts import marking_of
from hustings.apps.sharing.models import Partner
from hustings.apps.taxii.models import StixObject
from hustings.exchange.stix.canonical import read_json
from hustings.policy.marking import Marking, Tlp, least_upper_bound

__all__ = ["creator_of"]


def creator_of(came: StixObject, reference: str) -> str:
    """The name of the identity that an object gives as its creator; empty where nobody told one.

    Edges   a partner that named its identity here goes by its name here; another's name is taken from whoever handed
            in the object alone, and from nothing that is more restricted than the object
    """
    known = Partner.objects.filter(organisation=came.received_from, identity=reference)
    partner = known.filter(held_by__in=came.entries.values("collection__owner")).select_related("organisation").first()
    if partner is not None:
        return partner.organisation.name
    rows = StixObject.objects.filter(type="identity", stix_id=reference, received_from=came.received_from)
    for row in rows.select_related("item__label").order_by("-version", "pk"):
        told, bound = marking_of(row.item.label), marking_of(came.item.label)
        if told is not None and bound is not None and asks_no_more(told, bound):
            name = read_json(bytes(row.raw), where=reference).get("name")
            return name.strip()[:300] if isinstance(name, str) else ""
    return ""


def asks_no_more(told: Marking, bound: Marking) -> bool:
    """Whether whoever may know what is under the second marking may know what is under the first.

    What every organisation that takes part may know asks nothing of who may know something that is not public.
    """
    of_all = told == Marking(tlp=Tlp.GREEN, owner=told.owner) and not bound.for_everybody
    return of_all or least_upper_bound([bound, told]) == bound
