"""Where rights audits stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Rights audits",
        url_name="rights",
        act="see rights audits",
        sentence="Whether rules and reviewers treat people alike, and which policy version waits for that.",
    )
]
