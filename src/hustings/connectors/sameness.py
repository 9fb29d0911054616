"""Which trace events came before, and which names mean two things, remembered in little memory."""

__all__ = ["SeenEvents", "SeenNames"]

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# What makes two rows the same event.
EVENT = ("platform", "actor", "kind", "trace", "content", "at")


class SeenEvents:
    """Remembers which rows there were, by eight bytes each; `names` are the columns that make two rows the same.

    The chance that any two of fifty million different events look alike is one in fifteen thousand.
    """

    def __init__(self, names: Sequence[str] = EVENT) -> None:
        self.names = tuple(names)
        self.runs: list[np.ndarray] = []

    def first(self, part: pa.Table) -> pa.Table:
        """The rows of `part` that are no repeats, in their order."""
        columns = [part[name].cast(pa.int64()).cast(pa.string()) if name == "at" else part[name] for name in self.names]
        keys = _hashes(pc.binary_join_element_wise(*columns, "\x1f"))
        _, places = np.unique(keys, return_index=True)
        places.sort()
        for run in self.runs:
            at = np.searchsorted(run, keys[places])
            known = run[np.minimum(at, len(run) - 1)] == keys[places]
            places = places[~known]
        self._keep(np.sort(keys[places]))
        return part if len(places) == len(part) else part.take(pa.array(places))

    def _keep(self, run: np.ndarray) -> None:
        # Runs of like size are joined, so that there are few of them and each is sorted seldom.
        while self.runs and len(self.runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self.runs.pop(), run]))
        if len(run):
            self.runs.append(run)


def _hashes(texts: pa.ChunkedArray) -> np.ndarray:
    return np.fromiter(map(hash, texts.to_pylist()), np.int64, len(texts))


class SeenNames:
    """Remembers names, to say which mean two things. They are kept apart by kind here, but not by every peer's tool."""

    # A link to the front page of a site and its domain are one name on purpose.
    APART = frozenset({"link", "domain"})

    def __init__(self) -> None:
        self.traces: dict[str, np.ndarray] = {}
        self.contents = np.zeros(0, np.int64)

    def note(self, part: pa.Table) -> None:
        """Remember the names of a part."""
        self.contents = np.union1d(self.contents, _hashes(part["content"].unique()))
        for kind in part["kind"].unique().to_pylist():
            traces = _hashes(part["trace"].filter(pc.equal(part["kind"], kind)).unique())
            self.traces[kind] = np.union1d(self.traces.get(kind, np.zeros(0, np.int64)), traces)

    def collisions(self) -> list[str]:
        """A sentence for each sort of name that means two things."""
        notes = []
        for one, other in combinations(sorted(self.traces), 2):
            both = len(np.intersect1d(self.traces[one], self.traces[other], assume_unique=True))
            if both and {one, other} != self.APART:
                notes.append(
                    f"{both:,} names stand for traces of kind {one} and of kind {other}. They are kept apart by kind; "
                    "give each kind a prefix in the mapping if other tools read the table."
                )
        for kind, traces in sorted(self.traces.items()):
            count = len(np.intersect1d(traces, self.contents, assume_unique=True))
            if count and kind in {"repost", "reply"}:
                notes.append(f"{count:,} traces of kind {kind} are themselves contents in the table, as they may be.")
            elif count:
                notes.append(
                    f"{count:,} traces of kind {kind} bear the id of a content. If they are other things, give "
                    "the kind a prefix in the mapping: some tools drop such pairs."
                )
        return notes
