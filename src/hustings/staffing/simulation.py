"""A floor of reviewers, minute by minute: what comes in, who is there, who may take what, and what waits how long."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from heapq import heapify, heappop, heappush

import numpy as np
import simpy
from numpy.typing import NDArray

from hustings.errors import BadInput, Problem

__all__ = ["Comes", "Floor", "Kind", "Lane", "Person", "Promise", "Rest", "simulate"]

HOUR = 3600.0
WEEK = 7 * 24 * HOUR
GOLDEN = 0.6180339887498949  # multiples of it lie evenly, however many there are


class Promise(StrEnum):
    """What has to have happened when the time of an item is over."""

    TAKEN_UP = "taken up"
    SETTLED = "settled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of work.

    handling       a look of one person on average; `spread` is its standard deviation over that (1: exponential, 0: even)
    due            the time of an item, from when it comes; what has to have happened by then is `promise`
    urgent         goes before everything that is not
    second_looks   part of the items that a second person looks at without knowing of the first
    differ         part of those where the two differ, so that a third decides
    clearance      who may see it; "" is everybody
    """

    name: str
    handling: timedelta
    due: timedelta
    spread: float = 1.0
    promise: Promise = Promise.SETTLED
    urgent: bool = False
    second_looks: float = 0.0
    differ: float = 0.0
    clearance: str = ""

    @property
    def looks(self) -> float:
        """Looks an item takes on average."""
        return 1 + self.second_looks * (1 + self.differ)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comes:
    """So many items of a kind in a language come in each hour, by chance."""

    kind: Kind
    language: str
    an_hour: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody with languages and clearances, and the hours from the beginning at which their shifts begin and end."""

    languages: frozenset[str]
    shifts: tuple[tuple[float, float], ...]
    clearances: frozenset[str] = frozenset()

    def may(self, comes: Comes) -> bool:
        """Whether they can read it and may see it."""
        return comes.language in self.languages and comes.kind.clearance in self.clearances | {""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """A break after so much time at work; an item is ended before."""

    after: timedelta
    lasts: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """What became of a kind in a language.

    items      came in the counted time and were due in it, or were done
    in_time    part of them whose promise was kept
    by_week    items and those in time, week by week from the beginning
    waited     part of all that waited at all for the first look
    mean_wait  until the first look
    late_wait  95 of 100 waited no longer
    left       still open at the end
    """

    kind: str
    language: str
    items: int
    in_time: float
    by_week: tuple[tuple[int, int], ...]
    waited: float
    mean_wait: timedelta
    late_wait: timedelta
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """What a simulated floor did; `occupancy` is time at items over time at work, breaks left out."""

    lanes: tuple[Lane, ...]
    occupancy: float
    seed: int

    def holds(self, part: float) -> bool:
        """Whether so large a part of every kind, all its languages together, was in time in every week."""
        return all(kept >= part for _, _, kept in self.weeks())

    def weeks(self) -> list[tuple[str, int, float]]:
        """Each kind, all its languages together, each week from the first in which something was due, and the part in time."""
        told = []
        for kind in dict.fromkeys(lane.kind for lane in self.lanes):
            mine = [lane.by_week for lane in self.lanes if lane.kind == kind]
            for week, every in enumerate(zip(*mine, strict=True)):
                items = sum(one[0] for one in every)
                if items:
                    told.append((kind, week, sum(one[1] for one in every) / items))
        return told

    @property
    def in_time(self) -> float:
        """The part of all items that was in time."""
        items = sum(lane.items for lane in self.lanes)
        return sum(lane.in_time * lane.items for lane in self.lanes) / items if items else 1.0


@dataclass(slots=True)
class Item:
    """One item on its way."""

    number: int
    lane: int
    looks: int
    by: list[int]


def simulate(
    work: Sequence[Comes],
    people: Sequence[Person],
    *,
    hours: float,
    seed: int,
    counted_from: float = 0.0,
    rest: Rest | None = None,
    absent: float = 0.0,
    watch: Mapping[tuple[str, str], Sequence[float]] | None = None,
) -> Floor:
    """Let work come in and people do it.

    watch    people who stay free for the urgent, by language and clearance, hour by hour from the beginning: who would
             leave fewer takes nothing else

    The urgent goes first, then what is due first. Nobody looks twice at one item. Who begins an item ends it, also when
    the shift is over. A shift is missed with the chance `absent`, each by itself.

    Gives    equal answers for equal input and seed
    Costs    about 100,000 looks a second
    Limits   a model: nobody tires, learns or talks; times of an item do not depend on who looks or on its language;
             absences do not come together; what is still open and not yet due at the end counts neither way
    Raises   BadInput
    """
    refuse(work, people, hours, absent)
    return _Run(
        work, people, hours=hours, seed=seed, counted_from=counted_from, rest=rest, absent=absent, watch=watch or {}
    ).floor()


def refuse(work: Sequence[Comes], people: Sequence[Person], hours: float, absent: float) -> None:
    """Raises   BadInput with all that cannot be."""
    wrong = []
    for number, comes in enumerate(work):
        where = f"work {number + 1} ({comes.kind.name}, {comes.language})"
        if len(comes.an_hour) < hours:
            wrong.append(_wrong(f"{where} an_hour", len(comes.an_hour), f"a figure for each of {hours:g} hours"))
        if any(not 0 <= each < float("inf") for each in comes.an_hour):
            wrong.append(_wrong(f"{where} an_hour", "a figure below 0", "numbers of items, 0 or more"))
        if comes.kind.handling <= timedelta() or comes.kind.spread < 0:
            wrong.append(_wrong(f"{where} handling", comes.kind.handling, "longer than nothing, spread 0 or more"))
        if not (0 <= comes.kind.second_looks <= 1 and 0 <= comes.kind.differ <= 1):
            wrong.append(_wrong(f"{where} looks", comes.kind.second_looks, "parts between 0 and 1"))
        able = sum(person.may(comes) for person in people)
        if not able:
            wrong.append(_wrong(where, "nobody who may take it", "somebody with the language and the clearance"))
        elif able < (3 if comes.kind.differ else 2 if comes.kind.second_looks else 1):
            wrong.append(_wrong(where, f"{able} who may take it", "as many people as it has looks"))
    if not 0 <= absent < 1:
        wrong.append(_wrong("absent", absent, "a part between 0 and 1"))
    if wrong:
        raise BadInput("The floor cannot be simulated.", wrong)


def _wrong(where: str, found: object, expected: str) -> Problem:
    return Problem(where=where, found=str(found), expected=expected, do="Mend the figure.")


class _Run:
    """One run: its queues, who is idle, and when what began and was settled."""

    def __init__(
        self, work: Sequence[Comes], people: Sequence[Person], *, hours: float, seed: int, counted_from: float,
        rest: Rest | None, absent: float, watch: Mapping[tuple[str, str], Sequence[float]],
    ) -> None:  # fmt: skip
        self.work, self.people, self.rest, self.seed = work, people, rest, seed
        self.counted_from, self.ends = counted_from * HOUR, hours * HOUR
        self.env = simpy.Environment()
        draw = np.random.default_rng(seed)
        drawn = [_come(comes, hours, draw) for comes in work]
        self.lane = np.concatenate([np.full(len(at), number) for number, at in enumerate(drawn)] or [np.empty(0, int)])
        came = np.concatenate(drawn or [np.empty(0)])
        order = np.argsort(came, kind="stable")
        self.lane, self.came = self.lane[order].astype(int), came[order]
        self.looks = np.ones(len(order), dtype=int)
        self.seconds = np.empty((len(order), 3))
        for number, comes in enumerate(work):
            mine = np.flatnonzero(self.lane == number)
            second = draw.random(len(mine)) < comes.kind.second_looks
            self.looks[mine] += second
            self.looks[mine] += second & (draw.random(len(mine)) < comes.kind.differ)
            self.seconds[mine] = _times(comes.kind, (len(mine), 3), draw)
        self.begun = np.full(len(order), np.inf)
        self.settled = np.full(len(order), np.inf)
        # What people may take differs by language and clearance alone; each such need has a queue of its own.
        needs = list(dict.fromkeys((comes.language, comes.kind.clearance) for comes in work))
        self.need_of = [needs.index((comes.language, comes.kind.clearance)) for comes in work]
        self.queues: list[list[tuple[int, float, int, Item]]] = [[] for _ in needs]
        self.takes = [
            [place for place, (language, clearance) in enumerate(needs)
             if language in person.languages and clearance in person.clearances | {""}]
            for person in people
        ]  # fmt: skip
        self.idle: dict[int, simpy.Event] = {}
        self.watch = {needs.index(need): list(hours) for need, hours in watch.items() if need in needs}
        self.free = [0] * len(needs)
        self.at_items = self.at_work = 0.0
        self.env.process(self.arrive())
        if self.watch:
            self.env.process(self.strike())
        for number, person in enumerate(people):
            there = draw.random(len(person.shifts)) >= absent
            shifts = [shift for shift, here in zip(person.shifts, there, strict=True) if here]
            if shifts:
                self.env.process(self.live(number, shifts))

    def arrive(self) -> Generator[simpy.Event, None, None]:
        """Items come."""
        before = 0.0
        for number, (at, lane) in enumerate(zip(self.came.tolist(), self.lane.tolist(), strict=True)):
            yield self.env.timeout(at - before)
            before = at
            self.wait(Item(number, lane, int(self.looks[number]), []))

    def wait(self, item: Item) -> None:
        """An item waits in its queue; the longest idle of those who may take it is called."""
        kind, need = self.work[item.lane].kind, self.need_of[item.lane]
        due = float(self.came[item.number]) + kind.due.total_seconds()
        heappush(self.queues[need], (0 if kind.urgent else 1, due, item.number, item))
        for number, called in self.idle.items():
            if need in self.takes[number] and number not in item.by and (kind.urgent or self.spared(number)):
                del self.idle[number]
                called.succeed()
                return

    def strike(self) -> Generator[simpy.Event, None, None]:
        """At each hour the watch may change, so who idles looks again."""
        while True:
            yield self.env.timeout(HOUR)
            called, self.idle = self.idle, {}
            for each in called.values():
                each.succeed()

    def spared(self, number: int) -> bool:
        """Whether enough stay free for the urgent when somebody takes something else."""
        hour = int(self.env.now // HOUR)
        return all(
            self.free[need] > self.watch[need][min(hour, len(self.watch[need]) - 1)]
            for need in self.takes[number]
            if need in self.watch
        )

    def freed(self, number: int, by: int) -> None:
        """Somebody is, or is no more, there for the urgent."""
        for need in self.takes[number]:
            self.free[need] += by

    def next_for(self, number: int) -> Item | None:
        """The item whose turn it is of those that somebody may take and did not look at."""
        best: tuple[tuple[int, float, int, Item], int] | None = None
        for need in self.takes[number]:
            entry = self.first_for(number, self.queues[need])
            if entry is not None and entry[0] and self.watch and not self.spared(number):
                continue
            if entry is not None and (best is None or entry[:3] < best[0][:3]):
                best = entry, need
        if best is None:
            return None
        entry, need = best
        queue = self.queues[need]
        if queue[0] is entry:
            heappop(queue)
        else:
            queue.remove(entry)
            heapify(queue)
        return entry[3]

    @staticmethod
    def first_for(number: int, queue: list[tuple[int, float, int, Item]]) -> tuple[int, float, int, Item] | None:
        """The first of a queue that somebody did not look at yet; the queue stays as it is."""
        aside = []
        while queue and number in queue[0][3].by:
            aside.append(heappop(queue))
        found = queue[0] if queue else None
        for entry in aside:
            heappush(queue, entry)
        return found

    def live(self, number: int, shifts: Sequence[tuple[float, float]]) -> Generator[simpy.Event, None, None]:
        """Somebody comes, works, rests and goes."""
        for begins, ends in shifts:
            if ends * HOUR <= self.env.now:
                continue
            yield self.env.timeout(max(begins * HOUR - self.env.now, 0))
            end = min(ends * HOUR, self.ends)
            if end < self.ends:
                self.env.process(self.call_home(number, end))
            since = self.env.now
            if self.rest is not None:
                # Breaks go round: nobody's first comes when everybody's does.
                since -= self.rest.after.total_seconds() * (number * GOLDEN % 1)
            self.freed(number, 1)
            called_now = False
            while self.env.now < end:
                tired = self.rest is not None and self.env.now - since >= self.rest.after.total_seconds()
                # Who was called for an item does it first: nobody else was.
                item = self.next_for(number) if called_now or not tired else None
                called_now = False
                if item is None and tired and self.rest is not None:
                    self.freed(number, -1)
                    yield self.env.timeout(self.rest.lasts.total_seconds())
                    self.freed(number, 1)
                    since = self.env.now
                    continue
                before = self.env.now
                if item is None:
                    called = self.env.event()
                    self.idle[number] = called
                    yield called
                    called_now = True
                else:
                    self.begun[item.number] = min(self.begun[item.number], self.env.now)
                    spent = float(self.seconds[item.number, len(item.by)])
                    other = not self.work[item.lane].kind.urgent
                    if other:
                        self.freed(number, -1)
                    yield self.env.timeout(spent)
                    if other:
                        self.freed(number, 1)
                    item.by.append(number)
                    if len(item.by) < item.looks:
                        self.wait(item)
                    else:
                        self.settled[item.number] = self.env.now
                    self.at_items += spent if before >= self.counted_from else 0.0
                self.at_work += self.env.now - before if before >= self.counted_from else 0.0
            self.freed(number, -1)

    def call_home(self, number: int, end: float) -> Generator[simpy.Event, None, None]:
        """The end of a shift; who idles goes."""
        yield self.env.timeout(end - self.env.now)
        called = self.idle.pop(number, None)
        if called is not None:
            called.succeed()

    def floor(self) -> Floor:
        """Let the time pass, and tell what became of each lane."""
        self.env.run(until=self.ends)
        lanes = [self.lane_of(number, comes) for number, comes in enumerate(self.work)]
        return Floor(
            lanes=tuple(lanes), occupancy=self.at_items / self.at_work if self.at_work else 0.0, seed=self.seed
        )

    def lane_of(self, number: int, comes: Comes) -> Lane:
        """What became of one kind in one language."""
        mine = (self.lane == number) & (self.came >= self.counted_from)
        came, begun, settled = self.came[mine], self.begun[mine], self.settled[mine]
        reached = begun if comes.kind.promise is Promise.TAKEN_UP else settled
        due = came + comes.kind.due.total_seconds()
        counted = (due <= self.ends) | np.isfinite(reached)
        good = reached <= due
        weeks = (came // WEEK).astype(int)
        by_week = []
        for week in range(int(np.ceil(self.ends / WEEK))):
            of = counted & (weeks == week)
            by_week.append((int(of.sum()), int(good[of].sum())))
        waits = (begun - came)[np.isfinite(begun)]
        return Lane(
            kind=comes.kind.name,
            language=comes.language,
            items=int(counted.sum()),
            in_time=float(good[counted].mean()) if counted.any() else 1.0,
            by_week=tuple(by_week),
            waited=float((waits > 1e-9).mean()) if len(waits) else 0.0,
            mean_wait=timedelta(seconds=float(waits.mean())) if len(waits) else timedelta(),
            late_wait=timedelta(seconds=float(np.quantile(waits, 0.95))) if len(waits) else timedelta(),
            left=int((~np.isfinite(settled)).sum()),
        )


def _come(comes: Comes, hours: float, draw: np.random.Generator) -> NDArray[np.float64]:
    """When items come, in seconds."""
    counts = draw.poisson(comes.an_hour[: int(np.ceil(hours))])
    at = np.repeat(np.arange(len(counts)), counts) + draw.random(int(counts.sum()))
    return np.sort(at[at < hours]) * HOUR


def _times(kind: Kind, shape: tuple[int, int], draw: np.random.Generator) -> NDArray[np.float64]:
    """How long looks take: gamma by mean and spread."""
    mean = kind.handling.total_seconds()
    if kind.spread == 0:
        return np.full(shape, mean)
    return draw.gamma(kind.spread**-2, mean * kind.spread**2, shape)
