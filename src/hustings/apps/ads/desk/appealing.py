"""An advertiser's appeal: somebody who never decided about this sponsor looks again."""

from __future__ import annotations

from django.db import transaction

from hustings.apps.ads.desk.asking import REVOCATION, SUBJECT, ask_about_suspension
from hustings.apps.ads.models import Sponsor
from hustings.apps.audit.record import record
from hustings.apps.people.models import Person
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import SponsorState

__all__ = ["appeal_sponsor"]


@transaction.atomic
def appeal_sponsor(sponsor: Sponsor, words: str, *, by_person: Person) -> Work:
    """Ask for another look at the last decision.

    Raises   BadInput without words, or where nothing can be appealed
    """
    if sponsor.state == SponsorState.SUSPENDED:
        if not words.strip():
            raise BadInput("An appeal says what is wrong.", [
                Problem(where="words", found="nothing", expected="what was overlooked", do="Write it in a sentence.")
            ])  # fmt: skip
        # Nobody decided it in review: one verifier held it at once.
        work = ask_about_suspension(sponsor, words=words.strip())
    else:
        kind = REVOCATION if sponsor.state == SponsorState.REVOKED else SUBJECT
        work = review.appeal((kind, sponsor.pk), words, by_person=by_person)
    record("sponsor appealed", by=None, subject=("sponsor", sponsor.pk), facts={"person": str(by_person.pk)})
    return work
