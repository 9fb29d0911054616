"""What the clock does with authorisations: calls for renewal, tells the members by mail, and lets what is over lapse."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hustings.apps.ads.challenges.transport import mail_code
from hustings.apps.ads.models import Sponsor
from hustings.apps.ads.moving import move_sponsor
from hustings.apps.database import WORKER, in_role, moment
from hustings.policy.advertising import By, SponsorState
from hustings.policy.renewal import IDENTITY, Renewal, renewal

__all__ = ["renew_due"]

BATCH = 500


def renew_due() -> tuple[int, int]:
    """Call for what is due and lapse what is over, each in a transaction of its own; gives how many of each.

    A sponsor whose time ran out while nobody called is called first and lapses with the next run: nobody lapses
    without having been told.
    """
    with in_role(WORKER):
        today = moment().date()
        soon = (
            Q(person_until__lte=today + IDENTITY)
            | Q(location_until__lte=today + IDENTITY)
            | Q(person_until=None)
            | Q(location_until=None)
        )
        running = Sponsor.objects.filter(
            soon, state__in=[SponsorState.AUTHORISED, SponsorState.RENEWAL_DUE], archive=""
        )
        due = list(running.order_by("person_until", "pk").values_list("pk", flat=True)[:BATCH])
    counts = {"call for renewal": 0, "lapse": 0}
    for key in due:
        with in_role(WORKER):
            made = renew_one(key)
        if made:
            counts[made] += 1
    return counts["call for renewal"], counts["lapse"]


def renew_one(key: UUID) -> str:
    """Make the move that is due for one sponsor, as it stands now; gives its name, or nothing."""
    with transaction.atomic():
        sponsor = Sponsor.objects.select_for_update().get(pk=key)
        says = renewal(
            identity_until=sponsor.person_until, location_until=sponsor.location_until, today=moment().date()
        )
        called = sponsor.state == SponsorState.RENEWAL_DUE
        if says is Renewal.NOTHING or (called and says is Renewal.CALL):
            return ""
        move = "lapse" if called else "call for renewal"
        if sponsor.state not in (SponsorState.AUTHORISED, SponsorState.RENEWAL_DUE):
            return ""
        move_sponsor(sponsor, move, machine=By.CLOCK)
        words = (
            f"The time to confirm who acts for {sponsor} is over. Its ads are paused and run again once it is confirmed."
            if move == "lapse"
            else f"Confirm again who acts for {sponsor}: identity until {sponsor.person_until}, location until "
            f"{sponsor.location_until}. Otherwise its ads are paused then."
        )
        people = list(sponsor.members.filter(ended=None).values_list("person__email", flat=True))
        transaction.on_commit(
            partial(tell, people, "Political ads: who acts is to be confirmed again", f"{words}\n"), robust=True
        )
        return move


def tell(people: list[str], subject: str, text: str) -> None:
    """Mail the members of a sponsor, once it is so."""
    for to in people:
        mail_code(to, subject, text)
