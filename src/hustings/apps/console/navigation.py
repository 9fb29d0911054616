"""The console's own entries."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [Entry(title="Home", url_name="home", key="h")]
