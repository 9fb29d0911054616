"""Occasions: the days on which acts count once, and the step at which the clocks of the data tick."""

__all__ = ["DAY", "HOUR", "days", "quietest", "resolution"]

import numpy as np

from hustings.detection.compiled import Codes, Int64s

HOUR = 3_600_000_000
DAY = 24 * HOUR
STEPS = (60_000_000, 1_000_000, 1_000, 1)


def days(at: Int64s) -> Codes:
    """Number of the day of each time, counted from the hour (UTC) in which the fewest rows lie.

    What two actors do in one day hangs together (one sitting, one queue of planned posts, one clock
    that is off), so all of a day is one observation. A day that begins in the quietest hour cuts the
    fewest sittings in two.
    """
    if not len(at):
        return np.empty(0, np.int32)
    number = (at - quietest(at) * HOUR) // DAY
    return (number - number.min()).astype(np.int32)


def quietest(at: Int64s) -> int:
    """The hour (UTC) in which the fewest rows lie, the earliest of several."""
    return int(np.argmin(np.bincount((at // HOUR) % 24, minlength=24)))


def resolution(at: Int64s) -> int:
    """The largest of a minute, a second, a millisecond and a microsecond that divides all times."""
    return next(step for step in STEPS if not (at % step).any())
