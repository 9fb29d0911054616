"""The rhythm of two actors read plainly: the minutes of their posts, hour by hour and day by day."""

__all__ = ["same_minutes"]

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

from hustings.detection.reference.chance import at_least, false_discovery
from hustings.detection.reference.timing import Act, Clock, Row

MINUTE = 60_000_000
FEWEST = 4
CROWD = 60
BELIEF = 30
MOST = 5_000_000


def same_minutes(
    rows: Sequence[Row], acts: Sequence[Act], times: Clock
) -> tuple[dict[tuple[int, int], tuple[float, float]], int]:
    """The p and q of the pairs that met in a minute on enough days, and how many pairs could have."""
    active: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        active[row.actor].add(times.day(row.at))
    able = {actor for actor, days in active.items() if len(days) >= FEWEST}
    tests = len(able) * (len(able) - 1) // 2
    shared = {
        frozenset([(act.a.actor, act.a.content), (act.b.actor, act.b.content)]) for act in acts if abs(act.gap) < MINUTE
    }
    met: dict[tuple[int, int], set[int]] = defaultdict(set)
    for minute, posts in _by_minute(rows, able).items():
        for (a, one), (b, two) in combinations(sorted(posts), 2):
            if a != b and one != two and frozenset([(a, one), (b, two)]) not in shared:
                met[a, b].add(times.day(minute * MINUTE))
    minutes: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        minutes[row.actor].add(row.at // MINUTE)
    crowding = _crowding(minutes)
    found = {
        pair: _chance(minutes[pair[0]], minutes[pair[1]], len(days), crowding, times)
        for pair, days in sorted(met.items())
        if len(days) >= FEWEST
    }
    q = false_discovery(list(found.values()), max(tests, len(found)))
    return {pair: (p, max(p, x)) for (pair, p), x in zip(found.items(), q, strict=True)}, tests


def _by_minute(rows: Sequence[Row], able: set[int]) -> dict[int, set[tuple[int, int]]]:
    """The posts of each minute; the fullest minutes left out where there are too many pairs."""
    posts: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for row in rows:
        if row.actor in able:
            posts[row.at // MINUTE].add((row.actor, row.content))
    pairs = {minute: len(mine) * (len(mine) - 1) // 2 for minute, mine in posts.items()}
    left = sum(pairs.values())
    for minute in sorted(pairs, key=lambda minute: (-pairs[minute], minute)):
        if left <= MOST:
            break
        left -= pairs[minute]
        del posts[minute]
    return posts


def _crowding(minutes: dict[int, set[int]]) -> dict[int, float]:
    """How many times likelier two posts of an hour fall into one minute than if spread evenly, where a crowd posted."""
    there: dict[int, Counter[int]] = defaultdict(Counter)
    actors: dict[int, set[int]] = defaultdict(set)
    for actor, mine in minutes.items():
        for minute in mine:
            there[minute // 60][minute] += 1
            actors[minute // 60].add(actor)
    factor = {}
    for hour, counts in there.items():
        posts, together = sum(counts.values()), sum(n * (n - 1) / 2 for n in counts.values())
        even = BELIEF / 60
        more = (together + even) / (posts * (posts - 1) / 2 / 60 + even)
        factor[hour] = max(1.0, more) if len(actors[hour]) >= CROWD else 1.0
    return factor


def _chance(one: set[int], two: set[int], hits: int, crowding: dict[int, float], times: Clock) -> float:
    """The chance of so many days with a minute in common."""
    habits = [Counter(minute % 60 for minute in mine) for mine in (one, two)]
    alike = sum(habits[0][m] * habits[1][m] for m in range(60)) / (len(one) * len(two))
    hours = [Counter(minute // 60 for minute in mine) for mine in (one, two)]
    due: dict[int, float] = defaultdict(float)
    for hour in hours[0].keys() & hours[1].keys():
        due[times.day(hour * 60 * MINUTE)] += hours[0][hour] * hours[1][hour] * alike * crowding[hour]
    return at_least(hits, [min(1.0, chance) for chance in due.values()])
