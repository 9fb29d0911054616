"""The network of a finding or a run as a page draws it: compact, with places, without a name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hustings.apps.findings.layout import SIDE, Int64s, layout

__all__ = ["MOST_ACTORS", "MOST_LINKS", "Drawn", "Tie", "drawn", "packed"]

MOST_ACTORS, MOST_LINKS = 10_000, 30_000


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """An actor in the picture: its number in the run, and what table and picture say of it."""

    number: int
    pseudonym: str
    platform: str
    score: float | None = None
    basis: str = ""
    acts: int = 0
    things: int = 0
    group: int = -1


@dataclass(frozen=True, kw_only=True)
class Tie:
    """A link in the picture, between numbers of actors; `chance` is the least of its p values."""

    a: int
    b: int
    acts: int
    traces: int
    chance: float


@dataclass(frozen=True, kw_only=True)
class Network:
    """What goes to the page, and how much of the whole it is."""

    actors: int
    links: int
    body: dict[str, Any] = field(repr=False)


def drawn(actors: Sequence[Drawn], ties: Sequence[Tie], **more: Any) -> Network:
    """Choose what can be drawn (the most linked actors, then the surest links), and give each a place.

    Gives    columns instead of rows: `actors` of numbers, names, places; `links` between places in those columns.
    """
    degree: dict[int, int] = {}
    for tie in ties:
        degree[tie.a] = degree.get(tie.a, 0) + 1
        degree[tie.b] = degree.get(tie.b, 0) + 1
    chosen = sorted(actors, key=lambda one: (-degree.get(one.number, 0), -one.acts, -(one.score or 0), one.pseudonym))[
        :MOST_ACTORS
    ]
    place = {one.number: at for at, one in enumerate(chosen)}
    held = sorted(
        (tie for tie in ties if tie.a in place and tie.b in place),
        key=lambda tie: (tie.chance, -tie.acts, -tie.traces, tie.a, tie.b),
    )[:MOST_LINKS]
    edges = np.array([[place[tie.a], place[tie.b]] for tie in held], np.int64).reshape(-1, 2)
    places = layout(len(chosen), np.concatenate([edges, together(chosen, edges)]))
    platforms = sorted({one.platform for one in chosen})
    bases = sorted({one.basis for one in chosen})
    body = {
        "side": SIDE,
        "platforms": platforms,
        "bases": bases,
        "actors_in_all": len(actors),
        "links_in_all": len(ties),
        "actors": {
            "number": [one.number for one in chosen],
            "name": [one.pseudonym for one in chosen],
            "platform": [platforms.index(one.platform) for one in chosen],
            "x": places[:, 0].tolist(),
            "y": places[:, 1].tolist(),
            "links": [degree.get(one.number, 0) for one in chosen],
            "score": [one.score for one in chosen],
            "basis": [bases.index(one.basis) for one in chosen],
            "acts": [one.acts for one in chosen],
            "things": [one.things for one in chosen],
            "group": [one.group for one in chosen],
        },
        "links": {
            "a": edges[:, 0].tolist(),
            "b": edges[:, 1].tolist(),
            "strength": [_strength(tie.chance) for tie in held],
            "acts": [tie.acts for tie in held],
            "traces": [tie.traces for tie in held],
        },
        **more,
    }
    return Network(actors=len(chosen), links=len(held), body=body)


def together(chosen: Sequence[Drawn], edges: Int64s) -> Int64s:
    """What keeps a group in one place though its drawn links leave it in parts; it is not drawn.

    The most linked actor of each part is tied to the most linked of its group.
    """
    group = np.array([one.group for one in chosen], np.int64)
    inside = edges[group[edges[:, 0]] == group[edges[:, 1]]]
    ones = np.ones(len(inside), np.int8)
    graph = coo_array((ones, (inside[:, 0], inside[:, 1])), shape=(len(chosen), len(chosen)))
    _, part = connected_components(graph, directed=False)
    first_of_group = {number: place for place, number in reversed(list(enumerate(group.tolist())))}
    first_of_part = {number: place for place, number in reversed(list(enumerate(part.tolist())))}
    ties = [
        (first_of_group[int(group[place])], place)
        for place in sorted(first_of_part.values())
        if first_of_group[int(group[place])] != place
    ]
    return np.array(ties, np.int64).reshape(-1, 2)


def packed(body: dict[str, Any]) -> bytes:
    """As it is kept and sent: JSON, gzip, equal bytes for equal pictures."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _strength(chance: float) -> int:
    """How heavy a line is: 1, 2 (one in a million) or 3 (one in a million million)."""
    return 1 + int(np.searchsorted([6, 12], -np.log10(max(chance, 1e-300)), side="right"))
