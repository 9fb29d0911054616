"""What a watch reads from: something that gives events in order, and says up to where it was read."""

__all__ = ["Moved", "Source"]

from collections.abc import Iterator, Mapping
from typing import Protocol

from hustings.watch.events import Events

# Part of a source (a file, a partition) -> up to where it has been read, in the source's own words.
Moved = Mapping[str, str]


class Source(Protocol):
    """One folder or topic.

    name      how the log calls it
    trouble   what keeps it from being read just now, in people's words; None where all is well
    """

    name: str
    trouble: str | None

    def read(self, places: dict[str, str], latest: int) -> Iterator[tuple[Events, Moved]]:
        """Give what is there now beyond `places`, piece by piece; each piece is committed before the next is asked for.

        latest   microseconds; an event at or after this is set aside as being ahead of the clock
        """

    def waiting(self) -> bool:
        """Whether something is there that may be whole soon."""

    def settles_in(self) -> float:
        """Seconds until what the last look saw, but did not read, may be read; 0 where there is no such thing."""

    def close(self) -> None:
        """Let go of it."""
