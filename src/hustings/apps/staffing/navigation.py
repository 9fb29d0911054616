"""Where staffing stands in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Staffing",
        url_name="staffing",
        act="see staffing",
        sentence="How many people review needs, of which kind, by when.",
    )
]
