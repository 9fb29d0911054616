"""The order of whole numbers without comparing them: one pass per eleven bits that differ."""

__all__ = ["by_code", "radix_order"]

import numpy as np

from hustings.detection.compiled import Codes, Hashes, Int64s, compiled


@compiled
def radix_order(keys: Hashes) -> Codes:
    """Positions of `keys` in rising order; equal keys keep their order. At most 2^31 - 1 keys."""
    n = len(keys)
    order = np.arange(n).astype(np.int32)
    if n < 2:
        return order
    differ = np.uint64(0)
    for k in range(1, n):
        differ |= keys[k] ^ keys[0]
    if n <= 64:
        for k in range(1, n):
            one = order[k]
            m = k
            while m > 0 and keys[one] < keys[order[m - 1]]:
                order[m] = order[m - 1]
                m -= 1
            order[m] = one
        return order
    now, then, moved = keys.copy(), np.empty(n, np.uint64), np.empty(n, np.int32)
    starts = np.empty(2049, np.int64)
    for shift in range(0, 64, 11):
        if (differ >> np.uint64(shift)) & np.uint64(2047) == np.uint64(0):
            continue
        starts[:] = 0
        for k in range(n):
            starts[((now[k] >> np.uint64(shift)) & np.uint64(2047)) + np.uint64(1)] += 1
        for d in range(2048):
            starts[d + 1] += starts[d]
        for k in range(n):
            digit = (now[k] >> np.uint64(shift)) & np.uint64(2047)
            place = starts[digit]
            starts[digit] += 1
            then[place] = now[k]
            moved[place] = order[k]
        now, then = then, now
        order, moved = moved, order
    return order


@compiled
def by_code(codes: Codes, count: int) -> tuple[Codes, Int64s]:
    """Positions by code, equal codes in their order, and where each code begins."""
    start = np.zeros(count + 1, np.int64)
    for code in codes:
        start[code + 1] += 1
    for code in range(count):
        start[code + 1] += start[code]
    place = start[:-1].copy()
    rows = np.empty(len(codes), np.int32)
    for row in range(len(codes)):
        rows[place[codes[row]]] = row
        place[codes[row]] += 1
    return rows, start
