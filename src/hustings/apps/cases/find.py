"""Reads about leads, cases, campaigns and evidence: only of items that the reader may know."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hustings.apps.cases.models import Campaign, Case, Evidence, Lead, Member, Merge
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable

__all__ = ["campaigns", "cases", "evidence", "find_campaign", "find_case", "find_evidence", "find_lead", "leads", "parts_of", "precision"]  # fmt: skip


Kept = TypeVar("Kept", Lead, Case, Campaign, Evidence)


def known(seat: Seat | None) -> QuerySet[Item, Any]:
    """The keys of the items behind a list."""
    return readable(seat).values("pk")


def leads(seat: Seat) -> QuerySet[Lead]:
    """Leads, newest first."""
    return Lead.objects.filter(item__in=known(seat)).select_related("item__label").order_by("-item__made_at", "pk")


def cases(seat: Seat) -> QuerySet[Case]:
    """Cases, newest first."""
    found = Case.objects.filter(item__in=known(seat)).select_related("item__label", "lead_by__person")
    return found.order_by("-item__made_at", "pk")


def campaigns(seat: Seat) -> QuerySet[Campaign]:
    """Campaigns, newest first."""
    return Campaign.objects.filter(item__in=known(seat)).select_related("item__label").order_by("-item__made_at", "pk")


def evidence(seat: Seat) -> QuerySet[Evidence]:
    """Sealed objects, newest first."""
    return Evidence.objects.filter(item__in=known(seat)).select_related("item__label").order_by("-sealed_at", "pk")


def the_one(found: QuerySet[Kept], key: UUID) -> Kept:
    """One of them. Raises NotKnown for one that is not there or not for this reader: nobody can tell which."""
    held = found.filter(pk=key).first()
    if held is None:
        raise NotKnown
    return held


def find_lead(seat: Seat, key: UUID) -> Lead:
    """One lead. Raises NotKnown."""
    return the_one(leads(seat), key)


def find_case(seat: Seat, key: UUID) -> Case:
    """One case. Raises NotKnown."""
    return the_one(cases(seat), key)


def find_campaign(seat: Seat, key: UUID) -> Campaign:
    """One campaign. Raises NotKnown."""
    return the_one(campaigns(seat), key)


def find_evidence(seat: Seat, key: UUID) -> Evidence:
    """One sealed object. Raises NotKnown."""
    return the_one(evidence(seat), key)


def parts_of(seat: Seat, case: Case) -> list[Case]:
    """The case and every case that is read as part of it, as far as the reader may know them; itself first."""
    parts = [case]
    for part in parts:  # grows while it is walked
        inside = Merge.objects.filter(into=part, undone_at__isnull=True).values("case")
        parts += [one for one in cases(seat).filter(pk__in=inside).order_by("item__made_at") if one not in parts]
    return parts


def members(seat: Seat, campaign: Campaign) -> QuerySet[Member]:
    """What belongs or is proposed to belong to a campaign, with how many pieces of evidence each rests on."""
    return (
        Member.objects.filter(campaign=campaign, campaign__in=campaigns(seat))
        .select_related("by__person", "decided_by__person")
        .annotate(rests_on=Count("evidence"))
        .order_by("kind", "platform", "name", "at")
    )


def precision(seat: Seat) -> list[dict[str, Any]]:
    """How often each source of leads was right, of those the reader may know: taken up, and dismissed as wrong.

    Limits   it judges sources by what was decided here, and a source whose leads nobody looked at not at all
    """
    from hustings.policy.casework import Disposition, LeadState

    wrong = [one.value for one in Disposition if one.false]
    counted = (
        leads(seat)
        .order_by()
        .values("source")
        .annotate(
            leads=Count("pk"),
            waiting=Count("pk", filter=Q(state=LeadState.OPEN)),
            taken=Count("pk", filter=Q(state=LeadState.TAKEN)),
            wrong=Count("pk", filter=Q(disposition__in=wrong)),
        )
        .order_by("source")
    )
    return [dict(row) for row in counted]
