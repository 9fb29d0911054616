"""Chance: tail probabilities and false discovery rates that the tests of every ground share.

All functions are pure, vectorised over float64 arrays, and give values in [0, 1].
"""

__all__ = ["benjamini_hochberg", "gap_chance", "local_error", "simes", "truncated_product"]

import numpy as np
from scipy.special import gammaincc, gammaln


def gap_chance(gap: np.ndarray, horizon: int, resolution: int) -> np.ndarray:
    """How likely a gap at most this long is, between two clocks that agree to `horizon` and no better.

    gap         microseconds, at most the horizon; the offset of one clock against the other is uniform
                on [-horizon, horizon] at steps of `resolution` (whole seconds in most exports)
    Edges       a gap of 0 has the chance of one step, never 0
    """
    return np.minimum(1.0, (2.0 * np.abs(gap) + resolution) / (2.0 * horizon + resolution))


def simes(chances: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Simes' combination of the chances of each group; group is sorted, one value per distinct group.

    Valid when the chances of a group are independent or depend positively: acts on one occasion slip
    together with the clock of their actor. Source: Simes 1986, doi:10.1093/biomet/73.3.751.
    """
    if not len(chances):
        return np.empty(0)
    order = np.lexsort((chances, group))
    chances, group = chances[order], group[order]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    sizes = np.diff(np.r_[starts, len(group)])
    rank = np.arange(len(group)) - np.repeat(starts, sizes) + 1
    return np.minimum(1.0, np.minimum.reduceat(chances * np.repeat(sizes, sizes) / rank, starts))


def truncated_product(tests: np.ndarray, logs: np.ndarray, hits: np.ndarray, tau: float) -> np.ndarray:
    """Chance that of `tests` independent uniform values the product of those <= tau is this small.

    tests  how many values (int); hits how many of them are <= tau; logs the sum of their logarithms
    Edges  no hit gives 1; with tau = 1 it is Fisher's method. It asks at once how often two actors were
           close and how close.
    Source Zaykin et al. 2002, doi:10.1002/gepi.0042.
    """
    tests, logs, hits = (np.asarray(x, float) for x in (tests, logs, hits))
    result = np.zeros(len(tests))
    if not len(tests):
        return result
    log_tau = np.log(tau)
    tested = hits > 0
    for k in range(1, int(tests.max()) + 1):
        part = tested & (tests >= k)
        if not part.any():
            break
        n, log_product = tests[part], logs[part]
        weight = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * log_tau
        weight += (n - k) * np.log1p(-tau) if tau < 1 else np.where(n == k, 0.0, -np.inf)
        # Given k hits, the sum of -log(u / tau) is a gamma variable of shape k.
        excess = k * log_tau - log_product
        result[part] += np.exp(weight) * np.where(excess > 0, gammaincc(k, np.maximum(excess, 0.0)), 1.0)
    return np.where(tested, np.minimum(result, 1.0), 1.0)


def benjamini_hochberg(p: np.ndarray, tests: int | None = None) -> np.ndarray:
    """The smallest false discovery rate at which each p-value would pass, among `tests` tests.

    Source: Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x; holds for independent
    and positively dependent tests.
    """
    tests = tests or len(p)
    order = np.argsort(p, kind="stable")
    ratio = p[order] * tests / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1.0, np.minimum.accumulate(ratio[::-1])[::-1])
    # Division and product may end a hair below where they began.
    return np.maximum(q, p)


def local_error(p: np.ndarray, tests: int | None = None) -> np.ndarray:
    """The share of chance results to be expected among p-values just like each of these.

    The density of all p-values is estimated as the steepest falling step function under their
    distribution (Grenander's estimator); where chance alone would give density 1, the local error is
    1 / density. The share of null tests is taken as 1, so the rate is an upper estimate.
    tests   how many tests there were, where those that could only give 1 are not listed
    Edges   ties share one value; monotone in p; one single p-value gives that value.
    Source  Strimmer 2008, doi:10.1186/1471-2105-9-303.
    """
    if not len(p):
        return np.empty(0)
    values, inverse, counts = np.unique(np.maximum(p, 1e-300), return_inverse=True, return_counts=True)
    width = np.diff(np.r_[0.0, values])
    mass = counts / (tests or len(p))
    # Least concave majorant by pooling neighbours whose density would rise.
    heights: list[list[float]] = []
    for w, m in zip(width.tolist(), mass.tolist(), strict=True):
        heights.append([w, m, 1.0])
        while len(heights) > 1 and heights[-2][1] * heights[-1][0] <= heights[-1][1] * heights[-2][0]:
            w2, m2, n2 = heights.pop()
            heights[-1][0] += w2
            heights[-1][1] += m2
            heights[-1][2] += n2
    density = np.repeat([m / w if w else np.inf for w, m, _ in heights], [int(n) for _, _, n in heights])
    return np.minimum(1.0, 1.0 / density)[inverse]
