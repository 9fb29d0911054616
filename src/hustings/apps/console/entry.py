"""What an app tells the console of itself: its entries in the navigation, and what needs a person now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hustings.apps.items.models import Item

__all__ = ["Attention", "Entry"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the navigation.

    `act` is the act (of `hustings.policy.act`) that a person must be allowed for the entry to be shown at all; none
    means everybody signed in. `public` entries are shown to visitors too. `key` opens the entry after `g`.
    `sentence` says what is found there. `group` is the menu that it stands in where there are many; the console sets it.
    """

    title: str
    url_name: str
    act: str | None = None
    key: str = ""
    public: bool = False
    sentence: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Attention:
    """One thing that waits for this person, as a sentence; `act` are the words on its link, as a verb.

    `item` is what the sentence tells of: the page that shows the sentence is as restricted as it.
    """

    sentence: str
    url: str
    since: datetime
    act: str = "Open"
    until: datetime | None = None
    item: Item | None = None
