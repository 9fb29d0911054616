"""When an advertiser has to confirm identity and location again, and when the time for it is over."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

__all__ = ["GOOD_FOR", "IDENTITY", "LOCATION", "Renewal", "renewal"]

GOOD_FOR = timedelta(days=365)  # what a verifier confirmed holds for a year
IDENTITY = timedelta(days=60)  # identity is confirmed again within so many days of the call
LOCATION = timedelta(days=30)  # and location within so many


class Renewal(StrEnum):
    """What the clock says about a sponsor."""

    NOTHING = "nothing"
    CALL = "call"
    LAPSE = "lapse"


def renewal(*, identity_until: date | None, location_until: date | None, today: date) -> Renewal:
    """What is due on a day, from the last days on which identity and location are confirmed.

    Edges    the last day still counts; without a day nothing was ever confirmed, and it has lapsed.
    """
    if identity_until is None or location_until is None or today > min(identity_until, location_until):
        return Renewal.LAPSE
    if today >= identity_until - IDENTITY or today >= location_until - LOCATION:
        return Renewal.CALL
    return Renewal.NOTHING
