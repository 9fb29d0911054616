"""Groups: who belongs to a set of actors that act together, tested one actor at a time."""

__all__ = [
    "Candidates",
    "GroupSettings",
    "Near",
    "Posts",
    "accepted",
    "candidates",
    "communities",
    "grow",
    "grown",
    "judged",
    "near_posts",
    "order_chance",
]

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import graspologic_native
import numba
import numpy as np

from hustings.detection.acts import popularity
from hustings.detection.chance import benjamini_hochberg, simes, truncated_product
from hustings.detection.crowd import Crowds
from hustings.detection.kinds import UNTIMED, kind_codes
from hustings.detection.timing import TimingSettings
from hustings.detection.traces import Traces

# How an actor's post stands to the first of the group's posts within the window.
APART, LED, JOINED, TOGETHER = 0, 1, 2, 3


@dataclass(frozen=True, kw_only=True)
class GroupSettings:
    """How sure a membership must be.

    link_rate false discovery rate of the links that draw the cores
    rate      false discovery rate among the candidates of one group, on timing
    content_rate   the same on content
    order     least chance that a member leads as rarely or often as it does, were the order a lottery
    smallest  fewest members of a finding
    """

    link_rate: float
    rate: float
    content_rate: float
    order: float = 0.05
    smallest: int = 3


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Every actor that shared something with the group within the horizon, tested against it.

    actor       actor codes, sorted
    occasions   days on which it did; close: of these, days within the window of a member's post
    p           chance of as much closeness to the group, its clock moved as a whole each day
    joined      posts within the window after a member's; led: before all of them; together: at the same moment
    order       chance to follow as rarely as it does, were every order of the posts equally likely
    rarity      actors that left the rarest trace it shared with the group
    """

    actor: np.ndarray
    occasions: np.ndarray
    close: np.ndarray
    p: np.ndarray
    joined: np.ndarray
    led: np.ndarray
    together: np.ndarray
    order: np.ndarray
    rarity: np.ndarray

    @property
    def took_part(self) -> np.ndarray:
        """Who came after others at least once; moments shared to the tick count for those who never led."""
        return (self.joined > 0) | ((self.together > 0) & (self.led == 0))

    @property
    def band(self) -> np.ndarray:
        """Rarity in powers of two: 2, 3-4, 5-8, ..."""
        return np.ceil(np.log2(np.maximum(self.rarity, 1))).astype(np.int64)


def communities(a: np.ndarray, b: np.ndarray, weight: np.ndarray, seed: int) -> list[np.ndarray]:
    """Leiden groups (modularity) of a weighted network; each a sorted array, largest first."""
    if not len(a):
        return []
    # Nine digits: a last place that differs between machines must not choose between equal partitions.
    weight = np.round(weight, 9)
    edges = [(str(x), str(y), float(w)) for x, y, w in zip(a.tolist(), b.tolist(), weight.tolist(), strict=True)]
    _, part = graspologic_native.leiden(edges=edges, seed=seed, iterations=10, use_modularity=True, resolution=1.0)
    groups: dict[int, list[int]] = {}
    for name, group in part.items():
        groups.setdefault(group, []).append(int(name))
    return sorted((np.array(sorted(group), np.int32) for group in groups.values()), key=lambda g: (-len(g), int(g[0])))


@numba.njit(cache=True, nogil=True)
def _near(start, at, actor, content, inside, horizon, window, step, out_row, out_gap, out_chance, out_state, out_first):  # type: ignore[no-untyped-def]
    """For each row within the horizon of a member's post: its gap, the chance of it, its place in the order.

    `start` are the rows where runs of one trace begin (with the end). Gives how many rows were written.
    """
    count = 0
    for run in range(len(start) - 1):
        first, last = start[run], start[run + 1]
        for r in range(first, last):
            me, post, t = actor[r], content[r], at[r]
            low = r
            while low > first and t - at[low - 1] <= horizon:
                low -= 1
            nearest = horizon + 1
            before = horizon + 1  # to the latest earlier member's post that does not follow one of mine
            after = horizon + 1
            tie = False
            mine, mine_now = -1, -1  # my latest own post before, and at, the moment looked at
            others = 0
            k = low
            while k < last and at[k] - t <= horizon:
                if actor[k] == me:
                    if mine_now >= 0 and at[k] > mine_now:
                        mine = mine_now
                    if at[k] < t:
                        mine_now = at[k]
                elif inside[actor[k]] and content[k] != post:
                    if mine_now >= 0 and at[k] > mine_now:
                        mine = mine_now
                    gap = at[k] - t
                    others += 1
                    if abs(gap) < nearest:
                        nearest = abs(gap)
                    # A member's post within a window behind an earlier one of my own may be copying me.
                    copied = mine >= 0 and at[k] - mine <= window
                    if gap == 0:
                        tie = tie or not copied
                    elif gap < 0:
                        if not copied:
                            before = -gap
                    elif gap < after:
                        after = gap
                k += 1
            if others == 0:
                continue
            # The share of my possible moments that lie as near to a member's post: unions of intervals.
            near_cover = 0
            far_cover = 0
            train_cover = 0
            near_end = far_end = train_end = t - 5 * horizon
            # Of all posts within the window, mine among them, the share at the first moment.
            size, earliest, ties = 1, t, 1
            while low > first and t - at[low - 1] <= 2 * horizon:
                low -= 1
            k = low
            while k < last and at[k] - t <= 2 * horizon:
                if actor[k] != me and inside[actor[k]] and content[k] != post:
                    left, right = at[k] - nearest, at[k] + nearest + step
                    train_cover += right - max(left, train_end) if right > train_end else 0
                    train_end = max(train_end, right)
                    if abs(at[k] - t) <= horizon:
                        near_cover += right - max(left, near_end) if right > near_end else 0
                        near_end = max(near_end, right)
                        left, right = at[k] - horizon, at[k] + horizon + step
                        far_cover += right - max(left, far_end) if right > far_end else 0
                        far_end = max(far_end, right)
                    if abs(at[k] - t) <= window:
                        size += 1
                        if at[k] < earliest:
                            earliest, ties = at[k], 1
                        elif at[k] == earliest:
                            ties += 1
                k += 1
            # Members that repeat themselves at longer intervals are near to more moments than that shows:
            # of what they cover within two horizons either side, half (and one post's worth) fits into two.
            one = 2 * nearest + step
            chance = max(near_cover / far_cover, (train_cover + one) / 2 / (2 * horizon + step))
            state = 0
            if before <= window:
                state = 2
            elif after <= window:
                state = 1
            elif tie:
                state = 3
            out_row[count] = r
            out_gap[count] = nearest
            out_chance[count] = min(1.0, chance)
            out_state[count] = state
            out_first[count] = ties / size
            count += 1
    return count


class Posts:
    """The rows of `Traces` by actor, and runs of one trace: what tests of groups look up."""

    def __init__(self, traces: Traces, day: np.ndarray, crowds: Crowds) -> None:
        self.traces = traces
        self.day = day
        self.crowds = crowds
        self.by_actor = np.argsort(traces.actor, kind="stable")
        self.actor_start = np.searchsorted(traces.actor[self.by_actor], np.arange(len(traces.actor_names) + 1))
        self.trace_start = np.searchsorted(traces.trace, np.arange(len(traces.trace_names) + 1))
        self.popularity = popularity(traces)
        self.untimed = np.isin(traces.trace_kind, kind_codes(traces.kinds, UNTIMED))

    def rows(self, group: np.ndarray) -> np.ndarray:
        """All rows of these actors that timing is asked of."""
        every = [self.by_actor[self.actor_start[a] : self.actor_start[a + 1]] for a in group.tolist()]
        rows = np.concatenate(every)
        return rows[~self.untimed[self.traces.trace[rows]]]

    def around(self, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All rows on traces that the group left, and where each trace's run begins."""
        touched = np.unique(self.traces.trace[self.rows(group)])
        lengths = self.trace_start[touched + 1] - self.trace_start[touched]
        start = np.r_[0, np.cumsum(lengths)]
        rows = np.arange(start[-1]) + np.repeat(self.trace_start[touched] - start[:-1], lengths)
        return rows, start


