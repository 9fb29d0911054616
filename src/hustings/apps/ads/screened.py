"""The screening of one version of an ad with all that the platform knows, and the way it then goes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q

from hustings import __version__
from hustings.apps import database
from hustings.apps.ads.content import words_of
from hustings.apps.ads.lawful import elsewhere, law_known
from hustings.apps.ads.models import Ad, ListedLanding, RegisterEdition, RegisterEntry, Screening, Sponsor
from hustings.apps.ads.moving import move_ad, paused_by_door
from hustings.apps.elections.models import Election, VotingRule
from hustings.errors import BadInput
from hustings.policy.advertising import AdState, By
from hustings.screening.context import Context
from hustings.screening.creative import Seen
from hustings.screening.hit import Hit
from hustings.screening.landing import Lists
from hustings.screening.names import FORBIDDEN, OFFICIAL, SPONSOR, Known, Names
from hustings.screening.payment import foreign_money
from hustings.screening.screen import Route, screen
from hustings.screening.submission import Submission
from hustings.screening.targeting_tree import from_json, leaves, years

if TYPE_CHECKING:  # it brings the solver's library along, which no page needs
    from hustings.screening.political import Extra, Politics

__all__ = ["context_of", "names_known", "screen_ad", "screen_recorded"]

LOG = logging.getLogger(__name__)

# States of a sponsor's own ads that say nothing against another of the same words.
KEPT = [state.value for state in AdState if state not in {AdState.REMOVED, AdState.REJECTED}]
MOST_ALIKE = 50
MOST_BESIDE = 10  # as many as the model reads
# Register editions whose entries are names to guard rather than numbers to check.
GUARDED = {"officials": OFFICIAL, "forbidden": FORBIDDEN}


def screen_ad(ad: Ad) -> Screening:
    """Read the present version of a submitted ad, keep what was found, and move it on: through, back, or to a person.

    Whoever calls this has taken the worker's role: names of officials and other sponsors' ads are compared.
    """
    content = ad.versions.get(version=ad.version).content
    kept = read_by_rules(ad, submission_of(ad, content), content)
    move_ad(ad, "screen", machine=By.MACHINE)
    if kept.route == Route.FORM:
        lacking = " ".join(hit["sentence"] for hit in kept.hits if hit["category"] == "disclaimer.form")
        move_ad(ad, "return", machine=By.MACHINE, reason_code="disclaimer.form", note=lacking)
    elif kept.route == Route.PERSON or paused_by_door(ad):
        move_ad(ad, "ask", machine=By.MACHINE)
    else:
        from hustings.apps.ads.asking import settled

        move_ad(ad, "pass", machine=By.MACHINE)
        settled(ad)
    return kept


def screen_recorded(ad: Ad) -> Screening:
    """Read an ad of an archive as if it had been handed in on the day it was made; it moves nowhere.

    Limits   what the archive does not hold (payer, administrators, the form) cannot be asked, and stops nothing here
    """
    text = ad.creative.text if ad.creative is not None else ""
    content: dict[str, Any] = {
        "text": text,
        "title": "",
        "media": [],
        "page_name": ad.page.name if ad.page else "",
        "disclaimer": ad.disclaimer_text,
        "payer": "",
        "landing_url": ad.creative.landing_url if ad.creative else "",
    }
    submission = Submission(
        id=str(ad.pk), text=text, lang=(ad.creative.language or None) if ad.creative else None,
        disclaimer=ad.disclaimer_text or None, landing_url=(ad.creative.landing_url or None) if ad.creative else None,
        targeting=criteria_of(ad), minimum_age=youngest(ad), on=ad.created.date() if ad.created else None,
    )  # fmt: skip
    return read_by_rules(ad, submission, content)


def read_by_rules(ad: Ad, submission: Submission, content: Mapping[str, Any]) -> Screening:
    """Everything the rules say of an ad, kept with the rules' and the model's version."""
    politics = politics_known()
    on = submission.on or database.moment().date()
    context = context_of(ad.election, ad.countries, on)
    judged = screen(
        submission, context=context, politics=politics, law=law_known(),
        seen=seen_like(ad, submission), lists=lists_known(ad),
        extra=beside(ad, submission) if politics is not None else None,
    )  # fmt: skip
    political = judged.political.answer if judged.political is not None and judged.political.known else None
    # What stands in an archive of political ads was political, however it reads.
    treated = political is not False or bool(ad.declared) or ad.state == AdState.RECORDED
    hits = [as_row(hit) for hit in judged.hits if treated or not hit.category.startswith("disclaimer.")]
    if treated:
        hits += payment_hits(ad) + name_hits(ad, content)
        hits += [as_row(hit) for hit in elsewhere(submission, ad.countries, context.country, on)]
    if political and ad.state != AdState.RECORDED and not ad.declared:
        hits.append(
            row("political.undeclared", "political.model", "It reads as a political ad and is not declared as one.")
        )
    route = Route.FORM if any(hit["category"] == "disclaimer.form" for hit in hits) else Route.PERSON
    if not hits and judged.route is Route.APPROVE:
        route = Route.APPROVE
    return Screening.objects.create(
        ad=ad, version=ad.version, rules=f"hustings {__version__}", model=politics.digest[:16] if politics is not None else "",
        political=political, probability=None if judged.political is None else judged.political.probability,
        route=str(route), hits=hits,
    )  # fmt: skip


def beside(ad: Ad, submission: Submission) -> Extra | None:
    """What the ad's sponsor, or else its page, shows beside it, the latest first.

    Limits   an ad of an archive is read by its words alone
    """
    from hustings.screening.political import Extra

    if ad.state == AdState.RECORDED or (ad.sponsor_id is None and ad.page_id is None):
        return None
    same = Q(sponsor=ad.sponsor_id) if ad.sponsor_id is not None else Q(page=ad.page_id)
    others = Ad.objects.filter(same, held_by=ad.held_by_id, creative__isnull=False).exclude(pk=ad.pk)
    texts = others.order_by("-made_at", "pk").values_list("creative__text", flat=True)[:MOST_BESIDE]
    return Extra(beside=[text for text in texts if text != submission.text])


def criteria_of(ad: Ad) -> tuple[str, ...]:
    """What the ad is aimed by, in words; what it excludes is not aimed at."""
    if ad.targeting is None:
        return ()
    return tuple(leaf.value for leaf, excluded in leaves(from_json(ad.targeting)) if not excluded)


def youngest(ad: Ad) -> int | None:
    """The youngest whom the targeting lets see it; None where it asks for no age."""
    if ad.targeting is None:
        return None
    ages = [
        years(leaf.value)
        for leaf, excluded in leaves(from_json(ad.targeting))
        if leaf.dimension == "age" and not excluded
    ]
    return min((age[0] for age in ages if age is not None), default=None)


def submission_of(ad: Ad, content: Mapping[str, Any]) -> Submission:
    """The version as the pure screening reads it. A political form has a disclaimer: a missing one is an empty one."""
    needs = bool(ad.declared)
    return Submission(
        id=str(ad.pk),
        text=words_of(content),
        lang=content["language"] or None,
        sponsor=ad.sponsor.registered_name if ad.sponsor is not None else ("" if needs else None),
        disclaimer=content["disclaimer"] if needs or content["disclaimer"] else None,
        payer=content["payer"] or None,
        sponsor_country=(ad.sponsor.country or None) if ad.sponsor is not None else None,
        landing_url=content["landing_url"] or None,
        targeting=criteria_of(ad),
        minimum_age=youngest(ad),
        media_hashes=tuple(one["sha256"] for one in content["media"] if isinstance(one, dict) and one.get("sha256")),
        short_disclaimer=bool(content["short_form"]),
        on=database.moment().date(),
    )


def context_of(election: Election | None, countries: list[str], today: date) -> Context:
    """What is known of voting in the election that an ad names; without one, in the next of the only country it aims at."""
    if election is None and len(countries) == 1:
        election = (
            Election.objects.filter(country=countries[0], on__gte=today)
            .exclude(status="cancelled")
            .order_by("on")
            .first()
        )
    if election is None:
        return Context(country=countries[0] if len(countries) == 1 else "")
    day = election.on or today
    rules = VotingRule.objects.filter(country=election.country, valid_from__lte=day).exclude(valid_to__lt=day)
    rule = rules.filter(election=election).order_by("-recorded_at").first()
    rule = rule or rules.filter(election=None, place=election.place).order_by("-valid_from", "-recorded_at").first()
    rule = rule or rules.filter(election=None, place="").order_by("-valid_from", "-recorded_at").first()
    if rule is None:
        return Context(country=election.country, election_date=election.on)
    return Context(
        country=election.country, election_date=election.on, polls_close=rule.polls_close,
        methods=None if rule.methods is None else frozenset(method.replace(" ", "_") for method in rule.methods),
        phone_vote=rule.phone_vote, online_vote=rule.online_vote, id_required=rule.id_required,
    )  # fmt: skip


def row(category: str, rule: str, sentence: str, start: int = 0, end: int = 0) -> dict[str, Any]:
    """A hit as it is kept."""
    return {"category": category, "start": start, "end": end, "rule": rule, "sentence": sentence}


def as_row(hit: Hit) -> dict[str, Any]:
    """The same from a hit of the pure screening."""
    return row(hit.category, hit.rule, hit.sentence, hit.start, hit.end)


def payment_hits(ad: Ad) -> list[dict[str, Any]]:
    """Paid from elsewhere than where it is shown: from another country, by a card or in the money of another."""
    if not ad.countries:
        return []
    found = []
    payer, shown = ad.payer, ", ".join(ad.countries)
    for country, what in (
        ((payer.country, "The payer sits in"), (payer.issuing_country, "The card or account is of")) if payer else ()
    ):
        if country and country not in ad.countries:
            found.append(row("payment.country", "payment.country", f"{what} {country}; the ad is shown in {shown}."))
    # What an archive says was never paid was in nobody's money; at the door the money it will be paid in counts.
    paid = ad.state != AdState.RECORDED or (ad.spend or 0) > 0
    if paid and ad.currency and foreign_money(ad.currency, ad.countries, ad.created):
        sentence = f"It is paid in {ad.currency}, which is the money of none of {shown}."
        found.append(row("payment.currency", "payment.currency", sentence))
    makers = ad.page.administrators.filter(ended__isnull=True) if ad.page is not None else ()
    abroad = sorted({one.country for one in makers if one.country and one.country not in ad.countries})
    if abroad:
        found.append(row("payment.address", "page.administrators", f"The page is run from {', '.join(abroad)}."))
    return found


def name_hits(ad: Ad, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Names in page, disclaimer and payer that come near an official's, another sponsor's or a forbidden organisation's.

    What a verifier accepted for this sponsor is not asked again.
    """
    names = names_known()
    found: dict[str, dict[str, Any]] = {}
    own = str(ad.sponsor_id or "")
    accepted: set[str] = set()
    if ad.sponsor is not None:
        accepted = set(
            ad.sponsor.checks.filter(what="name", verdict="accepted", superseded_at__isnull=True).values_list(
                "name_found", flat=True
            )
        )
    for part in ("page_name", "disclaimer", "payer"):
        for near in names.near(content[part], own_number=own) if content[part] else ():
            if near.known.number == own or near.known.name in accepted:
                continue
            found.setdefault(near.known.name, row(near.category, f"names.{near.how}", near.sentence))
    return list(found.values())


