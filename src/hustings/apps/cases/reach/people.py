"""How many people the ads of a campaign or a case reached: in all, by country, before and after a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from hustings.apps.ads.models import Ad
from hustings.screening.audience.places import regions_of
from hustings.screening.countries import country_code
from hustings.screening.reach import Sketch
from hustings.screening.reach_told import Answer, Counted, Frequency, How, Part, frequency_of, told

__all__ = ["MOST", "Cut", "Parting", "by_day", "frequency", "reach_of_ads", "shown"]

MOST = 20_000  # ads whose people are put together at once
REFERENCES = 2_000  # ads with counted people that a frequency is taken from
TOGETHER = 200  # ads whose sketches are read at once

# The latest reading of an ad: what its archive says of its own people and of how many could see it.
SAID = """
SELECT DISTINCT ON (v.ad_id) v.ad_id, (v.content->>'reach')::numeric::bigint FROM ad_version v
WHERE v.ad_id = ANY(%s) AND v.at <= coalesce(%s::timestamptz, 'infinity') AND v.content->>'reach' ~ '^[0-9]{1,15}$'
ORDER BY v.ad_id, v.version DESC
"""
SKETCHES = """
SELECT ad_id, day, region, sketch FROM ad_delivery
WHERE ad_id = ANY(%s) AND sketch IS NOT NULL AND recorded_at <= coalesce(%s::timestamptz, 'infinity') ORDER BY ad_id, day, id
"""
# Rows by region and by age are cuts of the same, so of each ad only the cut that holds most is counted.
SHOWN = """
WITH d AS (
  SELECT ad_id, day, region, (region <> '')::int * 2 + (age <> '' OR gender <> '')::int AS cut, impressions FROM ad_delivery
  WHERE ad_id = ANY(%(ads)s) AND impressions IS NOT NULL AND recorded_at <= coalesce(%(then)s::timestamptz, 'infinity')
), held AS (
  SELECT ad_id, cut, sum(impressions) AS whole FROM d WHERE %(cuts)s::int[] IS NULL OR cut = ANY(%(cuts)s::int[]) GROUP BY 1, 2
), best AS (
  SELECT DISTINCT ON (ad_id) ad_id, cut FROM held ORDER BY ad_id, whole DESC, cut
)
SELECT d.ad_id, d.day, d.region, sum(d.impressions)::bigint FROM d JOIN best USING (ad_id, cut) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A part of the whole: its impressions and its people, each as a share of their own whole.

    people_share     people of this part among all counted; shares of people add up to more than one, since one person
                     can be in several parts
    """

    name: str
    impressions: int | None
    impressions_share: float | None
    people: Answer
    people_share: float | None


def reach_of_ads(
    ads: QuerySet[Ad], *, then: datetime | None = None, audience: int | None = None, parted: Sequence[Parting] = ()
) -> Answer:
    """How many people saw at least one of these ads.

    then       what was known by that moment; counts that were replaced since are not among them, so ask while it is now
    audience   how many people could have seen any of them at most, where that is known
    parted     told of every sketch on the way, so that each is read once
    """
    held = list(ads.order_by("pk").values_list("pk", "impressions", "impressions_high")[: MOST + 1])
    if len(held) > MOST:
        return Answer(
            how=How.NOT, people=None, low=None, high=None, ads=len(held), counted=0,
            caveat=f"There are more than {MOST:,} ads; ask of a part of them.",
        )  # fmt: skip
    keys = [key for key, _, _ in held]
    everybody, counted = Sketch(), set()
    for key, day, region, one in sketches(keys, then):
        everybody.merge(one)
        counted.add(key)
        for parting in parted:
            parting.take(key, day, region, one)
    with connection.cursor() as cursor:
        cursor.execute(SAID, [keys, then])
        said: dict[UUID, int] = dict(cursor.fetchall())
    known = {key: exact for key, exact, _ in held if key in counted}
    impressions = None if None in known.values() else sum(one for one in known.values() if one is not None)
    others = [
        Part(people=said.get(key), impressions=exact if exact is not None else most)
        for key, exact, most in held
        if key not in counted
    ]
    return told(
        Counted(sketch=everybody, ads=len(counted), impressions=impressions) if counted else None, others, audience=audience,
        frequency=frequency(then) if others and not counted and not said else None,
    )  # fmt: skip


def sketches(keys: Sequence[UUID], then: datetime | None) -> Iterator[tuple[UUID, date, str, Sketch]]:
    """The sketches of ads with their days and regions, some ads at a time: all at once would not fit in memory."""
    for begin in range(0, len(keys), TOGETHER):
        with connection.cursor() as cursor:
            cursor.execute(SKETCHES, [list(keys[begin : begin + TOGETHER]), then])
            for key, day, region, registers in cursor.fetchall():
                yield key, day, region, Sketch(bytes(registers))


def shown(keys: Sequence[UUID], then: datetime | None, cuts: list[int] | None) -> list[tuple[UUID, date, str, int]]:
    """Impressions by ad, day and region, each counted once."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, {"ads": list(keys), "then": then, "cuts": cuts})
        return list(cursor.fetchall())


