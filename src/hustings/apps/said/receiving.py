"""What partners sent as STIX becomes a tip under the marking it came with; nothing of it is believed by that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.apps.audit.record import record
from hustings.apps.items.actions import label_of
from hustings.apps.items.facts import marking_of
from hustings.apps.items.models import Item, Source
from hustings.apps.people.seat import Seat
from hustings.apps.said.creator import creator_of
from hustings.apps.said.leading import lead_by_rule
from hustings.apps.sharing.arranging import LEADABLE
from hustings.apps.sweeps.models import Tip, TipStart
from hustings.apps.taxii.models import StixObject
from hustings.apps.taxii.receivers import receives
from hustings.exchange.stix.canonical import read_json
from hustings.exchange.stix.tip import TIPS, starts_of
from hustings.policy.level import Level
from hustings.policy.marking import least_upper_bound

__all__ = ["lead_and_tip_from", "tip_from"]

MOST_STARTS = 500  # accounts and links that one tip names; more is a table, and a sweep over a table is its own thing


@receives(*LEADABLE, name="tips")
def lead_and_tip_from(came: StixObject, by: Seat) -> None:
    """Make of an object that a partner handed in a lead, where a rule says so, and a tip, where its type makes one."""
    entry = came.entries.select_related("collection").order_by("date_added").first()
    if entry is not None:
        lead_by_rule(came, entry.collection.owner_id)
    if came.type in TIPS:
        tip_from(came, by)


def tip_from(came: StixObject, by: Seat) -> None:
    """Record a tip from an object that a partner handed in; a newer version binds the same tip by its marking too.

    An indicator becomes a tip only where it names an account, so that a search can begin there; the others are matched
    as they are, and a feed of a hundred thousand of them is no hundred thousand tips.
    Edges   of what is classified the tip is a pointer, as for tips that come by hand
    """
    if came.received_from is None:
        return
    said = read_json(bytes(came.raw), where=came.stix_id)
    starts = list(dict.fromkeys(starts_of(said)))[:MOST_STARTS]
    if came.type == "indicator" and not starts:
        return
    known = Tip.objects.select_related("item__label").filter(source=came.received_from, reference=came.stix_id[:100])
    held = known.order_by("received_at", "pk").first()
    if held is not None:
        bind(held, came)
        return
    marking = marking_of(came.item.label)
    secret = marking is None or marking.level > Level.UNCLASSIFIED
    item = Item.objects.create(
        kind="tip",
        title=f"{came.type} from {came.received_from.name}" if secret else came.item.title,
        text="" if secret else words(said, came),
        label=came.item.label,
        made_by=by.appointment,
    )
    Source.objects.create(item=item, source=came.item)
    tip = Tip.objects.create(
        item=item,
        source=came.received_from,
        reference=came.stix_id[:100],
        received_by=by.appointment,
        received_at=came.received_at,
        where_to_read="the object as it came" if secret else "",
    )
    if not secret:
        TipStart.objects.bulk_create(
            TipStart(tip=tip, what=what, platform=platform[:40], name=name[:500]) for what, platform, name in starts
        )
    record("tip received", by=by, about=item, facts={"starts": len(starts), "stix": came.stix_id})


def bind(held: Tip, came: StixObject) -> None:
    """Make a tip as restricted as a newer version of what it came as."""
    _, new = Source.objects.get_or_create(item=held.item, source=came.item)
    before, now = marking_of(held.item.label), marking_of(came.item.label)
    if new and before is not None and now is not None and before != now:
        held.item.label = label_of(least_upper_bound([before, now]))
        held.item.save(update_fields=["label"])


def words(said: Mapping[str, Any], came: StixObject) -> str:
    """What the object tells people, with how sure its creator is and who that is."""
    parts = [said.get("description"), said.get("pattern")]
    if isinstance(said.get("confidence"), int):
        parts.append(f"Confidence of the source: {said['confidence']} of 100.")
    maker = said.get("created_by_ref")
    if isinstance(maker, str):
        name = creator_of(came, maker)
        parts.append(
            f"Created by {name}." if name else f"Created by somebody whose name did not come with it, {maker}."
        )
    return "\n\n".join(part for part in parts if isinstance(part, str))[:20_000].replace("\x00", "")
