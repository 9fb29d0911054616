"""Putting a sponsor before a verifier, once everything is there; two people where a check or a revocation asks for two."""

from __future__ import annotations

from datetime import timedelta

from hustings.apps.ads.desk.shown import ORGANISATION, ready, shown_sponsor, stage_of
from hustings.apps.ads.models import Sponsor
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work

__all__ = ["QUEUE", "REVOCATION", "SUBJECT", "SUSPENSION", "ask_about", "ask_about_suspension", "ask_for_revocation", "people_for"]  # fmt: skip

QUEUE, SUBJECT, REVOCATION, SUSPENSION = "sponsors", "sponsor", "sponsor revocation", "sponsor suspension"
WITHIN = timedelta(hours=48)
SOON = timedelta(hours=24)


def people_for(sponsor: Sponsor) -> int:
    """How many people have to agree: the most that any check of the organisation asks for."""
    if stage_of(sponsor) != ORGANISATION:
        return 1
    return 2 if sponsor.checks.filter(superseded_at=None, people__gte=2).exists() else 1


def ask_about(sponsor: Sponsor) -> Work | None:
    """Ask a verifier, if everything is there; asked again with nothing new it is the same work."""
    if not ready(sponsor):
        return None
    return review.ask(
        QUEUE, (SUBJECT, sponsor.pk), snapshot=shown_sponsor(sponsor), priority=0, due_at=moment() + WITHIN,
        people=people_for(sponsor), held_by=sponsor.held_by,
    )  # fmt: skip


def ask_for_revocation(sponsor: Sponsor, *, ground: str, by: Seat) -> Work:
    """Ask two people whether an authorisation is taken away for good; who proposes it may be one of them."""
    snapshot = {
        "title": f"Revocation of {sponsor.registered_name}",
        "text": ground,
        "hits": [],
        "facts": [["Sponsor", sponsor.registered_name], ["State", sponsor.state], ["Proposed by", by.person.name]],
        "stage": "revocation",
        "sponsor": str(sponsor.pk),
        "state": sponsor.state,
    }
    return review.ask(
        QUEUE, (REVOCATION, sponsor.pk), snapshot=snapshot, priority=6, due_at=moment() + SOON, people=2,
        held_by=sponsor.held_by,
    )  # fmt: skip


def ask_about_suspension(sponsor: Sponsor, *, words: str) -> Work:
    """Ask somebody who did not suspend a sponsor whether the doubt is settled."""
    held = sponsor.changes.filter(move="suspend").order_by("-at", "-id").select_related("by__person").first()
    snapshot = {
        "title": f"Suspension of {sponsor.registered_name}",
        "text": words,
        "hits": [],
        "facts": [
            ["Sponsor", sponsor.registered_name],
            ["Suspended for", held.note if held is not None else "not said"],
        ],
        "stage": "suspension",
        "sponsor": str(sponsor.pk),
        "state": sponsor.state,
    }
    return review.ask(
        QUEUE, (SUSPENSION, sponsor.pk), snapshot=snapshot, priority=6, due_at=moment() + SOON,
        without=[held.by] if held is not None and held.by is not None else [], held_by=sponsor.held_by,
    )  # fmt: skip
