"""What a trial with planted campaigns says: how many were found, who was named beside them, and how sure that is.

A trial searches a table of real posts, so it goes the way of a sweep (`hustings.policy.sweep.State`) and needs a second
person. It keeps counts alone: nobody learns from it whom the search named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

from hustings.policy.scenario import Scenario

__all__ = ["LIMITS", "MOST_SEEDS", "Alone", "Found", "Share", "Trial", "share_of"]

MOST_SEEDS = 20  # each is a search of the whole table
LARGEST_SEED = 2**31 - MOST_SEEDS - 1
Z = 1.959963984540054  # of 95 in 100

LIMITS = (
    "It says how this search does on this made-up campaign in this table, not how much of what is really there is found.",
    "Whoever knows how the search works can hide better than a scenario does.",
    "The interval is that of so many campaigns as were planted, each taken as found whole or not at all: the widest that can hold.",
    "Who is named beside planted accounts is not shown to be innocent: some may act together with somebody else.",
)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A mean share with its interval of 95 in 100, over so many campaigns."""

    mean: float
    low: float
    high: float
    campaigns: int

    @property
    def words(self) -> str:
        """83 % (interval 44 % to 97 %)."""
        return f"{self.mean:.0%} (interval {self.low:.0%} to {self.high:.0%})".replace("%", " %")


def share_of(shares: Sequence[float]) -> Share | None:
    """The mean of shares between 0 and 1, one a campaign, with an interval; None of nothing.

    Members of one campaign are found together, so the campaign is what is counted. A share between 0 and 1 with mean p
    varies at most as one that is 0 or 1 does, so Wilson's interval of as many draws is wide enough for any campaigns
    drawn alike.
    Source   Wilson 1927, Probable inference, the law of succession, and statistical inference
    """
    if not shares:
        return None
    of = len(shares)
    mean = sum(shares) / of
    centre = (mean + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * sqrt(mean * (1 - mean) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return Share(
        mean=mean, low=min(mean, max(0.0, centre - half)), high=max(mean, min(1.0, centre + half)), campaigns=of
    )


@dataclass(frozen=True, kw_only=True)
class Alone:
    """What the search finds in the table as it is."""

    findings: int
    members: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the search makes of one planted campaign.

    planted, acts, posts   accounts that left something, things they did together, rows added to the table
    found                  of the accounts, how many are named in any finding
    together               of them, how many are in the one finding that holds most of them
    findings               findings with a planted account
    beside                 accounts in these that were not planted
    beside_anew            of them, those that no finding names without the plant
    others                 findings without a planted account
    lost                   accounts that are named without the plant and no longer with it
    """

    seed: int
    planted: int
    acts: int
    posts: int
    found: int
    together: int
    findings: int
    beside: int
    beside_anew: int
    others: int
    lost: int
    seconds: float

    @classmethod
    def of(
        cls, members: Iterable[tuple[int, Any]], alone: Iterable[tuple[int, Any]], planted: Iterable[Any], *,
        seed: int, acts: int, posts: int, seconds: float,
    ) -> Found:  # fmt: skip
        """From (finding, actor) of each member, with the plant and without, and the actors that were planted."""
        sought = set(planted)
        held: dict[int, set[Any]] = {}
        for finding, actor in members:
            held.setdefault(finding, set()).add(actor)
        caught = [actors for actors in held.values() if actors & sought]
        named = set().union(*held.values())
        beside = set().union(*caught) - sought
        before = {actor for _, actor in alone}
        return cls(
            seed=seed, planted=len(sought), acts=acts, posts=posts, found=len(named & sought),
            together=max((len(actors & sought) for actors in caught), default=0), findings=len(caught), beside=len(beside),
            beside_anew=len(beside - before), others=len(held) - len(caught), lost=len(before - named), seconds=seconds,
        )  # fmt: skip

    @property
    def recall(self) -> float:
        """The share of the planted that is found."""
        return self.found / self.planted

    @property
    def precision(self) -> float | None:
        """Of all who are named in findings with a planted account, the share that was planted; None where none is found."""
        return self.found / (self.found + self.beside) if self.found else None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A whole trial: the scenario, what it was planted in and searched with, and what came of it.

    table           digest, rows and actors of the table
    searched        version and settings of the search, as its run says
    platforms, kinds, days   what of the scenario the table could take
    """

    scenario: Scenario
    table: Mapping[str, Any]
    searched: Mapping[str, Any]
    platforms: tuple[str, ...]
    kinds: tuple[str, ...]
    days: float
    alone: Alone
    tries: tuple[Found, ...]

    @property
    def recall(self) -> Share | None:
        """Over all campaigns."""
        return share_of([one.recall for one in self.tries])

    @property
    def precision(self) -> Share | None:
        """Over the campaigns of which anybody was found."""
        return share_of([one.precision for one in self.tries if one.precision is not None])

    @property
    def found(self) -> int:
        """Campaigns of which more than half was found."""
        return sum(2 * one.found > one.planted for one in self.tries)

    @property
    def sentence(self) -> str:
        """What was found, for people."""
        recall, precision = self.recall, self.precision
        assert recall is not None, "a trial plants one campaign at least"
        said = (
            f"Of {len(self.tries)} planted {'campaign' if len(self.tries) == 1 else 'campaigns'} {self.found} "
            f"{'was' if self.found == 1 else 'were'} found by more than half; of the planted accounts {recall.words}."
        )
        if precision is None:
            return f"{said} Nothing of it was found: the campaign was missed."
        return f"{said} Of who was named in the findings that hold them, {precision.words} were planted."

    def as_json(self) -> dict[str, Any]:
        """To be kept; `read` reads it again."""
        return {
            "scenario": self.scenario.as_json(), "table": dict(self.table), "searched": dict(self.searched),
            "platforms": list(self.platforms), "kinds": list(self.kinds), "days": self.days, "alone": asdict(self.alone),
            "tries": [asdict(one) for one in self.tries],
        }  # fmt: skip

    def told(self) -> dict[str, Any]:
        """The same with what follows from it and what it does not show, for programs."""
        recall, precision = self.recall, self.precision
        return self.as_json() | {
            "recall": asdict(recall) if recall else None, "precision": asdict(precision) if precision else None,
            "campaigns_found": self.found, "sentence": self.sentence, "limits": list(LIMITS),
        }  # fmt: skip

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Trial:
        """As it was kept."""
        return cls(
            scenario=Scenario.of(kept["scenario"]), table=kept["table"], searched=kept["searched"],
            platforms=tuple(kept["platforms"]), kinds=tuple(kept["kinds"]), days=kept["days"], alone=Alone(**kept["alone"]),
            tries=tuple(Found(**one) for one in kept["tries"]),
        )  # fmt: skip
