"""Who takes part in the exercise, each with an installation of its own; all of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from hustings.policy.capacity import Capacity
from hustings.policy.marking import Kind
from hustings.policy.role import Role

__all__ = ["GROUP", "PARTIES", "Party", "party"]

ROOT = "https://hustings.example/exercise/"
GROUP = uuid5(NAMESPACE_URL, f"{ROOT}group")  # both sides of an agreement write the same key into it
FRONT = (Role.LIAISON, Role.ANALYST, Role.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class Party:
    """One organisation. `front` deals with partners and searches, `second` agrees; both by their key in the demo season."""

    key: str
    name: str
    kind: Kind
    capacity: Capacity
    front: str
    second: str
    platform: str = ""

    @property
    def id(self) -> UUID:
        """The key by which every installation knows it."""
        return uuid5(NAMESPACE_URL, ROOT + self.key)

    @property
    def people(self) -> dict[str, tuple[Role, ...]]:
        """Who works there, in which roles."""
        return {self.front: FRONT, self.second: (Role.REVIEWER, Role.LIAISON)}


PARTIES = (
    Party(key="plaza", name="Plaza", kind=Kind.COMPANY, capacity=Capacity.PLATFORM, front="farah", second="dora", platform="plaza"),
    Party(key="lumen", name="Lumen", kind=Kind.COMPANY, capacity=Capacity.PLATFORM, front="anna", second="emil", platform="lumen"),
    Party(key="directorate", name="Directorate for Election Security", kind=Kind.AGENCY, capacity=Capacity.INTELLIGENCE, front="kira", second="luis"),
    Party(key="lab", name="Open Elections Lab", kind=Kind.RESEARCH, capacity=Capacity.RESEARCH, front="ines", second="ben"),
    Party(key="authority", name="Electoral Authority of Valdoria", kind=Kind.AUTHORITY, capacity=Capacity.ELECTORAL_NATIONAL, front="mona", second="george"),
)  # fmt: skip


def party(key: str) -> Party:
    """The party of this key.

    Raises   KeyError
    """
    return {each.key: each for each in PARTIES}[key]
