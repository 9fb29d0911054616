"""Handing in an ad and changing it: each is a version, and each version goes through the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hustings.apps import database
from hustings.apps.ads.content import content_of, creative_digest, digest_of, domain_of, near_keys, words_of
from hustings.apps.ads.delivery import look_again
from hustings.apps.ads.handed import Handed, problems_of
from hustings.apps.ads.models import Ad, Administrator, AdVersion, Creative, Disclaimer, Page, PageName, Payer, Sponsor
from hustings.apps.ads.moving import move_ad
from hustings.apps.ads.screened import screen_ad
from hustings.apps.elections.models import Election
from hustings.apps.people.models import Person
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import AD, AdState, By

__all__ = ["HandedIn", "election_of", "hand_in"]


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """What became of an ad that was handed in: new, changed, or the same as before (then nothing was done)."""

    ad: Ad
    became: str


def hand_in(
    handed: Handed, sponsor: Sponsor, *, by: Seat | None = None, by_person: Person | None = None, through: str
) -> HandedIn:
    """Take an ad in, or a new version of one, and put it through the door; all or nothing.

    by, by_person   a seat of the door that hands in for the advertiser, or the advertiser
    through         portal, csv or api: with the number, the key of the ad

    Raises   BadInput with every problem at once; CannotMoveAd where the ad is past changing (ended, removed)
    """
    problems = problems_of(handed, f"ad {handed.number}")
    election, missing = election_of(handed)
    if problems or missing:
        raise BadInput("The ad cannot be taken in.", problems + missing)
    if by is not None:
        require(by, "take ads in")
        if sponsor.held_by_id != by.appointment.position.organisation_id:
            raise Sponsor.DoesNotExist
    content = content_of(handed)
    with transaction.atomic():
        # What an advertiser may not read (other creatives, names of officials) is read and written as the worker.
        with serving(by):
            page, fresh = page_of(handed, sponsor, told_by_door=by is not None)
            ad, became = written(handed, sponsor, page, election, content, through, by=by, by_person=by_person)
            if fresh and page is not None:
                for running in Ad.objects.filter(page=page, state__in=AD.move("hold").sources).order_by("pk"):
                    if running.pk != ad.pk or became == "the same":  # one that changed goes through the door anyway
                        look_again(running)
            if became == "the same":
                ad.refresh_from_db(fields=["state", "changed_at"])
                return HandedIn(ad=ad, became=became)
            move_ad(
                ad, "submit" if ad.state in AD.move("submit").sources else "edit",
                by=by, machine=By.ADVERTISER if by is not None else None, by_person=by_person,
            )  # fmt: skip
            screen_ad(ad)
        return HandedIn(ad=ad, became=became)


def election_of(handed: Handed) -> tuple[Election | None, list[Problem]]:
    """The election that an ad names by its key."""
    if not handed.election:
        return None, []
    try:
        return Election.objects.get(pk=UUID(handed.election)), []
    except (Election.DoesNotExist, ValueError):
        return None, [
            Problem(
                where=f"ad {handed.number}, election", found=repr(handed.election),
                expected="the key of an election of the calendar", do="Look it up under Elections.",
            )
        ]  # fmt: skip


def written(
    handed: Handed,
    sponsor: Sponsor,
    page: Page | None,
    election: Election | None,
    content: Mapping[str, Any],
    through: str,
    *,
    by: Seat | None,
    by_person: Person | None,
) -> tuple[Ad, str]:
    """The ad with its new version, and whether it is new, changed or the same."""
    digest = digest_of(content)
    ad = Ad.objects.select_for_update(of=("self",)).filter(
        held_by=sponsor.held_by_id, archive=through, number=key_of(sponsor, handed)
    ).first()  # fmt: skip
    if ad is not None:
        latest = ad.versions.get(version=ad.version)
        returned = ad.state in {AdState.RETURNED, AdState.DRAFT}
        if latest.digest == digest and not returned and same_money(ad, handed):
            return ad, "the same"
    values = {
        "page": page, "sponsor": sponsor, "payer": payer_of(handed, sponsor), "disclaimer": disclaimer_of(handed, sponsor),
        "disclaimer_text": handed.disclaimer, "creative": creative_of(content, sponsor), "category": handed.category,
        "declared": handed.category not in {"", "other"} or None, "election": election, "countries": list(handed.countries),
        "targeting": handed.targeting, "budget": handed.budget, "currency": handed.currency, "starts": handed.starts,
        "ends": handed.ends, "rest": dict(handed.rest),
        "words": "\n".join(part for part in (handed.title, handed.text, handed.page_name, sponsor.registered_name, handed.disclaimer) if part),
    }  # fmt: skip
    if ad is None:
        ad = Ad.objects.create(
            held_by_id=sponsor.held_by_id, archive=through, number=key_of(sponsor, handed), created=database.moment(),
            made_by=by.appointment if by else None, made_by_person=by_person, **values,
        )  # fmt: skip
        became = "new"
    else:
        ad.version += 1
        for name, value in values.items():
            setattr(ad, name, value)
        ad.changed_at = database.moment()
        ad.save()
        became = "changed"
    AdVersion.objects.create(ad=ad, version=ad.version, content=content, digest=digest, source=through)
    return ad, became


def key_of(sponsor: Sponsor, handed: Handed) -> str:
    """An advertiser's number is theirs alone: two advertisers may count alike."""
    return f"{sponsor.pk.hex[:12]}:{handed.number.strip()}"[:200]


