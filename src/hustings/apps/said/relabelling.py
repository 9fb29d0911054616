"""A person gives an item of their own organisation a marking under which it can go out, for a reason that is logged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hustings.apps.items.actions import relabel
from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.sweeps.actions import known_marking
from hustings.errors import BadInput, Problem
from hustings.policy.marking import Marking, Need, Tlp

__all__ = ["may_relabel", "relabel_for_partners"]


def may_relabel(item: Item, *, by: Seat) -> bool:
    """Whether this seat may: the item is its own organisation's alone, and it may give such items another marking."""
    own = str(by.appointment.position.organisation_id)
    return known_marking(item).owners == {own} and can(by, "relabel", item)


def relabel_for_partners(
    item: Item, *, tlp: Tlp, group: SharingGroup | None, organisations: Collection[Organisation], by: Seat, reason: str
) -> Marking:
    """Say anew who may know it; gives the marking that it has then, which what it was made from may keep stricter.

    Levels, compartments, countries and the originator's consent stay: they are no liaison's to lift.

    Raises   BadInput, NotKnown, Refused
    """
    problems = []
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why others may know it", do="Write it."))
    if tlp is Tlp.RED:
        problems.append(
            Problem(
                where="tlp", found="red", expected="amber+strict at most", do="Tell named persons in a meeting instead."
            )
        )
    if tlp is Tlp.AMBER and group is None:
        problems.append(
            Problem(
                where="group",
                found="none",
                expected="the sharing group that may know",
                do="Name it, or choose amber+strict.",
            )
        )
    if tlp is Tlp.AMBER_STRICT and not organisations:
        problems.append(
            Problem(where="organisations", found="none", expected="who may know besides us", do="Name them.")
        )
    if problems:
        raise BadInput("The marking was not changed.", problems)
    strict = tlp is Tlp.AMBER_STRICT
    asked = replace(
        known_marking(item), tlp=tlp, group=str(group.pk) if group is not None and tlp is Tlp.AMBER else None, need=Need.NONE, roles=None,
        permitted_organisations=frozenset(str(one.pk) for one in organisations) if strict else None,
    )  # fmt: skip
    return known_marking(relabel(item, asked, by=by, reason=reason.strip()))
