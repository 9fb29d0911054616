"""What a page or a report tells of a campaign's impact: the scale with what was seen at each step, and who took it on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hustings.apps.ads.models import Ad
from hustings.apps.cases.models import Campaign, ImpactJudgement, ImpactObservation
from hustings.apps.cases.reach.assets import behind, members_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import readable
from hustings.policy.casework import MemberKind
from hustings.policy.impact import BREAKOUT, Category, Step, category

__all__ = ["Impact", "Outside", "Seen", "impact_of"]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An observation, with the item it rests on where the reader may know that."""

    said: ImpactObservation
    rests_on: Item | None


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Ads of pages and buyers outside the campaign that lead to a domain of it: taken up in the tables themselves."""

    ads: int
    pages: int
    impressions: int | None


@dataclass(frozen=True, kw_only=True)
class Impact:
    """What is known of how far a campaign broke out.

    now       the latest judgement, with its category; None while nobody judged
    steps     each step with what was seen of it
    earlier   judgements before the latest, newest first
    """

    now: ImpactJudgement | None
    category: Category | None
    steps: list[tuple[Step, list[Seen]]]
    scale: tuple[Category, ...]
    earlier: list[ImpactJudgement]
    outside: Outside
    items: list[Item]


def impact_of(seat: Seat, campaign: Campaign) -> Impact:
    """The impact of a campaign as far as the reader may know it."""
    held = list(ImpactObservation.objects.filter(campaign=campaign).select_related("by__person").order_by("at", "id"))
    known = {
        item.pk: item
        for item in readable(seat).filter(pk__in=[one.rests_on_id for one in held if one.rests_on_id]).select_related("label")
    }  # fmt: skip
    seen = [Seen(said=one, rests_on=known.get(one.rests_on_id) if one.rests_on_id else None) for one in held]
    judged = list(ImpactJudgement.objects.filter(campaign=campaign).select_related("by__person").order_by("-at", "-id"))
    return Impact(
        now=judged[0] if judged else None, category=category(judged[0].category) if judged else None,
        steps=[(step, [one for one in seen if one.said.step == step]) for step in Step], scale=BREAKOUT, earlier=judged[1:],
        outside=outside(seat, campaign), items=list(known.values()),
    )  # fmt: skip


def outside(seat: Seat, campaign: Campaign) -> Outside:
    """Ads that lead to the campaign's domains and are no member's.

    Limits   of ads that the installation holds; that an ad leads somewhere does not say that who paid for it knew whose it was
    """
    members = list(members_of(seat, campaign).values_list("kind", "platform", "name"))
    domains = {name.casefold() for kind, _, name in members if kind == MemberKind.DOMAIN}
    own = Ad.objects.filter(behind([one for one in members if one[0] != MemberKind.DOMAIN])).order_by()
    if not domains or not own.exists():
        return Outside(ads=0, pages=0, impressions=0)
    others = Ad.objects.filter(creative__landing_domain__in=domains).exclude(pk__in=own.values("pk"))
    others = others.exclude(page__in=own.filter(page__isnull=False).values("page")).order_by("pk")
    rows: list[tuple[UUID | None, int | None]] = list(others.values_list("page", "impressions"))
    shown = [count for _, count in rows]
    return Outside(
        ads=len(rows), pages=len({page for page, _ in rows if page is not None}),
        impressions=None if None in shown else sum(count for count in shown if count is not None),
    )  # fmt: skip
