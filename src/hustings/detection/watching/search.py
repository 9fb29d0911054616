"""A search over a table that grows: what a batch run over the same rows would find, again and again."""

__all__ = ["Search"]

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.detect import Detection, detect_traces
from hustings.detection.occasions import HOUR
from hustings.detection.overt import Declared
from hustings.detection.settings import DetectSettings
from hustings.detection.watching.steps import KnownSteps
from hustings.detection.watching.table import Table
from hustings.progress import Progress


class Search:
    """Takes rows of the trace table in any order and pieces; finds in all of them what `detect_traces` does.

    Costs    a run makes some passes over all rows and looks for meetings among the new ones: about a microsecond of CPU
             a row beside 60 a new one; some 300 bytes of memory a row at the peak
    Limits   `acts_in_horizon` among the counts of a run counts the acts that it looked at, not all there are
    """

    def __init__(self, settings: DetectSettings) -> None:
        self.settings = settings
        self._begin()

    def _begin(self) -> None:
        self._table = Table()
        self._steps = KnownSteps(self._table, self.settings.rarest, self.settings.fewest)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def newest(self) -> int | None:
        """The latest time among the rows, microseconds."""
        return self._table.newest()

    def add(self, rows: pa.Table) -> None:
        """Take rows in."""
        self._table.add(rows)

    def leave(self, before: int) -> int:
        """Let rows older than this go (microseconds); gives how many went. What is left is then taken in anew."""
        oldest = self._table.oldest()
        if oldest is None or oldest >= before:
            return 0
        rows, count = self._table.rows(), len(self._table)
        kept = rows.filter(pc.greater_equal(rows["at"], pa.scalar(before, rows["at"].type)))
        self._begin()
        self.add(kept)
        return count - len(kept)

    def cut_for(self, most: int) -> int:
        """The whole hour (microseconds) from which on at most `most` rows lie; 0 where all do."""
        if len(self) <= most:
            return 0
        hours, counts = np.unique(self._table.times() // HOUR, return_counts=True)
        fits = np.cumsum(counts[::-1])[::-1] <= most
        return int(hours[int(np.argmax(fits))] if fits.any() else hours[-1] + 1) * HOUR

    def handles(self) -> pa.Table:
        """The rows that say what actors are called."""
        return self._table.rows("handle")

    def find(self, progress: Progress, declared: Sequence[Declared] = ()) -> Detection:
        """What a batch run over the rows finds."""
        found = detect_traces(self._table.traces(), self.settings, progress, declared, self._steps)
        self._table.settled()
        return found
