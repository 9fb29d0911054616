"""How often decisions are wrong, from some that were looked at again: a weighted rate with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

__all__ = ["Rate", "Stratum", "rate_of"]

BORROWED = 4.0  # looks' worth of the whole sample's rate that a stratum's own is mixed with, to know how it varies


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """Decisions of one kind: how many there were, how many of them were drawn and looked at, how many were found so."""

    size: int
    looked: int
    found: int


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share of decisions, with the interval that covers the true one in `confidence` of such samples.

    looked, of    the looks that it rests on, and the decisions that it speaks of
    unlooked      decisions of strata of which nobody looked at any: the rate says nothing of them
    """

    share: float
    low: float
    high: float
    looked: int
    of: int
    unlooked: int = 0
    confidence: float = 0.95


def rate_of(strata: Sequence[Stratum], *, confidence: float = 0.95) -> Rate | None:
    """The share of decisions that were found so, each stratum weighted by its size.

    The interval is Wilson's for as many looks of a simple sample as would vary alike: the variance of each stratum's
    share, from its own mixed with the whole sample's (a stratum of two looks knows nothing of its own), without what a
    draw from few leaves over.

    Edges    None where nobody looked at any; 0 to 0 width never: with none found the interval still has an upper end
    Limits   it takes the second look for the truth; where that errs too, the rate is too high or too low by as much
    Source   Wilson 1927; effective sample size after Kish 1965; Agresti and Coull 1998 on why not Wald's
    """
    known = [each for each in strata if each.looked > 0]
    of = sum(each.size for each in known)
    if not of:
        return None
    size = np.array([each.size for each in known], dtype=float)
    looked = np.array([each.looked for each in known], dtype=float)
    found = np.array([each.found for each in known], dtype=float)
    weight = size / of
    share = float((weight * found / looked).sum())
    z = float(ndtri(0.5 + confidence / 2))
    # Without a single one found (or missed), what would be the variance comes from half a one.
    middle = float(np.clip(share, 0.5 / looked.sum(), 1 - 0.5 / looked.sum()))
    own = (found + BORROWED * middle) / (looked + BORROWED)
    own = np.clip(own * middle / float((weight * own).sum()), 0.0, 1.0)
    left = np.clip(1 - looked / size, 0.0, 1.0)
    variance = float((weight**2 * own * (1 - own) / looked * left).sum())
    if variance <= 0:  # all were looked at
        low = high = share
    else:
        effective = middle * (1 - middle) / variance
        spread = z * np.sqrt(share * (1 - share) / effective + z * z / (4 * effective**2))
        centre = share + z * z / (2 * effective)
        low, high = ((centre + sign * spread) / (1 + z * z / effective) for sign in (-1, 1))
    return Rate(
        share=share,
        low=min(max(float(low), 0.0), share),
        high=max(min(float(high), 1.0), share),
        looked=int(looked.sum()),
        of=int(of),
        unlooked=sum(each.size for each in strata if each.looked == 0),
        confidence=confidence,
    )
