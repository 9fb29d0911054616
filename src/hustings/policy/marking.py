"""How far an item may travel: the parts of a marking, and the least that is as strict as several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, reduce
from typing import TypeVar

from hustings.policy.level import Level
from hustings.policy.role import Role

__all__ = ["Circle", "Kind", "Marking", "Need", "Tlp", "least_upper_bound"]

T = TypeVar("T")


class Tlp(StrEnum):
    """The Traffic Light Protocol, version 2.0, from the freest to the strictest."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def rank(self) -> int:
        """Its place in the order of strictness."""
        return list(Tlp).index(self)

    @property
    def sentence(self) -> str:
        """Whom it lets know, for a page and for the docs."""
        return SENTENCES[self]


SENTENCES = {
    Tlp.CLEAR: "Everybody may know.",
    Tlp.GREEN: "Every organisation that takes part may know.",
    Tlp.AMBER: "The owner and the sharing group may know.",
    Tlp.AMBER_STRICT: "The owner may know, and the organisations that it names.",
    Tlp.RED: "Named persons alone may know.",
}


class Need(StrEnum):
    """Whose need to know has to be shown before an item is read."""

    NONE = "none"  # sharing alone decides
    ROLE = "role"  # a position with one of the roles that the marking names
    NAMED = "named"  # a grant to this person in this position, by another person, with purpose and end

    @property
    def rank(self) -> int:
        """Its place in the order of strictness."""
        return list(Need).index(self)


class Kind(StrEnum):
    """What kind of organisation somebody works for; markings may permit some kinds only."""

    COMPANY = "company"
    AGENCY = "agency"
    AUTHORITY = "authority"
    RESEARCH = "research"


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle:
    """The organisations that one owner lets know. Ids are strings; `organisations` None means that none are named."""

    tlp: Tlp
    owner: str
    group: str | None = None
    organisations: frozenset[str] | None = None

    def shares_with(self, organisation: str | None, groups: frozenset[str]) -> bool:
        """Tell whether the owner's TLP lets an organisation know that is in these sharing groups."""
        if self.tlp is Tlp.CLEAR:
            return True
        if organisation is None:
            return False
        if self.tlp is Tlp.GREEN or organisation == self.owner:
            return True
        if self.tlp is Tlp.AMBER_STRICT:
            return self.organisations is not None and organisation in self.organisations
        return self.group in groups

    def permits(self, organisation: str | None) -> bool:
        """Tell whether the organisation is the owner or among those named, where any are."""
        return self.organisations is None or organisation == self.owner or organisation in self.organisations

    @property
    def order(self) -> tuple[object, ...]:
        """Strictest first, then by name: which circle of several a marking shows."""
        return (
            -self.tlp.rank,
            self.owner,
            self.group or "",
            self.organisations is None,
            sorted(self.organisations or ()),
        )


@dataclass(frozen=True, kw_only=True)
class Marking:
    """What has to hold before somebody may know an item.

    `tlp`, `owner`, `group` and `permitted_organisations` are the circle of one owner; `also` holds those of others,
    where it was made from what several own: an organisation has to be inside each. None means not asked, an empty
    set nobody. `unknown` keeps marking words that nobody here understands; while there is one, nobody reads.
    """

    tlp: Tlp
    owner: str
    level: Level = Level.UNCLASSIFIED
    compartments: frozenset[str] = frozenset()
    releasable_to: frozenset[str] | None = None
    permitted_kinds: frozenset[Kind] | None = None
    permitted_organisations: frozenset[str] | None = None
    group: str | None = None
    need: Need = Need.NONE
    roles: frozenset[Role] | None = None
    originator_consent: bool = False
    kept_here: bool = True
    unknown: frozenset[str] = frozenset()
    also: frozenset[Circle] = frozenset()

    @cached_property
    def circles(self) -> frozenset[Circle]:
        """The circles of all owners."""
        first = Circle(tlp=self.tlp, owner=self.owner, group=self.group, organisations=self.permitted_organisations)
        return self.also | {first}

    @cached_property
    def owners(self) -> frozenset[str]:
        """The organisations that own what it was made from."""
        return frozenset({self.owner, *(circle.owner for circle in self.also)})

    @cached_property
    def named(self) -> bool:
        """Whether persons have to be named: by the marking, and always above unclassified and for TLP red."""
        return (
            self.need is Need.NAMED
            or self.level > Level.UNCLASSIFIED
            or self.tlp is Tlp.RED
            or any(circle.tlp is Tlp.RED for circle in self.also)
        )

    @cached_property
    def for_everybody(self) -> bool:
        """Whether nothing is asked of the reader: not even who it is."""
        return (
            all(circle.tlp is Tlp.CLEAR and circle.organisations is None for circle in self.circles)
            and self.level is Level.UNCLASSIFIED
            and self.need is Need.NONE
            and not self.compartments
            and self.roles is None
            and self.releasable_to is None
            and self.permitted_kinds is None
            and not self.unknown
        )


def least_upper_bound(markings: Iterable[Marking]) -> Marking:
    """The least marking that is as strict as each: who may know it may know all.

    What is for everybody adds nothing to what is not. Every owner keeps a circle, so that who leaves one of them
    leaves what was made from it. Roles are those that all name: who holds one of them holds one of each.

    Raises   ValueError of nothing: there is no marking that fits what has no source.
    """
    given = list(markings)
    if not given:
        raise ValueError("no marking is the least of none")
    asked = [marking for marking in given if not marking.for_everybody] or given
    return reduce(_both, asked, asked[0])


def _both(a: Marking, b: Marking) -> Marking:
    circles = sorted(a.circles | b.circles, key=lambda circle: circle.order)
    first = circles[0]
    return Marking(
        tlp=first.tlp,
        owner=first.owner,
        group=first.group,
        permitted_organisations=first.organisations,
        also=frozenset(circles[1:]),
        level=max(a.level, b.level),
        compartments=a.compartments | b.compartments,
        releasable_to=_common(a.releasable_to, b.releasable_to),
        permitted_kinds=_common(a.permitted_kinds, b.permitted_kinds),
        need=max(a.need, b.need, key=lambda need: need.rank),
        roles=_common(a.roles, b.roles),
        originator_consent=a.originator_consent or b.originator_consent,
        kept_here=_kept(a, b),
        unknown=a.unknown | b.unknown,
    )


def _kept(a: Marking, b: Marking) -> bool:
    """Whether content stands here that a place has to be fit to keep; what is unclassified any place is."""
    classified = [part for part in (a, b) if part.level > Level.UNCLASSIFIED]
    return any(part.kept_here for part in classified or (a, b))


def _common(a: frozenset[T] | None, b: frozenset[T] | None) -> frozenset[T] | None:
    if a is None or b is None:
        return b if a is None else a
    return a & b
