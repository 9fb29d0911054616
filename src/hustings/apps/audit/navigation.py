"""Where the log stands in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Log",
        url_name="log",
        act="read log",
        key="l",
        sentence="Every decision and change that you may read about.",
    ),
    Entry(
        title="Log checkpoints",
        url_name="log-checkpoints",
        public=True,
        sentence="What the log signed, for anybody to check.",
    ),
]
