"""Names as numbers: equal strings get equal codes, and codes can be put in the order of their bytes.

Columns of names are read as Arrow holds them (offsets and bytes), hashed to 128 bits and looked up in
one table, so that no Python object is made per name. Two different names that agree in all 128 bits are
not to be expected in any number of names that fits a disk (about 10^-24 for 50 million).
"""

__all__ = ["Dictionary", "bytes_of", "byte_order", "hashes", "seeds"]

from typing import Any

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Bytes, Codes, Hashes, Int64s, compiled, load4, load8
from hustings.detection.radix import radix_order


@compiled
def _mixed(h: Any) -> Any:
    """Spread every bit of a 64-bit word over all others (the finaliser of MurmurHash3, public domain)."""
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xC4CEB9FE1A85EC53)
    h ^= h >> np.uint64(33)
    return h


@compiled
def _hash(offsets: Int64s, data: Bytes, lead: Codes, seed: Hashes, both: bool, one: Hashes, two: Hashes) -> None:
    """Hash each string to one 64-bit word, or to two that were mixed differently."""
    for row in range(len(one)):
        start, end = offsets[row], offsets[row + 1]
        length = end - start
        h = seed[lead[row]] ^ (np.uint64(length) * np.uint64(0x9E3779B97F4A7C15))
        g = h + np.uint64(0xD6E8FEB86659FD93)
        if length >= 8:
            at = start
            while at + 8 < end:
                word = load8(data, at)
                h = (h ^ word) * np.uint64(0x9FB21C651E98DF25)
                h ^= h >> np.uint64(32)
                if both:
                    g = (g + word) * np.uint64(0xA0761D6478BD642F)
                    g ^= g >> np.uint64(29)
                at += 8
            word = load8(data, end - 8)
        elif length >= 4:
            word = load4(data, start) | (load4(data, end - 4) << np.uint64(32))
        else:
            word = np.uint64(0)
            for at in range(start, end):
                word = (word << np.uint64(8)) | np.uint64(data[at])
        one[row] = _mixed((h ^ word) * np.uint64(0x9FB21C651E98DF25))
        if both:
            two[row] = _mixed((g + word) * np.uint64(0xA0761D6478BD642F))


@compiled
def _by_region(one: Hashes) -> Codes:
    """Rows in the order of the top bits of their hashes, so that look-ups walk the table once."""
    starts = np.zeros(257, np.int64)
    for row in range(len(one)):
        starts[(one[row] >> np.uint64(56)) + np.uint64(1)] += 1
    for k in range(256):
        starts[k + 1] += starts[k]
    order = np.empty(len(one), np.int32)
    for row in range(len(one)):
        region = one[row] >> np.uint64(56)
        order[starts[region]] = row
        starts[region] += 1
    return order


@compiled
def _look_up(
    one: Hashes, two: Hashes, order: Codes, keys: Hashes, held: Codes, count: int, codes: Codes, new: Codes
) -> int:
    """Code each row, adding the names that are new to a table with room for them; give how many were."""
    size = len(held)
    shift = np.uint64(64)
    while (1 << (64 - int(shift))) < size:
        shift -= np.uint64(1)
    fresh = 0
    for row in order:
        slot: Any = np.int64(one[row] >> shift)
        while held[slot] >= 0 and (keys[slot, 0] != one[row] or keys[slot, 1] != two[row]):
            slot = slot + 1 if slot + 1 < size else 0
        if held[slot] < 0:
            keys[slot, 0], keys[slot, 1] = one[row], two[row]
            held[slot] = count + fresh
            new[fresh] = row
            fresh += 1
        codes[row] = held[slot]
    return fresh