class Parting:
    """The people of some ads by parts: told of each sketch, it gives a cut for each part.

    name        the part of a day and a region
    regional    only what is told by region
    order       the parts in the order in which they are told; by their names where it is left out
    """

    def __init__(self, name: Callable[[date, str], str], *, regional: bool = False, order: Sequence[str] = ()) -> None:
        self.name, self.regional, self.order = name, regional, order
        self.people: dict[str, Sketch] = defaultdict(Sketch)
        self.counted: dict[str, set[UUID]] = defaultdict(set)
        self.everybody = Sketch()

    @classmethod
    def at(cls, day: date) -> Parting:
        """Before a day, and from it on."""
        before, later = f"before {day:%-d %b %Y}", f"from {day:%-d %b %Y} on"
        return cls(lambda at, _region: before if at < day else later, order=[before, later])

    @classmethod
    def by_country(cls) -> Parting:
        """By the country of the region in which they were shown."""
        return cls(lambda _at, region: country_of(region), regional=True)

    def take(self, key: UUID, day: date, region: str, one: Sketch) -> None:
        """One sketch of an ad."""
        if self.regional and not region:
            return
        part = self.name(day, region)
        self.everybody.merge(one)
        self.people[part].merge(one)
        self.counted[part].add(key)

    def cuts(self, ads: QuerySet[Ad], *, then: datetime | None = None) -> list[Cut]:
        """The parts with their impressions and people, once every sketch of these ads was taken."""
        impressions: dict[str, int] = defaultdict(int)
        of_part: dict[str, set[UUID]] = defaultdict(set)
        keys = list(ads.order_by("pk").values_list("pk", flat=True)[:MOST])
        for key, day, region, count in shown(keys, then, [2, 3] if self.regional else None):
            impressions[self.name(day, region)] += count
            of_part[self.name(day, region)].add(key)
        for part, held in self.counted.items():
            of_part[part] |= held
        whole, all_people = sum(impressions.values()), self.everybody.estimate
        found = []
        for part in self.order or sorted(of_part):
            if part not in of_part:
                continue
            told_of, counted = impressions.get(part), self.counted.get(part, set())
            answer = told(
                Counted(sketch=self.people[part], ads=len(counted)) if counted else None,
                [Part()] * len(of_part[part] - counted),
            )
            share = None if answer.people is None or all_people == 0 else min(1.0, answer.people / all_people)
            found.append(
                Cut(name=part, impressions=told_of, impressions_share=None if told_of is None or not whole else told_of / whole,
                    people=answer, people_share=share)
            )  # fmt: skip
        return found


def by_day(ads: QuerySet[Ad], day: date, *, then: datetime | None = None) -> list[Cut]:
    """Before a day, and from it on: the two parts of what has days. Empty where nothing has."""
    return cut(ads, Parting.at(day), then)


def cut(ads: QuerySet[Ad], parting: Parting, then: datetime | None) -> list[Cut]:
    """The parts of these ads alone."""
    for key, day, region, one in sketches(list(ads.order_by("pk").values_list("pk", flat=True)[:MOST]), then):
        parting.take(key, day, region, one)
    return parting.cuts(ads, then=then)


def country_of(region: str) -> str:
    """The country of a region: by its code (DE-BE), its name where it is a state of the US, or a country's own name."""
    code = region.partition("-")[0]
    if len(code) == 2 and code.isascii() and code.isupper():
        return code
    if any(one.startswith("US-") for one in regions_of(None, [region])):
        return "US"
    return country_code(region) or "country not told"


def frequency(then: datetime | None = None) -> Frequency | None:
    """How often one person saw the ads of a page, over the pages whose ads all have counted people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.page_id, a.id, a.impressions FROM ad a WHERE a.page_id IS NOT NULL AND a.impressions IS NOT NULL "
            "AND EXISTS (SELECT FROM ad_delivery d WHERE d.ad_id = a.id AND d.sketch IS NOT NULL) ORDER BY a.page_id, a.id LIMIT %s",
            [REFERENCES],
        )
        held = list(cursor.fetchall())
    page_of = {key: page for page, key, _ in held}
    people: dict[UUID, Sketch] = defaultdict(Sketch)
    for key, _day, _region, one in sketches(list(page_of), then):
        people[page_of[key]].merge(one)
    impressions: dict[UUID, int] = defaultdict(int)
    for page, _, count in held:
        impressions[page] += count
    return frequency_of([(impressions[page], people[page].estimate) for page in sorted(people)])
