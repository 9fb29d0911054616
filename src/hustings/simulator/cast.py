"""Who takes part in a season, and what each does when left alone."""

__all__ = ["PLATFORMS", "Cast"]

from dataclasses import dataclass, field

import numpy as np

from hustings.simulator.names import TOPICS

# Invented platforms: pages and groups, short posts, pictures.
PLATFORMS = ("plaza", "chirp", "lumen")

# Hours from UTC of the home country, its neighbours, and those who live abroad.
ZONES = np.array([1, 0, 2, 3, -5])
ZONE_SHARES = np.array([0.80, 0.05, 0.08, 0.03, 0.04])


@dataclass
class Cast:
    """Actors as parallel lists; an actor's number is its place in them.

    activity    how much of ordinary life the actor takes part in (0: only what its role does)
    topics      three topic numbers each, the first the dearest
    zone        hours from UTC; late shifts the daily rhythm by so many hours
    weekend     activity on Saturdays and Sundays, as a factor
    rounding    seconds to which a scheduler rounds its posts (0: none)
    role        person, newsroom, party office, fan, scheduler, covert, framed
    """

    name: list[str] = field(default_factory=list)
    platform: list[int] = field(default_factory=list)
    role: list[str] = field(default_factory=list)
    owner: list[str | None] = field(default_factory=list)
    campaign: list[int | None] = field(default_factory=list)
    style: list[str | None] = field(default_factory=list)
    activity: list[float] = field(default_factory=list)
    zone: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    weekend: list[float] = field(default_factory=list)
    rounding: list[int] = field(default_factory=list)
    topics: list[tuple[int, int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.name)

    def join(
        self,
        names: list[str],
        random: np.random.Generator,
        *,
        platforms: np.ndarray,
        role: str,
        activity: np.ndarray,
        owner: str | None = None,
        campaign: int | None = None,
        style: str | None = None,
        zone: int | None = None,
    ) -> np.ndarray:
        """Add actors; gives their numbers."""
        count = len(names)
        first = len(self)
        self.name += names
        self.platform += platforms.tolist()
        self.role += [role] * count
        self.owner += [owner] * count
        self.campaign += [campaign] * count
        self.style += [style] * count
        self.activity += activity.tolist()
        zones = random.choice(ZONES, count, p=ZONE_SHARES) if zone is None else np.full(count, zone)
        self.zone += zones.tolist()
        self.late += random.normal(0, 1.5, count).tolist()
        self.weekend += random.lognormal(-0.1, 0.4, count).tolist()
        self.rounding += [0] * count
        # Topics are not equally dear to people: the first ones draw more.
        pull = 1 / np.arange(1, len(TOPICS) + 1) ** 0.5
        keys = random.random((count, len(TOPICS))) ** (1 / pull)
        self.topics += [tuple(row) for row in np.argsort(-keys, axis=1)[:, :3].tolist()]
        return np.arange(first, first + count)

    def label(
        self,
        actors: np.ndarray,
        *,
        role: str,
        campaign: int | None = None,
        style: str | None = None,
        owner: str | None = None,
    ) -> None:
        """Give actors who are there already a role."""
        for actor in actors.tolist():
            self.role[actor], self.campaign[actor], self.style[actor] = role, campaign, style
            self.owner[actor] = owner
