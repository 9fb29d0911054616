"""How far people who look at the same things decide alike beyond chance, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
from numpy.typing import NDArray

__all__ = ["Alpha", "alpha_of"]

FEWEST = 10  # of fewer units an interval says nothing


@dataclass(frozen=True, kw_only=True)
class Alpha:
    """Krippendorff's alpha: 1 where all agree, 0 what chance gives, below 0 less; None where chance cannot be told.

    low, high   what covers it in 95 of 100 such samples; None of fewer than ten units
    units, looks  things that two or more looked at, and all looks at them
    """

    alpha: float | None
    low: float | None
    high: float | None
    units: int
    looks: int


def alpha_of(units: Sequence[Sequence[str]], *, seed: int, draws: int = 500) -> Alpha:
    """Agreement on outcomes without an order; each unit has the outcomes of those who looked at it.

    The interval is of `draws` samples of as many units, drawn with their looks (a bootstrap), from 2.5 to 97.5 %.

    Edges    units that one person looked at say nothing and are left out; None where only one outcome was ever chosen
    Limits   people can agree and all be wrong. Low agreement says that the words of a policy are read in two ways, not
             who reads them rightly
    Source   Krippendorff 2011; Hayes and Krippendorff 2007 on the interval
    """
    told = [unit for unit in units if len(unit) > 1]
    names = sorted({outcome for unit in told for outcome in unit})
    counts = np.array([[unit.count(name) for name in names] for unit in told], dtype=np.int64)
    found = alpha(counts) if told else None
    low = high = None
    if found is not None and len(told) >= FEWEST:
        generator = np.random.default_rng(seed)
        drawn = [alpha(counts[generator.integers(0, len(told), len(told))]) for _ in range(draws)]
        kept = [each for each in drawn if each is not None]
        # A draw in which all chose one outcome tells nothing; with many of those the sample is too even to say more.
        if len(kept) > draws / 2:
            low, high = (float(each) for each in np.quantile(kept, [0.025, 0.975]))
    return Alpha(alpha=found, low=low, high=high, units=len(told), looks=sum(map(len, told)))


def alpha(counts: NDArray[np.int64]) -> float | None:
    """Alpha of how often each unit (row) was given each outcome (column)."""
    if (counts.sum(axis=0) > 0).sum() < 2:
        return None
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
