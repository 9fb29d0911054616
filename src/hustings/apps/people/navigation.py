"""Where people and clearances stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="People",
        url_name="people:desk",
        act="see roster",
        key="p",
        sentence="Who holds what, what lapses when, what is asked for.",
    ),
    Entry(
        title="Organisation",
        url_name="people:organisation",
        act="see posts",
        key="o",
        sentence="Posts, invitations and who is in them.",
    ),
    Entry(
        title="My clearance", url_name="people:me", key="m", sentence="What is held about you, and what lapses when."
    ),
    Entry(
        title="Visits",
        url_name="people:visits",
        act="book visit",
        key="v",
        sentence="Reading-room visits, booked and past.",
    ),
]
