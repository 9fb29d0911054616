"""Ads that call people to one gathering, put together by the address they lead to."""

__all__ = ["Gathering", "gatherings"]

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from hustings.screening.ad import Ad
from hustings.screening.audience.places import STATES
from hustings.screening.audience.poles import Poles, Stand
from hustings.screening.gathering.days import DaySaid, days_said

# What an address of a gathering looks like on the sites where people announce them. Read from pictures, "/" is often l, I or |.
ADDRESSES = (
    ("facebook", re.compile(r"facebook\.com\s*[/lI|]\s*events\s*[/lI|]\s*(\d{9,20})", re.IGNORECASE)),
    ("eventbrite", re.compile(r"eventbrite\.[a-z.]{2,6}/e/(?:[\w%-]*-)?(\d{9,15})", re.IGNORECASE)),
    ("meetup", re.compile(r"meetup\.com/(?:[\w-]+/){1,2}events/(\d{6,15})", re.IGNORECASE)),
)
AROUND = re.compile(r"\s*\(\s*\+\s*\d+\s*\w+\s*\)")
CITY_STATE = re.compile(r"\b([A-Z][a-zA-Z.]+(?: [A-Z][a-zA-Z.]+){0,2}),\s?(" + "|".join(STATES) + r")\b")


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """One gathering, as the ads for it tell.

    site, number        where it was announced
    ads, buyers         in the order of their making
    places              cities that its words name or that its ads were aimed at, the most common first; regions where no city is
    places_said         those of them that stand in its words
    days                days that its words name, the earliest first
    first, last         when its ads were made
    impressions, clicks sums over ads that tell theirs
    stands              where its words and aims stand on contested matters; a matter on which its ads disagree is left out
    """

    site: str
    number: str
    ads: tuple[str, ...]
    buyers: tuple[str, ...]
    words: str
    places: tuple[str, ...]
    places_said: tuple[str, ...]
    days: tuple[DaySaid, ...]
    first: datetime | None
    last: datetime | None
    impressions: int
    clicks: int
    stands: dict[str, Stand]

    @property
    def day(self) -> date | None:
        """The first day its words name."""
        return self.days[0].day if self.days else None


def address_of(ad: Ad) -> tuple[str, str] | None:
    """The gathering an ad leads to: site and number."""
    for site, form in ADDRESSES:
        match = form.search(ad.landing_url or "")
        if match:
            return site, match.group(1)
    return None


def gatherings(ads: Iterable[Ad], poles: Poles) -> tuple[Gathering, ...]:
    """Every gathering that an ad leads to, in the order of the first ad for it.

    Limits   ads that name a gathering and lead elsewhere are not found; places are the archive's words, and a city is known only
             where an ad is aimed at it or its state stands beside it. That it took place is not said by an ad.
    """
    of: dict[tuple[str, str], list[Ad]] = defaultdict(list)
    for ad in ads:
        address = address_of(ad)
        if address is not None:
            of[address].append(ad)
    cities = {city for own in of.values() for ad in own for city in aimed_cities(ad)}
    known = (
        re.compile(r"\b(" + "|".join(map(re.escape, sorted(cities, key=lambda one: (-len(one), one)))) + r")\b")
        if cities
        else None
    )
    made = [one_gathering(site, number, own, known, poles) for (site, number), own in of.items()]
    return tuple(sorted(made, key=lambda one: (one.first is None, str(one.first), one.site, one.number)))


def aimed_cities(ad: Ad) -> list[str]:
    """The cities that an ad is aimed at: what stands before its state, without the radius."""
    found = []
    for one in ad.targeting:
        if one.dimension.startswith("location") and not one.excluded:
            for part in one.value.split(","):
                if "(" not in part and not any(part.strip().endswith(" " + name) for name in STATES.values()):
                    continue
                plain = " ".join(AROUND.sub(" ", part).split())
                for name in sorted(STATES.values(), key=len, reverse=True):
                    if plain.endswith(" " + name):
                        plain = plain[: -len(name)].strip()
                        break
                if plain:
                    found.append(plain)
    return found


def one_gathering(site: str, number: str, own: list[Ad], known: re.Pattern[str] | None, poles: Poles) -> Gathering:
    """Put the ads of one gathering together."""
    own = sorted(own, key=lambda ad: (ad.created is None, str(ad.created), ad.ad))
    said: Counter[str] = Counter()
    aimed: Counter[str] = Counter()
    days: dict[date, str] = {}
    sides: dict[str, list[Stand]] = defaultdict(list)
    for ad in own:
        text = ad.text or ""
        for match in CITY_STATE.finditer(text):
            said[match.group(1)] += 1
        for name in known.findall(text) if known is not None else []:
            said[name] += 1
        aimed.update(aimed_cities(ad))
        if ad.created is not None:
            for one in days_said(text, ad.created.date()):
                days.setdefault(one.day, one.words)
        for code, stand in poles.stands(text, ad.tree).items():
            sides[code].append(stand)
    both = said + aimed
    made = [ad.created for ad in own if ad.created is not None]
    return Gathering(
        site=site, number=number, ads=tuple(ad.ad for ad in own),
        buyers=tuple(dict.fromkeys(ad.actor for ad in own if ad.actor)),
        words=max((ad.text or "" for ad in own), key=len),
        places=tuple(sorted(both, key=lambda name: (-said[name], -both[name], name))),
        places_said=tuple(sorted(said, key=lambda name: (-said[name], name))),
        days=tuple(DaySaid(day=day, words=words) for day, words in sorted(days.items())),
        first=made[0] if made else None, last=made[-1] if made else None,
        impressions=sum(ad.impressions or 0 for ad in own), clicks=sum(ad.clicks or 0 for ad in own),
        stands={code: joined(stands) for code, stands in sorted(sides.items()) if len({one.side for one in stands}) == 1},
    )  # fmt: skip


def joined(stands: list[Stand]) -> Stand:
    """Stands of one side as one, with all their words."""
    return Stand(side=stands[0].side, words=tuple(sorted({word for one in stands for word in one.words})))
