"""The table of links as a file: who each link is between, by name, and how Parquet is told to keep it."""

__all__ = ["CODED", "ROW_GROUP", "SCHEMA", "WRITING", "LinkNames", "one_name_each"]

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Int64s
from hustings.detection.names import Dictionary

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("kind", "platform_a", "actor_a", "platform_b", "actor_b")),
        *((name, pa.int64()) for name in ("pairs", "traces", "contents_a", "contents_b")),
        ("median_gap_s", pa.float64()),
    ]
)
# How the columns are handed to the writer: names as codes; in the file they are plain strings.
CODED = pa.schema(
    [pa.field(f.name, pa.dictionary(pa.int32(), f.type)) if pa.types.is_string(f.type) else f for f in SCHEMA]
)
# Links in a row group.
ROW_GROUP = 1 << 20
# Statistics of names that jump about cost a third of the writing and let no reader skip a row group.
WRITING = {
    "compression": "zstd",
    "compression_level": 1,
    "store_schema": False,
    "write_statistics": [name for name in SCHEMA.names if name not in {"platform_b", "actor_b"}],
    "dictionary_pagesize_limit": 1 << 26,
    "use_dictionary": True,
}


@dataclass(frozen=True, kw_only=True)
class LinkNames:
    """What the key of a link stands for: kind, first actor and second, by their ranks.

    kinds, platforms   names in order
    platform           of each actor, the rank of its platform
    name, names        of each actor, the place of its name among the different names
    """

    kinds: pa.Array
    platforms: pa.Array
    platform: Codes
    name: Codes
    names: pa.Array

    @property
    def actors(self) -> int:
        """How many actors there are."""
        return len(self.name)

    @property
    def bits(self) -> int:
        """Bits of an actor's rank in the key of a pair."""
        return max(1, (self.actors - 1).bit_length())

    def table(self, keys: Int64s, counts: Iterable[Int64s], median: np.ndarray) -> tuple[pa.Table, Int64s]:
        """Links with the names of their kinds and actors, and the kind of each."""
        b = (keys & ((1 << self.bits) - 1)).astype(np.int32)
        kind, a = np.divmod(keys >> self.bits, self.actors)
        a = a.astype(np.int32)
        columns = [_coded(kind, self.kinds)]
        for side in (a, b):
            columns.append(_coded(self.platform[side], self.platforms))
            columns.append(_coded(self.name[side], self.names))
        columns += [pa.array(count) for count in counts]
        columns.append(pa.array(median))
        return pa.table(columns, schema=CODED), kind


def one_name_each(names: pa.Array) -> tuple[pa.Array, Codes]:
    """The different names in byte order, and the place of each: the writer wants no name twice."""
    different = Dictionary()
    codes = different.codes(names, np.zeros(len(names), np.int32), np.ones(1, np.uint64))
    rank, _, in_order = different.in_byte_order(np.zeros(1, np.int32))
    return in_order, rank[codes]


def _coded(codes: Codes, names: pa.Array) -> pa.DictionaryArray:
    """A column of names as codes into those that occur in it, in the order of their bytes."""
    seen = np.zeros(len(names), bool)
    seen[codes] = True
    used = np.flatnonzero(seen).astype(np.int32)
    place = np.empty(len(names), np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(place[codes]), names.take(pa.array(used)).cast(pa.string()))
