"""The network of a case as a page draws it: things with places, ties, and the rows of the table in step with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hustings.apps.cases.whole.things import Thing, Whole
from hustings.apps.findings.layout import SIDE, layout

__all__ = ["MOST_LINKS", "MOST_THINGS", "Row", "body", "rows"]

Int64s = npt.NDArray[np.int64]
MOST_THINGS, MOST_LINKS = 10_000, 30_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """A thing as the table shows it, with how many others it is tied to."""

    thing: Thing
    links: int


def rows(told: Whole) -> list[Row]:
    """Every thing, the most tied first."""
    return arranged(told)[0]


def arranged(told: Whole) -> tuple[list[Row], Int64s, Int64s]:
    """Every thing, the most tied first; each pair that is tied, by their places in that list; and its heaviest strength."""
    things = list(told.things.values())
    ends = np.array([told.a, told.b], np.int64).reshape(2, -1)
    between = ends[0] != ends[1]  # nothing is tied to itself
    ends, strength = ends[:, between], np.array(told.strength, np.int64)[between]
    coded = ends.min(axis=0) * len(things) + ends.max(axis=0)
    order = np.lexsort((-strength, coded))
    pairs, first = np.unique(coded[order], return_index=True)
    heaviest = strength[order][first]
    low, high = pairs // max(1, len(things)), pairs % max(1, len(things))
    links = np.bincount(np.concatenate([low, high]), minlength=len(things)).tolist()
    by = sorted(range(len(things)), key=lambda at: (-links[at], things[at].key))
    turn = np.empty(len(things), np.int64)
    turn[by] = np.arange(len(things))
    placed_pairs = np.sort(np.column_stack([turn[low], turn[high]]), axis=1)
    return [Row(thing=things[at], links=links[at]) for at in by], placed_pairs, heaviest


def body(told: Whole) -> dict[str, Any]:
    """What goes to the picture: the most tied things, then the heaviest ties, each once, every thing with a place."""
    found, pairs, strength = arranged(told)
    chosen = found[:MOST_THINGS]
    inside = pairs[:, 1] < len(chosen)
    held, heavy = pairs[inside], strength[inside]
    order = np.lexsort((held[:, 1], held[:, 0], -heavy))[:MOST_LINKS]
    edges, heavy = held[order], heavy[order]
    places = placed([row.thing for row in chosen], edges)
    kinds = sorted({row.thing.kind for row in chosen})
    place_of = {kind: at for at, kind in enumerate(kinds)}
    return {
        "side": SIDE, "platforms": kinds, "actors_in_all": len(found), "links_in_all": len(pairs),
        "actors": {
            "number": [row.thing.number for row in chosen],
            "name": [row.thing.label for row in chosen],
            "platform": [place_of[row.thing.kind] for row in chosen],
            "x": [x for x, _ in places],
            "y": [y for _, y in places],
            "links": [row.links for row in chosen],
            "group": [-1] * len(chosen),
        },
        "links": {
            "a": edges[:, 0].tolist(),
            "b": edges[:, 1].tolist(),
            "strength": np.maximum(heavy, 1).tolist(),
        },
    }  # fmt: skip


def placed(things: list[Thing], edges: Int64s) -> list[tuple[int, int]]:
    """Where each stands: all laid out together while they are few; beside what findings were drawn with, where there are many."""
    drawn = [at for at, thing in enumerate(things) if thing.at is not None]
    if len(things) < 2_000 or len(drawn) < len(things) // 2:
        return [(int(x), int(y)) for x, y in layout(len(things), edges)]
    # The actors of a large finding keep the places they were given when it was loaded; the rest stands to the right of them.
    rest = [at for at, thing in enumerate(things) if thing.at is None]
    new = np.full(len(things), -1, np.int64)
    new[rest] = np.arange(len(rest))
    ends = new[edges]
    inside = ends[(ends >= 0).all(axis=1)]
    beside = layout(len(rest), inside)
    places: list[tuple[int, int]] = [(0, 0)] * len(things)
    for at in drawn:
        places[at] = things[at].at or (0, 0)
    for at, (x, y) in zip(rest, beside.tolist(), strict=True):
        places[at] = (SIDE + SIDE // 10 + int(x) // 3, int(y))
    return places
