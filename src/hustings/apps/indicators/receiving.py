"""Indicators that partners hand in over TAXII are kept by the organisation whose collection they came into."""

from __future__ import annotations

import json

from hustings.apps.audit.record import record
from hustings.apps.indicators.keeping import from_stix, keep_indicator
from hustings.apps.people.seat import Seat
from hustings.apps.taxii.models import StixObject
from hustings.apps.taxii.receivers import receives

__all__ = ["keep_received"]


@receives("indicator", name="indicators")
def keep_received(came: StixObject, by: Seat) -> None:
    """Keep it under the marking that it came with. What is our own is not looked for as somebody else's."""
    entry = came.entries.select_related("collection__owner").order_by("date_added").first()
    if entry is None or came.received_from is None:
        return
    given = from_stix(json.loads(bytes(came.raw)))
    kept = keep_indicator(given, came.item, held_by=entry.collection.owner, given_by=came.received_from)
    if kept.item_id == came.item_id:
        record("indicator received", by=by, about=came.item, facts={"looked for": kept.tree is not None})
