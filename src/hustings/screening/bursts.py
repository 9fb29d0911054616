"""Ads of several buyers that were made within two minutes of one another."""

__all__ = ["MOST_BY_CHANCE", "WITHIN", "bursts"]

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hustings.screening.ad import Ad

WITHIN = timedelta(seconds=120)
DAY = timedelta(days=1)
# With more ads of others than this to be expected so near, nearness says nothing.
MOST_BY_CHANCE = 0.2


def bursts(ads: Sequence[Ad], within: timedelta = WITHIN) -> list[str | None]:
    """The burst that each ad belongs to, named by its first moment; None where it belongs to none.

    Reads    platform, actor, created.
    Gives    one name for a chain of ads of one platform, each made at most `within` after the one before, if at least
             two actors made them.
    Edges    a moment on the whole minute is a schedule's, not a hand's, and takes part in none. Where the day
             around it is so full that others' ads are to be expected so near by chance, an ad belongs to none:
             on a whole platform's ads this leaves quiet hours only.
    Limits   a burst of two buyers is chance more often than not; only several shared by the same buyers count,
             which is for `detection` to test.
    """
    found: list[str | None] = [None] * len(ads)
    places = [
        (ad.platform or "", ad.created.astimezone(UTC), place)
        for place, ad in enumerate(ads)
        if ad.created is not None and ad.actor is not None and (ad.created.second or ad.created.microsecond)
    ]
    places.sort()
    moments: dict[str, list[datetime]] = {}
    own: dict[tuple[str, str], list[datetime]] = {}
    for platform, moment, place in places:
        moments.setdefault(platform, []).append(moment)
        own.setdefault((platform, ads[place].actor or ""), []).append(moment)
    # Two days around an ad, of which two thirds are neither night nor weekend.
    share = within / (DAY * 2 * 2 / 3)
    for platform, all_moments in moments.items():
        mine = [number for number, row in enumerate(places) if row[0] == platform]
        sparse = []
        for number in mine:
            _, moment, place = places[number]
            others = _around(all_moments, moment) - _around(own[platform, ads[place].actor or ""], moment)
            sparse.append(others * share <= MOST_BY_CHANCE)
        chain: list[int] = []
        for number, quiet in [*zip(mine, sparse, strict=True), (-1, False)]:
            if chain and (not quiet or places[number][1] - places[chain[-1]][1] > within):
                if len({ads[places[one][2]].actor for one in chain}) >= 2:
                    name = f"{platform} {places[chain[0]][1]:%Y-%m-%d %H:%M:%S}"
                    for one in chain:
                        found[places[one][2]] = name
                chain = []
            if quiet:
                chain.append(number)
    return found


def _around(moments: list[datetime], moment: datetime) -> int:
    """How many lie at most a day away."""
    return bisect_right(moments, moment + DAY) - bisect_left(moments, moment - DAY)
