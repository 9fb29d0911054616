"""One thing that was looked at, what was found, and what to do."""

__all__ = ["Check", "Found"]

from dataclasses import dataclass
from enum import StrEnum


class Found(StrEnum):
    """How it stands."""

    GOOD = "good"
    NOTE = "note"  # worth knowing; nothing has to be done now
    WRONG = "wrong"
    LACKS = "lacks"  # the machine lacks something, so that the rest could not be looked at


@dataclass(frozen=True, kw_only=True)
class Check:
    """A sentence for people, with its name and what to do."""

    name: str
    found: Found
    says: str
    do: str = ""
