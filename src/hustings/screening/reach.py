"""How many people saw at least one of these ads, without keeping who: mergeable sketches of keyed hashes.

A sketch is HyperLogLog++ with 4,096 registers: 4 KB, whatever the number of people. Two sketches made with the same
key merge into the sketch of both audiences, so nobody is counted twice who saw two ads.
"""

__all__ = ["REGISTERS", "Reach", "Sketch", "reach"]

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

PRECISION = 12
REGISTERS = 1 << PRECISION
# Standard error of the estimate (Flajolet et al. 2007; Heule et al. 2013), and how many of them an interval takes.
STANDARD_ERROR = 1.04 / math.sqrt(REGISTERS)
WIDTH = 1.96
# A register counts leading zeros of what the precision leaves of a 64-bit hash.
MOST = 64 - PRECISION + 1


class Sketch:
    """The people who saw something, as 4,096 small numbers; who they are cannot be read from it.

    Limits   without the key nobody can try out whether somebody is in it; with the key one can, with errors, so the
             key is thrown away after the legal period. Sketches of different keys do not merge into anything.
    """

    def __init__(self, registers: bytes | None = None) -> None:
        """From stored registers, or empty.

        Raises   ValueError for bytes that no sketch gives
        """
        from datasketch import HyperLogLogPlusPlus  # noqa: PLC0415 - brings all of scipy along, which few who import this need

        self._counts = HyperLogLogPlusPlus(p=PRECISION)
        if registers is not None:
            stored = np.frombuffer(registers, np.int8)
            if len(stored) != REGISTERS or (stored < 0).any() or (stored > MOST).any():
                raise ValueError(f"a sketch is {REGISTERS:,} numbers between 0 and {MOST}")
            self._counts.reg = stored.copy()

    @classmethod
    def of(cls, viewers: Iterable[str], key: bytes) -> "Sketch":
        """The sketch of these viewers under a key of at least 16 bytes; the names are forgotten at once."""
        if len(key) < 16:
            raise ValueError("the key of a sketch has at least 16 bytes")
        sketch = cls()
        for viewer in viewers:
            digest = hmac.new(key, viewer.encode(), hashlib.sha256).digest()
            sketch._counts.update(digest)
        return sketch

    def merge(self, other: "Sketch") -> None:
        """Take the other's people in."""
        self._counts.merge(other._counts)  # noqa: SLF001 - of one class

    @property
    def registers(self) -> bytes:
        """What is stored."""
        return self._counts.reg.astype(np.int8).tobytes()

    @property
    def estimate(self) -> float:
        """About how many different people there are."""
        return float(self._counts.count())


@dataclass(frozen=True, kw_only=True)
class Reach:
    """People who saw at least one of some ads.

    people, low, high   the estimate and its interval of 95 %; None where no ad has a sketch
    ads, without        how many ads were asked about, and how many of them hold no count of people
    at_most             impressions of all: no more people than that can have seen them; None where not known
    """

    people: int | None
    low: int | None
    high: int | None
    ads: int
    without: int
    at_most: int | None

    @property
    def sentence(self) -> str:
        """The answer for people."""
        if self.people is None:
            return "How many people saw them is not in the data: impressions are counted, people are not."
        text = f"About {self.people:,} people saw at least one of them (95 % interval {self.low:,} to {self.high:,})"
        if self.without:
            text += f"; {self.without:,} of {self.ads:,} ads hold no count of people and may add to it"
        return text + "."


def reach(sketches: Iterable[bytes | None], *, impressions: int | None = None) -> Reach:
    """How many people saw at least one of the ads, from one merged sketch an ad; None is an ad without a count."""
    whole, ads, without = Sketch(), 0, 0
    for registers in sketches:
        ads += 1
        if registers is None:
            without += 1
        else:
            whole.merge(Sketch(registers))
    if ads == without:
        return Reach(people=None, low=None, high=None, ads=ads, without=without, at_most=impressions)
    people = whole.estimate
    error = WIDTH * STANDARD_ERROR * people
    low, high = max(0, math.floor(people - error)), math.ceil(people + error)
    if impressions is not None and not without:
        people, low, high = min(people, impressions), min(low, impressions), min(high, impressions)
    return Reach(people=round(people), low=low, high=high, ads=ads, without=without, at_most=impressions)
