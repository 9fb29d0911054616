"""Where: states and countries that ads were aimed at or shown in, and those in which people were called together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hustings.apps.ads.models import Ad, Delivery
from hustings.apps.cases.models import Gathering
from hustings.apps.library.pages.tiles import UNITED_STATES, WORLD, TileMap, drawn
from hustings.screening.audience.places import region_name, regions_of
from hustings.screening.countries import country_name
from hustings.screening.targeting_tree import from_json

__all__ = ["Place", "maps", "places"]

CODE, COUNTRY = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}"), re.compile("[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A country or a state of one: ads aimed at it or shown there, and gatherings called there."""

    code: str
    name: str
    ads: int
    gatherings: int


def places(ads: Sequence[Ad], gatherings: Sequence[Gathering]) -> list[Place]:
    """Every place that an ad or a gathering names by its code.

    Limits   an ad aimed at two states counts in both, and in their country once; a gathering whose place stands in words alone is in none
    """
    shown: dict[object, list[str]] = {}
    for ad, region in Delivery.objects.filter(ad__in=[one.pk for one in ads]).exclude(region="").order_by("ad", "region").values_list("ad", "region").distinct():  # fmt: skip
        shown.setdefault(ad, []).append(region)
    aimed: Counter[str] = Counter()
    for one in ads:
        tree = from_json(one.targeting) if one.targeting else None
        regions = regions_of(tree, shown.get(one.pk, ()), one.countries)
        aimed.update({*regions, *one.countries, *(code[:2] for code in regions if CODE.fullmatch(code))})
    called: Counter[str] = Counter()
    for call in gatherings:
        called.update({code for code in (call.region, call.country) if code})
    return [
        Place(code=code, name=country_name(code) if COUNTRY.fullmatch(code) else region_name(code), ads=aimed[code], gatherings=called[code])
        for code in sorted({*aimed, *called})
    ]  # fmt: skip


def maps(found: Sequence[Place], to: str) -> list[TileMap]:
    """Tile maps of what there is, each square leading to the table `to`; a map with one square says nothing."""
    drawn_maps = []
    counted = (
        ("Ads", "ad", {one.code: one.ads for one in found}),
        ("Gatherings", "gathering", {one.code: one.gatherings for one in found}),
    )
    for title, noun, counts in counted:
        states = {code.removeprefix("US-"): (count, to) for code, count in counts.items() if code.startswith("US-") and count}  # fmt: skip
        world = {code: (count, to) for code, count in counts.items() if COUNTRY.fullmatch(code) and count}
        if states:
            drawn_maps.append(drawn(f"{title} by state of the US", "states", UNITED_STATES, states, noun))
        if len(world) > 1:
            drawn_maps.append(drawn(f"{title} by country", "world", WORLD, world, noun))
    return drawn_maps
