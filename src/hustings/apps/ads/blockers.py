"""What keeps an ad from being shown, from what the database knows of it now."""

from __future__ import annotations

from hustings.apps import database
from hustings.apps.ads.delivery import in_force
from hustings.apps.ads.landing import sees
from hustings.apps.ads.lawful import barred_on
from hustings.apps.ads.models import Ad, Payer, Screening
from hustings.policy.advertising import Blocker, SponsorState, Standing, blockers

__all__ = ["blockers_of", "standing_of"]

# Hits that a person's approval of this very version settles: the law did not say, or the rule cannot.
UNSETTLED = ("law.unknown", "election.unknown")
BARS = ("law.ban", "law.silence", "law.third_country")
NOT_PERMITTED = ("targeting.special_category", "targeting.minors", "targeting.forbidden")


def blockers_of(ad: Ad) -> tuple[Blocker, ...]:
    """Everything that keeps the ad from being shown now; nothing for an ad that is not political."""
    screening = ad.screenings.filter(version=ad.version).order_by("-at", "-id").first()
    if not ad.declared and screening is not None and screening.political is False and not screening.hits:
        return ()
    return blockers(standing_of(ad, screening))


def standing_of(ad: Ad, screening: Screening | None) -> Standing:
    """What is known of an ad now; what nobody screened or looked at is unknown, and blocks."""
    by_person = ad.changes.filter(version=ad.version, move="approve").exists()
    hits = [hit["category"] for hit in screening.hits] if screening is not None else []
    screened = screening is not None
    voting = any(hit.startswith("voting.") for hit in hits)
    barred = any(hit in BARS for hit in hits) or barred_on(ad, database.moment())
    return Standing(
        sponsor=SponsorState(ad.sponsor.state) if ad.sponsor is not None else None,
        disclaimer_in_force=in_force(ad.disclaimer),
        category=ad.category,
        election_named=ad.election_id is not None,
        voting_hits_open=voting and not by_person if screened else None,
        payer_checked=checked(ad.payer, ad.countries, by_person=by_person),
        barred=barred if screened and (by_person or not any(hit in UNSETTLED for hit in hits)) else None,
        targeting_permitted=not any(hit in NOT_PERMITTED for hit in hits) if screened else None,
        landing_captured=captured(ad, by_person=by_person),
    )


def checked(payer: Payer | None, countries: list[str], *, by_person: bool) -> bool | None:
    """Whether somebody knows who pays: accepted by a person, or from one of the countries aimed at with its own card."""
    if payer is None or payer.verdict == "refused":
        return None if payer is None else False
    if payer.verdict == "accepted" or by_person:
        return True
    home = payer.country in countries and payer.issuing_country in {"", payer.country}
    return True if payer.country and home else None


def captured(ad: Ad, *, by_person: bool) -> bool:
    """Whether the page it leads to was looked at in this version: by the fetcher, or by the person who approved it."""
    if ad.creative is None or not ad.creative.landing_url:
        return True
    if not sees():
        return by_person or no_listed_page(ad)
    latest = ad.captures.filter(version=ad.version).order_by("-at").first()
    return latest is not None and not latest.problem and latest.same is not False


def no_listed_page(ad: Ad) -> bool:
    """Without a fetcher the lists of pages are all there is to ask; the screening has asked them."""
    screening = ad.screenings.filter(version=ad.version).order_by("-at", "-id").first()
    return screening is not None and not any(hit["category"].startswith("landing.") for hit in screening.hits)
