"""Lists of elections from elsewhere: each layout in a file of its own, and what became of their rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hustings.connectors.elections.events import read_events
from hustings.connectors.elections.ifes import read_ifes
from hustings.connectors.elections.named import read_named
from hustings.connectors.elections.parlgov import read_parlgov
from hustings.connectors.elections.row import List
from hustings.connectors.elections.table import read_table

__all__ = ["LAYOUTS", "read_list"]

LAYOUTS: dict[str, tuple[Callable[[bytes, str, date | None], List], str]] = {
    "ifes": (
        read_ifes,
        "IFES ElectionGuide as collected (election_date, iso3, country, election, kind, level, status)",
    ),
    "parlgov": (read_parlgov, "ParlGov's elections (election_date, iso3, country, kind, parlgov_election_id)"),
    "named": (read_named, "a short list by hand (iso3, country, election_date, kind, round)"),
    "ics": (read_events, "iCalendar, an event an election"),
    "csv": (read_table, "our own columns (country, on, kind, name; more in the docs)"),
}


def read_list(body: bytes, name: str, layout: str, as_of: date | None = None) -> List:
    """Read a list in one of the layouts.

    Raises   BadInput, with all that is wrong with the file as a whole; what is wrong with rows stands in the list's faults
    """
    read, _ = LAYOUTS[layout]
    return read(body, name, as_of)
