"""What the page of an election and its operations room show of cyber incidents and protected names."""

from __future__ import annotations

from typing import Any

from hustings.apps.elections.models import Election
from hustings.apps.lookalikes import find
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can

__all__ = ["TEMPLATE", "beside"]

TEMPLATE = "lookalikes/beside.html"
MOST = 20


def beside(seat: Seat | None, election: Election) -> dict[str, Any] | None:
    """Cyber incidents of an election that the reader may know, and how many names are protected; nothing for others."""
    if seat is None or not can(seat, "see look-alikes"):
        return None
    return {
        "incidents": find.incidents(seat).filter(election=election)[:MOST],
        "protected": find.protected(seat).filter(election=election).count(),
        "waiting": find.hits(seat).filter(protected__election=election, state="open").count(),
    }
