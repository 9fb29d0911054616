"""Whom a day needs in which shift: the fewest people with the right languages and clearances, beyond those who are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hustings.errors import BadInput, Problem
from hustings.staffing.erlang import people_at_once
from hustings.staffing.simulation import HOUR, Comes, Kind, Person, Promise, Rest

__all__ = ["Crew", "Day", "Need", "Rules", "fewest", "needs", "rota", "work_of"]

DAY = 24
# Five days of seven.
WORKDAYS, WEEKDAYS = 5, 7
WHOLE = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """People who can do the same. `hire` and `train` are weeks until one more of them works; `leaves` a part a week."""

    name: str
    languages: frozenset[str]
    people: int
    clearances: frozenset[str] = frozenset()
    hire: int = 6
    train: int = 3
    leaves: float = 0.004


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What holds for everybody.

    occupancy   nobody is at items for a larger part of their working time, breaks left out
    absent      part of shifts that are missed: holidays, training, illness. What is known before goes round evenly
    ill         the part of shifts in which somebody is missing of a sudden; contained in `absent`
    rest        the break after so much work
    shifts      hours of the day at which shifts of `shift_hours` begin
    by_hour     how the items of a day come over its 24 hours; any scale
    in_time     part of items whose promise is to be kept
    """

    occupancy: float = 0.8
    absent: float = 0.25
    ill: float = 0.05
    rest: Rest = field(default_factory=lambda: Rest(after=timedelta(minutes=110), lasts=timedelta(minutes=20)))
    shifts: tuple[int, ...] = (6, 14, 22)
    shift_hours: int = 8
    by_hour: tuple[float, ...] = (2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 6, 5, 3)
    in_time: float = 0.95

    @property
    def working(self) -> float:
        """The part of a shift that is no break."""
        return self.rest.after / (self.rest.after + self.rest.lasts)

    @property
    def posts(self) -> float:
        """People it takes to have one there every day of the week."""
        return WEEKDAYS / WORKDAYS / (1 - self.absent)

    def covers(self, begins: int) -> list[int]:
        """The hours of the day that a shift covers."""
        return [(begins + hour) % DAY for hour in range(self.shift_hours)]

    def spread(self, a_day: float) -> list[float]:
        """The items of a day, hour by hour."""
        whole = sum(self.by_hour)
        return [a_day * part / whole for part in self.by_hour]


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Hours of people at items that a kind in a language needs.

    by_hour    at each hour of the day, where it cannot wait
    windows    otherwise: in any so many hours on end, what comes in them
    """

    kind: Kind
    language: str
    by_hour: tuple[float, ...]
    window: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Posts by crew and shift on a day of a week, the people on the list that these take, and who watches when.

    watch    people who stay free for the urgent, by language and clearance, at each hour of the day
    """

    posts: Mapping[tuple[str, int], int]
    people: Mapping[str, int]
    more: Mapping[str, int]
    watch: Mapping[tuple[str, str], tuple[float, ...]]


def needs(kind: Kind, language: str, a_day: float, rules: Rules, *, margin: float = 1.0) -> Need:
    """What so many items a day need. `margin` is what a simulation asked on top.

    What may wait for less than four hours is staffed by Erlang for each hour with the cap; the rest must be done
    within its time, and on average people are at items for no more than the cap. All looks of an item have to fit in.
    """
    looks = kind.handling.total_seconds() / HOUR * kind.looks
    per_hour = rules.spread(a_day)
    due = kind.due.total_seconds() / HOUR
    if due < 4:
        handling = kind.handling.total_seconds()
        within = kind.due.total_seconds()
        if kind.promise is Promise.SETTLED:
            # Each look has its share of the time, and takes as long as it takes.
            within = max(within / ceil(kind.looks) - handling, handling)
        at_once = [
            people_at_once(
                an_hour=each * kind.looks, handling=kind.handling, within=timedelta(seconds=within),
                in_time=rules.in_time, occupancy=rules.occupancy,
            ).people
            for each in per_hour
        ]  # fmt: skip
        return Need(
            kind=kind, language=language, by_hour=tuple(float(ceil(each * margin - 1e-9)) for each in at_once), window=1
        )
    hours = tuple(each * looks * margin / rules.occupancy for each in per_hour)
    return Need(kind=kind, language=language, by_hour=hours, window=DAY if due >= DAY else int(due / 2))


