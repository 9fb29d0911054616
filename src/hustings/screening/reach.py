"""How many people saw at least one of these ads, without keeping who: mergeable sketches of keyed hashes.

A sketch is HyperLogLog++ with 16,384 registers: 16 KB, whatever the number of people. Two sketches made with the same
key merge into the sketch of both audiences, so nobody is counted twice who saw two ads. Older ones, of 4,096 registers,
merge with it into one of 4,096, whose interval is twice as wide.
"""

__all__ = ["COARSE", "FINE", "Reach", "Sketch", "hashes_of", "reach"]

import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1

import numpy as np
from numpy.typing import NDArray

# How many bits of a hash name the register: those of sketches made now, and of those made before.
FINE, COARSE = 14, 12
WIDTH = 1.96  # standard errors to each side: 95 %
SOME = 100_000  # hashes held at once while a sketch is made

Hashes = NDArray[np.uint64]


def standard_error(precision: int) -> float:
    """Of the estimate, as a share of it (Flajolet et al. 2007; Heule et al. 2013)."""
    return 1.04 / math.sqrt(1 << precision)


def hashes_of(viewers: Iterable[str], key: bytes) -> Hashes:
    """64 bits for each viewer, which say nothing of who it is to whoever lacks the key."""
    if len(key) < 16:
        raise ValueError("the key of a sketch has at least 16 bytes")
    # The second digest is the library's own, which sketches stored before were made with.
    made = b"".join(sha1(hmac.digest(key, one.encode(), "sha256")).digest()[:8] for one in viewers)  # noqa: S324
    return np.frombuffer(made, "<u8").astype(np.uint64)


class Sketch:
    """The people who saw something, as 16,384 small numbers; who they are cannot be read from it.

    Limits   without the key nobody can try out whether somebody is in it; with the key one can, with errors, so the
             key is thrown away after the legal period. Sketches of different keys do not merge into anything.
    """

    def __init__(self, registers: bytes | None = None) -> None:
        """From stored registers, or empty.

        Raises   ValueError for bytes that no sketch gives
        """
        if registers is None:
            self._ranks = np.zeros(1 << FINE, np.int8)
            return
        stored = np.frombuffer(registers, np.int8)
        sizes = {1 << FINE: FINE, 1 << COARSE: COARSE}
        if len(stored) not in sizes or (stored < 0).any() or (stored > 64 - sizes[len(stored)] + 1).any():
            raise ValueError(
                f"a sketch is {1 << FINE:,} numbers between 0 and {64 - FINE + 1}, or {1 << COARSE:,} between 0 and {64 - COARSE + 1}"
            )
        self._ranks = stored.copy()

    @classmethod
    def of(cls, viewers: Iterable[str], key: bytes) -> "Sketch":
        """The sketch of these viewers under a key of at least 16 bytes; the names are forgotten at once."""
        sketch = cls()
        some: list[str] = []
        for viewer in viewers:
            some.append(viewer)
            if len(some) == SOME:
                sketch.add(hashes_of(some, key))
                some.clear()
        sketch.add(hashes_of(some, key))
        return sketch

    def add(self, hashes: Hashes) -> None:
        """Take in viewers by their hashes."""
        rest = hashes >> np.uint64(self.precision)
        # A float holds the bits that are left exactly, so its exponent is how many they are.
        bits = np.frexp(rest.astype(np.float64))[1]
        place = (hashes & np.uint64(len(self._ranks) - 1)).astype(np.int64)
        np.maximum.at(self._ranks, place, (64 - self.precision + 1 - bits).astype(np.int8))

    @property
    def precision(self) -> int:
        """How many bits of a hash name a register."""
        return len(self._ranks).bit_length() - 1

    def merge(self, other: "Sketch") -> None:
        """Take the other's people in; of two precisions the coarser remains."""
        shared = min(self.precision, other.precision)
        self._ranks = np.maximum(self._folded(shared), other._folded(shared))  # noqa: SLF001 - of one class

    def _folded(self, precision: int) -> NDArray[np.int8]:
        """The registers that the same people had given at a coarser precision, exactly."""
        apart = self.precision - precision
        if apart == 0:
            return self._ranks
        ranks = self._ranks.reshape(1 << apart, 1 << precision).copy()
        # Where every bit that was left is 0, the bits that named the register go on with the count.
        nothing = 64 - self.precision + 1
        for high in range(1 << apart):
            ranks[high][ranks[high] == nothing] = nothing + apart - high.bit_length()
        folded: NDArray[np.int8] = ranks.max(axis=0)
        return folded

    @property
    def registers(self) -> bytes:
        """What is stored."""
        return self._ranks.tobytes()

    @property
    def estimate(self) -> float:
        """About how many different people there are."""
        from datasketch import HyperLogLogPlusPlus  # noqa: PLC0415 - brings all of scipy along, which few who import this need

        return float(HyperLogLogPlusPlus(reg=self._ranks).count())

    @property
    def error(self) -> float:
        """The standard error of the estimate, as a share of it."""
        return standard_error(self.precision)


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
    error = WIDTH * whole.error * people
    low, high = max(0, math.floor(people - error)), math.ceil(people + error)
    if impressions is not None and not without:
        people, low, high = min(people, impressions), min(low, impressions), min(high, impressions)
    return Reach(people=round(people), low=low, high=high, ads=ads, without=without, at_most=impressions)