def candidates(posts: Posts, group: np.ndarray, settings: TimingSettings) -> Candidates:
    """Test every actor that shared something with the group within the horizon."""
    traces = posts.traces
    rows, start = posts.around(group)
    inside = np.zeros(len(traces.actor_names), bool)
    inside[group] = True
    found, gap, chance, state, first = near_posts(
        start, traces.at[rows], traces.actor[rows], traces.content[rows], inside, settings
    )
    row = rows[found]
    trace = traces.trace[row]
    return judged(
        Near(
            actor=traces.actor[row], post=traces.content[row], day=posts.day[row], trace=trace, state=state, first=first,
            rarity=posts.popularity[trace], chance=np.minimum(1.0, chance * posts.crowds.factor(trace, gap)),
        ),
        settings,
    )  # fmt: skip


def near_posts(
    start: np.ndarray,
    at: np.ndarray,
    actor: np.ndarray,
    content: np.ndarray,
    inside: np.ndarray,
    settings: TimingSettings,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Posts within the horizon of a member's: row, gap, chance, place in the order, share at the first moment.

    start    where runs of one trace begin (with the end); rows by time in them
    inside   per actor, whether it is a member
    """
    n = len(at)
    row, gap, chance = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
    state, first = np.empty(n, np.int8), np.empty(n)
    count = _near(
        start, at, actor, content, inside, settings.horizon, settings.window, settings.resolution, row, gap, chance,
        state, first,
    )  # fmt: skip
    return row[:count], gap[:count], chance[:count], state[:count], first[:count]


@dataclass(frozen=True, kw_only=True)
class Near:
    """Posts within the horizon of a member's post, one element each for every trace they share; by trace and time.

    chance   of a gap as small, the crowd taken into account; rarity: actors that left the trace
    state    its place in the order (`LED`, ...); first: the share of the posts around that stand at the first moment
    """

    actor: np.ndarray
    post: np.ndarray
    day: np.ndarray
    trace: np.ndarray
    rarity: np.ndarray
    chance: np.ndarray
    state: np.ndarray
    first: np.ndarray


def judged(near: Near, settings: TimingSettings) -> Candidates:
    """Test the actors of posts near a group's; each post is one act, and acts of one day are one observation."""
    actor, post, day, rarity = near.actor, near.post, near.day, near.rarity
    chance, state, first = near.chance, near.state, near.first
    # One post is one act: of its traces shared with the group, the rarest counts.
    order = np.lexsort((near.trace, rarity, post, actor))
    new = (
        np.r_[True, (actor[order][1:] != actor[order][:-1]) | (post[order][1:] != post[order][:-1])]
        if len(actor)
        else np.empty(0, bool)
    )
    keep = order[new]
    actor, day = actor[keep], day[keep]
    chance, state, first, rarity = chance[keep], state[keep], first[keep], rarity[keep]
    order = np.lexsort((chance, day, actor))
    actor, day = actor[order], day[order]
    chance, state, first, rarity = chance[order], state[order], first[order], rarity[order]
    names, index = np.unique(actor, return_inverse=True)
    new = np.r_[True, (actor[1:] != actor[:-1]) | (day[1:] != day[:-1])] if len(actor) else np.empty(0, bool)
    combined = simes(chance, np.cumsum(new) - 1)
    unit = index[new]
    hit = combined <= settings.close
    occasions = np.bincount(unit, minlength=len(names))
    close = np.bincount(unit[hit], minlength=len(names))
    logs = np.bincount(unit[hit], weights=np.log(combined[hit]), minlength=len(names))
    p = truncated_product(occasions, logs, close, settings.close)
    joined = np.bincount(index[state == JOINED], minlength=len(names))
    led = np.bincount(index[state == LED], minlength=len(names))
    together = np.bincount(index[state == TOGETHER], minlength=len(names))
    ordered = (state == JOINED) | (state == LED)
    return Candidates(
        actor=names,
        occasions=occasions,
        close=close,
        p=p,
        joined=joined,
        led=led,
        together=together,
        order=order_chance(index[ordered], first[ordered], joined, len(names)),
        rarity=np.minimum.reduceat(rarity, np.flatnonzero(np.r_[True, actor[1:] != actor[:-1]]))
        if len(actor)
        else rarity,
    )


def order_chance(index: np.ndarray, first: np.ndarray, joined: np.ndarray, actors: int) -> np.ndarray:
    """Chance to follow at most `joined` times, if each act is led by a random one of those in it.

    first   per act, the share of its posts that stand at its first moment (more than one where clocks tick
            in whole seconds)
    """
    # In the order of the chances, so that the sum of them does not hang on the order of the acts.
    by_actor = np.lexsort((first, index))
    cuts = np.searchsorted(index[by_actor], np.arange(actors + 1))
    return _lottery(cuts, 1.0 - first[by_actor], joined)


@numba.njit(cache=True, nogil=True)
def _lottery(cuts, follow, joined):  # type: ignore[no-untyped-def]
    """Per actor, the chance that at most `joined` of independent events with these chances happen."""
    result = np.ones(len(cuts) - 1)
    for a in range(len(cuts) - 1):
        due = 0.0
        for i in range(cuts[a], cuts[a + 1]):
            due += follow[i]
        # Many acts make any habit significant: who follows half as often as it is due takes part.
        if joined[a] >= due / 2:
            continue
        chances = np.zeros(joined[a] + 2)
        chances[0] = 1.0
        for i in range(cuts[a], cuts[a + 1]):
            for k in range(joined[a], 0, -1):
                chances[k] = chances[k] * (1 - follow[i]) + chances[k - 1] * follow[i]
            chances[0] *= 1 - follow[i]
        result[a] = min(1.0, chances[: joined[a] + 1].sum())
    return result


def accepted(found: Candidates, settings: GroupSettings, *, ordered: bool = True) -> np.ndarray:
    """Which candidates belong: false discovery rate within bands of rarity, and each must have joined.

    A thing that five actors in the world left and a hashtag of thousands do not compete: candidates
    are tested in bands by the rarest trace that they shared with the group (known before any gap).
    `ordered=False` leaves out the order of posts, and so also gives those who led or were copied.
    """
    band = found.band
    ok = np.zeros(len(found.actor), bool)
    for b in np.unique(band).tolist():
        part = band == b
        ok[part] = benjamini_hochberg(found.p[part]) <= settings.rate
    return ok & found.took_part & (found.order >= settings.order) if ordered else ok


def grow(
    posts: Posts, core: np.ndarray, timing: TimingSettings, settings: GroupSettings, rounds: int = 8
) -> tuple[np.ndarray, Candidates]:
    """Let members in and out until nobody moves; gives the members and their last tests."""
    (result,) = grown(
        [core],
        lambda groups: [candidates(posts, group, timing) for group in groups],
        lambda found: accepted(found, settings),
        rounds,
    )
    return result


T = TypeVar("T")


def grown(
    cores: Sequence[np.ndarray],
    test: Callable[[list[np.ndarray]], list[T]],
    accept: Callable[[T], np.ndarray],
    rounds: int = 8,
) -> list[tuple[np.ndarray, T]]:
    """Let members into and out of each group until nobody moves; gives the members and their last tests.

    test     of several groups at once; accept: which of the tested belong
    """
    groups, seen = list(cores), [{core.tobytes()} for core in cores]
    found = test(groups)
    moving = list(range(len(groups)))
    for _ in range(rounds):
        going_on = []
        for g in moving:
            following = _actors(found[g])[accept(found[g])]
            going_on += [] if len(following) < 2 or following.tobytes() in seen[g] else [g]
            groups[g] = following
            seen[g].add(following.tobytes())
        moving = going_on
        if not moving:
            break
        for g, tests in zip(moving, test([groups[g] for g in moving]), strict=True):
            found[g] = tests
    # A group that has not come to rest keeps only those whom its last tests know.
    return [(np.intersect1d(group, _actors(tests)), tests) for group, tests in zip(groups, found, strict=True)]


def _actors(tests: Any) -> np.ndarray:
    return tests.actor
