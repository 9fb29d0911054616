"""The levels of classified information, and the highest of several."""

from enum import IntEnum

__all__ = ["Level"]


class Level(IntEnum):
    """How much harm disclosure would do, by the government that set it; the order is the order of protection."""

    UNCLASSIFIED = 0
    CONFIDENTIAL = 1
    SECRET = 2
    TOP_SECRET = 3

    @property
    def title(self) -> str:
        """The level as people write it."""
        return self.name.replace("_", " ").capitalize()
