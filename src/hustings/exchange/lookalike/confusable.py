"""Whether two plain words are drawn alike: a table of letters taken for one another, and the alignment that uses it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hustings.screening.name_forms import SAME, letters

__all__ = ["Drawn", "coarse", "drawn_alike"]

# What is taken for one another at a glance. In any number, they leave a word looking as it did.
CLOSE = """
o 0 | l 1 | i 1 | i l | m rn | w vv | d cl | e 3 | a 4 | s 5 | t 7 | b 8 | g 9 | g q | z 2 | b 6 | i j | u v | k lc | m nn
"""
# What is taken for one another when read in haste. Of these, two kinds at most.
FAR = "b d | c e | m n | n r | h lh | b lb | d dl | 3 8 | 6 9 | y v | s z | h n | f t | l t"
MOST_FAR = 2
MOST_LONGER = 6  # letters, by which substitutions may lengthen a word
FOREVER = 1 << 20
# Further than the house's own groups (SAME): what is read alike only in haste. Letters first, so that what stands
# for a letter that is stood in for itself comes out the same.
COARSE = str.maketrans({"m": "n", "r": "n", "b": "d", "c": "e", "k": "ie"})
DRAWN_D = re.compile(r"ei|i*di*")
DRAWN_H = re.compile(r"i*h")
TWICE = re.compile(r"(.)\1+")
WIDEST = 3
# Around what differs, so much of what is equal may belong to a substitution.
AROUND = WIDEST - 1


class Drawn(NamedTuple):
    """How many kinds of close and of far substitutions make one word of another."""

    close: int
    far: int


def _table() -> dict[tuple[str, str], int]:
    """Pairs of spellings with what taking one for the other costs: 1 close, 2 far; both ways, and in two steps."""
    steps: dict[tuple[str, str], int] = {}
    for text, cost in ((CLOSE, 1), (FAR, 2)):
        for pair in text.split("|"):
            one, other = pair.split()
            steps[one, other] = steps[other, one] = cost
    table = dict(steps)
    for (one, other), cost in steps.items():
        for at in range(len(other)):
            for (inner, outer), more in steps.items():
                if not other.startswith(inner, at):
                    continue
                reached = other[:at] + outer + other[at + len(inner) :]
                if reached != one and len(reached) <= WIDEST:
                    # two steps on one spot are far, however close each is
                    table.setdefault((one, reached), 2 + (cost + more > 2))
                    table.setdefault((reached, one), 2 + (cost + more > 2))
    return table


TABLE = _table()
BY_START: dict[str, list[tuple[str, str, int]]] = {}
for (_one, _other), _cost in TABLE.items():
    BY_START.setdefault(_one[0] + _other[0], []).append((_one, _other, _cost))


@lru_cache(maxsize=1 << 14)
def drawn_alike(one: str, other: str) -> Drawn | None:
    """The kinds of substitutions that turn one plain word into the other; None where they are not drawn alike.

    Costs    the product of the lengths of what is left between equal starts and equal ends
    Limits   the alignment with the least cost is taken, which need not have the fewest kinds
    """
    if abs(len(one) - len(other)) > MOST_LONGER:
        return None
    one, other = _differing(one, other)
    wide, high = len(one), len(other)
    # cost, then how the last step was made
    best: list[list[int]] = [[FOREVER] * (high + 1) for _ in range(wide + 1)]
    came: dict[tuple[int, int], tuple[int, int, str, str, int]] = {}
    best[0][0] = 0
    for i in range(wide):
        for j in range(max(0, i - MOST_LONGER), min(high, i + MOST_LONGER + 1)):
            here = best[i][j]
            if here >= FOREVER:
                continue
            if one[i] == other[j] and here < best[i + 1][j + 1]:
                best[i + 1][j + 1] = here
                came[i + 1, j + 1] = (i, j, "", "", 0)
            for a, b, cost in BY_START.get(one[i] + other[j], ()):
                if one.startswith(a, i) and other.startswith(b, j):
                    at = (i + len(a), j + len(b))
                    if here + cost < best[at[0]][at[1]]:
                        best[at[0]][at[1]] = here + cost
                        came[at] = (i, j, a, b, cost)
    if best[wide][high] >= FOREVER:
        return None
    close: set[tuple[str, str]] = set()
    far: set[tuple[str, str]] = set()
    at = (wide, high)
    while at != (0, 0):
        i, j, a, b, cost = came[at]
        if cost:
            (close if cost == 1 else far).add((a, b))
        at = (i, j)
    return Drawn(len(close), len(far)) if len(far) <= MOST_FAR else None


def _differing(one: str, other: str) -> tuple[str, str]:
    """Both without most of what they have in common at the start and at the end."""
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    start, end = max(0, start - AROUND), max(0, end - AROUND)
    return one[start : len(one) - end], other[start : len(other) - end]


@lru_cache(maxsize=1 << 16)
def coarse(text: str) -> str:
    """A skeleton on which all words that are drawn alike, or nearly, fall together."""
    joined = TWICE.sub(r"\1", letters(text).translate(SAME).translate(COARSE))
    return TWICE.sub(r"\1", DRAWN_H.sub("h", DRAWN_D.sub("d", joined)))
