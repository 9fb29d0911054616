"""Standing by it that evidence was gathered without what a government told; and what a plan leans on where nobody does."""

from __future__ import annotations

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Evidence
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.sharing import find
from hustings.apps.sharing.models import GatheredWithout
from hustings.errors import BadInput, Problem
from hustings.policy.origin import Starter, most_telling

__all__ = ["gathered_without"]


@transaction.atomic
def gathered_without(evidence: Evidence, *, by: Seat, how: str) -> GatheredWithout:
    """Say under one's own name how this evidence was found without what a government told.

    Raises   BadInput without words, twice, or of evidence that itself came from a government; NotKnown, Refused
    """
    require(by, "state evidence", evidence.item, reason=how)
    problems = []
    if not how.strip():
        problems.append(
            Problem(
                where="how", found="nothing", expected="how it was found, so that another can follow", do="Write it."
            )
        )
    if most_telling(find.origin_of(evidence.item)).starter is Starter.GOVERNMENT:
        problems.append(Problem(where="evidence", found="what a government handed over", expected="what was gathered without it",
                                do="Gather it again from the platform's own records."))  # fmt: skip
    if GatheredWithout.objects.filter(evidence=evidence).exists():
        problems.append(
            Problem(
                where="evidence",
                found="somebody stands by it already",
                expected="nobody yet",
                do="Nothing needs to be done.",
            )
        )
    if problems:
        raise BadInput("It was not recorded.", problems)
    made = GatheredWithout.objects.create(evidence=evidence, how=how.strip(), by=by.appointment)
    record("evidence gathered without a tip", by=by, about=evidence.item, reason=how)
    return made
