"""Where data protection stands in the navigation, and which page shows a request."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(
        title="Data protection",
        url_name="data-protection",
        public=True,
        sentence="What is kept how long, what was deleted, and how to ask what is held about you.",
    ),
    Entry(
        title="Requests about data",
        url_name="subject-requests",
        act="work on a request",
        sentence="What people ask about their own data, and until when they are answered.",
    ),
]

PAGES = {"subject request": "subject-request"}
