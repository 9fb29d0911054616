"""How far two people who look at the same things decide alike, beyond what chance would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

__all__ = ["alpha"]


def alpha(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Krippendorff's alpha for pairs of outcomes without an order.

    1 is full agreement, 0 what chance gives, below 0 less than that.

    Edges    None where there is no pair, or only one outcome was ever chosen: then nothing tells chance from agreement
    Limits   two people can agree and both be wrong
    Source   Krippendorff 2011, Computing Krippendorff's alpha-reliability, for two observers and nominal data
    """
    values = Counter(outcome for pair in pairs for outcome in pair)
    total = sum(values.values())
    if len(values) < 2:
        return None
    differing = sum(a != b for a, b in pairs)
    by_chance = sum(values[a] * values[b] for a in values for b in values if a != b)
    # Each pair stands in the table of coincidences twice, once in each order.
    return 1 - (total - 1) * 2 * differing / by_chance
