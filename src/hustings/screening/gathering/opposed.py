"""Gatherings for opposite sides of a contested matter, at one place at about one time."""

__all__ = ["OpposedGatherings", "opposed_gatherings"]

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hustings.screening.audience.poles import Matter, Stand
from hustings.screening.gathering.gathering import Gathering

SAME_TIME = timedelta(days=1)
# Ads for one day are bought within about a week; told so where no day is said.
NEAR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class OpposedGatherings:
    """Two gatherings against each other.

    sure    both name a day, and the place stands in the words of both; else their ads were only aimed at one city and made
            within a week of each other
    """

    matter: Matter
    gatherings: tuple[Gathering, Gathering]
    stands: tuple[Stand, Stand]
    places: tuple[str, ...]
    same_day: bool
    sure: bool

    @property
    def sentence(self) -> str:
        """What it says, for people."""
        when = "on the same day or the next" if self.same_day else "in ads made within a week of each other"
        return (
            f"{self.matter.name}: people were called to “{self.matter.sides[self.stands[0].side]}” and to "
            f"“{self.matter.sides[self.stands[1].side]}” in {', '.join(self.places)}, {when}."
        )


def opposed_gatherings(found: Sequence[Gathering], matters: Sequence[Matter]) -> tuple[OpposedGatherings, ...]:
    """Every pair that stands on opposite sides of a matter, at one place, at about one time; the sure ones first.

    Limits   two who oppose each other call to one place by themselves: a counter-protest is no sign of one hand. What ties
             the buyers of both has to come from elsewhere.
    """
    pairs = []
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            places = tuple(place for place in one.places if place in other.places)
            if not places:
                continue
            same_day = one.day is not None and other.day is not None
            if same_day:
                near = any(abs(a.day - b.day) <= SAME_TIME for a in one.days for b in other.days)
            else:
                near = overlapping(one, other)
            if not near:
                continue
            said = any(place in one.places_said and place in other.places_said for place in places)
            pairs += [
                OpposedGatherings(
                    matter=matter, gatherings=(one, other), stands=(one.stands[matter.code], other.stands[matter.code]),
                    places=places, same_day=same_day, sure=same_day and said,
                )
                for matter in matters
                if matter.code in one.stands and matter.code in other.stands
                and one.stands[matter.code].side != other.stands[matter.code].side
            ]  # fmt: skip
    return tuple(sorted(pairs, key=lambda pair: (not pair.sure, not pair.same_day)))


def overlapping(one: Gathering, other: Gathering) -> bool:
    """Whether the ads for both were made at about one time."""
    if one.first is None or other.first is None or one.last is None or other.last is None:
        return False
    return one.first - NEAR <= other.last and other.first - NEAR <= one.last
