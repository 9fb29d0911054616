"""At which offset from UTC the making of ads looks like office hours."""

__all__ = ["WorkingHours", "working_hours"]

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OPENS, CLOSES = 10, 19


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """The share of moments on Monday to Friday, from 10:00 until 19:00, for each whole offset from UTC.

    by_offset   (offset in hours, share), best first
    """

    moments: int
    by_offset: tuple[tuple[int, float], ...]

    @property
    def sentence(self) -> str:
        """The result for people, with what it does not show."""
        (best, share), (second, less) = self.by_offset[0], self.by_offset[1]
        return (
            f"{share:.0%} of {self.moments:,} were created Monday to Friday between {OPENS} and {CLOSES} h at "
            f"UTC{best:+d} (the next best offset, UTC{second:+d}, holds {less:.0%}). Agencies and schedulers look "
            "alike, and a time zone is not a state."
        )


def working_hours(moments: Iterable[datetime | None]) -> WorkingHours | None:
    """Try every offset from UTC-12 to UTC+14; None where there is no moment."""
    known = [moment.astimezone(UTC) for moment in moments if moment is not None]
    if not known:
        return None
    shares = []
    for offset in range(-12, 15):
        local = [moment + timedelta(hours=offset) for moment in known]
        inside = sum(moment.weekday() < 5 and OPENS <= moment.hour < CLOSES for moment in local)
        shares.append((offset, inside / len(known)))
    shares.sort(key=lambda pair: (-pair[1], abs(pair[0]), pair[0]))
    return WorkingHours(moments=len(known), by_offset=tuple(shares))
