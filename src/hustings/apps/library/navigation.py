"""Where the library stands in the navigation: for everybody."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Library",
        url_name="library",
        key="b",
        public=True,
        sentence="Every political ad that ran: what it said, who paid, what it cost, whom it was aimed at, and what was removed and why.",
    ),
    Entry(
        title="Expungements",
        url_name="library-expungements",
        act="ask to expunge",
        sentence="Records of the library that are to be made unreadable, on a court's order or for a person's safety.",
    ),
    Entry(
        title="Researchers",
        url_name="library-vettings",
        act="list vetted access",
        sentence="Who asked to read what the public library leaves out, for what, who decided, and what they read.",
    ),
]
