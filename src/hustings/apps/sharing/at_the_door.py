"""A tip over TAXII passes the same form as one by hand: what does not is never kept, and that it came is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hustings.apps.audit.record import record
from hustings.apps.people.seat import Seat
from hustings.apps.sharing.find import recorded_capacity
from hustings.apps.sharing.models import RefusedTip
from hustings.apps.taxii.doorkeepers import DOORKEEPERS, Doorkeeper
from hustings.apps.taxii.models import Collection
from hustings.exchange.stix.tip import refused_on_form

__all__ = ["count", "reasons_against"]


def reasons_against(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Why a tip is refused on its form, in the words of the policy."""
    return tuple(reason.value for reason in refused_on_form(told))


def count(collection: Collection, by: Seat, every: Sequence[Sequence[str]]) -> None:
    """Count what was refused, by capacity and reasons; nothing of what it said."""
    holder, source = collection.owner, by.appointment.position.organisation
    capacity = recorded_capacity(holder.pk, source.pk)
    word = capacity.value if capacity is not None else ""
    for reasons in every:
        made = RefusedTip.objects.create(held_by=holder, source=source, capacity=word, reasons=list(reasons))
        record("tip refused on form", by=by, subject=("tip refused", made.pk), conditions=list(reasons))


DOORKEEPERS.append(Doorkeeper(looks=reasons_against, counts=count))
