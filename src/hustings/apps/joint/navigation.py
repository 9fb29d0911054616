"""Where joint work stands in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Joint work",
        url_name="joint-work",
        act="see joint work",
        sentence="Campaigns that several organisations follow, and what each of them says.",
    )
]
