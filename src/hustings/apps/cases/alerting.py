"""Gatherings to come that are advertised from another country than theirs: told once, as leads, before they happen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from hustings.apps.ads.models import Ad, Administrator
from hustings.apps.cases.gatherings import ANNOUNCED, read_as
from hustings.apps.cases.leads import About
from hustings.apps.cases.models import GatheringAlert, Lead, SafetyContact
from hustings.apps.cases.telling import tell
from hustings.apps.database import WORKER, in_role, moment
from hustings.policy.casework import LeadSource
from hustings.screening.countries import country_name
from hustings.screening.gathering.days import AHEAD, days_said
from hustings.screening.gathering.gathering import address_of

__all__ = ["alert"]

# An ad says days up to a hundred after it was written; one written earlier says nothing of a day to come.
WRITTEN = AHEAD + timedelta(days=2)
NOBODY = "No safety contact is named for this organisation: name one on the page of gatherings, and call the police of the place meanwhile."


@dataclass
class Coming:
    """A gathering to come as the ads of one door tell it."""

    day: date
    ads: list[Ad]
    elsewhere: dict[str, str]  # who of the organisers -> the country they are in
    there: set[str]


def alert() -> list[Lead]:
    """Tell each door of the gatherings to come that its ads call to from another country; gives the new leads.

    The moment is the database's. A gathering is told once, whatever more ads come.

    Limits   only ads whose words name a day and whose aim names the country; what the tables do not hold (no administrator, payer
             or sponsor with a country) tells nothing. A gathering abroad is lawful: a lead asks a person to look.
    """
    with in_role(WORKER):
        today = moment().date()
        with connection.cursor() as cursor:  # two rounds at once would tell the same
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('gatherings to come', 0))")
        made = []
        for (door, site, number), coming in sorted(
            coming_ones(today).items(), key=lambda one: (one[1].day, str(one[0]))
        ):
            lead = tell_of(door, site, number, coming)
            if lead is not None:
                made.append(lead)
        return made


def coming_ones(today: date) -> dict[tuple[UUID, str, str], Coming]:
    """The gatherings to come that somebody calls to from elsewhere, and that were not told."""
    leads = Q()
    for site in ANNOUNCED:
        leads |= Q(creative__landing_url__icontains=site)
    since = datetime.combine(today - WRITTEN, time(), UTC)
    rows = Ad.objects.filter(leads).filter(Q(created__gte=since) | Q(created=None, made_at__gte=since))
    before = set(GatheringAlert.objects.values_list("held_by", "site", "number"))
    of: dict[tuple[UUID, str, str], list[Ad]] = defaultdict(list)
    for ad in rows.select_related("creative", "page", "sponsor", "payer").order_by("archive", "number", "pk"):
        address = address_of(read_as(ad))
        if address is not None and (ad.held_by_id, *address) not in before:
            of[ad.held_by_id, *address].append(ad)
    pages = {ad.page_id for ads in of.values() for ad in ads if ad.page_id}
    administrators: dict[UUID, list[str]] = defaultdict(list)
    for page, country in (
        Administrator.objects.filter(page__in=pages, ended=None).exclude(country="").order_by("country").values_list("page", "country")
    ):  # fmt: skip
        administrators[page].append(country)
    found = {}
    for key, ads in of.items():
        there = {country for ad in ads for country in ad.countries}
        days = {day for ad in ads for day in days_of(ad) if day >= today}
        elsewhere = {
            who: country for ad in ads for who, country in organisers(ad, administrators) if country not in there
        }
        if there and days and elsewhere:
            found[key] = Coming(day=min(days), ads=ads, elsewhere=elsewhere, there=there)
    return found


def days_of(ad: Ad) -> Iterable[date]:
    """The days that an ad's words name."""
    written = (ad.created or ad.made_at).date()
    return [one.day for one in days_said(ad.creative.text if ad.creative else "", written)]


def organisers(ad: Ad, administrators: dict[UUID, list[str]]) -> list[tuple[str, str]]:
    """Who stands behind an ad in which country, as far as the tables hold it."""
    told = (
        [("an administrator of the page", country) for country in administrators.get(ad.page_id, [])]
        if ad.page_id
        else []
    )
    if ad.payer is not None:
        told += [("the payer", ad.payer.country), ("the payment instrument", ad.payer.issuing_country)]
    if ad.sponsor is not None:
        told.append(("the sponsor", ad.sponsor.country))
    return [(who, country) for who, country in told if country]


def tell_of(door: UUID, site: str, number: str, coming: Coming) -> Lead | None:
    """Tell it, and write down that it was told."""
    contact = SafetyContact.objects.filter(organisation=door).order_by("-at", "-id").first()
    where = ", ".join(country_name(code) for code in sorted(coming.there))
    why = [f"{who[0].upper()}{who[1:]} is in {country_name(code)}." for who, code in sorted(coming.elsewhere.items())]
    pages = sorted({(ad.page.platform, ad.page.number) for ad in coming.ads if ad.page})
    try:
        with transaction.atomic():
            lead = tell(
                door, source=LeadSource.RULE, key=f"gathering {site} {number}",
                title=f"A gathering on {coming.day:%-d %B %Y} in {where} is advertised from elsewhere",
                text=(
                    f"{len(coming.ads)} ad{'' if len(coming.ads) == 1 else 's'} call to {site} {number}. {' '.join(why)} People from abroad "
                    f"may lawfully call to a gathering; look before it happens. "
                    + (f"Safety contact: {contact.words}" if contact else NOBODY)
                ),
                why=why,
                about=[About(what="address", platform=site, name=number)]
                + [About(what="page", platform=platform, name=name) for platform, name in pages]
                + [About(what="ad", platform=ad.archive, name=ad.number) for ad in coming.ads[:50]],
            )  # fmt: skip
            GatheringAlert.objects.create(held_by_id=door, site=site, number=number, day=coming.day, lead=lead.pk)
    except IntegrityError:  # told meanwhile
        return None
    return lead
