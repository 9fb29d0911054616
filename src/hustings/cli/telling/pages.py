"""What people call the pages behind ads, and what is known of each."""

__all__ = ["About", "about_pages", "page_names", "sort_of"]

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from hustings.cli.found import Names
from hustings.screening.ad import AdsTable

# The older form of a page's address, /pages/NAME/NUMBER: what stands first there names no page.
OLDER = re.compile(r"facebook\.com/pages/(?P<name>[^/?]+)/\d+", re.IGNORECASE)
NO_NAMES = frozenset({"pages", "p", "events", "profile.php"})
WORDS = 90


@dataclass(frozen=True, kw_only=True)
class About:
    """One page's ads: how many, from when to when, and how the text that most of them show begins."""

    ads: int
    first: datetime | None
    last: datetime | None
    begins: str


def page_names(ads: AdsTable) -> Names:
    """What the ads call each page most often; for events and websites what their key says."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ad in ads:
        if not ad.platform or not ad.actor:
            continue
        older = OLDER.search(ad.landing_url or "")
        name = older["name"].replace("-", " ") if older else ad.page_name
        if name and name.lower() not in NO_NAMES:
            seen[ad.platform, ad.actor][name] += 1
        else:
            seen[ad.platform, ad.actor][""] += 0
    return {
        actor: min(names, key=lambda name: (-names[name], name)) if any(names.values()) else _of_key(actor[1])
        for actor, names in seen.items()
    }


def _of_key(actor: str) -> str:
    sort, _, rest = actor.partition(":")
    if sort == "event" and rest:
        return f"event {rest}"
    if sort == "web" and rest:
        return rest
    return actor


def sort_of(actor: str) -> str:
    """Page, event or website, by the actor's key."""
    return {"event": "event", "web": "website"}.get(actor.partition(":")[0], "page")


def about_pages(ads: AdsTable) -> dict[tuple[str, str], About]:
    """What is known of each page from its ads."""
    texts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    moments: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    count: Counter[tuple[str, str]] = Counter()
    for ad in ads:
        if not ad.platform or not ad.actor:
            continue
        actor = ad.platform, ad.actor
        count[actor] += 1
        if ad.created:
            moments[actor].append(ad.created)
        if ad.text and (words := " ".join(ad.text.split())):
            texts[actor][words] += 1
    return {
        actor: About(
            ads=count[actor], first=min(moments[actor], default=None), last=max(moments[actor], default=None),
            begins=_begins(texts[actor]),
        )
        for actor in count
    }  # fmt: skip


def _begins(texts: Counter[str]) -> str:
    if not texts:
        return ""
    text = min(texts, key=lambda one: (-texts[one], one))
    return text if len(text) <= WORDS else text[:WORDS].rsplit(" ", 1)[0] + " …"
