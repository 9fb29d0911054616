"""How far an item may travel: the parts of a marking."""

from enum import StrEnum

__all__ = ["Kind", "Need", "Tlp"]


class Tlp(StrEnum):
    """The Traffic Light Protocol, version 2.0, from the freest to the strictest."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


class Need(StrEnum):
    """Whose need to know has to be shown before an item is read."""

    NONE = "none"  # sharing alone decides
    ROLE = "role"  # a position with one of the roles that the marking names
    NAMED = "named"  # a grant to this person in this position, by another person, with purpose and end


class Kind(StrEnum):
    """What kind of organisation somebody works for; markings may permit some kinds only."""

    COMPANY = "company"
    AGENCY = "agency"
    AUTHORITY = "authority"
    RESEARCH = "research"
