"""The network of a case as a page draws it: things with places, ties, and the rows of the table in step with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hustings.apps.cases.whole.things import Thing, Whole
from hustings.apps.findings.layout import SIDE, layout

__all__ = ["MOST_LINKS", "MOST_THINGS", "Row", "body", "rows"]

MOST_THINGS, MOST_LINKS = 10_000, 30_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """A thing as the table shows it, with how many others it is tied to."""

    thing: Thing
    links: int


def rows(told: Whole) -> list[Row]:
    """Every thing, the most tied first."""
    return arranged(told)[0]


def arranged(told: Whole) -> tuple[list[Row], dict[tuple[int, int], int]]:
    """Every thing, the most tied first; and each pair that is tied, by their places in that list, with its heaviest strength."""
    number = {key: at for at, key in enumerate(told.things)}
    heaviest: dict[tuple[int, int], int] = {}
    for tie in told.ties:
        a, b = number[tie.a], number[tie.b]
        pair = (a, b) if a < b else (b, a)
        if heaviest.get(pair, -1) < tie.strength:
            heaviest[pair] = tie.strength
    links = [0] * len(number)
    for a, b in heaviest:
        links[a] += 1
        links[b] += 1
    found = [Row(thing=thing, links=links[at]) for at, thing in enumerate(told.things.values())]
    order = sorted(range(len(found)), key=lambda at: (-links[at], found[at].thing.key))
    place = {at: turn for turn, at in enumerate(order)}
    pairs = {(min(place[a], place[b]), max(place[a], place[b])): strength for (a, b), strength in heaviest.items()}
    return [found[at] for at in order], pairs


def body(told: Whole) -> dict[str, Any]:
    """What goes to the picture: the most tied things, then the heaviest ties, each once, every thing with a place."""
    found, pairs = arranged(told)
    chosen = found[:MOST_THINGS]
    inside = [(pair, strength) for pair, strength in pairs.items() if pair[1] < len(chosen)]
    held = sorted(inside, key=lambda each: (-each[1], each[0]))[:MOST_LINKS]
    edges = np.array([pair for pair, _ in held], np.int64).reshape(-1, 2)
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
            "strength": [max(1, strength) for _, strength in held],
        },
    }  # fmt: skip


def placed(things: list[Thing], edges: Any) -> list[tuple[int, int]]:
    """Where each stands: all laid out together while they are few; beside what findings were drawn with, where there are many."""
    drawn = [at for at, thing in enumerate(things) if thing.at is not None]
    if len(things) < 2_000 or len(drawn) < len(things) // 2:
        return [(int(x), int(y)) for x, y in layout(len(things), edges)]
    # The actors of a large finding keep the places they were given when it was loaded; the rest stands to the right of them.
    rest = [at for at, thing in enumerate(things) if thing.at is None]
    new = {at: number for number, at in enumerate(rest)}
    inside = np.array([(new[a], new[b]) for a, b in edges.tolist() if a in new and b in new], np.int64).reshape(-1, 2)
    beside = layout(len(rest), inside)
    places: list[tuple[int, int]] = [(0, 0)] * len(things)
    for at in drawn:
        places[at] = things[at].at or (0, 0)
    for at, (x, y) in zip(rest, beside.tolist(), strict=True):
        places[at] = (SIDE + SIDE // 10 + int(x) // 3, int(y))
    return places
