"""Where partners stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION", "PAGES"]

NAVIGATION = [
    Entry(
        title="Liaison's desk",
        url_name="desk",
        act="list exchanges",
        key="x",
        sentence="What partners sent, what waits for an answer, and what runs out.",
    ),
    Entry(
        title="Partners",
        url_name="partners",
        act="list exchanges",
        sentence="Organisations one works with: capacities, agreements, contacts, how what they said turned out.",
    ),
    Entry(
        title="Requests and shares",
        url_name="exchanges",
        act="list exchanges",
        sentence="All that passed between partners and one's own organisation.",
    ),
    Entry(
        title="Meetings",
        url_name="meetings",
        act="see meetings",
        sentence="Meetings with partners: agenda, who may hear what, minutes, who does what.",
    ),
    Entry(
        title="Begun by governments",
        url_name="government-counts",
        public=True,
        sentence="How much was done here that a government had a part in beginning, and what governments asked for.",
    ),
]
PAGES = {
    "share": "exchange", "information request": "exchange", "notice": "exchange", "action request": "exchange", "meeting": "meeting",
    "agenda point": "meeting-point",
}  # fmt: skip
