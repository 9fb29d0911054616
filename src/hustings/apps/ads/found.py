"""Ads that ran and turned out to be political or hostile: found how, shown how long without saying who paid."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, Sum

from hustings.apps.ads.models import Ad, Delivery, FoundLate
from hustings.apps.ads.moving import move_ad
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem

__all__ = ["find_political", "put_back", "remove", "shown_without"]


def shown_without(ad: Ad) -> tuple[int | None, int | None]:
    """Days and impressions that an ad was shown without an approved disclaimer; None is not in the data.

    Limits   by day: on the day on which a disclaimer came, all impressions count as shown without it
    """
    since = ad.disclaimer.approved_at if ad.disclaimer is not None and not ad.disclaimer.refused else None
    rows = Delivery.objects.filter(ad=ad, age="", gender="", region="")
    if rows.exists():
        rows = rows.filter(Q(impressions__gt=0) | Q(spend__gt=0))
        if since is not None:
            rows = rows.filter(day__lte=since.date())
        return rows.count(), rows.aggregate(total=Sum("impressions"))["total"]
    if since is not None:
        return None, None
    begin, end = ad.starts or ad.created, ad.ends
    days = None if begin is None or end is None or end < begin else (end.date() - begin.date()).days + 1
    return days, ad.impressions


@transaction.atomic
def find_political(
    ad: Ad, *, by: Seat, how: str, told: Iterable[str] = (), reason_code: str = "undeclared political ad"
) -> FoundLate:
    """Say that an ad ran as if it were not political; it stops, and all of this is published with it.

    how    how it was found, for the public: a report, a blind sample, a finding of coordination
    told   who is told: the advertiser, the authority, those who saw it
    """
    require(by, "hold ads")
    if len(how.split()) < 2:
        raise BadInput("It cannot be said to be found.", [Problem(
            where="how", found=repr(how), expected="how it was found, in words the public can read", do="Say it.")])  # fmt: skip
    days, impressions = shown_without(ad)
    move_ad(ad, "find political", by=by, reason_code=reason_code, note=how)
    # An ad that is found again keeps what was said of it first.
    found, _ = FoundLate.objects.get_or_create(
        ad=ad,
        defaults={
            "how": how.strip(),
            "days_without": days,
            "impressions_without": impressions,
            "told": sorted({one.strip() for one in told if one.strip()}),
        },
    )
    return found


@transaction.atomic
def remove(ad: Ad, *, by: Seat, reason_code: str, note: str = "") -> None:
    """Take an ad down; its creative is masked in public, numbers, reason and hash stay."""
    require(by, "hold ads")
    move_ad(ad, "remove", by=by, reason_code=reason_code, note=note)


@transaction.atomic
def put_back(ad: Ad, *, by: Seat, reason_code: str, note: str = "") -> None:
    """Say that a removal was wrong."""
    require(by, "hold ads")
    move_ad(ad, "put back", by=by, reason_code=reason_code, note=note)