@compiled
def _grow(keys: Hashes, held: Codes, wider_keys: Hashes, wider: Codes) -> None:
    """Move every name to a table of another size."""
    size = len(wider)
    shift = np.uint64(64)
    while (1 << (64 - int(shift))) < size:
        shift -= np.uint64(1)
    for old in range(len(held)):
        if held[old] >= 0:
            slot: Any = np.int64(keys[old, 0] >> shift)
            while wider[slot] >= 0:
                slot = slot + 1 if slot + 1 < size else 0
            wider[slot] = held[old]
            wider_keys[slot, 0], wider_keys[slot, 1] = keys[old, 0], keys[old, 1]


def bytes_of(names: pa.Array) -> tuple[Int64s, Bytes]:
    """Offsets (one more than names) and bytes of an Arrow array of strings without nulls."""
    buffers = names.buffers()
    width = np.int64 if pa.types.is_large_string(names.type) else np.int32
    offsets = np.frombuffer(buffers[1], width, len(names) + 1, names.offset * np.dtype(width).itemsize)
    data = np.frombuffer(buffers[2], np.uint8) if buffers[2] is not None else np.empty(0, np.uint8)
    return offsets.astype(np.int64), data


def seeds(names: list[str]) -> Hashes:
    """A 64-bit word per name, to start the hashes of what belongs to it."""
    text = pa.array(names, pa.string())
    return hashes(text, np.zeros(len(text), np.int32), np.ones(1, np.uint64))


def hashes(names: pa.Array, lead: Codes, seed: Hashes) -> Hashes:
    """One 64-bit word per string, started from the seed of its lead."""
    offsets, data = bytes_of(names)
    one = np.empty(len(names), np.uint64)
    _hash(offsets, data, lead, seed, False, one, one)
    return one


class Dictionary:
    """Gives each (lead, name) a code, in order of first sight, batch after batch; names are kept once."""

    def __init__(self) -> None:
        self.count = 0
        self._keys = np.empty((1 << 12, 2), np.uint64)
        self._held = np.full(1 << 12, -1, np.int32)
        self._names: list[pa.Array] = []
        self._leads: list[Codes] = []

    def codes(self, names: pa.Array, lead: Codes, seed: Hashes) -> Codes:
        """Codes of a batch of strings (no nulls); `lead` and its `seed` say what each belongs to."""
        codes, new = self.looked_up(names, lead, seed)
        if len(new):
            self._names.append(names.take(pa.array(new)))
            self._leads.append(lead[new])
        return codes

    def looked_up(self, names: pa.Array, lead: Codes, seed: Hashes) -> tuple[Codes, Codes]:
        """Codes of a batch, and where each new name stands first, in the order of the new codes; keeps no name."""
        offsets, data = bytes_of(names)
        one, two = np.empty(len(names), np.uint64), np.empty(len(names), np.uint64)
        _hash(offsets, data, lead, seed, True, one, two)
        self._make_room(len(names))
        codes, new = np.empty(len(names), np.int32), np.empty(len(names), np.int32)
        fresh = _look_up(one, two, _by_region(one), self._keys, self._held, self.count, codes, new)
        self.count += fresh
        return codes, new[:fresh]

    def _make_room(self, more: int) -> None:
        # Before the look-ups, not among them: they come in the order of the table, so a table that
        # grew as it filled would be crowded in front and empty behind.
        size = len(self._held)
        while size * 2 < 3 * (self.count + more):
            size *= 2
        if size > len(self._held):
            keys, held = np.empty((size, 2), np.uint64), np.full(size, -1, np.int32)
            _grow(self._keys, self._held, keys, held)
            self._keys, self._held = keys, held

    def as_seen(self) -> tuple[pa.Array, Codes]:
        """Name and lead of each code, in order of first sight."""
        names = pa.chunked_array(self._names).cast(pa.large_string()).combine_chunks()
        return names, np.concatenate(self._leads)

    def in_byte_order(self, lead_rank: Codes) -> tuple[Codes, Codes, pa.Array]:
        """Rank per code, then lead and name per rank: by rank of the lead, then by the name's bytes."""
        if not self._names:
            return np.empty(0, np.int32), np.empty(0, np.int32), pa.array([], pa.string())
        self._keys, self._held = np.empty((0, 2), np.uint64), np.empty(0, np.int32)
        names = pa.chunked_array(self._names).cast(pa.large_string()).combine_chunks()
        leads = np.concatenate(self._leads)
        order = byte_order(names, lead_rank[leads])
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        return rank, leads[order], _narrow(names.take(pa.array(order)))