def fewest(every: Sequence[Need], crews: Sequence[Crew], rules: Rules, have: Mapping[str, float]) -> Day:
    """The posts that meet all needs with nearly the fewest people beyond those who are there.

    Costs    a few small linear programs, some hundredths of a second each
    Limits   every day of a week alike; minutes between two items of one lane are not lent to another, so what is spare
             in the urgent lane stays spare
    Raises   BadInput where no crew can take something
    """
    may = [
        [number for number, crew in enumerate(crews)
         if need.language in crew.languages and need.kind.clearance in crew.clearances | {""}]
        for need in every
    ]  # fmt: skip
    lacking = [
        Problem(
            where=f"{need.kind.name} in '{need.language}'",
            found="no crew that may take it",
            expected=f"one with the language{f' and the clearance {need.kind.clearance!r}' * bool(need.kind.clearance)}",
            do="Add a crew, with 0 people where nobody is there yet.",
        )
        for need, able in zip(every, may, strict=True)
        if not able
    ]
    if lacking:
        raise BadInput("The work cannot be planned.", lacking)
    begins = list(rules.shifts)
    posts = len(crews) * len(begins)
    flows = [(place, able) for place, every_able in enumerate(may) for able in every_able]
    width = posts + len(crews) + len(flows) * DAY
    rows: list[NDArray[np.float64]] = []
    low: list[float] = []

    def at(flow: int, hour: int) -> int:
        return posts + len(crews) + flow * DAY + hour % DAY

    for number in range(len(crews)):  # nobody is at two items
        for hour in range(DAY):
            row = np.zeros(width)
            for place, begin in enumerate(begins):
                if hour in rules.covers(begin):
                    row[number * len(begins) + place] = rules.working
            for flow, (_, able) in enumerate(flows):
                if able == number:
                    row[at(flow, hour)] = -1
            rows.append(row)
            low.append(0.0)
    for place, need in enumerate(every):  # what comes is done
        mine = [flow for flow, (of, _) in enumerate(flows) if of == place]
        for hour in range(DAY if need.window < DAY else 1):
            row = np.zeros(width)
            for step in range(need.window):
                for flow in mine:
                    row[at(flow, hour + step)] += 1
            rows.append(row)
            low.append(sum(need.by_hour[(hour + step) % DAY] for step in range(need.window)))
    for number, crew in enumerate(crews):  # who is not there is one more
        row = np.zeros(width)
        row[number * len(begins) : (number + 1) * len(begins)] = -rules.posts
        row[posts + number] = 1
        rows.append(row)
        low.append(-have.get(crew.name, float(crew.people)))
    cost = np.zeros(width)
    cost[:posts] = 0.01  # among equals, fewer posts
    # Among equals, those whom it is easier to find.
    for number, crew in enumerate(crews):
        cost[posts + number] = 1 + 0.02 * (len(crew.languages) - 1) + 0.05 * len(crew.clearances)
    counted = whole_posts(cost, csr_array(np.array(rows)), np.array(low), posts).reshape(len(crews), len(begins))
    people = {crew.name: ceil(counted[number].sum() * rules.posts - 1e-9) for number, crew in enumerate(crews)}
    watch: dict[tuple[str, str], tuple[float, ...]] = {}
    for need in every:
        if need.window == 1 and need.kind.urgent:
            key = need.language, need.kind.clearance
            watch[key] = tuple(a + b for a, b in zip(watch.get(key, (0.0,) * DAY), need.by_hour, strict=True))
    return Day(
        watch=watch,
        posts={(crew.name, begin): int(counted[number, place])
               for number, crew in enumerate(crews) for place, begin in enumerate(begins) if counted[number, place]},
        people=people,
        more={crew.name: max(ceil(people[crew.name] - have.get(crew.name, float(crew.people)) - 1e-9), 0) for crew in crews},
    )  # fmt: skip


def whole_posts(cost: NDArray[np.float64], rows: csr_array, low: NDArray[np.float64], posts: int) -> NDArray[np.int64]:
    """The first `posts` figures of the cheapest solution, in whole numbers: rounded up one after another.

    What lies nearest below a whole number is held there, and the rest is solved anew, so that it can do with less.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - takes half a second to import, and most pages plan nothing

    least = np.zeros(len(cost))
    not_held = list(range(posts))
    while True:
        found = linprog(cost, A_ub=-rows, b_ub=-low, bounds=np.column_stack([least, np.full(len(cost), np.inf)]))
        if found.x is None:
            raise BadInput("The work cannot be planned.", [Problem(
                where="shifts", found="hours at which nobody works, with work that cannot wait so long",
                expected="shifts that leave no gap longer than half of what is due", do="Let a shift begin in the gap.")])  # fmt: skip
        up = np.ceil(found.x[:posts] - WHOLE)
        if not not_held:
            return up.astype(np.int64)
        gap = {place: up[place] - found.x[place] for place in not_held}
        for place in [place for place in not_held if gap[place] <= max(min(gap.values()), WHOLE)]:
            least[place] = up[place]
            not_held.remove(place)


def rota(days: Sequence[Day], crews: Sequence[Crew], rules: Rules) -> list[Person]:
    """People with their shifts, week after week: no more than five days on end each, and every day has its posts.

    Gives    hours from the beginning of the first week; a shift over midnight ends on the next day
    """
    by_name = {crew.name: crew for crew in crews}
    made: list[Person] = []
    for name in sorted({crew for day in days for crew, _ in day.posts}):
        for begin in rules.shifts:
            posts = [day.posts.get((name, begin), 0) for day in days]
            lists = [ceil(each * rules.posts - 1e-9) for each in posts]
            # As many as the posts, and for those who fall ill; the others have leave or learn, in turn.
            wanted = [ceil(each / (1 - rules.ill) - 1e-9) for each in posts]
            shifts: list[list[tuple[float, float]]] = [[] for _ in range(max(lists, default=0))]
            for day in range(WEEKDAYS * len(days)):
                week = day // WEEKDAYS
                # Days off move on by five from one to the next, so that each day lacks nearly as many.
                here = [number for number in range(lists[week]) if (day - number * WORKDAYS) % WEEKDAYS < WORKDAYS]
                first = day * wanted[week] % max(len(here), 1)
                for number in (here[first:] + here[:first])[: wanted[week]]:
                    at = float(day * DAY + begin)
                    shifts[number].append((at, at + rules.shift_hours))
            crew = by_name[name]
            made += [
                Person(languages=crew.languages, clearances=crew.clearances, shifts=tuple(each)) for each in shifts
            ]
    return made


def work_of(kind: Kind, language: str, a_day: Sequence[float], rules: Rules) -> Comes:
    """Items hour by hour from items day by day."""
    return Comes(kind=kind, language=language, an_hour=tuple(each for day in a_day for each in rules.spread(day)))
