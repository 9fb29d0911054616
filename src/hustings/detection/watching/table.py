"""The trace table as arrays that grow: what `encode` makes of all rows, made of the new ones and what was there."""

__all__ = ["Table"]

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Flags, Int64s, compiled
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE, sorted_rows
from hustings.detection.tables import in_memory
from hustings.detection.traces import Traces
from hustings.detection.watching.order import Order, Ranked

# Rows of a piece that is not worth cutting.
PIECE = 500_000


@compiled
def _merge(
    trace: Codes, at: Int64s, actor: Codes, content: Codes, new: Int64s,
    fresh: Flags, to_trace: Codes, to_at: Int64s, to_actor: Codes, to_content: Codes, to_fresh: Flags,
) -> int:  # fmt: skip
    """Put sorted new rows among sorted rows, repeats once, the new ones marked; give how many rows there are."""
    i, j, k = 0, 0, 0
    while i < len(at) or j < len(new):
        if i == len(at):
            order = 1
        elif j == len(new):
            order = -1
        else:
            order = 0
            if trace[i] != new[j, TRACE]:
                order = -1 if trace[i] < new[j, TRACE] else 1
            elif at[i] != new[j, AT]:
                order = -1 if at[i] < new[j, AT] else 1
            elif actor[i] != new[j, ACTOR]:
                order = -1 if actor[i] < new[j, ACTOR] else 1
            elif content[i] != new[j, CONTENT]:
                order = -1 if content[i] < new[j, CONTENT] else 1
        if order > 0:
            to_trace[k], to_at[k], to_actor[k] = new[j, TRACE], new[j, AT], new[j, ACTOR]
            to_content[k] = new[j, CONTENT]
            to_fresh[k] = True
            j += 1
        else:
            to_trace[k], to_at[k], to_actor[k], to_content[k] = trace[i], at[i], actor[i], content[i]
            to_fresh[k] = fresh[i]
            i += 1
            if order == 0:
                j += 1
        k += 1
    return k


def _pieces(batches: list[pa.RecordBatch], before: int) -> Iterator[pa.RecordBatch]:
    """Few large pieces, each as large as what stands before it: every piece moves the codes of all that does."""
    piece: list[pa.RecordBatch] = []
    for k, batch in enumerate(batches):
        piece.append(batch)
        size = sum(map(len, piece))
        if k == len(batches) - 1 or size >= max(PIECE, before):
            yield from pa.Table.from_batches(piece).unify_dictionaries().combine_chunks().to_batches()
            piece, before = [], before + size


class Table:
    """Rows in the order and with the codes that `encode` gives them, whatever the pieces in which they came.

    fresh   per row, whether it came since `settled` was called
    moved   per actor code at that time, its code now
    """

    def __init__(self) -> None:
        self._traces, self._actors, self._contents = Order(), Order(), Order()
        self._waiting: list[pa.Table] = []
        self.read = self.skipped = self.repeats = 0
        self.trace, self.actor, self.content = (np.empty(0, np.int32) for _ in range(3))
        self.at = np.empty(0, np.int64)
        self.fresh = np.empty(0, bool)
        self.moved = np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self.at) + sum(map(len, self._waiting))

    def add(self, rows: pa.Table) -> None:
        """Take rows in; they are put into their places when somebody looks."""
        if len(rows):
            self._waiting.append(rows)

    def times(self) -> Int64s:
        """All times, in no order."""
        return np.concatenate([self.at, *(part["at"].cast(pa.int64()).to_numpy() for part in self._waiting)])

    def newest(self) -> int | None:
        """The latest time; None where there is no row."""
        return int(self.times().max()) if len(self) else None

    def oldest(self) -> int | None:
        """The earliest time; None where there is no row."""
        return int(self.times().min()) if len(self) else None

    def rows(self, kind: str | None = None) -> pa.Table:
        """The rows as a trace table, all or of one kind."""
        traces = self.traces()
        mine = np.arange(len(traces))
        if kind is not None:
            kinds = traces.kinds.to_pylist()
            mine = np.flatnonzero(traces.kind == kinds.index(kind)) if kind in kinds else mine[:0]
        return pa.table({
            "platform": traces.platforms.take(traces.actor[mine]), "actor": traces.actor_names.take(traces.actor[mine]),
            "kind": traces.kinds.take(pa.array(traces.kind[mine])), "trace": traces.trace_names.take(traces.trace[mine]),
            "content": traces.content_names.take(traces.content[mine]),
            "at": pa.array(traces.at[mine]).cast(pa.timestamp("us", "UTC")),
        })  # fmt: skip

    def settled(self) -> None:
        """What is there now has been looked at."""
        self.fresh = np.zeros(len(self.at), bool)
        self.moved = np.arange(len(self._actors), dtype=np.int32)

    def traces(self) -> Traces:
        """All rows, as `encode` of them."""
        self._settle()
        trace_kind = self._traces.lead_ranks()
        return Traces(
            kind=trace_kind[self.trace] if len(self.trace) else self.trace, trace=self.trace, actor=self.actor,
            content=self.content, at=self.at, kinds=self._traces.leads[1], trace_names=Ranked(self._traces),
            trace_kind=trace_kind, platforms=Ranked(self._actors, leads=True), actor_names=Ranked(self._actors),
            content_names=Ranked(self._contents), read=self.read, skipped=self.skipped, repeats=self.repeats,
        )  # fmt: skip

    def _settle(self) -> None:
        if not self._waiting:
            return
        batches, read, skipped = in_memory(pa.concat_tables(self._waiting).combine_chunks())
        batches = list(_pieces(batches, len(self.at)))
        self._waiting = []
        self.read += read
        self.skipped += skipped
        rows = np.empty((sum(map(len, batches)), 4), np.int64)
        start = 0
        for batch in batches:
            self._encode(batch, rows, start)
            start += len(batch)
        rows, repeats = sorted_rows(rows)
        count = len(self.at) + len(rows)
        trace, actor, content = (np.empty(count, np.int32) for _ in range(3))
        at = np.empty(count, np.int64)
        fresh = np.empty(count, bool)
        kept = _merge(
            self.trace, self.at, self.actor, self.content, rows, self.fresh, trace, at, actor, content, fresh
        )  # fmt: skip
        self.repeats += repeats + count - kept
        self.fresh = fresh[:kept]
        self.trace, self.at, self.actor, self.content = trace[:kept], at[:kept], actor[:kept], content[:kept]

    def _encode(self, batch: pa.RecordBatch, rows: Int64s, start: int) -> None:
        """Code a batch behind those coded before, and move everybody's code to make room."""
        end = start + len(batch)
        orders = (self._traces, self._actors, self._contents)
        leads = (
            self._traces.lead_codes(batch.column("kind")), self._actors.lead_codes(batch.column("platform")),
            np.zeros(len(batch), np.int32),
        )  # fmt: skip
        names = (batch.column("trace"), batch.column("actor"), batch.column("content"))
        orders[2].one_lead()
        with ThreadPoolExecutor(3) as beside:
            added = list(beside.map(Order.add, orders, names, leads))
        moves = []
        for word, (ranks, moved) in zip((TRACE, ACTOR, CONTENT), added, strict=True):
            if len(moved):
                rows[:start, word] = moved[rows[:start, word]]
            rows[start:end, word] = ranks
            moves.append(moved)
        rows[start:end, AT] = batch.column("at").to_numpy()
        of_trace, of_actor, of_content = moves
        if len(self.at):
            self.trace, self.actor, self.content = of_trace[self.trace], of_actor[self.actor], of_content[self.content]
        self.moved = of_actor[self.moved] if len(self.moved) else self.moved