def names_known() -> Names:
    """The names to guard, made anew when an edition or a sponsor came."""
    editions = RegisterEdition.objects.filter(scheme__in=GUARDED, complete=True).aggregate(last=Max("loaded_at"))[
        "last"
    ]
    sponsors = Sponsor.objects.filter(state__in=["authorised", "renewal due"]).aggregate(
        count=Count("pk"), last=Max("made_at")
    )
    return names_at(str(editions), f"{sponsors}")


@lru_cache(maxsize=1)
def names_at(editions: str, sponsors: str) -> Names:
    """The names as of these editions and sponsors."""
    assert editions, sponsors
    officials = [
        Known(
            name=entry.name,
            kind=GUARDED[entry.edition.scheme],
            office=entry.kind,
            number=entry.number,
            also=tuple(entry.rest.get("also", ())),
        )
        for entry in RegisterEntry.objects.filter(
            edition__scheme__in=GUARDED, edition__complete=True, ended_on__isnull=True
        ).select_related("edition")
    ]
    guarded = [
        Known(name=name, kind=SPONSOR, number=str(key))
        for key, name in Sponsor.objects.filter(state__in=["authorised", "renewal due"]).values_list(
            "pk", "registered_name"
        )
    ]
    return Names(officials=officials, sponsors=guarded)


