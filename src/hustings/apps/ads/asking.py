"""What people of the door are asked about ads and sponsors, what they are shown, and what follows from their answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hustings.apps import database
from hustings.apps.ads.content import words_of
from hustings.apps.ads.models import Ad, Sponsor
from hustings.apps.ads.moving import CannotMoveAd, move_ad
from hustings.apps.people.models import Person
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.apps.review import actions as review
from hustings.apps.review.models import Decision, Work
from hustings.apps.review.registry import HANDLERS, Handler
from hustings.policy.advertising import AdState, By
from hustings.policy.reviewing import Risk
from hustings.screening.targeting_tree import from_json, sentence

__all__ = ["announce", "appeal_ad", "ask_reviewer", "ask_verifier", "shown_ad"]

POLICY = "ads at the door"
WITHIN = timedelta(hours=24)
NEAR_AN_ELECTION = timedelta(hours=4)
LAST_MONTH = timedelta(days=31)
# Steps of an hour by which the turn of an ad comes earlier.
GRAVE = {"voting": 12, "name": 8, "creative": 8, "landing": 6, "payment": 4}
MOVES = {"approve": "approve", "correct": "send back", "refuse": "reject"}


def shown_ad(ad: Ad) -> dict[str, Any]:
    """What a reviewer sees of an ad: the text with every hit, who stands behind it, and what is not known."""
    content = ad.versions.get(version=ad.version).content
    screening = ad.screenings.filter(version=ad.version).order_by("-at", "-id").first()
    sponsor, payer = ad.sponsor, ad.payer
    facts: list[list[str]] = []

    def fact(label: str, value: object) -> None:
        facts.append([label, "not said" if value in {None, ""} else str(value)])

    fact(
        "Sponsor",
        sponsor
        and f"{sponsor.registered_name}, {sponsor.state}"
        + (f" ({sponsor.sponsor_class})" if sponsor.sponsor_class else ""),
    )
    fact("Seat of the sponsor", sponsor and sponsor.country)
    fact("Disclaimer", content["disclaimer"])
    fact("Page", content["page_name"] or content["page"])
    fact("Category", content["category"])
    fact("Election", ad.election and f"{ad.election.name}, {ad.election.on}")
    fact("Shown in", ", ".join(content["countries"]))
    fact("Paid by", payer and payer.name)
    fact("Paid from", payer and payer.country)
    fact("Leads to", content["landing_url"])
    fact("Runs", content["starts"] and f"{content['starts']} to {content['ends'] or 'no end'}")
    if screening is not None and screening.probability is not None:
        fact("Political", f"{'yes' if screening.political else 'no'} (probability {screening.probability:.2f})")
    return {
        "title": content["title"] or (sponsor.registered_name if sponsor else "An ad"),
        "text": words_of(content),
        "lang": content.get("language", ""),
        "hits": screening.hits if screening is not None else [],
        "facts": facts,
        "targeting": content["targeting"],
        "could_see": None if content["targeting"] is None else sentence(from_json(content["targeting"])),
        "version": ad.version,
        "state": "in review",
        "rules": screening.rules if screening is not None else "",
    }


def ask_reviewer(ad: Ad) -> Work:
    """Put an ad before a reviewer: what misleads about voting first, and faster in the month before the day."""
    now = database.moment()
    snapshot = shown_ad(ad)
    priority = max((GRAVE.get(hit["category"].partition(".")[0], 0) for hit in snapshot["hits"]), default=0)
    day = ad.election.on if ad.election is not None else None
    near = day is not None and now.date() <= day <= (now + LAST_MONTH).date()
    return review.ask(
        "door",
        ("ad", ad.pk),
        snapshot=snapshot,
        priority=priority,
        due_at=now + (NEAR_AN_ELECTION if near else WITHIN),
        held_by=ad.held_by,
    )


def decided_ad(work: Work, decision: Decision, by: Seat) -> None:
    """Move the ad as it was decided."""
    ad = Ad.objects.get(pk=work.subject_id)
    move_ad(
        ad, MOVES[decision.outcome], by=by, reason_code=decision.reason.code, note=decision.note,
        policy=str(work.policy), decision=decision.pk,
    )  # fmt: skip
    if ad.state == AdState.APPROVED:
        with serving(by):
            settled(ad)


def settled(ad: Ad) -> None:
    """After an approval: look at the landing page, and schedule the ad when nothing blocks it."""
    from django.db import transaction

    from hustings.apps.ads.jobs import look_later

    look_later(ad, "approval")
    try:
        with transaction.atomic():
            move_ad(ad, "schedule", machine=By.MACHINE)
    except CannotMoveAd as refused:
        if not refused.blocked:
            raise


def undone_ad(work: Work, decision: Decision, by: Seat) -> None:
    """Take a decision back: the ad waits for somebody else again; what runs stops till then."""
    assert decision.work_id == work.pk
    ad = Ad.objects.get(pk=work.subject_id)
    if ad.state == AdState.REJECTED:
        move_ad(ad, "reopen", by=by, note="the decision was undone")
    elif ad.state == AdState.RETURNED:
        move_ad(ad, "take back", by=by, note="the decision was undone")
    elif ad.state != AdState.IN_REVIEW:
        move_ad(ad, "hold", machine=By.MACHINE, reason_code="decision undone")


def appeal_ad(ad: Ad, words: str, *, by_person: Person) -> Work:
    """Ask for another look at a refusal or removal, by somebody who never decided on this ad."""
    work = review.appeal(("ad", ad.pk), words, by_person=by_person)
    move_ad(ad, "reopen", by_person=by_person, note=words)
    return work


def ask_verifier(sponsor: Sponsor) -> None:
    """Put a sponsor before a verifier, once everything is there."""
    from hustings.apps.ads.desk.asking import ask_about

    ask_about(sponsor)


def announce() -> None:
    """Tell review how ads are shown and what follows from a decision."""
    HANDLERS["ad"] = Handler(
        decided=decided_ad, undone=undone_ad, card="ads/review_card.html", reasons=POLICY, risk=Risk.SPEECH
    )
