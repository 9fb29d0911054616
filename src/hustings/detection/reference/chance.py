"""Tail probabilities and false discovery rates read plainly, one number at a time, from the formulas."""

__all__ = [
    "at_least",
    "at_most",
    "due_order",
    "false_discovery",
    "local_errors",
    "poisson_tail",
    "simes",
    "truncated_product",
]

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from scipy.special import gammainc, gammaincc

# What no p-value is smaller than, so that it has a logarithm and a place of its own.
LEAST = 1e-300


def simes(chances: Sequence[Fraction]) -> Fraction:
    """The combined chance of what happened on one day: the least of n u_(j) / j."""
    return min(len(chances) * u / j for j, u in enumerate(sorted(chances), 1))


def truncated_product(days: Sequence[Fraction], tau: Fraction) -> float:
    """The truncated product of the days' chances: the sum over k close days of N."""
    close = [float(u) for u in days if u <= tau]
    if not close:
        return 1.0
    log_product = sum(math.log(u) for u in close)
    log_tau, log_rest = math.log(tau), math.log1p(-float(tau)) if tau < 1 else -math.inf
    result = 0.0
    for k in range(1, len(days) + 1):
        apart = len(days) - k
        weight = math.log(math.comb(len(days), k)) + k * log_tau + (apart * log_rest if apart else 0.0)
        result += math.exp(weight) * float(gammaincc(k, max(0.0, k * log_tau - log_product)))
    return min(1.0, result)


def poisson_tail(least: int, mean: float) -> float:
    """P(Poisson(mean) >= least)."""
    return float(gammainc(least, max(mean, 1e-12)))


def false_discovery(p: Sequence[float], tests: int) -> list[float]:
    """Benjamini and Hochberg's q of each p among `tests` tests, of which those not listed gave 1."""
    q = [1.0] * len(p)
    least = 1.0
    for rank, place in reversed(list(enumerate(sorted(range(len(p)), key=lambda i: p[i]), 1))):
        least = min(least, p[place] * tests / rank)
        q[place] = least
    return q


def at_most(count: int, chances: Sequence[float]) -> float:
    """Chance that at most `count` of independent events with these chances happen (Poisson-binomial)."""
    exactly = [1.0]
    for chance in chances:
        longer = [*exactly, 0.0][: count + 1]
        exactly = [p * (1 - chance) + (exactly[k - 1] * chance if k else 0.0) for k, p in enumerate(longer)]
    return min(1.0, sum(exactly[: count + 1]))


def at_least(count: int, chances: Sequence[float]) -> float:
    """Chance that at least `count` of independent events with these chances happen, small ones to the last digit."""
    sums = [1.0] + [0.0] * count  # exactly k, the last place `count` or more
    for chance in chances:
        for k in range(count, -1, -1):
            stays = sums[k] if k == count else sums[k] * (1 - chance)
            sums[k] = stays + (sums[k - 1] * chance if k else 0.0)
    return min(1.0, sums[count])


def due_order(joined: int, chances: Sequence[float]) -> float:
    """Chance to join as rarely, were the order a lottery; who joins half as often as is due takes part anyhow."""
    return 1.0 if joined >= sum(chances) / 2 else at_most(joined, chances)


def local_errors(p: Sequence[float], tests: int) -> list[float]:
    """1 over Grenander's density at each p: the slope of the least concave line over their distribution.

    The line is drawn as one winds a string around the points: from each corner to the point that lies
    steepest ahead.
    """
    places = sorted({max(x, LEAST) for x in p})
    below = dict.fromkeys(places, 0)
    for x in p:
        below[max(x, LEAST)] += 1
    corners = [(0.0, 0)]
    for x in places:
        corners.append((x, corners[-1][1] + below[x]))
    error: dict[float, float] = {}
    here = 0
    while here + 1 < len(corners):
        x0, n0 = corners[here]
        steepest = max(range(here + 1, len(corners)), key=lambda j: ((corners[j][1] - n0) / (corners[j][0] - x0), j))
        x1, n1 = corners[steepest]
        density = (n1 - n0) / tests / (x1 - x0)
        for (_, _), (x, _) in pairwise(corners[here : steepest + 1]):
            error[x] = min(1.0, 1.0 / density)
        here = steepest
    return [error[max(x, LEAST)] for x in p]
