"""A search over a table that grows: what a batch run over the same rows would find, again and again."""

__all__ = ["Search"]

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.detect import Detection, detect_traces
from hustings.detection.overt import Declared
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.progress import Progress

HOUR = 3_600_000_000


class Search:
    """Takes rows of the trace table in any order and pieces; finds in all of them what `detect_traces` does."""

    def __init__(self, settings: DetectSettings) -> None:
        self.settings = settings
        self._parts: list[pa.Table] = []

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @property
    def newest(self) -> int | None:
        """The latest time among the rows, microseconds."""
        return max((int(pc.max(part["at"]).value) for part in self._parts if len(part)), default=None)

    def add(self, rows: pa.Table) -> None:
        """Take rows in."""
        self._parts.append(rows)

    def leave(self, before: int) -> int:
        """Let rows older than this go (microseconds); gives how many went."""
        cut = pa.scalar(before, pa.timestamp("us", "UTC"))
        kept = [part.filter(pc.greater_equal(part["at"], cut)) for part in self._parts]
        gone = len(self) - sum(map(len, kept))
        self._parts = kept
        return gone

    def cut_for(self, most: int) -> int:
        """The whole hour (microseconds) from which on at most `most` rows lie; 0 where all do."""
        if len(self) <= most:
            return 0
        hours, counts = np.unique(
            np.concatenate([part["at"].cast(pa.int64()).to_numpy() // HOUR for part in self._parts]), return_counts=True
        )
        fits = np.cumsum(counts[::-1])[::-1] <= most
        return int(hours[int(np.argmax(fits))] if fits.any() else hours[-1] + 1) * HOUR

    def handles(self) -> pa.Table:
        """The rows that say what actors are called."""
        return pa.concat_tables([part.filter(pc.equal(part["kind"], "handle")) for part in self._parts])

    def find(self, progress: Progress, declared: Sequence[Declared] = ()) -> Detection:
        """What a batch run over the rows finds."""
        traces = encode(pa.concat_tables(self._parts))
        return detect_traces(traces, self.settings, progress, declared)
