"""Moments as TAXII and STIX write them: UTC with a Z, to the microsecond."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["instant", "said"]

FORM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?Z", re.ASCII)


def instant(text: str) -> datetime:
    """A moment as written; what is finer than a microsecond is cut off.

    Raises   ValueError for what is none
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise ValueError("no moment like 2026-11-03T18:00:00.000001Z")
    *parts, fraction = found.groups()
    year, month, day, hour, minute, second = map(int, parts)
    return datetime(year, month, day, hour, minute, second, int(((fraction or "") + "000000")[:6]), tzinfo=UTC)


def said(moment: datetime) -> str:
    """The moment in UTC with six digits behind the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + "Z"
