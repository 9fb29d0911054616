"""Where casework stands in the navigation, and which page shows which kind of item."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(title="Leads", url_name="leads", act="list leads", key="d", sentence="What should be looked at, and who says so."),
    Entry(title="Cases", url_name="cases", act="list cases", key="k", sentence="Questions under study, and the campaigns established."),
    Entry(title="Known actors", url_name="known-actors", act="list known actors", key="y", sentence="Who acted before, and what of them came back."),
    Entry(title="Disclosures", url_name="disclosures", act="list disclosures", key="u", sentence="Who outside was told what, and what they are owed since."),
    Entry(title="Reports", url_name="reports", public=True, key="e", sentence="What was found and done, with figures that can be asked again."),
    Entry(title="After action", url_name="look-backs", act="list look-backs", key="j", sentence="What was missed before, and whether it is closed."),
]  # fmt: skip

PAGES = {
    "after-action review": "look-back",
    "lead": "lead",
    "case": "case",
    "campaign": "campaign",
    "evidence": "evidence",
    "known actor": "known-actor",
    "plan": "plan",
    "report": "report",
    "legal process": "legal-process",
}
