"""What a campaign bought and when it was seen: ads, impressions, spend by currency, first and last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from hustings.apps.ads.models import Ad

__all__ = ["Bought", "bought"]


@dataclass(frozen=True, kw_only=True)
class Bought:
    """Sums over some ads. What an ad does not tell is in no sum: `untold` and `unpriced` say of how many.

    spend    (currency, amount) for each, never added up over currencies
    """

    ads: int
    impressions: int
    untold: int
    spend: list[tuple[str, Decimal]]
    unpriced: int
    first: datetime | None
    last: datetime | None


def bought(ads: QuerySet[Ad]) -> Bought:
    """The sums over these ads."""
    ads = ads.order_by()
    told = ads.aggregate(
        count=Count("pk"), shown=Sum("impressions"), untold=Count("pk", filter=Q(impressions__isnull=True)),
        unpriced=Count("pk", filter=Q(spend__isnull=True)), earliest=Min(Coalesce("starts", "created")),
        latest=Max(Greatest("ends", "starts", "created")),
    )  # fmt: skip
    spend = ads.filter(spend__isnull=False).values_list("currency").annotate(whole=Sum("spend")).order_by("currency")
    return Bought(
        ads=told["count"], impressions=told["shown"] or 0, untold=told["untold"], unpriced=told["unpriced"],
        spend=[(currency, plain(whole)) for currency, whole in spend if whole is not None], first=told["earliest"], last=told["latest"],
    )  # fmt: skip


def plain(amount: Decimal) -> Decimal:
    """An amount without the digits after its cents that are nought."""
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount
