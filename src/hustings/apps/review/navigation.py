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
    ),
    Entry(
        title="Review quality",
        url_name="review-quality",
        act="see review quality",
        key="q",
        sentence="What waits and will be late, how often decisions are wrong, and how far people agree.",
    ),
]
