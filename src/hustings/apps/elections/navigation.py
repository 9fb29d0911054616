"""Where elections stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(
        title="Elections",
        url_name="elections",
        public=True,
        sentence="When which election is, and how people may vote in it, with the source of each statement.",
    ),
    Entry(
        title="Elections today",
        url_name="elections-today",
        act="see election work",
        key="i",
        sentence="What is due for the elections we work on, what comes, and what nobody took on.",
    ),
]

PAGES = {"red-team trial": "red-team-trial", "threat assessment": "threat-assessment"}
