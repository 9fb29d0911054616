"""What is done with findings beyond loading them: opening the names behind the pseudonyms."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hustings.apps.findings.models import Finding, NamesOpened
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem

__all__ = ["OPEN_FOR", "open_names"]

# A working day: whoever needs them tomorrow says so tomorrow.
OPEN_FOR = timedelta(hours=8)
SHORTEST_REASON = 10


@transaction.atomic
def open_names(finding: Finding, *, by: Seat, reason: str) -> NamesOpened:
    """Let one person read who stands behind the pseudonyms of one finding, for a reason, for a working day.

    Raises   Refused, BadInput for a reason that says nothing
    """
    from hustings.apps.audit.record import record

    require(by, "open actor names", finding.item, reason=reason)
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise BadInput(
            "Names are opened for a reason.",
            [
                Problem(
                    where="reason",
                    found=f"{len(reason)} signs",
                    expected=f"{SHORTEST_REASON} or more",
                    do="Say what the names are needed for; it is kept in the log.",
                )
            ],
        )
    opened = NamesOpened.objects.create(
        finding=finding, appointment=by.appointment, reason=reason[:500], ends_at=by.now + OPEN_FOR
    )
    record("actor names opened", by=by, about=finding.item, reason=reason)
    return opened
