"""What a trace would have come to, had people taken its items in another order: harmful views, waits, limits passed.

People take the next item in the languages they read as soon as they are free, and finish what they have begun. Each
decision is right, made once, and ends the views. See docs/explanation/review-quality.md for what this leaves out.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from hustings.staffing.priority import AHEAD, CHANCE, expected_harm, pressed, turn_share, views_left
from hustings.staffing.trace import HOUR, Shift, Trace

__all__ = ["Order", "Outcome", "replay"]

DAY = 24 * HOUR
AGAIN = HOUR  # how often expected harm is worked out anew, as the platform does


class Order(StrEnum):
    """In which order people take what waits."""

    FIFO = "fifo"  # what came first
    DUE = "due"  # what is promised first
    HARM = "harm"  # as the platform does: `priority.turn_anew` each hour, and a share by chance


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an order came to.

    bad_views       views of what violates, from its arrival until its decision
    weighted        the same by severity
    done, left      decided, and not decided when the last shift ended
    past_limit      decided after their limit, or left when it had passed
    wait            seconds from arrival to decision of what was decided: middle, 95 of 100, longest
    busy            share of the shifts, until the last decision, in which people worked
    """

    order: Order
    bad_views: float
    weighted: float
    done: int
    left: int
    past_limit: int
    wait: tuple[float, float, float]
    busy: float


class Waits:
    """What waits, by language, each language with its own order; what is taken by chance leaves its place behind."""

    def __init__(self, trace: Trace, order: Order, half_life: float) -> None:
        self.trace, self.order, self.half_life = trace, order, half_life
        self.heaps: list[list[tuple[float, int]]] = [[] for _ in trace.languages]
        self.lists: list[list[int]] = [[] for _ in trace.languages]
        self.place: dict[int, int] = {}
        self.count = 0
        self.taken: list[deque[float]] = [deque() for _ in trace.languages]

    def keys(self, items: NDArray[np.int64], moment: float) -> NDArray[np.float64]:
        """Whose turn is first, as known at a moment: the smallest."""
        trace = self.trace
        if self.order is Order.FIFO:
            return trace.at[items]
        if self.order is Order.DUE:
            return trace.at[items] + trace.due[items] * HOUR
        # The half-life of one item is not known before it is over; what is usual stands for it.
        left = views_left(trace.rate_at(items, moment), self.half_life)
        harm = expected_harm(trace.probability[items], left, trace.severity[items], trace.near[items])
        return np.asarray(moment + turn_share(harm) * trace.limit[items] * HOUR, dtype=float)

    def add(self, item: int, moment: float) -> None:
        """One more waits."""
        language = int(self.trace.language[item])
        heapq.heappush(self.heaps[language], (float(self.keys(np.array([item]), moment)[0]), item))
        self.place[item] = len(self.lists[language])
        self.lists[language].append(item)
        self.count += 1

    def order_anew(self, moment: float) -> None:
        """Work all turns out again; what presses, among all or among its language, goes before the rest."""
        trace = self.trace
        waiting = np.array([each for some in self.lists for each in some], dtype=np.int64)
        if not len(waiting):
            return
        turns = self.keys(waiting, moment)
        limit_at = trace.at[waiting] + trace.limit[waiting] * HOUR
        paces = [self.pace(language, moment) for language in range(len(trace.languages))]
        groups = [(np.arange(len(waiting)), sum(paces))]
        groups += [(np.flatnonzero(trace.language[waiting] == which), pace) for which, pace in enumerate(paces)]
        for group, pace in groups:
            hours = (limit_at[group] - moment) / HOUR
            now = group[pressed(hours, trace.limit[waiting[group]], pace)]
            turns[now] = limit_at[now] - AHEAD.total_seconds()
        for language in range(len(trace.languages)):
            mine = np.flatnonzero(trace.language[waiting] == language)
            self.heaps[language] = list(zip(turns[mine].tolist(), waiting[mine].tolist(), strict=True))
            heapq.heapify(self.heaps[language])

    def pace(self, language: int, moment: float) -> float:
        """Items of a language that people took in an hour, over the last day or what there was of it."""
        taken = self.taken[language]
        while taken and taken[0] <= moment - DAY:
            taken.popleft()
        return len(taken) / (min(DAY, max(moment - float(self.trace.at[0]), HOUR)) / HOUR)

    def next_of(self, languages: Sequence[int], moment: float) -> int | None:
        """Take the first in these languages."""
        best: tuple[float, int] | None = None
        for language in languages:
            heap = self.heaps[language]
            while heap and heap[0][1] not in self.place:
                heapq.heappop(heap)
            if heap and (best is None or heap[0] < best):
                best = heap[0]
        return self.take(best[1], moment) if best is not None else None

    def any_of(self, languages: Sequence[int], draw: float, moment: float) -> int | None:
        """Take one anywhere in these languages; `draw` from 0 to 1 says which."""
        many = sum(len(self.lists[language]) for language in languages)
        index = int(draw * many)
        for language in languages:
            if index < len(self.lists[language]):
                return self.take(self.lists[language][index], moment)
            index -= len(self.lists[language])
        return None

    def take(self, item: int, moment: float) -> int:
        """Let it wait no more."""
        waiting = self.lists[int(self.trace.language[item])]
        place = self.place.pop(item)
        last = waiting.pop()
        if last != item:
            waiting[place] = last
            self.place[last] = place
        self.count -= 1
        self.taken[int(self.trace.language[item])].append(moment)
        return item


