"""Where advertisers and their checks stand in the navigation."""

from __future__ import annotations

from hustings.apps.console.entry import Entry

__all__ = ["NAVIGATION"]

NAVIGATION = [
    Entry(
        title="Ads",
        url_name="ads",
        act="see ads",
        key="a",
        sentence="Ads at this door, and those that archives tell of: what they say, who paid, what the rules say.",
    ),
    Entry(
        title="Advertisers",
        url_name="desk-sponsors",
        act="list sponsors",
        key="c",
        sentence="Who asks to run political ads, what they handed in, and what registers say.",
    ),
    Entry(
        title="Registers",
        url_name="desk-registers",
        act="list sponsors",
        sentence="Public registers, as editions against which advertisers are checked.",
    ),
    Entry(
        title="Found late",
        url_name="ads-found-late",
        public=True,
        sentence="Ads that ran as if they were not political: how they were found, and how long nobody said who paid.",
    ),
    Entry(
        title="Run political ads",
        url_name="advertise-sign-up",
        act="advertise",
        public=True,
        sentence="Sign up, say who you are and who pays, and see what is missing.",
    ),
]
