"""What a decision asks, read from the database: readers from all that was recorded, markings from labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hustings.apps.items.models import Item, Label
from hustings.policy.decide import Marked
from hustings.policy.level import Level
from hustings.policy.marking import Circle, Kind, Marking, Need, Tlp
from hustings.policy.reader import Grant, History, Reader, Recused, Step, reader_at
from hustings.policy.role import Role

__all__ = ["canonical", "history_of", "marked", "marking_of", "reader_of"]


def history_of(appointment: UUID, *, strong: bool) -> History | None:
    """All that was recorded about an appointment; None where there is none that this seat may ask about."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hustings_history(%s)::text", [appointment])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    told = json.loads(row[0])
    steps = {
        name: tuple(step(change) for change in told[name] or ())
        for name in (
            "appointments",
            "organisations",
            "positions",
            "access",
            "eligibility",
            "facility",
            "agreements",
            "read_ins",
            "citizenships",
            "sharing",
        )
    }
    return History(
        appointment=told["appointment"],
        person=told["person"],
        organisation=told["organisation"],
        kind=told["kind"],
        enabled=told["enabled"],
        strong=strong,
        owned_groups=frozenset(told["owned_groups"] or ()),
        grants=tuple(
            Grant(
                item=grant["item_id"],
                by_person=grant["by_person"],
                purpose=grant["purpose"],
                starts_at=datetime.fromisoformat(grant["starts_at"]),
                ends_at=instant(grant["ends_at"]),
                withdrawn_at=instant(grant["withdrawn_at"]),
            )
            for grant in told["grants"] or ()
        ),
        recusals=tuple(
            Recused(
                item=recusal["item_id"],
                organisation=recusal["organisation_id"],
                starts_at=datetime.fromisoformat(recusal["starts_at"]),
                ends_at=instant(recusal["ends_at"]),
            )
            for recusal in told["recusals"] or ()
        ),
        **steps,
    )


def step(change: Mapping[str, Any]) -> Step:
    """One dated change, with what this kind of change says."""
    said: dict[str, Any] = {
        name: change[name] for name in ("about", "level", "safeguarding", "vetting") if name in change
    }
    said |= {name: tuple(change[name]) for name in ("roles", "compartments") if name in change}
    return Step(
        at=datetime.fromisoformat(change["at"]),
        recorded_at=datetime.fromisoformat(change["recorded_at"]),
        id=change["id"],
        state=change["state"],
        until=instant(change.get("until")),
        **said,
    )


def instant(text: str | None) -> datetime | None:
    """A moment as the database writes it, if there is one."""
    return None if text is None else datetime.fromisoformat(text)


def reader_of(appointment: UUID, *, strong: bool, now: datetime) -> Reader | None:
    """Who wants to read, as they stand at `now`."""
    history = history_of(appointment, strong=strong)
    return None if history is None else reader_at(history, now)


def marked(item: Item) -> Marked:
    """The item as far as a decision asks."""
    return Marked(
        id=str(item.pk),
        marking=marking_of(item.label),
        case=str(item.case_id) if item.case_id else None,
        made_by=str(item.made_by_id) if item.made_by_id else None,
        embargo_until=item.embargo_until,
        withdrawn_at=item.label.withdrawn_at,
    )


def marking_of(label: Label) -> Marking | None:
    """What a label says; None where it does not say it in words that are known, so that nobody reads."""
    try:
        return Marking(
            tlp=Tlp(label.tlp),
            owner=str(label.owner_id),
            level=Level(label.level),
            compartments=frozenset(label.compartments),
            releasable_to=some(label.releasable_to),
            permitted_kinds=None if label.permitted_kinds is None else frozenset(map(Kind, label.permitted_kinds)),
            permitted_organisations=some(label.permitted_organisations),
            group=str(label.group_id) if label.group_id else None,
            need=Need(label.need),
            roles=None if label.roles is None else frozenset(map(Role, label.roles)),
            originator_consent=label.originator_consent,
            kept_here=label.kept_here,
            unknown=frozenset(label.unknown),
            also=frozenset(
                Circle(
                    tlp=Tlp(circle["tlp"]),
                    owner=circle["owner"],
                    group=circle["group"],
                    organisations=some(circle["organisations"]),
                )
                for circle in label.also
            ),
        )
    except (KeyError, TypeError, ValueError):
        return None


def some(values: Iterable[object] | None) -> frozenset[str] | None:
    """A set of words, or None where the marking does not ask."""
    return None if values is None else frozenset(map(str, values))


def canonical(marking: Marking) -> dict[str, object]:
    """The marking as the database makes a label of it: lists sorted, so that equal markings are one label."""
    return {
        "tlp": marking.tlp.value,
        "owner": str(marking.owner),
        "level": int(marking.level),
        "compartments": sorted(marking.compartments),
        "releasable_to": listed(marking.releasable_to),
        "permitted_kinds": listed(marking.permitted_kinds),
        "permitted_organisations": listed(marking.permitted_organisations),
        "group": str(marking.group) if marking.group else None,
        "need": marking.need.value,
        "roles": listed(marking.roles),
        "originator_consent": marking.originator_consent,
        "kept_here": marking.kept_here,
        "unknown": sorted(marking.unknown),
        "also": [
            {
                "tlp": circle.tlp.value,
                "owner": circle.owner,
                "group": circle.group,
                "organisations": listed(circle.organisations),
            }
            for circle in sorted(marking.also, key=lambda circle: circle.order)
        ],
    }


def listed(values: Iterable[str] | None) -> list[str] | None:
    """Words in order, or None."""
    return None if values is None else sorted(map(str, values))
