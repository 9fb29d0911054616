"""Undeclared political ads looked for in what runs, and how many the machine misses, told by people who do not see it.

Suspected ads and a random sample of those that the machine holds to be not political go to the same queue with equal
cards. Two people read each, without its answer or each other's. So both of its errors can be told.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from hustings.apps import database
from hustings.apps.ads.challenges.transport import mail_code
from hustings.apps.ads.content import domain_of, words_of
from hustings.apps.ads.found import find_political
from hustings.apps.ads.models import Ad, BlindLook, Screening
from hustings.apps.ads.moving import HANDED_IN, move_ad
from hustings.apps.audit.record import record
from hustings.apps.people.models import Organisation
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.review import actions as review
from hustings.apps.review.models import Decision, Message, Work
from hustings.apps.review.registry import HANDLERS, Handler
from hustings.policy.advertising import AD, AdState

__all__ = ["KIND", "Drawn", "announce", "frame", "look_for_undeclared"]

KIND = "blind look"
QUEUE = "undeclared"
POLICY = "political or not"
WITHIN = timedelta(days=7)
FOUND = ("political", "social issue")
# What runs or ran here. Archives of political ads are lists of declared ones: they are looked at where somebody asks.
RUNNING = (AdState.APPROVED, AdState.SCHEDULED, AdState.DELIVERING, AdState.PAUSED, AdState.ENDED)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """How many ads were put before people: suspected ones, and by lot among those held to be not political."""

    suspected: int
    sampled: int


def frame(held_by: Organisation, *, archive: str = "") -> QuerySet[Ad]:
    """Undeclared ads that the machine has judged, each with its latest answer.

    archive   that archive's recorded ads instead of what was handed in here
    Limits    what no model could judge (no words, no language it knows) has no answer and is in neither half
    """
    latest = Screening.objects.filter(ad=OuterRef("pk"), version=OuterRef("version")).order_by("-at", "-id")
    ads = Ad.objects.filter(held_by=held_by).exclude(declared=True).filter(disclaimer__isnull=True)
    if archive:
        ads = ads.filter(archive=archive, state=AdState.RECORDED)
    else:
        ads = ads.filter(archive__in=HANDED_IN, state__in=RUNNING)
    return (
        ads.annotate(
            answer=Subquery(latest.values("political")[:1]),
            how_sure=Subquery(latest.values("probability")[:1]),
            by_model=Subquery(latest.values("model")[:1]),
        )
        .filter(answer__isnull=False, how_sure__isnull=False)
        .exclude(by_model="")
    )


def look_for_undeclared(
    held_by: Organisation, *, key: str, per_language: int, suspected: int, archive: str = "", by: Seat | None = None
) -> Drawn:
    """Ask two people each about suspected ads and about a sample, both by lot.

    key            what the lot is made from; nobody outside should know it before
    per_language   ads of each language drawn among those the machine holds to be not political
    suspected      at most so many of those it holds to be political
    Limits         an ad is drawn once in each version; the next draw goes on among the others
    """
    if by is not None:
        require(by, "hold ads")
    with transaction.atomic(), serving(by):
        with connection.cursor() as cursor:  # two draws at once would draw the same
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('blind looks ' || %s, 0))", [str(held_by.pk)])
        every = list(frame(held_by, archive=archive).select_related("creative", "page", "sponsor"))
        before = set(BlindLook.objects.filter(held_by=held_by).values_list("ad", "version"))
        strata: dict[tuple[str, bool], list[Ad]] = defaultdict(list)
        for ad in sorted(every, key=lambda ad: hashlib.sha256(f"{key} {ad.pk}".encode()).digest()):
            strata[language_of(ad), ad.answer].append(ad)  # type: ignore[attr-defined] # annotated by the frame
        left = suspected
        chosen: list[tuple[bytes, Ad, str, int]] = []
        for (language, answer), ads in sorted(strata.items()):
            fresh = [ad for ad in ads if (ad.pk, ad.version) not in before]
            taken = fresh[: left if answer else per_language]
            left -= len(taken) if answer else 0
            chosen += [(hashlib.sha256(f"{key} {ad.pk}".encode()).digest(), ad, language, len(ads)) for ad in taken]
        # One lot for both: neither the order nor the time tells a suspected ad from a sampled one.
        for _, ad, language, among in sorted(chosen, key=lambda one: one[0]):
            ask_two(ad, key, language, among)
        drawn = Drawn(suspected=suspected - left, sampled=len(chosen) - (suspected - left))
        record(
            "blind looks drawn", by=by, subject=("organisation", held_by.pk),
            facts={"draw": key, "suspected": drawn.suspected, "sampled": drawn.sampled, "archive": archive},
        )  # fmt: skip
    return drawn


def language_of(ad: Ad) -> str:
    """The language said, or told from the words; "other" where neither does."""
    from hustings.screening.political.language import spoken  # brings numpy along, which no page needs

    return (None if ad.creative is None else spoken(ad.creative.language, ad.creative.text)) or "other"


def ask_two(ad: Ad, key: str, language: str, among: int) -> Work:
    """Put one ad before two people who have not decided on it at the door."""
    look = BlindLook.objects.create(
        held_by_id=ad.held_by_id, ad=ad, version=ad.version, draw=key, political=ad.answer, probability=ad.how_sure,  # type: ignore[attr-defined]
        model=ad.by_model, language=language, among=among, country=ad.countries[0] if len(ad.countries) == 1 else "",  # type: ignore[attr-defined]
    )  # fmt: skip
    before = Decision.objects.filter(work__subject_id=ad.pk, work__subject_kind="ad").select_related("decided_by")
    return review.ask(
        QUEUE, (KIND, look.pk), snapshot=shown(ad), priority=0, due_at=database.moment() + WITHIN, people=2,
        without=[decision.decided_by for decision in before], held_by=ad.held_by,
    )  # fmt: skip


def shown(ad: Ad) -> dict[str, Any]:
    """What somebody who met the ad could see, and nothing that a rule or model said of it."""
    content = ad.versions.get(version=ad.version).content
    handed = ad.archive in HANDED_IN
    creative = ad.creative
    text = words_of(content) if handed else (creative.text if creative is not None else "")
    facts = [
        ["Page", str(ad.page) if ad.page else "not said"],
        ["Leads to", domain_of(creative.landing_url) if creative is not None and creative.landing_url else "nowhere"],
        ["Shown in", ", ".join(ad.countries) or "not said"],
    ]
    if not text:
        facts.append(["Pictures and films", f"{len(creative.media) if creative is not None else 0}, not kept here"])
    return {"title": (creative.title if creative is not None else "") or "An ad", "text": text, "facts": facts}


def decided(work: Work, decision: Decision, by: Seat) -> None:
    """Where people found it political it is published as found late; what has moved on since is left alone."""
    if decision.outcome not in FOUND:
        return
    with serving(by):
        look = BlindLook.objects.select_related("ad").get(pk=work.subject_id)
    ad = Ad.objects.get(pk=look.ad_id)
    if ad.declared or ad.version != look.version:
        return
    if ad.state not in AD.move("find political").sources:
        if ad.state in {AdState.APPROVED, AdState.SCHEDULED}:
            move_ad(ad, "hold", by=by, reason_code="undeclared political ad", decision=decision.pk)
        return
    found = "was suspected by the screening" if look.political else "was drawn by lot: the screening had missed it"
    find_political(
        ad, by=by, how=f"Two people read it as {words(decision.outcome)} without knowing what the machine says; it {found}.",
        told=["the advertiser"] if mails_of(ad) else [], reason_code=f"undeclared: {decision.reason.code}",
    )  # fmt: skip


def mails_of(ad: Ad) -> list[str]:
    """Where the people who act for its sponsor are written to; nobody for an ad that an archive tells of."""
    if ad.sponsor is None:
        return []
    return list(ad.sponsor.members.filter(ended=None).order_by("since").values_list("person__email", flat=True))


def deliver(message: Message) -> None:
    """Write to the advertiser what people found, in the reason's own words for them."""
    if message.decision.outcome not in FOUND:
        return
    ad = BlindLook.objects.select_related("ad__sponsor").get(pk=message.decision.work.subject_id).ad
    said = message.decision.reason.told
    if message.event != "settled":
        said = "That an ad was found political was undone; somebody else looks again."
    for to in mails_of(ad):
        mail_code(to, "Political ads: a decision", f"About your ad {ad.number.partition(':')[2]}: {said}\n")


def words(outcome: str) -> str:
    """The outcome in a sentence."""
    return "about a social issue" if outcome == "social issue" else outcome


def undone(work: Work, decision: Decision, by: Seat) -> None:
    """What was published as found is withdrawn till two others have read it; a held ad waits at the door."""
    with serving(by):
        key = BlindLook.objects.get(pk=work.subject_id).ad_id
    ad = Ad.objects.get(pk=key)
    if ad.state == AdState.FOUND_POLITICAL:
        move_ad(ad, "withdraw finding", by=by, reason_code="decision undone", decision=decision.pk)


def announce() -> None:
    """Tell review how such an ad is shown and what follows."""
    HANDLERS[KIND] = Handler(
        decided=decided, undone=undone, card="ads/blind_card.html", reasons=POLICY, deliver=deliver
    )