def same_money(ad: Ad, handed: Handed) -> bool:
    """Whether the ad is still paid for by the same, from the same."""
    if ad.payer is None:
        return not handed.payer
    return (ad.payer.name, ad.payer.country, ad.payer.kind, ad.payer.instrument, ad.payer.issuing_country) == (
        handed.payer, handed.payer_country, handed.payer_kind, handed.instrument, handed.issuing_country,
    )  # fmt: skip


def page_of(handed: Handed, sponsor: Sponsor, *, told_by_door: bool) -> tuple[Page | None, bool]:
    """The page, with its name and administrators as they are now told, and whether an administrator is new.

    An advertiser says neither of a page that another sponsor brought here: it would hold that sponsor's ads.
    """
    if not handed.page:
        return None, False
    page, made = Page.objects.get_or_create(
        held_by_id=sponsor.held_by_id, platform=handed.platform, number=handed.page,
        defaults={"name": handed.page_name, "sponsor": sponsor},
    )  # fmt: skip
    now = database.moment()
    if page.sponsor_id is None:
        page.sponsor = sponsor
        page.save(update_fields=["sponsor"])
    if page.sponsor_id != sponsor.pk and not told_by_door:
        return page, False
    if handed.page_name and (made or page.name != handed.page_name):
        PageName.objects.get_or_create(page=page, name=handed.page_name, since=now)
        page.name = handed.page_name
        page.save(update_fields=["name"])
    known = set(page.administrators.filter(ended__isnull=True).values_list("fingerprint", flat=True))
    fresh = {fingerprint: country for fingerprint, country in handed.administrators if fingerprint not in known}
    for fingerprint, country in fresh.items():
        Administrator.objects.create(page=page, fingerprint=fingerprint, country=country, since=now)
    return page, bool(fresh)


def payer_of(handed: Handed, sponsor: Sponsor) -> Payer | None:
    """Whose money it is; another instrument or country is another payer, to be checked anew."""
    if not handed.payer:
        return None
    payer = Payer.objects.filter(
        held_by_id=sponsor.held_by_id, sponsor=sponsor, name=handed.payer, country=handed.payer_country, kind=handed.payer_kind,
        instrument=handed.instrument, issuing_country=handed.issuing_country, currency=handed.currency,
    ).first()  # fmt: skip
    return payer or Payer.objects.create(
        held_by_id=sponsor.held_by_id, sponsor=sponsor, name=handed.payer, country=handed.payer_country, kind=handed.payer_kind,
        instrument=handed.instrument, issuing_country=handed.issuing_country, currency=handed.currency,
    )  # fmt: skip


def disclaimer_of(handed: Handed, sponsor: Sponsor) -> Disclaimer | None:
    """The sponsor's disclaimer of these words; words that nobody approved wait for a person."""
    if not handed.disclaimer.strip():
        return None
    found = (
        sponsor.disclaimers.filter(text=handed.disclaimer, short_form=handed.short_form)
        .order_by("-approved_at")
        .first()
    )
    return found or Disclaimer.objects.create(
        sponsor=sponsor, text=handed.disclaimer, short_form=handed.short_form, language=handed.language
    )


def creative_of(content: Mapping[str, Any], sponsor: Sponsor) -> Creative:
    """The creative of this content, the one that is there already where it is."""
    digest = creative_digest(content)
    found = Creative.objects.filter(held_by_id=sponsor.held_by_id, digest=digest).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Creative.objects.create(
                held_by_id=sponsor.held_by_id, digest=digest, title=content["title"], text=content["text"],
                media=content["media"], landing_url=content["landing_url"], landing_domain=domain_of(content["landing_url"]),
                synthetic=content["synthetic"], language=content["language"], near=near_keys(words_of(content)),
            )  # fmt: skip
    except IntegrityError:  # somebody handed the same in at the same moment
        return Creative.objects.get(held_by_id=sponsor.held_by_id, digest=digest)
