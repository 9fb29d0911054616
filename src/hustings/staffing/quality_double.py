"""What a second look catches: how far two people err on the same things, and what that leaves of wrong decisions.

Two people who err independently miss few of each other's errors; where both find the same things hard, more. The
correlation here is of what makes each err, normal and hidden beneath (tetrachoric): the correlation of the errors
themselves is smaller, and depends on how rare errors are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from hustings.staffing.quality_interval import Rate, Stratum, rate_of

__all__ = ["Again", "Caught", "Common", "caught_of", "common_of", "simulate_looks"]

DRAWS = 400
NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)


@dataclass(frozen=True, kw_only=True)
class Common:
    """How far first and second looks err on the same things, with the interval of a bootstrap over items.

    correlation   of what makes each err; None with too few errors to tell
    pairs, wrong  pairs of looks at one item by two people, and looks among them that were wrong
    both          pairs in which both were wrong
    """

    correlation: float | None
    low: float | None
    high: float | None
    pairs: int
    wrong: int
    both: int


def both_wrong(rate: float, correlation: float) -> float:
    """How often two people are both wrong who each are at a rate: the normal surface below one edge, by its slope."""
    edge = float(ndtri(rate))
    at = correlation / 2 * (NODES + 1)
    slope = np.exp(-edge * edge / (1 + at)) / np.sqrt(1 - at * at) / (2 * np.pi)
    return rate * rate + correlation / 2 * float((slope * WEIGHTS).sum())


def common_of(pairs: Sequence[tuple[str, bool, bool]], *, seed: int) -> Common:
    """The correlation from pairs of looks at items whose right answer is known.

    pairs    (kind of item, first was wrong, second was wrong); the rate of errors is each kind's own, so that a kind
             on which all err more does not look like a common error
    Limits   gold is chosen, so its hard items may be harder or easier than those of the queue. With fewer than five
             pairs in which somebody erred there is no figure
    """
    many = len(pairs)
    wrong = sum(first + second for _, first, second in pairs)
    both = sum(first and second for _, first, second in pairs)
    if sum(first or second for _, first, second in pairs) < 5:
        return Common(correlation=None, low=None, high=None, pairs=many, wrong=wrong, both=both)
    kinds = sorted({kind for kind, _, _ in pairs})
    rows = np.array([(kinds.index(kind), first, second) for kind, first, second in pairs], dtype=np.int64)
    found = correlation(rows, len(kinds))
    generator = np.random.default_rng(seed)
    drawn = [correlation(rows[generator.integers(0, many, many)], len(kinds)) for _ in range(DRAWS)]
    kept = [each for each in drawn if each is not None]
    low, high = (float(each) for each in np.quantile(kept, [0.025, 0.975])) if len(kept) > DRAWS / 2 else (None, None)
    return Common(correlation=found, low=low, high=high, pairs=many, wrong=wrong, both=both)


def correlation(rows: NDArray[np.int64], kinds: int) -> float | None:
    """The correlation at which as many pairs would be wrong together as were."""
    both = float((rows[:, 1] & rows[:, 2]).sum())
    parts = []
    for kind in range(kinds):
        own = rows[rows[:, 0] == kind]
        rate = float(own[:, 1:].mean()) if len(own) else 0.0
        if 0.0 < rate < 1.0:
            parts.append((len(own), rate))
        else:
            both -= len(own) * rate  # none or all: nothing of it speaks of what they have in common
    if not parts:
        return None

    from scipy.optimize import brentq  # noqa: PLC0415 - takes half a second to import, and most pages measure nothing

    def more(at: float) -> float:
        return sum(many * both_wrong(rate, at) for many, rate in parts) - both

    low, high = -0.95, 0.995
    if more(low) >= 0:
        return low
    if more(high) <= 0:
        return high
    return float(brentq(more, low, high, xtol=1e-3))


def caught_of(pairs: Sequence[tuple[bool, bool]], *, senior_wrong: float = 0.0) -> Rate | None:
    """The share of wrong first looks that a second look at the same item brings to a third, with its interval.

    pairs          (first was wrong, second decided the same)
    senior_wrong   how often who decides where two differ is wrong on these; what they get wrong is not caught
    Edges          None where no first look was wrong
    """
    differed = [not same for wrong, same in pairs if wrong]
    # As of an endless queue: these were not drawn from a few.
    found = rate_of([Stratum(size=10**9, looked=len(differed), found=sum(differed))])
    if found is None or not differed:
        return None
    right = 1 - senior_wrong
    return Rate(share=found.share * right, low=found.low * right, high=found.high * right, looked=len(differed), of=len(differed))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Again:
    """Which first decisions are looked at by a second person, as shares from 0 to 1: what takes away, speech, the rest."""

    removal: float = 1.0
    speech: float = 1.0
    rest: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Caught:
    """What a rule of second looks comes to.

    wrong            first decisions that were wrong
    caught           share of those that did not stand; removed: of wrong removals, missed: of what was wrongly left
    caught_looked    share caught of those that were looked at again at all
    reviews          looks for each item
    standing         share of final decisions that are wrong
    """

    wrong: int
    caught: float
    removed: float
    missed: float
    caught_looked: float
    reviews: float
    standing: float


def simulate_looks(
    items: int,
    *,
    correlation: float,
    again: Again,
    seed: int,
    prevalence: float = 0.3,
    speech: float = 1.0,
    false_positive: float = 0.05,
    false_negative: float = 0.10,
    senior: float = 0.3,
) -> Caught:
    """Seed wrong decisions and see how many a rule of blind second looks catches.

    First and second look err alike often, the person who decides where they differ `senior` times as often; what makes
    the three err has the correlation in common. `speech` is the share of items that are political speech.

    Limits   two outcomes; everybody errs alike often; in a real queue the correlation is not known but estimated
             (`common_of`), and is larger where the text of a policy misleads everybody alike
    """
    generator = np.random.default_rng(seed)
    violates = generator.random(items) < prevalence
    shared = np.sqrt(correlation) * generator.standard_normal(items)
    rate = np.where(violates, false_negative, false_positive)

    def errs(at: NDArray[np.float64]) -> NDArray[np.bool_]:
        own = np.sqrt(1 - correlation) * generator.standard_normal(items)
        return np.asarray(shared + own < ndtri(at), dtype=bool)

    first, second, third = errs(rate), errs(rate), errs(rate * senior)
    removes = violates != first
    chance = np.where(generator.random(items) < speech, again.speech, again.rest)
    chance = np.where(removes, np.maximum(chance, again.removal), chance)
    looked = generator.random(items) < chance
    differ = looked & (first != second)
    final = np.where(differ, third, first)
    caught = first & ~final

    def share(among: NDArray[np.bool_]) -> float:
        return float(caught[among].mean()) if among.any() else 1.0

    return Caught(
        wrong=int(first.sum()),
        caught=share(first),
        removed=share(first & ~violates),
        missed=share(first & violates),
        caught_looked=share(first & looked),
        reviews=1 + float(looked.mean()) + float(differ.mean()),
        standing=float(final.mean()),
    )
