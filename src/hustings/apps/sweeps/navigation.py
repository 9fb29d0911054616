"""Where sweeps stand in the navigation, and which page shows which kind of item."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(title="Tips", url_name="tips", act="list tips", key="t", sentence="What sources told, under its marking."),
    Entry(
        title="Sweeps",
        url_name="sweeps",
        act="list sweeps",
        key="s",
        sentence="Searches asked for, agreed to, running and ended.",
    ),
    Entry(
        title="Published sweeps",
        url_name="published-sweeps",
        public=True,
        sentence="Every search made ahead of a past election, as far as its marking lets it be told.",
    ),
]

PAGES = {"tip": "tip", "sweep": "sweep", "tear-line": "tear-line"}
