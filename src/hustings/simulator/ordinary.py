"""Ordinary life: people share what interests them, when they are awake, some a little and few a lot."""

__all__ = ["Audience", "heavy_tailed_sizes", "share", "tags_for"]

from dataclasses import dataclass

import numpy as np

from hustings.simulator.cast import Cast
from hustings.simulator.names import TOPICS
from hustings.simulator.posting import HOUR, moments

# How dear an actor's first, second and third topic are to it.
DEAR = (1.0, 0.5, 0.25)
# One share in ten crosses one's interests: what friends send, what everybody talks about.
OFF_TOPIC = 0.1
TAGS_PER_TOPIC = 12


@dataclass(frozen=True)
class Audience:
    """For each topic (and, last, for none) who may take part in it and how likely each is."""

    members: list[np.ndarray]
    reach: list[np.ndarray]

    @classmethod
    def of(cls, cast: Cast) -> "Audience":
        """The cast sorted by its interests."""
        activity = np.asarray(cast.activity)
        topics = np.asarray(cast.topics)
        members, reach = [], []
        for topic in range(len(TOPICS)):
            weight = activity * ((topics == topic) @ np.array(DEAR))
            who = np.flatnonzero(weight)
            members.append(who)
            reach.append(np.cumsum(weight[who]))
        everybody = np.flatnonzero(activity)
        return cls([*members, everybody], [*reach, np.cumsum(activity[everybody])])

    def draw(self, topic: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """One actor for each topic asked for."""
        topic = np.where(random.random(len(topic)) < OFF_TOPIC, len(TOPICS), topic)
        actor = np.empty(len(topic), np.int64)
        for number, (members, reach) in enumerate(zip(self.members, self.reach, strict=True)):
            here = np.flatnonzero(topic == number)
            if len(here) and not len(members):  # a topic that nobody holds dear
                members, reach = self.members[-1], self.reach[-1]
            if len(here):
                place = np.searchsorted(reach, random.random(len(here)) * reach[-1], side="right")
                actor[here] = members[np.minimum(place, len(members) - 1)]
        return actor


def heavy_tailed_sizes(count: int, total: float, largest: float, random: np.random.Generator) -> np.ndarray:
    """How often each of `count` things is shared: a few very often, most hardly, `total` together."""
    raw = np.minimum(random.pareto(1.0, count) + 0.1, max(largest, 2.0) / max(total / max(count, 1), 1e-9))
    wanted = raw * (total / raw.sum()) if count else raw
    return np.floor(np.minimum(wanted, max(largest, 2.0)) + random.random(count)).astype(np.int64)


def share(
    cast: Cast,
    audience: Audience,
    *,
    topic: np.ndarray,
    born: np.ndarray,
    sizes: np.ndarray,
    median_hours: float,
    sigma: float,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spread things among those they interest: thing, actor, at; one row per share.

    Each share comes a lognormal while after the thing was born; of four such moments the actor
    takes the one that suits its day.
    """
    thing = np.repeat(np.arange(len(sizes)), sizes)
    actor = audience.draw(topic[thing], random)
    delays = random.lognormal(np.log(median_hours), sigma, (len(thing), 4)) * HOUR
    at = moments(cast, actor, born[thing][:, None] + delays.astype(np.int64), random)
    return thing, actor, at


def tags_for(topic: np.ndarray, rate: float, random: np.random.Generator) -> np.ndarray:
    """Tag number for each post, or -1: the topic's tags, the first ones far more often than the rest."""
    pull = 1 / np.arange(1, TAGS_PER_TOPIC + 1) ** 1.3
    rank = random.choice(TAGS_PER_TOPIC, len(topic), p=pull / pull.sum())
    return np.where(random.random(len(topic)) < rate, topic * TAGS_PER_TOPIC + rank, -1)
