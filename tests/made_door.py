"""A door for ads in tests: a platform company, who reviews there, an authorised sponsor, and ads that are handed in."""

from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

from made_people import appoint, organisation, person

from hustings.apps import database
from hustings.apps.ads.delivery import deliver
from hustings.apps.ads.handed import Handed
from hustings.apps.ads.models import Sponsor, SponsorChange
from hustings.apps.ads.moving import move_ad
from hustings.apps.ads.submitting import hand_in
from hustings.apps.database import WEB, in_role
from hustings.apps.elections.models import Election
from hustings.apps.people.find import seat_for
from hustings.apps.review import actions as review
from hustings.policy.advertising import By

__all__ = ["acting", "approve_disclaimer", "decide", "delivered", "handed", "made_door", "running", "submit"]


def made_door():
    class Door:
        def seat(self, name, *roles):
            return seat_for(appoint(person(name), self.company, name, roles), strong=True)

    door = Door()
    door.company = organisation("Platform", "company")
    door.reviewer = door.seat("Rae", "reviewer", "analyst")
    door.other = door.seat("Ola", "reviewer")
    door.verifier = door.seat("Vik", "verifier")
    door.sponsor = Sponsor.objects.create(
        held_by=door.company,
        registered_name="Citizens for Parks",
        kind="committee",
        country="XV",
        state="authorised",
        sponsor_class="A",
    )
    SponsorChange.objects.create(sponsor=door.sponsor, move="authorise", state="authorised", sponsor_class="A")
    door.election = Election.objects.create(
        country="XV", name="General election", level="national", kind="legislative", on=date(2031, 5, 4)
    )
    return door


def handed(door, **more):
    values = {
        "number": "1",
        "platform": "meridian",
        "page": "parks",
        "page_name": "Parks for all",
        "text": "More parks for every district. See our plan.",
        "language": "en",
        "disclaimer": "Paid for by Citizens for Parks",
        "category": "election",
        "election": str(door.election.pk),
        "countries": ("XV",),
        "budget": Decimal("100.00"),
        "currency": "XVD",
        "payer": "Citizens for Parks",
        "payer_country": "XV",
        "starts": datetime(2020, 1, 1, tzinfo=UTC),
    }
    return Handed(**(values | more))


@contextmanager
def acting(seat):
    """As the web, in this seat: held to the rights and row rules of both."""
    with in_role(WEB):
        database.seat(seat.id, strong=True)
        yield


def submit(door, sponsor=None, **more):
    with acting(door.reviewer):
        return hand_in(handed(door, **more), sponsor or door.sponsor, by=door.reviewer, through="api")


def decide(seat, outcome, reason):
    with acting(seat):
        return review.decide(review.claim(seat, "door"), outcome, reason, "", by=seat)


def delivered(door, *facts):
    with acting(door.reviewer):
        return deliver(facts, by=door.reviewer)


def approve_disclaimer(ad, by):
    ad.disclaimer.approved_by, ad.disclaimer.approved_at = by.appointment, datetime(2020, 1, 1, tzinfo=UTC)
    ad.disclaimer.save()


def running(door, **more):
    ad = submit(door, **more).ad
    approve_disclaimer(ad, door.verifier)
    decide(door.reviewer, "approve", "fits")
    ad.refresh_from_db()
    move_ad(ad, "start", machine=By.CLOCK)
    return ad