def _narrow(names: pa.Array) -> pa.Array:
    """As plain strings where they fit (2 GiB), which most readers know better."""
    return names.cast(pa.string()) if names.nbytes < 2**31 - 2**20 else names


@compiled
def _chunk(offsets: Int64s, data: Bytes, order: Codes, low: int, high: int, depth: int, keys: Hashes) -> None:
    """Seven bytes from `depth` on, and how many there were: their order is the order of the strings."""
    for k in range(low, high):
        start = offsets[order[k]] + depth
        end = offsets[order[k] + 1]
        key = np.uint64(0)
        for b in range(7):
            key = (key << np.uint64(8)) | (np.uint64(data[start + b]) if start + b < end else np.uint64(0))
        keys[k] = (key << np.uint64(8)) | np.uint64(min(end - start, 8))


@compiled
def _before(offsets: Int64s, data: Bytes, one: int, two: int, depth: int) -> bool:
    """Whether string `one` comes before string `two`, equal up to `depth`."""
    a, b = offsets[one] + depth, offsets[two] + depth
    while a < offsets[one + 1] and b < offsets[two + 1]:
        if data[a] != data[b]:
            return data[a] < data[b]
        a += 1
        b += 1
    return b < offsets[two + 1]


@compiled
def _common(offsets: Int64s, data: Bytes) -> int:
    """How many leading bytes all strings share."""
    first, length = offsets[0], offsets[1] - offsets[0]
    for k in range(1, len(offsets) - 1):
        length = min(length, offsets[k + 1] - offsets[k])
        for b in range(length):
            if data[offsets[k] + b] != data[first + b]:
                length = b
                break
        if length == 0:
            break
    return length


@compiled
def _sort(offsets: Int64s, data: Bytes, order: Codes, limits: Int64s, depth: int) -> None:
    """Put each stretch of `order` between two limits in the order of its strings' bytes."""
    keys = np.empty(len(order), np.uint64)
    lows, highs, depths = [limits[0]], [limits[0]], [depth]
    for k in range(len(limits) - 1):
        lows.append(limits[k])
        highs.append(limits[k + 1])
        depths.append(depth)
    while len(lows) > 0:
        low, high, deep = lows.pop(), highs.pop(), depths.pop()
        if high - low <= 12:
            for k in range(low + 1, high):
                one = order[k]
                m = k
                while m > low and _before(offsets, data, one, order[m - 1], deep):
                    order[m] = order[m - 1]
                    m -= 1
                order[m] = one
            continue
        _chunk(offsets, data, order, low, high, deep, keys)
        by_key = radix_order(keys[low:high])
        moved_order, moved_keys = order[low:high][by_key], keys[low:high][by_key]
        order[low:high] = moved_order
        run = 0
        for k in range(1, high - low + 1):
            if k == high - low or moved_keys[k] != moved_keys[run]:
                # Keys that say "seven bytes and the end" belong to one string only.
                if k - run > 1 and moved_keys[run] & np.uint64(255) == np.uint64(8):
                    lows.append(low + run)
                    highs.append(low + k)
                    depths.append(deep + 7)
                run = k


def byte_order(names: pa.Array, lead: Codes) -> Codes:
    """Positions of distinct strings sorted by `lead`, then by their bytes (a prefix comes first)."""
    if len(names) == 0:
        return np.empty(0, np.int32)
    offsets, data = bytes_of(names)
    order = radix_order(lead.astype(np.uint64))
    limits = np.append(np.flatnonzero(np.diff(lead[order], prepend=-1)), len(order)).astype(np.int64)
    _sort(offsets, data, order, limits, _common(offsets, data))
    return order
