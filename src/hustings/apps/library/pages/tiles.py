"""Maps of equal squares, one a place: the states of the US, and the countries of the world, roughly where they lie.

A square says how many ads, not how large a place is. The table beside it says the same and holds the same links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log10

from hustings.screening.audience.places import region_name
from hustings.screening.countries import country_name

__all__ = ["Tile", "TileMap", "tile_maps"]

SIZE, GAP, STEPS = 40, 2, 4
UNITED_STATES = """
AK . . . . . . . . . . ME
. . . . . . . . . . VT NH
. WA ID MT ND MN WI . MI . NY MA
. OR UT WY SD IA IL IN OH PA NJ CT
. CA NV CO NE MO KY WV VA MD DE RI
. . AZ NM KS AR TN NC SC DC . .
. . . . OK LA MS AL GA . . .
. HI . . TX . . . . FL . .
"""
WORLD = """
. CA . . GL . . . . IS . . . NO SE FI . . . RU . . . . . . . .
. US . . . . . . . . . . . DK . EE . . . . . . . . . . . .
. MX . . . . . . IE GB NL . . . LV LT BY . . KZ . . . MN . . . .
GT BZ . CU BS . . . . . BE DE PL . . . . UA . UZ KG . . . . KP JP .
SV HN JM HT DO . . . . FR LU CH CZ SK . . MD GE . TM TJ . . CN . KR . .
. NI . . PR AG DM . AD MC LI AT HU RO . . AM AZ . AF . . . . . TW . .
. CR PA . KN LC VC PT ES IT SI HR RS BG . TR SY IR . PK NP BT . . HK MO . .
. . CO VE GD BB TT . . VA SM BA ME XK MK CY LB IQ . IN BD MM LA VN . . PH .
. EC PE GY SR . . GI . MT . . AL GR . IL PS JO KW . LK TH KH . . . . GU
. . BO BR . . CV MA DZ TN LY EG . . . . SA BH QA MV . MY SG BN . PW FM MH
. . CL PY . . MR ML NE TD SD ER DJ . . YE OM AE . . . ID . TL PG SB NR KI
. . AR UY . SN GM BF NG CF SS ET SO . . . . . . . . . . . . VU FJ TV
. . FK . . GW GN CI GH CM UG KE . . SC . . . . . . . AU . . NC WS TO
. . . . . SL LR TG BJ GQ RW TZ . KM . . . . . . . . . . . NZ . .
. . . . . . ST GA CG CD BI MW . MG MU . . . . . . . . . . . . .
. . . . . . . AO ZM ZW MZ . . . . . . . . . . . . . . . . .
. . . . . . . NA BW ZA SZ LS . . . . . . . . . . . . . . . .
"""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One square: where it stands, how dark it is (0 is none), and what it says."""

    x: int
    y: int
    code: str
    step: int
    says: str
    link: str


@dataclass(frozen=True, kw_only=True)
class TileMap:
    """A map `wide` by `tall`; what lies outside it is named in `left_out`, with its ads. `scale` names the steps."""

    title: str
    kind: str
    wide: int
    tall: int
    tiles: list[Tile]
    scale: list[tuple[int, str]]
    left_out: list[tuple[str, int]]


def tile_maps(countries: Iterable[tuple[str, int, str]], regions: Iterable[tuple[str, int, str]]) -> list[TileMap]:
    """The maps that have something to show; each place comes as (code, ads, link).

    The world only where more than one country has ads: one filled square of two hundred says nothing.
    """
    world = {code: (ads, link) for code, ads, link in countries if code}
    states = {code.removeprefix("US-"): (ads, link) for code, ads, link in regions if code.startswith("US-")}
    maps = []
    if states:
        maps.append(
            drawn("Ads by state of the US that they were aimed at or shown in", "states", UNITED_STATES, states)
        )
    if len(world) > 1:
        maps.append(drawn("Ads by country", "world", WORLD, world))
    return maps


def drawn(title: str, kind: str, grid: str, told: Mapping[str, tuple[int, str]], noun: str = "ad") -> TileMap:
    """Every square of a grid, filled by the logarithm of its ads, or of what else `noun` names."""
    rows = [line.split() for line in grid.strip().splitlines()]
    most = max((ads for ads, _ in told.values()), default=0)
    name = country_name if kind == "world" else lambda code: region_name(f"US-{code}")
    tiles = []
    for y, row in enumerate(rows):
        for x, code in enumerate(row):
            if re.fullmatch("[A-Z]{2}", code):
                ads, link = told.get(code, (0, ""))
                says = f"{name(code)}: {ads:,} {noun}{'' if ads == 1 else 's'}" if ads else f"{name(code)}: no {noun}"
                tiles.append(Tile(x=x * SIZE, y=y * SIZE, code=code, step=step(ads, most), says=says, link=link))
    there = {tile.code for tile in tiles}
    return TileMap(
        title=title,
        kind=kind,
        wide=SIZE * max(map(len, rows)) - GAP,
        tall=SIZE * len(rows) - GAP,
        tiles=tiles,
        scale=scale(most),
        left_out=[(name(code), ads) for code, (ads, _) in sorted(told.items()) if code not in there],
    )


def step(ads: int, most: int) -> int:
    """From 0 for none to 4 for the most, by the logarithm: a place with a tenth of the ads is not pale."""
    if ads <= 0:
        return 0
    return STEPS if most <= 1 else 1 + min(STEPS - 1, int(STEPS * log10(ads) / log10(most) + 1e-9))


def scale(most: int) -> list[tuple[int, str]]:
    """What each step holds, in words; the steps that hold nothing are left out."""
    held: dict[int, list[int]] = {}
    for ads in sorted(
        {1, most, *(round(most ** (part / STEPS)) + one for part in range(STEPS + 1) for one in (-1, 0, 1))}
    ):
        if 1 <= ads <= most:
            held.setdefault(step(ads, most), []).append(ads)
    return [
        (one, f"{ads[0]:,}" if ads[0] == ads[-1] else f"{ads[0]:,} to {ads[-1]:,}") for one, ads in sorted(held.items())
    ]
