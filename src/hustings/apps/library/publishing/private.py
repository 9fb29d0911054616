"""Which private persons who paid are named, by what all their ads cost: asked anew whenever one of these ads changes."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Q

from hustings.apps.ads.models import Ad, Delivery, Payer
from hustings.errors import BadInput, Problem
from hustings.policy.payer_name import HIDDEN, PLACES, Named, Paid, Place, named, read_places

__all__ = ["named_among", "same_people", "without_name"]

# Said to be a private person, or paying as a sponsor that is one. What an archive or an advertiser calls a committee, or
# does not say of a committee's payer, is taken for none.
PERSON = Q(kind="person") | Q(kind__in=["", "unknown"], sponsor__kind="person")
Whose = tuple[UUID, UUID | None, str]


def named_among(payers: Collection[UUID]) -> dict[UUID, Named]:
    """Whether each of these that is a private person is named. One person with several cards is one payer here."""
    people = list(Payer.objects.filter(PERSON, pk__in=payers).order_by("pk"))
    if not people:
        return {}
    paid = paid_by({whose(one) for one in people})
    table = places(settings.HUSTINGS_PAYER_NAMES)
    return {one.pk: named(paid[whose(one)], table) for one in people}


def same_people(ads: Collection[UUID]) -> list[UUID]:
    """Every payer that is a private person who paid for one of these ads, under each of their cards."""
    wanted = Q(pk__in=[])
    for payer in Payer.objects.filter(PERSON, ads__in=ads).distinct():
        wanted |= Q(held_by=payer.held_by_id, sponsor=payer.sponsor_id, name=payer.name)
    return list(Payer.objects.filter(wanted).order_by("pk").values_list("pk", flat=True))


def whose(payer: Payer) -> Whose:
    """The person, whatever they pay with."""
    return payer.held_by_id, payer.sponsor_id, payer.name


def paid_by(people: Collection[Whose]) -> dict[Whose, list[Paid]]:
    """What each spent, ad by ad: of a range its lower end, which is certain."""
    wanted = Q(pk__in=[])  # nobody
    for held_by, sponsor, name in people:
        wanted |= Q(payer__held_by=held_by, payer__sponsor=sponsor, payer__name=name)
    ads = list(Ad.objects.filter(wanted).select_related("payer").annotate(first=Min("delivery__day")).order_by("pk"))
    shown = Delivery.objects.filter(ad__in=[ad.pk for ad in ads]).exclude(region="")
    regions: dict[UUID, set[str]] = defaultdict(set)
    for key, region in shown.values_list("ad", "region").distinct():
        regions[key].add(region)
    paid: dict[Whose, list[Paid]] = defaultdict(list)
    for ad in ads:
        begun = ad.starts or ad.created
        day = ad.first or (begun.date() if begun is not None else None)
        spent = ad.spend if ad.spend is not None else ad.spend_low
        if ad.payer is not None and spent is not None:
            paid[whose(ad.payer)].append(
                Paid(
                    countries=frozenset(ad.countries),
                    regions=frozenset(regions[ad.pk]),
                    day=day,
                    currency=ad.currency,
                    spent=Decimal(spent),
                )
            )
    return paid


@lru_cache(maxsize=4)
def places(file: str) -> Sequence[Place]:
    """The table, with the lines that the operator's file confirms.

    Raises   BadInput for a file that cannot be read: publishing waits, for nobody is named by mistake
    """
    if not file:
        return PLACES
    try:
        return read_places(tomllib.loads(Path(file).read_text("utf-8"))["place"])
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(
            "The table of payers' names cannot be read.",
            [Problem(where=file, found=str(error), expected="[[place]] lines as the reference on payers' names has them",
                     do="Mend the file that HUSTINGS_PAYER_NAMES names.")],
        ) from error  # fmt: skip


def without_name(text: str, name: str) -> str:
    """Words of an ad that do not say the name: a disclaimer would tell what the table hides."""
    at = text.casefold().find(name.casefold()) if name else -1
    while at >= 0:
        text = text[:at] + HIDDEN + text[at + len(name) :]
        at = text.casefold().find(name.casefold(), at + len(HIDDEN))
    return text
