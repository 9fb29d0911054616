"""Where elections stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Elections",
        url_name="elections",
        public=True,
        sentence="When which election is, and how people may vote in it, with the source of each statement.",
    )
]
