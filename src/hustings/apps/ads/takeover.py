"""Signs that an approved ad, or the account it runs from, is no longer in the hands of who was approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Max, Min, Sum

from hustings.apps.ads.models import Ad, Delivery

__all__ = ["Sign", "signs_of"]

# A day that costs this many times the dearest of the last four weeks is no ordinary day.
JUMP = 5
WEEKS = timedelta(days=28)
FEWEST_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One sign, with the reason code under which the ad is held."""

    code: str
    sentence: str


def signs_of(ad: Ad) -> list[Sign]:
    """What happened since somebody last let this ad pass: new administrators of its page, a jump or a start of spend.

    Limits   a sign is a reason to look, not a finding: pages change hands lawfully, and campaigns end with a sprint
    """
    passed = ad.changes.filter(move__in=["pass", "approve"]).order_by("-at").first()
    if passed is None:
        return []
    return [*administrators(ad, passed.at), *spend(ad, passed.at, by_machine=passed.move == "pass")]


def administrators(ad: Ad, since: datetime) -> list[Sign]:
    """Accounts that may act for the page since then."""
    if ad.page is None:
        return []
    fresh = ad.page.administrators.filter(since__gt=since, ended__isnull=True).order_by("since")
    home = ad.sponsor.country if ad.sponsor else ""
    signs = []
    for each in fresh:
        abroad = f", from {each.country}" if each.country and each.country != home else ""
        signs.append(
            Sign(
                code="account taken over",
                sentence=f"A new account may act for the page since {each.since:%Y-%m-%d}{abroad}.",
            )
        )
    return signs


def spend(ad: Ad, since: datetime, *, by_machine: bool) -> list[Sign]:
    """A day dearer than the sponsor's earlier ones, or the first money that a sponsor spends at all.

    Limits   a day counts once it is first delivered: what is added to a day after a person settled it is seen on the
             next. Days are sums over all regions, ages and genders; a platform that delivers only parts tells none
    """
    if ad.sponsor_id is None:
        return []
    days = list(
        Delivery.objects.filter(ad__sponsor=ad.sponsor_id, currency=ad.currency, spend__gt=0, age="", gender="", region="")
        .values("day").annotate(total=Sum("spend"), known=Max("recorded_at")).order_by("day")
    )  # fmt: skip
    if not days:
        return []
    if by_machine and days[0]["known"] > since and earliest(ad) == days[0]["day"]:
        return [
            Sign(
                code="first spend",
                sentence=f"The sponsor spends for the first time, on {days[0]['day']}, and no person has looked.",
            )
        ]
    for place, day in enumerate(days):
        if day["known"] <= since:  # it was known when the ad was let pass
            continue
        before = [one["total"] for one in days[:place] if one["day"] >= day["day"] - WEEKS]
        if len(before) >= FEWEST_DAYS and day["total"] > JUMP * max(before):
            return [Sign(code="spend jumped", sentence=jumped(day["total"], max(before), ad.currency, str(day["day"])))]
    return []


def earliest(ad: Ad) -> object:
    """The first day on which this ad cost anything."""
    return Delivery.objects.filter(ad=ad, spend__gt=0).aggregate(first=Min("day"))["first"]


def jumped(now: Decimal, before: Decimal, currency: str, day: str) -> str:
    """The sentence of a jump."""
    return f"On {day} the sponsor spent {now:,.2f} {currency}; the dearest of the four weeks before was {before:,.2f}."
