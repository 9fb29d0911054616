"""The null model of timing read plainly, row by row, from docs/explanation/significance.md, sections 1 to 3."""

__all__ = [
    "Act",
    "Candidate",
    "Clock",
    "Pair",
    "Row",
    "acts",
    "belong",
    "candidates",
    "clock",
    "crowds",
    "first_posts",
    "grown",
    "hubs",
    "pair_tests",
    "quietest",
    "runs",
]

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol, TypeVar

from hustings.detection.reference.chance import due_order, false_discovery, simes, truncated_product

HOUR = 3_600_000_000
DAY = 24 * HOUR
CROWD = 60
BELIEF = 30
SCALES = 6
T = TypeVar("T", bound="Tested")


class Tested(Protocol):
    """What one test of an actor against a group tells on any ground."""

    @property
    def actor(self) -> int: ...


class Row(NamedTuple):
    """One row of the trace table, names replaced by their places in byte order; `place` is its own."""

    trace: int
    at: int
    actor: int
    content: int
    place: int


class Act(NamedTuple):
    """Two posts that share a trace within the horizon; `a` before `b` by name, `first` before `second` in time."""

    a: Row
    b: Row
    train: Fraction = Fraction(1)

    @property
    def gap(self) -> int:
        """How much later b is."""
        return self.b.at - self.a.at

    @property
    def earlier(self) -> int:
        """When the first of the two was posted."""
        return min(self.a.at, self.b.at)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The times of a table: its step, its horizon and window, and the hour in which its days begin."""

    window: int
    horizon: int
    step: int
    quietest: int

    def chance(self, gap: int) -> Fraction:
        """P(|gap| <= g) of two clocks that agree to the horizon and no better."""
        return min(Fraction(1), Fraction(2 * abs(gap) + self.step, 2 * self.horizon + self.step))

    @property
    def tau(self) -> Fraction:
        """The chance of a gap within the window."""
        return self.chance(self.window)

    def day(self, at: int) -> int:
        """The occasion that a moment belongs to."""
        return (at - self.quietest * HOUR) // DAY


def clock(rows: Sequence[Row], window: int, horizon: int) -> Clock:
    """Times tick in the largest step that divides them all; days begin at midnight until `quietest` is asked."""
    step = next(s for s in (60_000_000, 1_000_000, 1_000, 1) if all(row.at % s == 0 for row in rows))
    return Clock(window=window, horizon=horizon, step=step, quietest=0)


def quietest(rows: Sequence[Row]) -> int:
    """The hour of the day in which the fewest rows lie, the first of them."""
    busy = [0] * 24
    for row in rows:
        busy[row.at // HOUR % 24] += 1
    return busy.index(min(busy))


def hubs(by_trace: Mapping[int, Sequence[Row]], horizon: int, most: int) -> dict[int, int]:
    """The busiest traces, with their pairs of rows within the horizon, that go until at most `most` pairs are left."""
    pairs = {}
    for trace, rows in by_trace.items():
        at = [row.at for row in rows]
        pairs[trace] = sum(bisect_right(at, t + horizon) - i - 1 for i, t in enumerate(at))
    left, out = sum(pairs.values()), {}
    for trace in sorted(pairs, key=lambda trace: (-pairs[trace], trace)):
        if left <= most:
            break
        out[trace] = pairs[trace]
        left -= pairs[trace]
    return out


def acts(by_trace: Mapping[int, Sequence[Row]], popular: Mapping[int, int], times: Clock) -> list[Act]:
    """Every two posts that share a trace within the horizon, once, by the trace that the fewest actors left."""
    best: dict[tuple[int, int, int, int], tuple[tuple[int, ...], Act]] = {}
    for trace, rows in by_trace.items():
        for place, one in enumerate(rows):
            for two in rows[place + 1 :]:
                if two.at - one.at > times.horizon:
                    break
                if one.actor == two.actor or one.content == two.content:
                    continue
                act = Act(one, two) if one.actor < two.actor else Act(two, one)
                posts = (act.a.actor, act.b.actor, act.a.content, act.b.content)
                rank = (popular[trace], trace, abs(act.gap), act.earlier)
                if posts not in best or rank < best[posts][0]:
                    best[posts] = rank, act
    moments: dict[tuple[int, int], list[int]] = defaultdict(list)
    for rows in by_trace.values():
        for row in rows:
            moments[row.trace, row.actor].append(row.at)
    return [act._replace(train=_train(act, moments, times.horizon)) for _, (_, act) in sorted(best.items())]


def _train(act: Act, moments: Mapping[tuple[int, int], Sequence[int]], horizon: int) -> Fraction:
    """By how much the chance is raised where one of the two repeats the trace more slowly than the horizon."""
    raised = Fraction(1)
    for mine, other in ((act.a, act.b), (act.b, act.a)):
        gaps = [abs(t - mine.at) for t in moments[mine.trace, other.actor]]
        far, near = sum(gap <= 2 * horizon for gap in gaps), sum(gap <= horizon for gap in gaps)
        raised = max(raised, Fraction((far + 1) // 2, near))
    return raised


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The test of two actors with two occasions or more."""

    a: int
    b: int
    p: float


