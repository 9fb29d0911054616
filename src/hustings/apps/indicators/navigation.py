"""Where indicators stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Indicators",
        url_name="indicators",
        act="see indicators",
        sentence="What others warned of, and where it was seen in our own ads and traces.",
    )
]
