"""Where actors stand in a large network picture: linked ones close, groups beside each other; the same each time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from hustings.detection.compiled import Floats, Int64s, compiled

__all__ = ["SIDE", "layout"]

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
    held = _settle(start, np.ascontiguousarray(links), np.sqrt(1 / size), STEPS)
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


@compiled
def _settle(start: Floats, links: Int64s, ideal: float, steps: int) -> Floats:
    """Springs along links, pushes between neighbours, a weak pull to the middle, ever shorter steps."""
    size = len(start)
    at = start.copy()
    degree = np.zeros(size, np.int64)
    for n in range(len(links)):
        degree[links[n, 0]] += 1
        degree[links[n, 1]] += 1
    for step in range(steps):
        move = np.zeros((size, 2))
        reach = 2.5 * ideal
        low_x, low_y = at[:, 0].min(), at[:, 1].min()
        wide = min(int((at[:, 0].max() - low_x) / reach) + 1, 2000)
        high = min(int((at[:, 1].max() - low_y) / reach) + 1, 2000)
        first = np.full(wide * high, -1, np.int64)
        after = np.full(size, -1, np.int64)
        for n in range(size):
            column = min(int((at[n, 0] - low_x) / reach), wide - 1)
            row = min(int((at[n, 1] - low_y) / reach), high - 1)
            after[n] = first[row * wide + column]
            first[row * wide + column] = n
        for n in range(size):
            column = min(int((at[n, 0] - low_x) / reach), wide - 1)
            row = min(int((at[n, 1] - low_y) / reach), high - 1)
            for near_row in range(max(row - 1, 0), min(row + 2, high)):
                for near_column in range(max(column - 1, 0), min(column + 2, wide)):
                    other = first[near_row * wide + near_column]
                    while other >= 0:
                        if other != n:
                            dx, dy = at[n, 0] - at[other, 0], at[n, 1] - at[other, 1]
                            square = max(dx * dx + dy * dy, 1e-8)
                            if square < reach * reach:
                                push = ideal * ideal / square
                                move[n, 0] += dx * push
                                move[n, 1] += dy * push
                        other = after[other]
        for n in range(len(links)):
            a, b = links[n, 0], links[n, 1]
            dx, dy = at[a, 0] - at[b, 0], at[a, 1] - at[b, 1]
            # Where everybody is linked to everybody the group would fall into a point: the pull is shared out.
            pull = np.sqrt(dx * dx + dy * dy) / ideal / np.sqrt(degree[a] * degree[b])
            move[a, 0] -= dx * pull
            move[a, 1] -= dy * pull
            move[b, 0] += dx * pull
            move[b, 1] += dy * pull
        longest = 0.1 * (1 - step / steps)
        for n in range(size):
            x, y = move[n, 0] - 0.3 * ideal * at[n, 0], move[n, 1] - 0.3 * ideal * at[n, 1]
            length = max(np.sqrt(x * x + y * y), 1e-12)
            share = min(length, longest) / length
            at[n, 0] += x * share
            at[n, 1] += y * share
    return at


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
