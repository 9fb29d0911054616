"""Where what is told to partners stands in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Tell partners",
        url_name="told-items",
        act="publish in collection",
        sentence="Findings, campaigns and answers that can go into a collection, with what of them would not travel.",
    )
]
