"""The words of an election: at which level, of which kind, whether it is held, and how people vote."""

from enum import StrEnum

__all__ = ["Kind", "Level", "Method", "Status"]


class Level(StrEnum):
    """Whose election it is."""

    SUPRANATIONAL = "supranational"
    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"


class Kind(StrEnum):
    """What is decided."""

    PRESIDENTIAL = "presidential"
    LEGISLATIVE = "legislative"
    EXECUTIVE = "executive"
    REFERENDUM = "referendum"
    RECALL = "recall"
    PRIMARY = "primary"
    JUDICIAL = "judicial"
    OTHER = "other"


class Status(StrEnum):
    """Whether it is held."""

    EXPECTED = "expected"
    PLANNED = "planned"
    CALLED = "called"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"


class Method(StrEnum):
    """A way of voting."""

    IN_PERSON = "in person"
    EARLY = "early in person"
    MAIL = "mail"
    DROP_BOX = "drop box"
    PROXY = "proxy"
    PHONE = "phone"
    ONLINE = "online"
    ABROAD = "abroad"
