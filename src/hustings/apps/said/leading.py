"""What a partner sent becomes a lead: by a person's press, or by a rule that what the partner sent before has earned."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hustings.apps.cases.leads import About, record_lead
from hustings.apps.cases.models import Lead
from hustings.apps.database import WEB, in_role
from hustings.apps.items.facts import marking_of
from hustings.apps.items.models import Item
from hustings.apps.people.find import seat_for
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sharing import find as sharing
from hustings.apps.sharing.arranging import LEADABLE
from hustings.apps.sharing.models import LeadRule
from hustings.apps.taxii.models import StixObject
from hustings.errors import BadInput, Problem
from hustings.exchange.stix.canonical import read_json
from hustings.exchange.stix.tip import starts_of
from hustings.policy.casework import LeadSource
from hustings.policy.marking import Kind

__all__ = ["find_received", "lead_by_rule", "lead_from", "leads_of"]

MOST = 100  # accounts that a lead names; the object names them all


def find_received(seat: Seat, key: UUID) -> StixObject:
    """An object that a partner handed in, as far as the seat may know it. Raises NotKnown."""
    found = StixObject.objects.select_related("item__label", "received_from").filter(
        item__in=readable(seat).values("pk"), received_from__isnull=False, pk=key
    ).first()  # fmt: skip
    if found is None:
        raise NotKnown
    return found


def leads_of(seat: Seat, came: StixObject) -> list[Lead]:
    """The leads that were made of it, as far as the seat may know them."""
    rows = Lead.objects.select_related("item__label").filter(
        item__in=readable(seat).values("pk"), item__sources__source=came.item
    )
    return list(rows.order_by("item__made_at", "pk"))


@transaction.atomic
def lead_from(came: StixObject, *, by: Seat, reason: str) -> Lead:
    """Record a lead about an object that a partner handed in, under its marking and with who began it.

    A newer version of it is told again, of the same lead. Raises   BadInput, NotKnown, Refused
    """
    require(by, "read", came.item, reason=reason)
    source = came.received_from
    problems = []
    if source is None or came.type not in LEADABLE:
        problems.append(
            Problem(
                where="object",
                found=came.type,
                expected=f"one of a partner: {', '.join(LEADABLE)}",
                do="Choose another.",
            )
        )
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why somebody should look", do="Write it."))
    if problems or source is None:
        raise BadInput("No lead was recorded.", problems)
    marking = marking_of(came.item.label)
    assert marking is not None, "who may read it knows its marking"
    said = read_json(bytes(came.raw), where=came.stix_id)
    named = dict.fromkeys(starts_of(said))
    official = source.kind in {Kind.AGENCY, Kind.AUTHORITY}
    lead = record_lead(
        by=by, source=LeadSource.AGENCY if official else LeadSource.PARTNER, title=came.item.title, marking=marking, text=reason.strip(),
        key=f"stix {source.pk} {came.stix_id}", why=[f"{source.name} sent it as {came.type}"],
        about=[
            About(what=came.type, item=came.item),
            *(About(what="account", platform=platform[:40], name=name[:500]) for _, platform, name in list(named)[:MOST]),
        ],
    )  # fmt: skip
    return lead


def lead_by_rule(came: StixObject, holder: UUID) -> Lead | None:
    """Record a lead where a rule for the partner says so and holds, in the name of who made the rule and under their rights."""
    rule = (
        LeadRule.objects.select_related("partner", "by__person")
        .filter(partner__held_by=holder, partner__organisation=came.received_from).order_by("-at", "-pk").first()
    )  # fmt: skip
    if rule is None or came.type not in rule.types or rule.by is None:
        return None
    seat = seat_for(rule.by, strong=True)
    if seat is None:
        return None
    with in_role(WEB, seat.id, strong=True):
        trust = sharing.trust(seat, rule.partner)
        if sum(year.positive for year in trust) < rule.held_up or sum(year.negative for year in trust) > rule.refuted:
            return None
        seen: Item | None = readable(seat).filter(pk=came.pk).first()
        if seen is None:
            return None
        return lead_from(came, by=seat, reason=f"By rule: {rule.reason}")
