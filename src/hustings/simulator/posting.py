"""Posts as they are written: who, when, and what each carries."""

__all__ = ["Posts", "Things", "moments"]

from dataclasses import dataclass, field

import numpy as np

from hustings.simulator.cast import Cast

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR

# How awake people are, hour by hour of their own day: asleep, breakfast, lunch, the evening peak.
AWAKE = np.array([3, 2, 1, 1, 1, 2, 5, 9, 11, 10, 10, 11, 13, 12, 10, 10, 11, 13, 16, 19, 21, 20, 14, 7], float)
AWAKE_AT_WEEKENDS = np.array(
    [5, 3, 2, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 12, 12, 12, 12, 13, 15, 17, 18, 17, 13, 8], float
)

NOTHING = -1
COLUMNS = ("actor", "at", "link", "image", "repost", "text", "tag", "second_tag")


@dataclass
class Posts:
    """Posts in columns; NOTHING (-1) where a post does not carry a thing of that kind.

    link, image, text, tag   number in that kind's `Things`; repost: number of the post passed on
    """

    chunks: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    count: int = 0

    def add(self, actor: np.ndarray, at: np.ndarray, **carried: np.ndarray | int) -> np.ndarray:
        """Write posts; gives their numbers."""
        size = len(actor)
        self.chunks["actor"].append(np.asarray(actor, np.int64))
        self.chunks["at"].append(np.asarray(at, np.int64))
        for name in COLUMNS[2:]:
            value = np.asarray(carried.get(name, NOTHING), np.int64)
            self.chunks[name].append(np.broadcast_to(value, size))
        numbers = np.arange(self.count, self.count + size)
        self.count += size
        return numbers

    def columns(self) -> dict[str, np.ndarray]:
        """All posts so far."""
        return {name: np.concatenate([np.empty(0, np.int64), *parts]) for name, parts in self.chunks.items()}


@dataclass
class Things:
    """Things of one kind that posts carry (links, images, tags, texts), with what belongs to each."""

    name: list[str] = field(default_factory=list)
    topic: list[int] = field(default_factory=list)
    domain: list[str] = field(default_factory=list)

    def add(self, names: list[str], topics: list[int], domains: list[str] | None = None) -> np.ndarray:
        """New things; gives their numbers."""
        first = len(self.name)
        self.name += names
        self.topic += topics
        self.domain += domains if domains is not None else [""] * len(names)
        return np.arange(first, len(self.name))


def moments(cast: Cast, actor: np.ndarray, candidates: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """For each actor one of its candidate moments (a row each), drawn by how awake it is then."""
    zone = np.asarray(cast.zone, float)[actor]
    late = np.asarray(cast.late, float)[actor]
    weekend = np.asarray(cast.weekend, float)[actor]
    rounding = np.asarray(cast.rounding, np.int64)[actor] * SECOND
    # The daily rhythm may run late; the weekday is the calendar's, whatever hour a person rises.
    local = candidates + (zone * HOUR).astype(np.int64)[:, None]
    hour = ((local - (late * HOUR).astype(np.int64)[:, None]) // HOUR % 24).astype(np.int64)
    # 1 January 1970 was a Thursday, so day number 2 modulo 7 is a Saturday.
    off = np.isin(local // DAY % 7, (2, 3))
    awake = np.where(off, AWAKE_AT_WEEKENDS[hour] * weekend[:, None], AWAKE[hour])
    chosen = np.argmax(np.log(awake) + random.gumbel(size=candidates.shape), axis=1)
    at = candidates[np.arange(len(actor)), chosen]
    # A scheduler posts at round minutes, give or take the second its queue needs.
    rounded = at + -at % np.maximum(rounding, 1) + random.integers(0, 3 * SECOND, len(at))
    return np.where(rounding > 0, rounded, at)