def lists_known(ad: Ad) -> Lists:
    """The landing pages that the operator of this door listed."""
    rows = ListedLanding.objects.filter(held_by=ad.held_by_id)
    stamp = rows.aggregate(count=Count("pk"), last=Max("loaded_at"))
    return lists_at(ad.held_by_id, str(stamp))


@lru_cache(maxsize=4)
def lists_at(held_by: UUID, stamp: str) -> Lists:
    """The lists as of this stamp."""
    assert stamp
    listed = ListedLanding.objects.filter(held_by=held_by).order_by("list_name", "value")
    return Lists.of((one.value, f"{one.list_name}: {one.ground}") for one in listed)


def seen_like(ad: Ad, submission: Submission) -> Seen:
    """Earlier ads that may show the same: of equal content, with a key of near-equal texts, or with the same file."""
    if ad.creative is None:
        return Seen()
    like = Q(creative=ad.creative)
    if ad.creative.near:
        like |= Q(creative__near__overlap=ad.creative.near)
    for digest in submission.media_hashes:
        like |= Q(creative__media__contains=[{"sha256": digest}])
    before = Ad.objects.filter(like, held_by=ad.held_by_id).exclude(pk=ad.pk)
    # A sponsor's own ads resemble each other; only what was refused or removed of them is told again.
    before = before.exclude(sponsor=ad.sponsor, state__in=KEPT) if ad.sponsor_id is not None else before
    if ad.state == AdState.RECORDED:
        before = before.filter(state__in=["removed", "rejected"])
    return Seen.of(
        (
            Submission(id=said(one), text=one.creative.text, media_hashes=hashes(one.creative.media)),
            one.state in {"removed", "rejected"},
        )
        for one in before.select_related("creative", "page", "sponsor").order_by("made_at")[:MOST_ALIKE]
        if one.creative is not None
    )


def hashes(media: list[Any]) -> tuple[str, ...]:
    """The digests of a creative's files."""
    return tuple(one["sha256"] for one in media if isinstance(one, dict) and one.get("sha256"))


def said(ad: Ad) -> str:
    """An earlier ad, for the sentence of a hit."""
    return f"{ad.archive} {ad.number} of {ad.sponsor or ad.page or 'somebody'}"


def politics_known() -> Politics | None:
    """The model that the installation was given; without one every ad is held to be political, and a person says.

    A file that this version cannot read is as none: whoever hands an ad in can do nothing about it. Who runs the
    installation reads it in the log, and from `hustings doctor`.
    """
    place = Path(settings.POLITICAL_MODEL) if settings.POLITICAL_MODEL else None
    if place is None or not place.is_file():
        return None
    return model_at(place, place.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def model_at(place: Path, written: int) -> Politics | None:
    """The model of a file, read once and again when the file is another."""
    from hustings.screening.political import Politics

    assert written
    try:
        return Politics.load(place)
    except BadInput as error:
        LOG.warning("The door goes on without the political model, and asks people more. %s", error)
        return None
