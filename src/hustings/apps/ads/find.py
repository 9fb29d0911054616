"""Reads about ads and sponsors: those of the door of one's own organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.ads.models import Ad, Order, Page, Sponsor
from hustings.apps.items.words import query_of
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, can, require

__all__ = ["ads", "find_ad", "find_sponsor", "led_to", "orders", "sponsors"]

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def ads(
    seat: Seat, *, state: str = "", sponsor: UUID | None = None, page: UUID | None = None, country: str = "",
    archive: str = "", words: str = "", hit: str = "",
) -> QuerySet[Ad]:  # fmt: skip
    """Ads of the seat's own door.

    words   as people search: words, "phrases", -without
    hit     a category of the screening (or its first part, such as voting) in the present version
    Raises  Refused for who may not see ads
    """
    require(seat, "see ads")
    found = Ad.objects.filter(held_by=seat.appointment.position.organisation_id)
    if state:
        found = found.filter(state=state)
    if sponsor is not None:
        found = found.filter(sponsor=sponsor)
    if page is not None:
        found = found.filter(page=page)
    if country:
        found = found.filter(countries__contains=[country])
    if archive:
        found = found.filter(archive=archive)
    if words:
        found = found.filter(search=query_of(words))
    if hit:
        found = found.extra(
            where=[
                (
                    "EXISTS (SELECT FROM ad_screening s, jsonb_array_elements(s.hits) h WHERE s.ad_id = ad.id "
                    "AND s.version = ad.version AND (h ->> 'category' = %s OR starts_with(h ->> 'category', %s)))"
                )
            ],
            params=[hit, f"{hit}."],
        )
    return found.select_related("page", "sponsor", "creative")


def find_ad(seat: Seat, key: UUID) -> Ad:
    """One ad. Raises NotKnown for one that is not there or at another door: nobody can tell which."""
    require(seat, "see ads")
    found = (
        Ad.objects.filter(held_by=seat.appointment.position.organisation_id, pk=key)
        .select_related("page", "sponsor", "payer", "disclaimer", "creative", "election")
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def sponsors(seat: Seat, *, state: str = "", words: str = "") -> QuerySet[Sponsor]:
    """Sponsors of the seat's own door."""
    require(seat, "see ads")
    found = Sponsor.objects.filter(held_by=seat.appointment.position.organisation_id)
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(registered_name__icontains=words)
    return found


def find_sponsor(seat: Seat, key: UUID) -> Sponsor:
    """One sponsor. Raises NotKnown as above."""
    found = sponsors(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def led_to(seat: Seat, names: Iterable[str]) -> dict[str, str]:
    """Where the ads of a name of a finding are listed: an ad by its key, a page by its number, a sponsor by its name.

    Reads   the seat's own door; {} for who may not see ads there
    """
    if not can(seat, "see ads"):
        return {}
    asked = sorted({name for name in names if name})
    ours = {"held_by": seat.appointment.position.organisation_id}
    found: dict[str, str] = {}
    for name, key in Sponsor.objects.filter(**ours, registered_name__in=asked).values_list("registered_name", "pk"):
        found[name] = f"/ads/?sponsor={key}"
    for name, key in Page.objects.filter(**ours, number__in=asked).values_list("number", "pk"):
        found[name] = f"/ads/?page={key}"
    keys = [name for name in asked if KEY.fullmatch(name)]
    for key in Ad.objects.filter(**ours, pk__in=keys).values_list("pk", flat=True):
        found[str(key)] = f"/ads/{key}/"
    return found


def orders(seat: Seat, *, after: int) -> QuerySet[Order]:
    """What the platform that shows ads has to do, in its turn."""
    require(seat, "see ads")
    return (
        Order.objects.filter(number__gt=after, ad__held_by=seat.appointment.position.organisation_id)
        .select_related("ad")
        .order_by("number")
    )