def replay(
    trace: Trace, shifts: Sequence[Shift], order: Order, *, seed: int, half_life: float | None = None
) -> Outcome:
    """Let people work through a trace in an order.

    seed         of the claims by chance
    half_life    hours after which something is usually seen half as often, for the forecast of views; the middle of the
                 trace's where left out
    Costs        with n items of which b wait at a time, over h hours: n log b + h b
    """
    usual = float(np.median(trace.half_life)) if half_life is None else half_life
    waits = Waits(trace, order, usual)
    random = np.random.default_rng(seed)
    reads = [[number for number, name in enumerate(trace.languages) if each.reads(name)] for each in shifts]
    decided = np.full(len(trace), np.inf)
    # Who is free when; of what comes at the same moment, they choose.
    events = [(each.start, index) for index, each in enumerate(shifts)]
    heapq.heapify(events)
    idle: set[int] = set()
    came, again, worked, final = 0, float(trace.at[0]) + AGAIN, 0.0, float(trace.at[0])

    def begin(person: int, moment: float) -> None:
        """Give somebody who is free their next item, or let them wait for one."""
        nonlocal worked, final
        if moment >= shifts[person].end:
            return
        item = None
        if order is Order.HARM and random.random() < CHANCE:
            item = waits.any_of(reads[person], random.random(), moment)
        if item is None:
            item = waits.next_of(reads[person], moment)
        if item is None:
            idle.add(person)
            return
        ends = moment + float(trace.seconds[item])
        decided[item] = ends
        worked, final = worked + float(trace.seconds[item]), max(final, ends)
        heapq.heappush(events, (ends, person))

    while came < len(trace) or events:
        arrival = float(trace.at[came]) if came < len(trace) else np.inf
        free = events[0][0] if events else np.inf
        moment = min(arrival, free)
        if order is Order.HARM and again <= moment:
            waits.order_anew(again)
            again += AGAIN * max(1.0, np.floor((moment - again) / AGAIN)) if not waits.count else AGAIN
            continue
        if free < arrival:
            begin(heapq.heappop(events)[1], moment)
            continue
        waits.add(came, moment)
        language = int(trace.language[came])
        came += 1
        for person in sorted(idle):
            if language in reads[person]:
                idle.discard(person)
                heapq.heappush(events, (moment, person))
                break
    return told(trace, shifts, order, decided, worked, final)


def told(
    trace: Trace, shifts: Sequence[Shift], order: Order, decided: NDArray[np.float64], worked: float, final: float
) -> Outcome:
    """What the moments of decision come to."""
    end = max(each.end for each in shifts)
    there = np.isfinite(decided)
    until = np.where(there, decided, end)
    bad = np.array(
        [
            trace.seen_between(int(each), float(trace.at[each]), float(until[each]))
            for each in np.flatnonzero(trace.violates)
        ]
    )
    waits = (decided - trace.at)[there]
    paid = sum(max(min(each.end, final) - each.start, 0.0) for each in shifts)
    middle, most, longest = np.quantile(waits, [0.5, 0.95, 1.0]) if len(waits) else (np.nan,) * 3
    return Outcome(
        order=order,
        bad_views=float(bad.sum()),
        weighted=float((bad * trace.severity[trace.violates]).sum()),
        done=int(there.sum()),
        left=int((~there).sum()),
        past_limit=int((until - trace.at > trace.limit * HOUR).sum()),
        wait=(float(middle), float(most), float(longest)),
        busy=worked / paid if paid else 0.0,
    )