def pair_tests(found: Iterable[Act], times: Clock, crowd: Mapping[int, Sequence[Fraction]]) -> list[Pair]:
    """Test every pair of actors with two occasions or more, in order of their names."""
    days: dict[tuple[int, int], dict[int, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for act in found:
        u = min(Fraction(1), times.chance(act.gap) * act.train * _raised(crowd.get(act.a.trace), act.gap, times))
        days[act.a.actor, act.b.actor][times.day(act.earlier)].append(u)
    result = []
    for (a, b), occasions in sorted(days.items()):
        if len(occasions) < 2:
            continue
        combined = [simes(u) for u in occasions.values()]
        close = sum(u <= times.tau for u in combined)
        result.append(Pair(a=a, b=b, p=truncated_product(combined, times.tau) if close >= 2 else 1.0))
    return result


def scales(times: Clock) -> list[int]:
    """The gaps at which a crowd's pace is counted: the window, half of it, and so on."""
    return [times.window // 2**k for k in range(SCALES)]


def crowds(
    by_trace: Mapping[int, Sequence[Row]], tied: Mapping[int, set[int]], times: Clock
) -> dict[int, list[Fraction]]:
    """By how much chances on each trace are raised at each scale, where sixty strangers left it.

    tied   whom each actor is linked to in a first pass
    """
    result = {}
    for trace, rows in by_trace.items():
        first: dict[int, int] = {}
        for row in rows:
            first.setdefault(row.actor, row.at)
        strangers = [actor for actor in first if 2 * len(tied.get(actor, set()) & first.keys()) < len(first)]
        if len(strangers) < CROWD:
            continue
        gaps = []
        posts = list(first.items())
        for place, (one, at) in enumerate(posts):
            for two, later in posts[place + 1 :]:
                if later - at > times.horizon:
                    break
                if two not in tied.get(one, set()):
                    gaps.append(later - at)
        belief = BELIEF * times.tau
        result[trace] = [
            max(Fraction(1), (sum(gap <= scale for gap in gaps) + belief) / (len(gaps) * times.chance(scale) + belief))
            for scale in scales(times)
        ]
    return result


def _raised(pace: Sequence[Fraction] | None, gap: int, times: Clock) -> Fraction:
    """By how much a crowd's pace raises the chance of this gap: at the finest scale that holds it."""
    if pace is None:
        return Fraction(1)
    held = [factor for scale, factor in zip(scales(times), pace, strict=True) if abs(gap) <= scale]
    return held[-1] if held else pace[0]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One actor tested against a group."""

    actor: int
    p: float
    joined: int
    led: int
    together: int
    order: float
    rarity: int

    @property
    def band(self) -> int:
        """2; 3 and 4; 5 to 8; ..."""
        return math.ceil(math.log2(self.rarity))


def _covered(moments: Iterable[int], reach: int, step: int) -> int:
    """Length of the union of the intervals that lie `reach` around moments, each a step longer."""
    length, end = 0, -(1 << 62)
    for t in sorted(moments):
        length += max(0, t + reach + step - max(end, t - reach))
        end = max(end, t + reach + step)
    return length


class _Post(NamedTuple):
    """One post of an actor near posts of the group: its chance, whether it led or joined, and who may be first."""

    chance: Fraction
    state: str
    follow: float
    rarity: int


def _post(
    row: Row, wide: Sequence[Row], own: Sequence[int], times: Clock, pace: Sequence[Fraction] | None, rarity: int
) -> _Post:
    near = [other for other in wide if abs(other.at - row.at) <= times.horizon]
    nearest = min(abs(other.at - row.at) for other in near)
    moments = [other.at for other in near]
    chance = Fraction(_covered(moments, nearest, times.step), _covered(moments, times.horizon, times.step))
    # Members that repeat themselves more slowly than the horizon are near to more moments than that shows.
    train = _covered([other.at for other in wide], nearest, times.step) + 2 * nearest + times.step
    chance = max(chance, Fraction(train, 2 * (2 * times.horizon + times.step)))
    within = [other.at for other in near if abs(other.at - row.at) <= times.window]

    def copied(t: int) -> bool:
        """Whether a member's post lies within a window behind an earlier post of mine."""
        return any(0 < t - mine <= times.window for mine in own)

    followed = any(t < row.at and not copied(t) for t in within)
    tied = any(t == row.at and not copied(t) for t in within)
    led = any(t > row.at for t in within)
    state = "joined" if followed else "led" if led else "together" if tied else "apart"
    everybody = [row.at, *within]
    follow = 1.0 - everybody.count(min(everybody)) / len(everybody)
    return _Post(
        chance=min(Fraction(1), chance * _raised(pace, nearest, times)), state=state, follow=follow, rarity=rarity
    )


def candidates(
    group: Sequence[int],
    by_trace: Mapping[int, Sequence[Row]],
    left: Mapping[int, Iterable[int]],
    popular: Mapping[int, int],
    crowd: Mapping[int, Sequence[Fraction]],
    times: Clock,
) -> list[Candidate]:
    """Every actor with an act with the group, tested against the others of the group, by name.

    left   the traces of each actor
    """
    inside = set(group)
    posts: dict[int, dict[int, tuple[tuple[int, int, int], Row, list[Row]]]] = defaultdict(dict)
    own: dict[tuple[int, int], list[int]] = defaultdict(list)
    for trace in sorted({trace for actor in group for trace in left[actor]}):
        members = [row for row in by_trace[trace] if row.actor in inside]
        moments = [row.at for row in members]
        for row in by_trace[trace]:
            own[trace, row.actor].append(row.at)
            some = members[
                bisect_left(moments, row.at - 2 * times.horizon) : bisect_right(moments, row.at + 2 * times.horizon)
            ]
            wide = [other for other in some if other.actor != row.actor and other.content != row.content]
            if not any(abs(other.at - row.at) <= times.horizon for other in wide):
                continue
            rank = (popular[trace], trace, row.at)
            known = posts[row.actor].get(row.content)
            if known is None or rank < known[0]:
                posts[row.actor][row.content] = rank, row, wide
    result = []
    for actor, mine in sorted(posts.items()):
        days: dict[int, list[Fraction]] = defaultdict(list)
        seen = []
        for rank, row, wide in mine.values():
            post = _post(row, wide, own[row.trace, actor], times, crowd.get(row.trace), rank[0])
            days[times.day(row.at)].append(post.chance)
            seen.append(post)
        joined = sum(post.state == "joined" for post in seen)
        result.append(
            Candidate(
                actor=actor,
                p=truncated_product([simes(u) for u in days.values()], times.tau),
                joined=joined,
                led=sum(post.state == "led" for post in seen),
                together=sum(post.state == "together" for post in seen),
                order=due_order(joined, [post.follow for post in seen if post.state in {"joined", "led"}]),
                rarity=min(post.rarity for post in seen),
            )
        )
    return result


def belong(tests: Sequence[Candidate], rate: float) -> list[Candidate]:
    """Those that pass the false discovery rate within their band of rarity, whoever came first."""
    passed = []
    for band in {test.band for test in tests}:
        mine = [test for test in tests if test.band == band]
        q = false_discovery([test.p for test in mine], len(mine))
        passed += [test for test, value in zip(mine, q, strict=True) if value <= rate]
    return sorted(passed, key=lambda test: test.actor)


def grown(
    core: Sequence[int],
    test: Callable[[Sequence[int]], Sequence[T]],
    members: Callable[[Sequence[T]], list[int]],
    rounds: int = 8,
) -> tuple[list[int], Sequence[T]]:
    """Let members in and out until nobody moves, at most `rounds` times; with the tests that named them."""
    group, seen = list(core), {tuple(core)}
    tests = test(group)
    for _ in range(rounds):
        following = members(tests)
        if len(following) < 2 or tuple(following) in seen:
            return following, tests
        seen.add(tuple(following))
        group, tests = following, test(following)
    # Still moving: whom the last tests do not know is out.
    known = {one.actor for one in tests}
    return [actor for actor in group if actor in known], tests


def runs(
    group: Sequence[int], by_trace: Mapping[int, Sequence[Row]], popular: Mapping[int, int], window: int
) -> list[list[Row]]:
    """Posts of the group on one trace, each at most a window after the one before; a post in one run only.

    A post counts on the rarest trace on which another's post lies within the window.
    """
    inside = set(group)
    best: dict[tuple[int, int], tuple[tuple[int, int, int], Row]] = {}
    for trace, rows in by_trace.items():
        mine = [row for row in rows if row.actor in inside]
        for row in mine:
            if any(
                other.actor != row.actor and other.content != row.content and abs(other.at - row.at) <= window
                for other in mine
            ):
                rank = (popular[trace], trace, row.at)
                post = (row.actor, row.content)
                if post not in best or rank < best[post][0]:
                    best[post] = rank, row
    result: list[list[Row]] = []
    for row in sorted(row for _, row in best.values()):
        last = result[-1][-1] if result else None
        if last is not None and last.trace == row.trace and row.at - last.at <= window:
            result[-1].append(row)
        else:
            result.append([row])
    return result


def first_posts(acts: Iterable[Sequence[Row]]) -> list[dict[int, int]]:
    """Of each act, when each actor first posted in it."""
    result = []
    for act in acts:
        first: dict[int, int] = {}
        for row in act:
            first.setdefault(row.actor, row.at)
        result.append(first)
    return result
