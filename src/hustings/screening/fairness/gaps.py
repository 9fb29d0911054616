"""How often each side of a matched set is wrongly stopped or wrongly let pass, and whether one side fares far worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from scipy.special import ndtri

__all__ = ["BLOCKS", "Comparison", "Error", "Outcome", "Side", "compare"]

# A side that fares worse by more than this blocks the release of a policy version.
BLOCKS = 2.0
# Below this chance of matched pairs differing so one-sidedly by luck, they are taken to differ.
CHANCE = 0.05
LEVEL = 0.95

PASS, STOP = "pass", "stop"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one text of a matched set."""

    swap: str
    key: str
    side: str
    should: str
    stopped: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One side of a swap: so many wrong of so many, with the interval of the rate (Wilson, 95 %)."""

    side: str
    wrong: int
    of: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The part that was wrong."""
        return self.wrong / self.of


@dataclass(frozen=True, kw_only=True, slots=True)
class Error:
    """The worst and the best side of one swap, for one kind of error.

    error        "wrongly stopped" or "wrongly let pass"
    ratio        the worst side's rate over the best side's, with half a case added to each, so that it always exists
    low, high    its interval (95 %), taking the sides as independent: for matched texts it is too wide, never too narrow
    worse, better    matched texts that are wrong on the worst side alone, and on the best side alone
    chance       how likely so one-sided a split is where sides fare alike (exact, two-sided), times the pairs of sides
    blocks       the ratio is above twofold and the split is hardly chance
    """

    swap: str
    error: str
    sides: tuple[Side, ...]
    worst: str
    best: str
    ratio: float
    low: float
    high: float
    worse: int
    better: int
    chance: float
    blocks: bool

    @property
    def sentence(self) -> str:
        """For people."""
        worst = next(side for side in self.sides if side.side == self.worst)
        best = next(side for side in self.sides if side.side == self.best)
        if worst.wrong == best.wrong:
            return f"{self.swap}: {self.error} alike, {worst.wrong} of {worst.of} on every side."
        told = (
            f"{self.swap}: {self.error} {worst.wrong} of {worst.of} for {self.worst}, {best.wrong} of {best.of} for "
            f"{self.best}; {self.ratio:.1f} times as often ({self.low:.1f} to {self.high:.1f})."
        )
        if self.blocks:
            return f"{told} More than twofold, and not by chance (p = {self.chance:.2g}): this blocks a release."
        if self.ratio > BLOCKS:
            return (
                f"{told} More than twofold, but so few texts may differ by chance (p = {self.chance:.2g}): test more."
            )
        return told


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All swaps and both kinds of error."""

    errors: tuple[Error, ...]

    @property
    def blocks(self) -> bool:
        """Whether any gap blocks."""
        return any(error.blocks for error in self.errors)


def compare(outcomes: Iterable[Outcome]) -> Comparison:
    """Compare the sides of each swap by the texts that all of its sides have.

    A gap blocks by its point estimate, not by the lower end of its interval: an audit is there for those who may be
    treated worse, and with the few hundred texts that an auditor can write the lower end would pass gaps of three- and
    fourfold. Luck is kept out by the matched texts themselves: they must also differ one-sidedly beyond chance.

    Edges    a text that lacks a side is left out of its swap; a swap without texts of a kind has no figure for it
    Limits   it compares errors by the auditor's own judgement of what is right; texts are the auditor's, no sample of
             what people really write
    Source   Wilson 1927; McNemar 1947, exact; the ratio's interval by the logarithm with half a case added (Walter 1975)
    """
    table: dict[tuple[str, str], dict[str, dict[str, bool]]] = {}
    for each in outcomes:
        error = "wrongly stopped" if each.should == PASS else "wrongly let pass"
        wrong = each.stopped if each.should == PASS else not each.stopped
        table.setdefault((each.swap, error), {}).setdefault(each.key, {})[each.side] = wrong
    errors = []
    for (swap, error), texts in table.items():
        sides = list(dict.fromkeys(side for of in texts.values() for side in of))
        whole = {key: of for key, of in texts.items() if len(of) == len(sides)}
        if len(sides) >= 2 and whole:
            errors.append(_error(swap, error, sides, whole))
    return Comparison(errors=tuple(errors))


def _error(swap: str, error: str, sides: list[str], texts: Mapping[str, Mapping[str, bool]]) -> Error:
    """One swap and kind of error: of all pairs of sides, the two that lie farthest apart."""
    from scipy import stats  # noqa: PLC0415 - takes more than a second to import, and most pages compare nothing

    of = len(texts)
    told = []
    for side in sides:
        wrong = sum(each[side] for each in texts.values())
        interval = stats.binomtest(wrong, of).proportion_ci(LEVEL, method="wilson")
        told.append(Side(side=side, wrong=wrong, of=of, low=float(interval.low), high=float(interval.high)))
    worst = max(told, key=lambda side: side.wrong)
    best = min(told, key=lambda side: side.wrong)
    worse = sum(each[worst.side] and not each[best.side] for each in texts.values())
    better = sum(each[best.side] and not each[worst.side] for each in texts.values())
    chance = float(stats.binomtest(worse, worse + better).pvalue) if worse + better else 1.0
    # The two were chosen as the farthest apart of so many.
    chance = min(chance * len(sides) * (len(sides) - 1) / 2, 1.0)
    ratio = (worst.wrong + 0.5) / (best.wrong + 0.5)
    spread = sqrt(max(1 / (worst.wrong + 0.5) + 1 / (best.wrong + 0.5) - 2 / (of + 0.5), 0.0))
    far = float(ndtri(0.5 + LEVEL / 2))
    return Error(
        swap=swap, error=error, sides=tuple(told), worst=worst.side, best=best.side, ratio=ratio,
        low=exp(log(ratio) - far * spread), high=exp(log(ratio) + far * spread), worse=worse, better=better,
        chance=chance, blocks=ratio > BLOCKS and chance < CHANCE,
    )  # fmt: skip
