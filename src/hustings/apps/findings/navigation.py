"""Where findings stand in the navigation, and which page shows which kind of item."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(
        title="Findings",
        url_name="findings",
        act="list findings",
        key="f",
        sentence="Accounts that acted together, with evidence and limits.",
    ),
    Entry(
        title="Runs",
        url_name="runs",
        act="list findings",
        key="r",
        sentence="The searches that findings came from, with settings and digests.",
    ),
]

PAGES = {"finding": "finding", "run": "run"}
