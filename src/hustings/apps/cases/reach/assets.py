"""Which ads belong to a campaign or a case: those that are members, and those of its pages, buyers and domains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from hustings.apps.ads.models import Ad
from hustings.apps.cases import find
from hustings.apps.cases.models import Campaign, Case, Member
from hustings.apps.people.seat import Seat
from hustings.policy.casework import MemberKind, MemberState

__all__ = ["ads_of", "members_of"]


def members_of(seat: Seat, of: Campaign | Case, *, then: datetime | None = None) -> QuerySet[Member]:
    """What was accepted as belonging to a campaign, or to the campaigns of a case and its parts.

    then     as far as it was accepted by that moment; who was withdrawn since is not among them, since a member keeps
             its latest decision alone
    """
    campaigns = find.campaigns(seat)
    campaigns = (
        campaigns.filter(pk=of.pk)
        if isinstance(of, Campaign)
        else campaigns.filter(cases__case__in=find.parts_of(seat, of))
    )
    found = Member.objects.filter(campaign__in=campaigns.order_by().values("pk"), state=MemberState.ACCEPTED)
    if then is not None:
        found = found.filter(decided_at__lte=then)
    return found.order_by("kind", "platform", "name", "pk")


def ads_of(seat: Seat, of: Campaign | Case, *, then: datetime | None = None) -> QuerySet[Ad]:
    """The ads behind the accepted members: an ad by its archive and number, those that a page showed, a buyer paid for
    or that lead to a domain. A buyer is known by the payer's name.

    then     as far as they were taken in by that moment
    """  # fmt: skip
    found = Ad.objects.filter(behind(members_of(seat, of, then=then).values_list("kind", "platform", "name")))
    if then is not None:
        found = found.filter(made_at__lte=then)
    return found.order_by("archive", "number", "pk")


def behind(members: Iterable[tuple[str, str, str]]) -> Q:
    """Which ads those of members given as (kind, platform, name) are."""
    wanted = Q(pk__in=[])
    named: dict[str, dict[str, list[str]]] = {}
    for kind, platform, name in members:
        named.setdefault(kind, {}).setdefault(platform, []).append(name)
    for platform, names in named.get(MemberKind.AD, {}).items():
        wanted |= Q(archive=platform, number__in=names)
    for kind in (MemberKind.PAGE, MemberKind.ACCOUNT):
        for platform, names in named.get(kind, {}).items():
            wanted |= Q(page__platform=platform, page__number__in=names)
    buyers = [name for names in named.get(MemberKind.BUYER, {}).values() for name in names]
    domains = [name for names in named.get(MemberKind.DOMAIN, {}).values() for name in names]
    if buyers:
        wanted |= Q(payer__name__in=buyers)
    if domains:
        wanted |= Q(creative__landing_domain__in=domains)
    return wanted
