"""Where look-alikes and cyber incidents stand in the navigation, and which page shows which kind of item."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(
        title="Look-alikes",
        url_name="lookalikes",
        act="see look-alikes",
        sentence="What looks like a protected domain, name or account, for people to decide.",
    ),
    Entry(
        title="Cyber incidents",
        url_name="cyber-incidents",
        act="see look-alikes",
        sentence="Phishing, leaks and attacks around elections, beside the influence work.",
    ),
]

PAGES = {"look-alike": "lookalike", "cyber incident": "cyber-incident"}
