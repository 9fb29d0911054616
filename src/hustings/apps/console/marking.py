"""A marking in the words people know it by, and the strictest of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hustings.apps.items.models import Item, Label
from hustings.policy.level import Level
from hustings.policy.marking import Need, Tlp

__all__ = ["Shown", "of_label", "strictest"]

STRICTNESS = {tlp.value: number for number, tlp in enumerate(Tlp)}
COLOURS = {
    Tlp.CLEAR.value: "clear",
    Tlp.GREEN.value: "green",
    Tlp.AMBER.value: "amber",
    Tlp.AMBER_STRICT.value: "amber",
    Tlp.RED.value: "red",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The words of a marking, and which of the five TLP colours it takes."""

    words: str
    colour: str


def strictest_tlp(label: Label) -> str:
    """The strictest protocol of all owners: what was made from two items travels no further than either."""
    return max([label.tlp, *(circle["tlp"] for circle in label.also)], key=lambda tlp: STRICTNESS[tlp])


def of_label(label: Label) -> Shown:
    """Everything the label says: level, compartments, protocol, who it may go to, what it needs."""
    tlp = strictest_tlp(label)
    parts = [f"TLP:{tlp.upper()}"]
    if label.level:
        parts.insert(0, "//".join([Level(label.level).title.upper(), *label.compartments]))
    elif label.compartments:
        parts.insert(0, "//".join(label.compartments))
    if label.releasable_to is not None:
        parts.append("REL " + (" ".join(label.releasable_to) or "nobody"))
    if label.permitted_kinds is not None:
        parts.append("for " + (", ".join(label.permitted_kinds) or "nobody"))
    if label.also:
        parts.append("several owners")
    if label.originator_consent:
        parts.append("ORCON")
    if label.need == Need.NAMED.value:
        parts.append("named readers")
    elif label.need == Need.ROLE.value:
        parts.append("by role")
    if label.unknown:
        parts.append("with words not known here")
    if label.withdrawn_at is not None:
        parts.append("withdrawn")
    return Shown(words=" · ".join(parts), colour="red" if label.level else COLOURS[tlp])


def strictest(items: Iterable[Item | Label]) -> Shown | None:
    """The marking of the strictest of these items; nothing when there are none.

    A page that shows several items is handled as its strictest. Two markings that differ in compartments or
    readers have no common order: the first by level and protocol is shown, and each row carries its own.
    """
    labels = [item if isinstance(item, Label) else item.label for item in items]
    if not labels:
        return None
    strict = max(
        labels,
        key=lambda label: (
            label.level,
            STRICTNESS[strictest_tlp(label)],
            len(label.compartments),
            label.originator_consent,
        ),
    )
    return of_label(strict)
