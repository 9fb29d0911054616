"""The network of a case as a page draws it: things with places, ties, and the rows of the table in step with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from hustings.apps.cases.whole.things import Ground, Thing, Whole
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
    degree = degrees(told)
    return sorted((Row(thing=thing, links=degree[thing.key]) for thing in told.things.values()), key=lambda row: (-row.links, row.thing.key))  # fmt: skip


def degrees(told: Whole) -> dict[tuple[str, str, str], int]:
    """To how many others each thing is tied."""
    beside: dict[tuple[str, str, str], set[tuple[str, str, str]]] = defaultdict(set)
    for tie in told.ties:
        beside[tie.a].add(tie.b)
        beside[tie.b].add(tie.a)
    return defaultdict(int, {key: len(others) for key, others in beside.items()})


def body(told: Whole) -> dict[str, Any]:
    """What goes to the picture: the most tied things, then the heaviest ties, each once, every thing with a place."""
    found = rows(told)
    chosen = found[:MOST_THINGS]
    place = {row.thing.key: at for at, row in enumerate(chosen)}
    one: dict[tuple[int, int], Ground] = {}
    in_all = set()
    for tie in told.ties:
        in_all.add((tie.a, tie.b) if tie.a < tie.b else (tie.b, tie.a))
        if tie.a not in place or tie.b not in place:
            continue
        a, b = sorted((place[tie.a], place[tie.b]))
        if (a, b) not in one or one[a, b].strength < tie.strength:
            one[a, b] = tie
    held = sorted(one.items(), key=lambda each: (-each[1].strength, each[0]))[:MOST_LINKS]
    edges = np.array([pair for pair, _ in held], np.int64).reshape(-1, 2)
    places = placed([row.thing for row in chosen], edges)
    kinds = sorted({row.thing.kind for row in chosen})
    return {
        "side": SIDE, "platforms": kinds, "actors_in_all": len(found), "links_in_all": len(in_all),
        "actors": {
            "number": [row.thing.number for row in chosen],
            "name": [row.thing.label for row in chosen],
            "platform": [kinds.index(row.thing.kind) for row in chosen],
            "x": [x for x, _ in places],
            "y": [y for _, y in places],
            "links": [row.links for row in chosen],
            "group": [-1] * len(chosen),
        },
        "links": {
            "a": edges[:, 0].tolist(),
            "b": edges[:, 1].tolist(),
            "strength": [tie.strength for _, tie in held],
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
