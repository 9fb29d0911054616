"""Who saw at least one of some things, where each viewer is at hand by a number: exactly while they are few, in a sketch beyond."""

__all__ = ["MOST_EXACT", "People"]

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hustings.screening.reach import WIDTH, Sketch, hashes_of
from hustings.screening.reach_told import Answer, How, counted_one_by_one, plain

MOST_EXACT = 5_000_000
WAITING = 1_000_000  # hashes that wait before they are sorted in


class People:
    """Viewers, each once; `ads` is how many things they were said to have seen.

    Limits   two of 5 million people share a hash once in some 1.5 million such counts; nobody can be read from what is held
    """

    def __init__(self, key: bytes, *, most_exact: int = MOST_EXACT) -> None:
        self._key, self._most = key, most_exact
        self._held: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._waiting: list[NDArray[np.uint64]] = []
        self._sketch: Sketch | None = None

    def add(self, viewers: Iterable[str]) -> None:
        """Take in some viewers; whoever is in already changes nothing."""
        hashes = hashes_of(viewers, self._key)
        if self._sketch is not None:
            self._sketch.add(hashes)
            return
        self._waiting.append(hashes)
        if sum(map(len, self._waiting)) >= WAITING:
            self._settle()

    def _settle(self) -> None:
        if self._sketch is not None or not self._waiting:
            return
        self._held = np.unique(np.concatenate([self._held, *self._waiting]))
        self._waiting = []
        if len(self._held) > self._most:
            self._sketch = Sketch()
            self._sketch.add(self._held)
            self._held = np.empty(0, np.uint64)

    def answer(self, *, ads: int) -> Answer:
        """How many they are, of so many ads."""
        self._settle()
        if self._sketch is None:
            return counted_one_by_one(len(self._held), ads=ads)
        people = self._sketch.estimate
        error = WIDTH * self._sketch.error * people
        caveat = (
            f"More than {self._most:,}, so in a sketch: about, with an interval. Whoever had two numbers counts twice."
        )
        return plain(How.SKETCH, round(people), math.floor(people - error), math.ceil(people + error), ads, ads, caveat)
