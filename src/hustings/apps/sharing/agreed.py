"""What an agreement in force lets pass to a partner by default, and why it does not let the rest: the one place that says so."""

from __future__ import annotations

from uuid import UUID

from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.sharing import find
from hustings.apps.sharing.models import Agreement
from hustings.errors import Problem
from hustings.policy.capacity import CAPACITIES, Matter, Sort
from hustings.policy.marking import Tlp

__all__ = ["agreement_for", "against", "may_be_told"]


def agreement_for(other: UUID, *, by: Seat, sort: Sort, matters: frozenset[Matter], tlp: Tlp) -> Agreement | None:
    """The agreement in force today that covers all of it, the one that lasts longest; None where none does."""
    rows = find.agreements(by, on=by.now.date()).filter(partner__organisation=other)
    found = [row for row in rows if covers(row, sort, matters, tlp)]
    return found[-1] if found else None


def covers(row: Agreement, sort: Sort, matters: frozenset[Matter], tlp: Tlp) -> bool:
    """Whether it names the sort, everything that is told, and a traffic light as strict."""
    return (
        sort.value in row.sorts
        and {one.value for one in matters} <= set(row.matters)
        and tlp.rank <= Tlp(row.up_to).rank
    )


def may_be_told(other: Organisation, matter: Matter, *, by: Seat) -> bool:
    """Whether a partner of its capacity is told this, and an agreement in force speaks of it."""
    capacity = find.capacity_of(by, other.pk)
    rows = find.agreements(by, on=by.now.date()).filter(partner__organisation=other)
    return (
        capacity is not None
        and matter in CAPACITIES[capacity].told
        and any(matter.value in row.matters for row in rows)
    )


def against(other: Organisation, *, by: Seat, sort: Sort, matters: frozenset[Matter], tlp: Tlp) -> list[Problem]:
    """Everything that keeps this from passing to a partner by default: its capacity of today, and what was agreed with it."""
    found, do = [], "Choose a collection without it, or agree on it first."
    capacity = find.capacity_of(by, other.pk)
    if capacity is None:
        found.append(
            Problem(
                where=other.name, found="no capacity in force", expected="a partner whose capacity is recorded", do=do
            )
        )
    elif more := sorted(matters - CAPACITIES[capacity].told):
        found.append(
            Problem(where=other.name, found=", ".join(more), expected=f"what a {capacity.value} is told", do=do)
        )
    if agreement_for(other.pk, by=by, sort=sort, matters=matters, tlp=tlp) is not None:
        return found
    rows = list(find.agreements(by, on=by.now.date()).filter(partner__organisation=other))
    if not rows:
        ended = (
            find.agreements(by)
            .filter(partner__organisation=other, ends_on__lt=by.now.date())
            .order_by("ends_on")
            .last()
        )
        last = f"none since {ended.ends_on}" if ended is not None else "none"
        found.append(Problem(where=other.name, found=last, expected="an agreement in force", do=do))
    for row in rows:
        lacks = [
            *([sort.value] if sort.value not in row.sorts else []),
            *sorted({one.value for one in matters} - set(row.matters)),
        ]
        says = [
            *([f"says nothing of {', '.join(lacks)}"] if lacks else []),
            *(
                [f"goes no further than TLP:{row.up_to}, and this is TLP:{tlp.value}"]
                if tlp.rank > Tlp(row.up_to).rank
                else []
            ),
        ]
        found.append(
            Problem(
                where=other.name,
                found=f"“{row.title}”, which {' and '.join(says)}",
                expected="an agreement that lets it pass",
                do=do,
            )
        )
    return found
