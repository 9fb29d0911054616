"""How many political ads a machine misses, from a sample read by people who did not see its answer."""

__all__ = ["Missed", "Share", "missed", "wilson"]

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # two-sided, 95 %


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a sample, with the interval in which that of the whole lies (95 %)."""

    found: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The part found."""
        return self.found / self.of


def wilson(found: int, of: int) -> Share | None:
    """The share of a random sample with its Wilson interval; None of nothing.

    Source   Wilson 1927, Probable inference, the law of succession, and statistical inference
    """
    if not of:
        return None
    part, spread = found / of, Z * Z / of
    middle = (part + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(part * (1 - part) / of + spread / of / 4)
    # At the ends the formula gives 0 and 1 but for rounding.
    return Share(
        found=found,
        of=of,
        low=0.0 if not found else max(middle - half, 0.0),
        high=1.0 if found == of else min(middle + half, 1.0),
    )


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Of all undeclared political ads, the part that the machine holds to be not political."""

    rate: float
    low: float
    high: float


def missed(held_not: int, sample: Share | None, suspected: int, confirmed: Share | None) -> Missed | None:
    """The miss rate, where both halves are known.

    held_not    ads that the machine holds to be not political, of which `sample` was read
    suspected   ads that it holds to be political, of which `confirmed` were read
    Edges       None while one half has ads and nobody has read any of them, and where nothing political was found
    Limits      the interval is that of the sample; that of the confirmed share, which matters less, is left out
    """
    if (held_not and sample is None) or (suspected and confirmed is None):
        return None
    caught = suspected * confirmed.share if confirmed is not None else 0.0

    def rate(share: float) -> float:
        passed = held_not * share
        return passed / (passed + caught) if passed + caught else 0.0

    if sample is None:
        return Missed(rate=0.0, low=0.0, high=0.0) if caught else None
    if not sample.found and not caught:
        return None
    return Missed(rate=rate(sample.share), low=rate(sample.low), high=rate(sample.high))
