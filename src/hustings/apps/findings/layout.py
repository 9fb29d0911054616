"""Where actors stand in a large network picture: linked ones close, groups beside each other; the same each time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

__all__ = ["SIDE", "layout"]

Int64s = NDArray[np.int64]
Floats = NDArray[np.float64]

# Places are whole points of a square this wide.
SIDE = 10_000
PIVOTS, STEPS = 24, 120
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def layout(actors: int, edges: Int64s) -> Int64s:
    """A place for each actor, in whole points from 0 to SIDE.

    Reads    edges: one row per link, two columns with the numbers of its actors.
    Gives    one row (x, y) per actor. Actors who are not tied to each other, however far around, stand in separate
             rounds, the largest first, from the upper left in rows.
    Edges    equal input gives equal places on one machine; another processor may round the last point otherwise.
    Costs    10,000 actors and 30,000 links in about a second; grows with actors, links and the log of both.
    Source   starts from distances to a few far-apart actors (Brandes and Pich 2006, doi:10.1007/978-3-540-70904-6_6),
             then the springs of Fruchterman and Reingold 1991, doi:10.1002/spe.4380211102, where actors push only
             those in their own and the eight neighbouring squares of a grid.
    """
    if actors == 0:
        return np.empty((0, 2), np.int64)
    links = edges.reshape(-1, 2)
    links = links[links[:, 0] != links[:, 1]]
    ones = np.ones(len(links), np.float64)
    graph = coo_array((ones, (links[:, 0], links[:, 1])), shape=(actors, actors)).tocsr()
    graph = csr_array(graph + graph.T)
    count, part = connected_components(graph, directed=False)
    order = np.argsort(part, kind="stable")
    sizes = np.bincount(part, minlength=count)
    ends = np.cumsum(sizes)
    at = np.zeros((actors, 2))
    place = np.empty(actors, np.int64)  # of an actor within its part
    for end, size in zip(ends.tolist(), sizes.tolist(), strict=True):
        place[order[end - size : end]] = np.arange(size)
    # The links sorted by part, so that each part takes its own without looking at all.
    of_link = part[links[:, 0]] if len(links) else np.empty(0, part.dtype)
    sorted_links = place[links[np.argsort(of_link, kind="stable")]]
    link_ends = np.cumsum(np.bincount(of_link, minlength=count))
    starts = np.r_[0, link_ends[:-1]]
    for number, (end, size) in enumerate(zip(ends.tolist(), sizes.tolist(), strict=True)):
        members = order[end - size : end]
        at[members] = _one(graph, members, sorted_links[starts[number] : link_ends[number]])
    centre, radius = _packed(sizes)
    at = at * radius[part][:, None] + centre[part]
    low, high = at.min(axis=0), at.max(axis=0)
    span = max(float((high - low).max()), 1e-9)
    middle = (low + high) / 2
    return np.rint((at - middle) / span * SIDE + SIDE / 2).astype(np.int64)


def _one(graph: csr_array, members: Int64s, links: Int64s) -> Floats:
    """One part, within a round of radius 1."""
    size = len(members)
    if size == 1:
        return np.zeros((1, 2))
    if size == 2:
        return np.array([[-0.7, 0.0], [0.7, 0.0]])
    start = _spiral(size) if size < 8 else _by_distance(graph[members][:, members], size)
    from hustings.apps.findings.springs import (
        settle,  # compiled code takes a second to import, and most pages draw nothing
    )

    held = settle(start, np.ascontiguousarray(links), np.sqrt(1 / size), STEPS)
    held = held - held.mean(axis=0)
    return held / max(float(np.hypot(held[:, 0], held[:, 1]).max()), 1e-9)


def _spiral(size: int) -> Floats:
    order = np.arange(size)
    radius = np.sqrt((order + 0.5) / size)
    return np.column_stack([radius * np.cos(order * GOLDEN_ANGLE), radius * np.sin(order * GOLDEN_ANGLE)])


def _by_distance(graph: csr_array, size: int) -> Floats:
    """Places from the distances to a few actors, each as far as can be from those before it."""
    far = np.full(size, np.inf)
    pivot = int(np.argmax(np.diff(graph.indptr)))
    rows = []
    for _ in range(min(PIVOTS, size)):
        steps = dijkstra(graph, directed=False, indices=pivot, unweighted=True)
        rows.append(steps)
        far = np.minimum(far, steps)
        pivot = int(np.argmax(far))
    squares = np.array(rows).T ** 2
    centred = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean())
    values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, np.argsort(-values)[:2]]
    # Which end of an axis is up is chance; the largest entry is made to point one way.
    axes = axes * np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(axes.shape[1])])
    at = centred @ axes
    spread = np.maximum(np.abs(at).max(axis=0), 1e-9)
    # Actors at equal distances from everything would stand on one point and could never part.
    return at / spread + 0.05 * _spiral(size)


def _packed(sizes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Rounds beside each other in rows, the largest first; each as wide as the root of its actors."""
    radius = np.sqrt(sizes) * 1.0
    centre = np.zeros((len(sizes), 2))
    gap = 1.6
    across = max(float(np.sqrt((2 * radius + gap).__pow__(2).sum()) * 1.05), float(2 * radius.max() + gap))
    x = y = row = 0.0
    for number in np.argsort(-sizes, kind="stable").tolist():
        width = 2 * radius[number] + gap
        if x + width > across and x > 0:
            x, y, row = 0.0, y + row, 0.0
        centre[number] = x + width / 2, y + width / 2
        x, row = x + width, max(row, width)
    return centre, radius
