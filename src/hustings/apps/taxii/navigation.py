"""Where the exchange stands in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Exchange",
        url_name="exchange",
        act="see exchange",
        sentence="Collections of STIX objects that partners read and write, their accounts, and what is fetched from theirs.",
    )
]
