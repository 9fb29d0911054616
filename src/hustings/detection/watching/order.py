"""Names in the order of their bytes that grow in number: who is already there is only moved up."""

__all__ = ["Order", "Ranked"]

from typing import Any

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Bytes, Codes, Int64s, compiled
from hustings.detection.names import Dictionary, byte_order, bytes_of, seeds
from hustings.detection.traces import ranked


@compiled
def _less(offsets: Int64s, data: Bytes, lead: Codes, one: int, two: int) -> bool:
    """Whether name `one` comes before name `two`: by its lead, then by its bytes; a prefix comes first."""
    if lead[one] != lead[two]:
        return lead[one] < lead[two]
    a, b = offsets[one], offsets[two]
    while a < offsets[one + 1] and b < offsets[two + 1]:
        if data[a] != data[b]:
            return data[a] < data[b]
        a += 1
        b += 1
    return offsets[one + 1] - offsets[one] < offsets[two + 1] - offsets[two]


@compiled
def _places(offsets: Int64s, data: Bytes, lead: Codes, order: Codes, new: Codes) -> Int64s:
    """Before which of the ordered names each of the new ones goes; both are in order."""
    places = np.empty(len(new), np.int64)
    low = 0
    for k in range(len(new)):
        # The next place is seldom far: steps that double, then the middle between the last two.
        step = 1
        while low + step <= len(order) and _less(offsets, data, lead, order[low + step - 1], new[k]):
            low += step
            step *= 2
        high = min(low + step - 1, len(order))
        while low < high:
            middle = (low + high) // 2
            if _less(offsets, data, lead, order[middle], new[k]):
                low = middle + 1
            else:
                high = middle
        places[k] = low
    return places


class Order:
    """Gives each (lead, name) a rank in byte order; leads are few and ordered by their own bytes."""

    def __init__(self) -> None:
        self._codes = Dictionary()
        self._leads: dict[str, int] = {}
        self._lead_of = np.empty(0, np.int32)
        self._offsets = np.zeros(1, np.int64)
        self._data = np.empty(0, np.uint8)
        self._used = 0
        self.order = np.empty(0, np.int32)  # names by rank
        self._rank = np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self.order)

    def lead_codes(self, column: pa.DictionaryArray) -> Codes:
        """Codes of leads, new ones taken in."""
        here = [self._leads.setdefault(str(name), len(self._leads)) for name in column.dictionary.to_pylist()]
        return np.array(here, np.int32)[column.indices.to_numpy()] if here else np.empty(0, np.int32)

    def one_lead(self) -> None:
        """Names that belong to nothing."""
        self._leads.setdefault("", 0)

    @property
    def leads(self) -> tuple[Codes, pa.Array]:
        """Rank per code of a lead, and the leads in byte order."""
        return ranked(self._leads)

    def lead_ranks(self) -> Codes:
        """Per rank of a name, the rank of its lead."""
        rank, _ = self.leads
        return np.asarray(rank[self._lead_of[self.order]] if len(self.order) else np.empty(0, np.int32))

    def add(self, names: pa.Array, lead: Codes) -> tuple[Codes, Codes]:
        """Take names in; give each one's rank, and for every rank before what it is now."""
        before = self._codes.count
        codes, fresh = self._codes.looked_up(names, lead, seeds(list(self._leads) or [""]))
        more = names.take(pa.array(fresh))
        self._keep(more, lead[fresh])
        rank, _ = self.leads
        lead_rank = rank[self._lead_of] if len(self._lead_of) else self._lead_of
        new = before + byte_order(more, lead_rank[before:]).astype(np.int32)
        places = _places(self._offsets, self._data, lead_rank, self.order, new)
        moved = np.arange(before) + np.cumsum(np.bincount(places, minlength=before + 1))[:before]
        self.order = np.insert(self.order, places, new)
        self._rank = np.empty(len(self.order), np.int32)
        self._rank[self.order] = np.arange(len(self.order), dtype=np.int32)
        return self._rank[codes], moved.astype(np.int32)

    def _keep(self, names: pa.Array, lead: Codes) -> None:
        offsets, data = bytes_of(names)
        data = data[offsets[0] : offsets[-1]] if len(names) else data[:0]
        if self._used + len(data) > len(self._data):
            wider = np.empty(max(2 * len(self._data), self._used + len(data)), np.uint8)
            wider[: self._used] = self._data[: self._used]
            self._data = wider
        self._data[self._used : self._used + len(data)] = data
        self._offsets = np.r_[self._offsets, self._used + offsets[1:] - offsets[0]]
        self._used += len(data)
        self._lead_of = np.r_[self._lead_of, lead]

    def names(self, ranks: Codes) -> pa.Array:
        """The names of these ranks."""
        every = pa.LargeStringArray.from_buffers(
            len(self.order), pa.py_buffer(self._offsets), pa.py_buffer(self._data[: max(self._used, 1)])
        )
        return every.take(pa.array(self.order[ranks])).cast(pa.string())

    def lead_names(self, ranks: Codes) -> pa.Array:
        """The leads of these ranks."""
        rank, names = self.leads
        return names.take(pa.array(rank[self._lead_of[self.order[ranks]]]))


class Ranked:
    """Names (or their leads) by rank, looked up when they are asked for: what `Traces` asks of an Arrow array."""

    def __init__(self, order: Order, *, leads: bool = False) -> None:
        self._order = order
        self._leads = leads

    def __len__(self) -> int:
        return len(self._order)

    def take(self, ranks: Any) -> pa.Array:
        """The names of these ranks, an array of Arrow or numpy."""
        ranks = np.asarray(ranks).astype(np.int64)
        return self._order.lead_names(ranks) if self._leads else self._order.names(ranks)

    def __getitem__(self, rank: int) -> pa.Scalar:
        return self.take(np.array([rank]))[0]
