"""Where a walk through the library goes on: the place at which it sees the library, and the number it stopped at."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass

__all__ = ["Place", "read_place"]

WRITTEN = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place and the last number given. Both are public, so a cursor hides nothing and needs no signature."""

    at: int
    number: int

    @property
    def cursor(self) -> str:
        """As it travels: letters, digits and two signs that no address has to escape."""
        return urlsafe_b64encode(f"{self.at}.{self.number}".encode()).decode().rstrip("=")


def read_place(cursor: str, *, newest: int) -> Place | None:
    """The place that a cursor names; None where it is no cursor, or one of a place that is not there yet.

    newest   the place that `present` gave: one in the future would show what is added between two pages of one walk
    """
    try:
        plain = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (UnicodeError, Error, ValueError):
        return None
    written = WRITTEN.fullmatch(plain)
    if written is None:
        return None
    place = Place(at=int(written[1]), number=int(written[2]))
    return place if place.cursor == cursor and place.at <= newest else None
