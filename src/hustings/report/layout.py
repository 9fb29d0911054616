"""Where actors stand in a network picture: close when linked, apart when not; the same each time."""

__all__ = ["places"]

import numpy as np
from numpy.typing import NDArray

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
STEPS = 160


def places(
    actors: int, edges: NDArray[np.int64], *, width: int = 640, height: int = 400, margin: int = 28
) -> list[tuple[int, int]]:
    """Give each actor a place in whole points of a picture of `width` by `height`.

    Reads    edges: one row per link, two columns with the numbers of its actors.
    Gives    (x, y) per actor; nobody is left out, and the picture is filled.
    Edges    one actor stands in the middle; actors without links stand around the rest.
    Costs    grows with the square of the actors; meant for some hundreds.
    Source   the springs of Fruchterman and Reingold 1991, doi:10.1002/spe.4380211102, begun on a
             sunflower spiral instead of at random, with a weak pull to the middle.
    """
    if actors == 0:
        return []
    order = np.arange(actors)
    radius = np.sqrt((order + 0.5) / actors)
    at = np.column_stack([radius * np.cos(order * GOLDEN_ANGLE), radius * np.sin(order * GOLDEN_ANGLE)])
    ideal = np.sqrt(1 / actors)
    # A group in which everybody is linked would fall into a point: the pull is shared out.
    share = _share(actors, edges)[:, None]
    for step in range(STEPS if len(edges) else 0):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-3)
        push = (apart * (ideal**2 / distance**2)[..., None]).sum(axis=1)
        along = at[edges[:, 0]] - at[edges[:, 1]]
        pull = along * (np.hypot(along[:, 0], along[:, 1]) / ideal)[:, None] * share
        np.add.at(push, edges[:, 0], -pull)
        np.add.at(push, edges[:, 1], pull)
        push -= 0.3 * at
        length = np.maximum(np.hypot(push[:, 0], push[:, 1]), 1e-9)
        at = at + push / length[:, None] * np.minimum(length, 0.12 * (1 - step / STEPS))[:, None]
    return _fitted(at, width, height, margin)


def _share(actors: int, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    links = np.bincount(edges.ravel(), minlength=actors)
    return 1 / np.sqrt(links[edges[:, 0]] * links[edges[:, 1]])


def _fitted(at: NDArray[np.float64], width: int, height: int, margin: int) -> list[tuple[int, int]]:
    low, high = at.min(axis=0), at.max(axis=0)
    span = np.where(high - low < 1e-6, 1, high - low)
    share = np.where(high - low < 1e-6, 0.5, (at - low) / span)
    room = np.array([width - 2 * margin, height - 2 * margin])
    return [(int(x), int(y)) for x, y in np.rint(margin + share * room)]
