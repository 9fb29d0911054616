"""Timing: two actors acted together closer in time than people who share the same things do."""

__all__ = ["PairTests", "TimingSettings", "act_chances", "occasion_tests", "pair_tests"]

from dataclasses import dataclass

import numpy as np

from hustings.detection.acts import Acts
from hustings.detection.chance import benjamini_hochberg, gap_chance, simes, truncated_product


@dataclass(frozen=True, kw_only=True)
class TimingSettings:
    """What counts as close, and within what two actors are taken to share a thing at all.

    window       microseconds; closer than this is close
    horizon      microseconds; the null model's clocks agree to this and no better
    resolution   microseconds; the step of the clocks of the data
    """

    window: int
    horizon: int
    resolution: int

    @property
    def close(self) -> float:
        """The chance that two such clocks put two posts within the window."""
        # A hair more, so that acts all exactly one window apart stay close after division and product.
        return float(gap_chance(np.array([self.window]), self.horizon, self.resolution)[0]) * (1 + 1e-12)


@dataclass(frozen=True, kw_only=True)
class PairTests:
    """One test per pair of actors with at least two occasions, sorted by (a, b).

    occasions   days on which both left the same trace within the horizon
    close       occasions on which they were within the window (Simes over the acts of the day)
    p, q        chance of as much closeness, and the false discovery rate over all pairs here
    """

    a: np.ndarray
    b: np.ndarray
    occasions: np.ndarray
    close: np.ndarray
    p: np.ndarray
    q: np.ndarray


def pair_tests(acts: Acts, settings: TimingSettings, crowd: np.ndarray | None = None, fewest: int = 2) -> PairTests:
    """Test every pair of actors that shared something on at least `fewest` occasions.

    crowd   per act, how many times likelier closeness is among other actors on the same trace (>= 1)
    Limits  a pair with one occasion is not tested: no gap is rare enough among so many pairs. A shared
            trigger (an embargo, a push message, one scheduler) looks like acting together.
    """
    chance = act_chances(acts, settings, crowd)
    occasion_key = (
        np.r_[True, (acts.a[1:] != acts.a[:-1]) | (acts.b[1:] != acts.b[:-1])] if len(acts) else np.empty(0, bool)
    )
    pair = np.cumsum(occasion_key) - 1
    occasions, close, p = occasion_tests(pair, int(occasion_key.sum()), acts.day, chance, settings, fewest)
    a, b = acts.a[occasion_key], acts.b[occasion_key]
    tested = occasions >= fewest
    p = p[tested]
    return PairTests(
        a=a[tested], b=b[tested], occasions=occasions[tested], close=close[tested], p=p, q=benjamini_hochberg(p)
    )


def act_chances(acts: Acts, settings: TimingSettings, crowd: np.ndarray | None = None) -> np.ndarray:
    """The chance of each act's gap: clocks that know nothing of each other, trains, and the crowd's pace."""
    chance = np.minimum(1.0, gap_chance(acts.gap, settings.horizon, settings.resolution) * acts.trains)
    return chance if crowd is None else np.minimum(1.0, chance * crowd)


def occasion_tests(
    unit: np.ndarray, units: int, day: np.ndarray, chance: np.ndarray, settings: TimingSettings, fewest: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each of `units` (a pair of actors, or a pair on one kind) its occasions, the close ones, and p.

    unit, day, chance   per act
    Gives               p nan where there are fewer than `fewest` occasions
    """
    order = np.lexsort((day, unit))
    unit, day = unit[order], day[order]
    new = np.ones(len(order), bool)
    new[1:] = (unit[1:] != unit[:-1]) | (day[1:] != day[:-1])
    combined = simes(chance[order], np.cumsum(new) - 1)
    of = unit[new]
    hit = combined <= settings.close
    occasions = np.bincount(of, minlength=units)
    close = np.bincount(of[hit], minlength=units)
    logs = np.bincount(of[hit], weights=np.log(combined[hit]), minlength=units)
    tested = occasions >= fewest
    p = np.full(units, np.nan)
    p[tested] = truncated_product(occasions[tested], logs[tested], close[tested], settings.close)
    # One close occasion may always be luck: a link rests on two. Calling the rest 1 only raises p-values.
    p[tested & (close < fewest)] = 1.0
    return occasions, close, p
