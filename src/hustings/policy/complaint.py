"""Until when a complaint about a political ad is to be answered: sooner before an election."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

__all__ = ["SOON", "USUALLY", "due", "last_month"]

# EU 2024/900: 48 hours in the last month before an election or referendum. Otherwise a law says "without undue delay"; this is ours.
SOON = timedelta(hours=48)
USUALLY = timedelta(days=7)


def last_month(day: date, election: date) -> bool:
    """Whether a day lies in the month before an election: from the same day of the month before on, the day itself included."""
    year, month = (election.year, election.month - 1) if election.month > 1 else (election.year - 1, 12)
    first = election.day
    while True:  # the 31st of March begins its month on the last day of February
        try:
            begins = date(year, month, first)
        except ValueError:
            first -= 1
        else:
            return begins <= day <= election


def due(at: datetime, elections: Iterable[date]) -> datetime:
    """When the answer is due, for an ad that may bear on these elections."""
    return at + (SOON if any(last_month(at.date(), election) for election in elections) else USUALLY)
