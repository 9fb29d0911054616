"""A list of elections as somebody wants it loaded: read, and laid upon a calendar; nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hustings.connectors.elections import LAYOUTS, read_list
from hustings.connectors.elections.matching import Became, Held, Matched, match
from hustings.connectors.elections.row import Fault, FaultCode, List
from hustings.errors import BadInput, Problem
from hustings.policy.election import Authority

__all__ = ["Asked", "Loaded", "read_and_match"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants loaded.

    listed         under which name later editions are loaded too; by default the layout's source, or `source`
    as_of          the day for which the list speaks
    since, until   between which days it means to be whole; by default its first and last
    authority      what kind of source it is; by default what the layout says
    """

    body: bytes
    name: str
    layout: str
    source: str = ""
    listed: str = ""
    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    authority: Authority | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of a list; `load` is the key of the load, none in a dry run, `already` that these very bytes were loaded before."""

    read: List
    matched: Matched
    source: str
    listed: str
    load: UUID | None = None
    already: bool = False

    @property
    def faults(self) -> list[Fault]:
        """All that is wrong, by line."""
        return sorted((*self.read.faults, *self.matched.faults), key=lambda fault: (fault.row, fault.code.value, fault.found, fault.expected))  # fmt: skip

    @property
    def became(self) -> dict[str, int]:
        """Rows by what became of them."""
        return {became.value: self.matched.count(became) for became in Became}

    def of(self, code: FaultCode) -> int:
        """How many faults of a kind there are."""
        return sum(fault.code is code for fault in self.faults)


def read_and_match(asked: Asked, calendar: Callable[[str], Iterable[Held]] | Iterable[Held]) -> Loaded:
    """Read a list and lay it upon a calendar, which may be asked for by the list's name; nothing is written.

    Raises   BadInput for a layout or a file that cannot be read, and where nobody says who says so
    """
    if asked.layout not in LAYOUTS:
        raise BadInput("The list is not read.", [Problem(
            where="layout", found=repr(asked.layout), expected=", ".join(LAYOUTS), do="Name one of these.")])  # fmt: skip
    read = read_list(asked.body, asked.name, asked.layout, asked.as_of)
    source = asked.source.strip() or read.source
    if not source and any(not row.source for row in read.rows):
        raise BadInput("The list is not loaded.", [Problem(
            where="source", found="nothing", expected="who says so: title, edition, section", do="Name it.")])  # fmt: skip
    listed = (asked.listed.strip() or read.source or source or asked.name)[:100]
    source = (source or listed)[:300]
    if not read.rows and not read.faults:
        raise BadInput("The list is not loaded.", [Problem(where=asked.name, found="no row", expected="elections", do="Look at the file.")])  # fmt: skip
    matched = match(
        read.rows, calendar(listed) if callable(calendar) else calendar, listed, since=asked.since, until=asked.until
    )
    return Loaded(read=read, matched=matched, source=source, listed=listed)
