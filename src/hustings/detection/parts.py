"""Rows of words dealt into parts: in memory while there is room, beyond that in one file."""

__all__ = ["Parts"]

import tempfile
from pathlib import Path
from typing import IO

import numpy as np

from hustings.detection.compiled import Int64s


class Parts:
    """A store of rows of `words` 64-bit words in `count` parts, filled in any order, read part by part.

    What does not fit into `budget` bytes goes to a nameless file in `folder`, which the system removes
    with the process, however that ends. OSError says that the disk is full.
    """

    def __init__(self, *, count: int, words: int, budget: int, folder: Path) -> None:
        self.count = count
        self.words = words
        self.rows = 0
        self.spilled = 0
        self._budget = budget
        self._folder = folder
        self._held: list[tuple[Int64s, Int64s]] = []
        self._limits: list[Int64s] = []
        self._starts: list[int] = []
        self._file: IO[bytes] | None = None

    def add(self, dealt: Int64s, limits: Int64s) -> None:
        """Take rows in order of their part; part p is `dealt[limits[p]:limits[p + 1]]`."""
        self.rows += len(dealt)
        if dealt.nbytes <= self._budget:
            self._budget -= dealt.nbytes
            self._held.append((dealt, limits))
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, prefix=".spill.", buffering=0)  # noqa: SIM115
        self._limits.append(limits)
        self._starts.append(self.spilled)
        left = np.ascontiguousarray(dealt).data.cast("B")
        self.spilled += len(left)
        while len(left):
            left = left[self._file.write(left) :]

    def take(self, part: int) -> Int64s:
        """All rows of one part."""
        sizes = [int(limits[part + 1] - limits[part]) for limits in self._limits]
        slices = [dealt[limits[part] : limits[part + 1]] for dealt, limits in self._held]
        rows = np.empty((sum(sizes) + sum(map(len, slices)), self.words), np.int64)
        at = 0
        for piece in slices:
            rows[at : at + len(piece)] = piece
            at += len(piece)
        for size, start, limits in zip(sizes, self._starts, self._limits, strict=True):
            if size and self._file is not None:
                self._file.seek(start + int(limits[part]) * self.words * 8)
                into = rows[at : at + size].data.cast("B")
                while len(into):
                    into = into[self._file.readinto(into) :]  # type: ignore[attr-defined]
                at += size
        return rows

    def close(self) -> None:
        """Forget everything."""
        self._held.clear()
        if self._file is not None:
            self._file.close()
