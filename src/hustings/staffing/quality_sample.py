"""Which decisions are looked at again: how many it takes, how they are shared out among strata, and the draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TypeVar

import numpy as np
from scipy.special import ndtri

__all__ = ["answer_of", "draw", "looks_needed", "shared_out"]

Name = TypeVar("Name")
Key = TypeVar("Key")


def looks_needed(share: float, within: float, *, of: int | None = None, confidence: float = 0.95) -> int:
    """How many looks tell a share to within so much either way.

    of       the decisions there are: of few it takes fewer
    Limits   for a simple sample; strata looked at out of proportion take more
    """
    z = round(float(ndtri(0.5 + confidence / 2)), 2)  # 1.96, as in the tables that people check this against
    many = z * z * share * (1 - share) / within**2
    if of is not None:
        many = many / (1 + (many - 1) / of) if of else 0.0
    return ceil(many - 1e-9)


def shared_out(sizes: Mapping[Name, int], looks: int, *, least: int = 1) -> dict[Name, int]:
    """How many looks each stratum gets: `least` of each while they last, the rest in proportion to its size.

    Edges    no stratum gets more than it has; with fewer looks than strata the largest get one each
    """
    names = sorted(sizes, key=lambda name: (-sizes[name], str(name)))
    given = dict.fromkeys(names, 0)
    left = min(looks, sum(sizes.values()))
    for turn in range(least):
        for name in names:
            if left and sizes[name] > turn:
                given[name] += 1
                left -= 1
    while left:
        room = {name: sizes[name] - given[name] for name in names if sizes[name] > given[name]}
        total = sum(sizes[name] for name in room)
        # What is missing to a share in proportion; what was given before counts toward it.
        whole = sum(given[name] for name in room) + left
        lacks = {name: min(max(whole * sizes[name] / total - given[name], 0.0), room[name]) for name in room}
        step = min(1.0, left / sum(lacks.values())) if sum(lacks.values()) > 0 else 0.0
        shares = {name: int(lacks[name] * step) for name in room}
        if sum(shares.values()) == 0:
            ranked = sorted(room, key=lambda name: (-(lacks[name] % 1 or lacks[name]), -sizes[name], str(name)))
            for name in ranked[:left]:
                shares[name] = 1
        for name, more in shares.items():
            given[name] += more
            left -= more
    return given


def draw(members: Mapping[Name, Sequence[Key]], looks: Mapping[Name, int], *, seed: int) -> list[tuple[Name, Key]]:
    """The members that are looked at again, drawn without being put back.

    The same members, looks and seed give the same draw, whatever order they come in: an auditor can repeat it.
    """
    chosen = []
    generator = np.random.default_rng(seed)
    for name in sorted(members, key=str):
        ordered = sorted(members[name], key=str)
        for place in sorted(generator.choice(len(ordered), min(looks.get(name, 0), len(ordered)), replace=False)):
            chosen.append((name, ordered[int(place)]))
    return chosen


def answer_of(decided: str, looks: Sequence[str]) -> str | None:
    """What was right, from what was decided and what one or two others said who did not know of it; None while it is open.

    One who says the same settles it. Where the first differs a second is asked: what two of the three said was right;
    where all three differ what the last said, as in review itself.
    """
    if not looks or (len(looks) == 1 and looks[0] != decided):
        return None
    return decided if decided in looks else looks[-1]
