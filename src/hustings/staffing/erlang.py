"""How many people must be there at once so that what is urgent does not wait: Erlang's second formula, with a cap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, exp

from hustings.errors import BadInput, Problem

__all__ = ["Watch", "people_at_once", "watch"]

# Above so many people at once nobody staffs one room; a larger answer is a mistake in the figures.
MOST = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """So many people at once, and what becomes of what comes in.

    load        hours of work that come in an hour (erlangs)
    occupancy   part of their time that they work, 0 to 1
    waits       part of the items that wait at all
    in_time     part of the items taken up within the time asked for
    mean_wait   of all items, those that do not wait included
    """

    people: int
    load: float
    occupancy: float
    waits: float
    in_time: float
    mean_wait: timedelta


def watch(*, an_hour: float, handling: timedelta, people: int, within: timedelta) -> Watch:
    """What so many people do for items that come by chance, at one rate, and take exponential times.

    Edges    nothing that comes: nobody works and nothing waits. As many hours as people, or more: the queue grows for
             ever, so everything waits and the mean is `timedelta.max`
    Limits   Erlang's model: one rate, one queue, first come first served, everybody can do everything, nobody gives up.
             Handling times more even than exponential wait less than this says; bursts wait more
    Raises   BadInput
    Source   A. K. Erlang 1917; by the recursion of the loss formula, which does not overflow
    """
    refuse(an_hour=an_hour, handling=handling, within=within)
    if people < 1:
        raise BadInput("The watch cannot be reckoned.", [problem("people", people, "at least 1")])
    load = an_hour * handling.total_seconds() / 3600
    if load >= people:
        return Watch(people=people, load=load, occupancy=1.0, waits=1.0, in_time=0.0, mean_wait=timedelta.max)
    lost = 1.0
    for one in range(1, people + 1):
        lost = load * lost / (one + load * lost)
    waits = lost / (1 - load / people * (1 - lost))
    spare = people - load
    seconds = handling.total_seconds()
    return Watch(
        people=people,
        load=load,
        occupancy=load / people,
        waits=waits,
        in_time=1 - waits * exp(-spare * within.total_seconds() / seconds),
        mean_wait=timedelta(seconds=waits * seconds / spare),
    )


def people_at_once(
    *, an_hour: float, handling: timedelta, within: timedelta, in_time: float = 0.95, occupancy: float = 0.8
) -> Watch:
    """The fewest people with whom so large a part is taken up in time, and who are not busy above the cap.

    The cap is not Erlang's: 97 % of an hour at work is arithmetically right and no life for people.

    Gives    nobody where nothing comes
    Raises   BadInput
    """
    refuse(an_hour=an_hour, handling=handling, within=within)
    wrong = [
        problem(name, value, "more than 0 and less than 1")
        for name, value in (("in_time", in_time), ("occupancy", occupancy))
        if not 0 < value < 1
    ]
    if wrong:
        raise BadInput("The people cannot be reckoned.", wrong)
    load = an_hour * handling.total_seconds() / 3600
    if load == 0:
        return Watch(people=0, load=0.0, occupancy=0.0, waits=0.0, in_time=1.0, mean_wait=timedelta())
    people = max(ceil(load / occupancy - 1e-9), 1)
    if people > MOST:
        raise BadInput(
            "The people cannot be reckoned.",
            [problem("an_hour", f"{an_hour:g} items of {handling}", f"what at most {MOST:,} people do at once")],
        )
    while True:
        found = watch(an_hour=an_hour, handling=handling, people=people, within=within)
        if found.in_time >= in_time:
            return found
        people += 1


def refuse(*, an_hour: float, handling: timedelta, within: timedelta) -> None:
    """Raises   BadInput with every figure that cannot be."""
    wrong = []
    if not 0 <= an_hour < float("inf"):
        wrong.append(problem("an_hour", an_hour, "a number of items, 0 or more"))
    if handling <= timedelta():
        wrong.append(problem("handling", handling, "longer than nothing"))
    if within < timedelta():
        wrong.append(problem("within", within, "not before the item came"))
    if wrong:
        raise BadInput("The watch cannot be reckoned.", wrong)


def problem(where: str, found: object, expected: str) -> Problem:
    """One figure that cannot be."""
    return Problem(where=where, found=str(found), expected=expected, do="Mend the figure.")
