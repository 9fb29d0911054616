"""Where review stands in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Review",
        url_name="reviews",
        act="list reviews",
        key="w",
        sentence="What waits for a person's decision, and what was decided by which reason.",
    )
]
