"""What of people and clearances waits for a person."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.people.models import Offer, Visit
from hustings.apps.people.moving import serving
from hustings.apps.people.records import latest_per
from hustings.apps.people.roster import holdings
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.state import Access
from hustings.policy.state import Visit as VisitState

__all__ = ["attention"]

SOON = timedelta(days=60)


def attention(seat: Seat) -> list[Attention]:
    """For the officer: requests to see through, what lapses soon, visits to authorise. For everybody: offers."""
    with serving(seat):
        offers = list(
            Offer.objects.filter(
                person=seat.person, taken_at=None, withdrawn_at=None, ends_at__gt=seat.now
            ).select_related("position__organisation")
        )
    waiting = [
        Attention(
            sentence=f"{offer.position.organisation} offers you the position {offer.position.title}.",
            url=reverse("offers"),
            since=offer.made_at,
            until=offer.ends_at,
            act="Answer",
        )
        for offer in offers
    ]
    if can(seat, "keep clearances"):
        waiting += officers(seat)
    return waiting


def officers(seat: Seat) -> list[Attention]:
    """What waits for the security officer."""
    own = seat.appointment.position.organisation
    waiting = []
    for row in holdings(own, seat.now, by=seat):
        page = reverse("people:person", args=[row.person.pk])
        if row.access == Access.REQUESTED and row.since is not None:
            waiting.append(
                Attention(
                    sentence=f"Access up to {row.level} is requested for {row.person.name}; the government has not "
                    "answered.",
                    url=page,
                    since=row.since,
                )
            )
        if row.lapses_at is not None and row.lapses_at <= seat.now + SOON and row.here:
            waiting.append(
                Attention(
                    sentence=f"{row.person.name}: {row.lapses} lapses.", url=page, since=seat.now, until=row.lapses_at
                )
            )
    visits = list(
        Visit.objects.filter(appointment__position__organisation=own, starts_at__gt=seat.now).select_related(
            "appointment__person", "site"
        )
    )
    for visit, change in ((each, latest_per("visit", "visit", visits, seat.now).get(each.pk)) for each in visits):
        if change is not None and change.state == VisitState.ASKED:
            waiting.append(
                Attention(
                    sentence=f"{visit.appointment.person.name} asks to visit {visit.site.name}.",
                    url=reverse("people:visits"),
                    since=change.at,
                    until=visit.starts_at,
                    act="Decide",
                )
            )
    return waiting
