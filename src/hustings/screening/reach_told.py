"""What can be said of how many people some ads reached: counted, bounded, modelled, or not at all, always with how it is known."""

__all__ = ["FEWEST", "Answer", "Counted", "Frequency", "How", "Part", "counted_one_by_one", "frequency_of", "told"]

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hustings.screening.reach import Sketch, reach

FEWEST = 10  # fewer people than these are told as fewer, never as their number
REFERENCES = 5  # groups of ads whose people were counted, before impressions of others are turned into people


class How(StrEnum):
    """How a number of people is known."""

    EXACT = "counted one by one"
    SKETCH = "counted in sketches"
    BOUNDS = "bounds from single ads"
    FREQUENCY = "impressions and how often others were seen"
    NOT = "not derivable"

    @property
    def modelled(self) -> bool:
        """Whether something that nobody counted was assumed."""
        return self in {How.BOUNDS, How.FREQUENCY}


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is known of one ad whose people have no sketch: how many they were, or how often it was shown."""

    people: int | None = None
    impressions: int | None = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Ads whose people are counted: the one sketch of all of them, how many ads, and their impressions where all are told."""

    sketch: Sketch
    ads: int
    impressions: int | None = None


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """How often one person saw the ads of a group, over groups whose people were counted; the middle 90 of 100."""

    low: float
    high: float
    groups: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How many people saw at least one of some ads.

    people       the estimate; None where only a range is known, nothing is, or they are too few to be told
    low, high    between these; an interval of 95 % where they were counted in sketches; None where nothing holds them
    ads          how many ads were asked about; `counted` of them hold a count of people
    caveat       what the number does not say, in a sentence
    """

    how: How
    people: int | None
    low: int | None
    high: int | None
    ads: int
    counted: int
    caveat: str

    @property
    def few(self) -> bool:
        """Whether they are too few to be told."""
        return self.people is None and self.low == 0 and self.high == FEWEST - 1 and not self.how.modelled

    @property
    def sentence(self) -> str:
        """For people."""
        if self.how is How.NOT:
            above = "" if self.high is None else f" At most {self.high:,}, since nobody saw one that was not shown."
            return f"How many people saw them is not derivable.{above}"
        if self.few:
            return f"Fewer than {FEWEST} people saw at least one of them."
        if self.how is How.EXACT:
            return f"{self.people:,} people saw at least one of them."
        if self.how is How.SKETCH:
            return (
                f"About {self.people:,} people saw at least one of them (95 % interval {self.low:,} to {self.high:,})."
            )
        if self.high is None:
            return f"At least {self.low:,} people saw at least one of them; nothing bounds it above (modelled)."
        return f"Between {self.low:,} and {self.high:,} people saw at least one of them (modelled)."


def told(
    counted: Counted | None,
    others: Sequence[Part] = (),
    *,
    audience: int | None = None,
    frequency: Frequency | None = None,
) -> Answer:
    """The strongest that can be said of how many people saw at least one of these ads.

    counted     those with sketches, and `others` those without
    audience    how many people could have seen any of them at most, where that is known
    frequency   how often one person sees such ads, where others were counted; used only where no ad has people
    Limits      bounds hold whatever the audiences share; between them nothing is said. What is modelled is marked so.
    """
    if counted is None and not others:
        return Answer(how=How.NOT, people=None, low=None, high=None, ads=0, counted=0, caveat="There are no ads.")
    if counted is not None and not others:
        found = reach([counted.sketch.registers], impressions=counted.impressions)
        caveat = "Whoever used two devices or accounts may be counted twice."
        return plain(How.SKETCH, found.people, found.low, found.high, counted.ads, counted.ads, caveat)
    if counted is not None or any(one.people is not None for one in others):
        return bounded(counted, others, audience)
    shown = [one.impressions for one in others]
    whole = None if None in shown else sum(one for one in shown if one is not None)
    if whole is not None and frequency is not None:
        caveat = (
            f"Modelled: {whole:,} impressions, were these ads seen {frequency.low:.1f} to {frequency.high:.1f} times by one person, as 90 of "
            f"100 groups of {frequency.groups:,} whose people were counted. Nobody counted the people of these."
        )
        low, high = math.floor(whole / frequency.high), min(whole, math.ceil(whole / frequency.low))
        return Answer(how=How.FREQUENCY, people=None, low=low, high=high, ads=len(others), counted=0, caveat=caveat)
    caveat = "Who saw them is not in the data, nor how many people did" + (
        ": how often they were shown is." if whole is not None else "; how often they were shown is not told of all."
    )
    return Answer(how=How.NOT, people=None, low=None, high=whole, ads=len(others), counted=0, caveat=caveat)


def bounded(counted: Counted | None, others: Sequence[Part], audience: int | None) -> Answer:
    """Where some ads hold people and others hold only their own number, or impressions, or nothing."""
    found = None if counted is None else reach([counted.sketch.registers])
    low = max([*(one.people for one in others if one.people is not None), (found.low if found else None) or 0])
    # Nobody saw an ad that was not shown: where people are not known, impressions hold them.
    most = [one.people if one.people is not None else one.impressions for one in others]
    beside = (found.high if found else None) or 0
    high = None if None in most else beside + sum(one for one in most if one is not None)
    if audience is not None:
        high = max(low, audience if high is None else min(high, audience))
    caveat = "Modelled: who saw several of them is not known, so from nobody in common to everybody in common."
    bare = sum(one is None for one in most)
    if bare:
        caveat += f" Of {bare:,} {'ad' if bare == 1 else 'ads'} nothing bounds the people."
    ads = counted.ads if counted else 0
    return Answer(how=How.BOUNDS, people=None, low=low, high=high, ads=ads + len(others), counted=ads, caveat=caveat)


def counted_one_by_one(people: int, *, ads: int) -> Answer:
    """The answer where every viewer was at hand by a number."""
    caveat = "Whoever had two numbers counts twice."
    return plain(How.EXACT, people, people, people, ads, ads, caveat)


def plain(how: How, people: int | None, low: int | None, high: int | None, ads: int, counted: int, caveat: str) -> Answer:  # fmt: skip
    """An answer that does not tell few people by their number."""
    if people is not None and people < FEWEST:
        people, low, high = None, 0, FEWEST - 1
    return Answer(how=how, people=people, low=low, high=high, ads=ads, counted=counted, caveat=caveat)


def frequency_of(groups: Sequence[tuple[int, float]]) -> Frequency | None:
    """How often one person sees the ads of a group, from (impressions, people) of groups; None of too few groups."""
    often = sorted(impressions / people for impressions, people in groups if people > 0 and impressions >= people)
    if len(often) < REFERENCES:
        return None
    cut = int(len(often) * 0.05)
    return Frequency(low=often[cut], high=often[-1 - cut], groups=len(often))
