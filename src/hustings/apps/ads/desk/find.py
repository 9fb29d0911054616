"""What the desk reads of an advertiser."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hustings.apps.ads.desk.asking import QUEUE, REVOCATION, SUBJECT, SUSPENSION
from hustings.apps.ads.desk.shown import ORGANISATION, PERSON, RENEWAL
from hustings.apps.ads.models import Sponsor
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.review.models import State, Work

__all__ = ["choices", "held_work", "open_work", "sponsors", "waiting"]


def sponsors(seat: Seat) -> QuerySet[Sponsor]:
    """The advertisers of one's own door; those that archives tell of are not its customers."""
    return Sponsor.objects.filter(held_by=seat.appointment.position.organisation_id, archive="").exclude(state="draft")


def open_work(sponsor: Sponsor) -> QuerySet[Work]:
    """What is asked about a sponsor now."""
    return Work.objects.filter(
        queue=QUEUE, subject_id=sponsor.pk, subject_kind__in=[SUBJECT, REVOCATION, SUSPENSION], state=State.OPEN
    )


def held_work(seat: Seat, sponsor: Sponsor) -> Work | None:
    """The work about a sponsor that this seat holds now."""
    return open_work(sponsor).filter(holder=seat.id, lease_until__gt=moment()).select_related("policy").first()


def waiting(seat: Seat) -> QuerySet[Work]:
    """The work that this seat could take."""
    found = Work.objects.filter(queue=QUEUE, held_by=seat.appointment.position.organisation_id, state=State.OPEN)
    return found.exclude(without__contains=[seat.person.pk]).order_by("turn_at", "id")


# What can be said about a person cannot ground a decision about an organisation, and the other way round.
OF_PERSON = {"fits", "document", "location", "foreign"}
OF_ORGANISATION = {
    "fits",
    "explained",
    "number not shown",
    "location",
    "number",
    "contact",
    "name near an official's",
    "foreign",
    "controller",
}


def choices(work: Work) -> list[dict[str, Any]]:
    """The outcomes of the work's policy, each with the reasons that can ground it at this step."""
    stage = str(work.snapshot.get("stage", ""))
    fitting = {ORGANISATION: OF_ORGANISATION, PERSON: OF_PERSON, RENEWAL: OF_PERSON}.get(stage)
    reasons = [reason for reason in work.policy.reasons.all() if fitting is None or reason.code in fitting]
    told = [
        {
            "code": outcome["code"],
            "title": outcome["title"],
            "reasons": [reason for reason in reasons if outcome["code"] in reason.outcomes],
        }
        for outcome in work.policy.outcomes
    ]
    return [outcome for outcome in told if stage == ORGANISATION or outcome["code"] != "accept as contact"]
