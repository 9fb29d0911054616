"""Buyers who belong together: tied by what their ads and their accounts share, rare things weighing more."""

__all__ = ["STRENGTH", "Belonging", "Group", "Tie", "Trace", "belonging"]

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import numpy as np

# How much a shared trace of a kind says, 1 being a rare thing seen by chance as often as its count says. A card or an
# administrator is one person's; an aim, a text or a moment is a habit of many.
STRENGTH = MappingProxyType({
    "instrument": 1.5, "account": 1.5, "administrator": 1.5, "phone": 1.5, "officer": 1.0, "address": 1.0, "mail": 1.0,
    "tracking": 1.3, "domain": 0.7, "link": 0.7, "text": 0.7, "audience": 0.5, "targeting": 0.5, "burst": 0.35, "currency": 0.35,
    "instrument_country": 0.35, "network": 0.35,
})  # fmt: skip
OTHER = 0.5
PLURAL = MappingProxyType({"address": "addresses", "currency": "currencies", "targeting": "targeting sets", "tracking": "tracking ids",
                           "instrument_country": "instrument countries"})  # fmt: skip
# Natural logarithm of how improbable sharing must be: e^6, one in four hundred, among pairs of that many buyers.
THRESHOLD = 6.0
# A thing that two of a thousand share counts as one in five hundred, however few buyers the table holds.
FEWEST_BUYERS = 1_000
# More than so many traces of one kind say the same thing again.
OF_A_KIND = 3
# What more buyers share than this is everybody's (an archive's tracker, a registered agent's office): left out, by name.
MOST_BUYERS = 60
# One ground of one weak kind is chance more often than not; two kinds are asked for, unless one is a person's own.
OWN = frozenset({"instrument", "account", "administrator", "phone", "officer", "address", "mail", "tracking"})


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One thing that one buyer left in one ad (`ad` is empty for what is known of the buyer itself)."""

    buyer: str
    kind: str
    trace: str
    ad: str = ""


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Two buyers with what they share, strongest first: (kind, trace, buyers that share it, weight)."""

    a: str
    b: str
    weight: float
    shared: tuple[tuple[str, str, int, float], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of what they share, each once."""
        return tuple(dict.fromkeys(kind for kind, _, _, _ in self.shared))


@dataclass(frozen=True, kw_only=True)
class Group:
    """Buyers that ties join, the ads by which they are joined, and what they share: (kind, trace, buyers, ads)."""

    buyers: tuple[str, ...]
    ads: tuple[str, ...]
    ties: tuple[Tie, ...]
    shared: tuple[tuple[str, str, int, tuple[str, ...]], ...]

    def sentence(self) -> str:
        """What joins them, for people."""
        counts = Counter(kind for kind, _, _, _ in self.shared)
        grounds = ", ".join(
            f"{count} {PLURAL.get(kind, f'{kind}s') if count > 1 else kind}" for kind, count in counts.most_common()
        )
        return (
            f"{len(self.buyers)} buyers share {grounds}, in {len(self.ads):,} ads. They may have one owner, or one "
            "agency, or have been imitated; a person looks at the ads before anything is said of them."
        )


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """The groups, largest first, and what was left out because too many share it: (kind, trace, buyers).

    by_habit    pairs tied without what is a person's own: aims, texts, sites and moments alone
    by_chance   mean number of such pairs among `draws` tables in which the traces of each kind are dealt out anew over
                the buyers: each buyer keeps its number of traces, each trace its number of buyers
    """

    groups: tuple[Group, ...]
    ties: tuple[Tie, ...]
    left_out: tuple[tuple[str, str, int], ...]
    buyers: int
    by_habit: int = 0
    by_chance: float | None = None
    draws: int = 0

    @property
    def joined(self) -> frozenset[str]:
        """Every buyer of any group."""
        return frozenset(buyer for group in self.groups for buyer in group.buyers)


def belonging(
    traces: Iterable[Trace], *, threshold: float = THRESHOLD, most: int = MOST_BUYERS, draws: int = 0, seed: int = 0,
    declared: Mapping[str, str] | None = None,
) -> Belonging:  # fmt: skip
    """Join buyers that share enough.

    Reads    traces in any order; declared: buyer -> owner: buyers of one declared owner belong together in the open
             and are not tied to each other here.
    Gives    ties of at least `threshold`. A trace weighs its kind's strength times the logarithm of how few share
             it; at most three traces of a kind count. One kind alone ties only if it is a person's own
             (a card, an administrator, a phone), or by two traces.
    Edges    a trace of more than `most` buyers is left out and named.
    Limits   the weights are set by hand, not learnt: `by_chance` says what they give on dealt-out tables, and
             benchmarks/buyers.py what on real advertisers. An agency and its clients are joined too.
    """
    holders: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in traces:
        holders[one.kind, one.trace][one.buyer].append(one.ad)
    buyers = len({buyer for held in holders.values() for buyer in held})
    left_out = tuple(
        sorted(
            ((kind, trace, len(held)) for (kind, trace), held in holders.items() if len(held) > most),
            key=lambda row: (-row[2], row[0], row[1]),
        )
    )
    sets = {key: frozenset(held) for key, held in holders.items() if 1 < len(held) <= most}
    ties = _ties(sets, buyers, threshold, declared or {})
    habits = {key: held for key, held in holders.items() if key[0] not in OWN}
    alone = _ties({key: held for key, held in sets.items() if key[0] not in OWN}, buyers, threshold, declared or {})
    by_chance = _by_chance(habits, buyers, threshold, most, draws, seed) if draws else None
    return Belonging(
        groups=_groups(ties, holders),
        ties=ties,
        left_out=left_out,
        buyers=buyers,
        by_habit=len(alone),
        by_chance=by_chance,
        draws=draws,
    )


def _weight(kind: str, users: int, buyers: int) -> float:
    return STRENGTH.get(kind, OTHER) * math.log(max(buyers, FEWEST_BUYERS) / users)


def _ties(
    sets: Mapping[tuple[str, str], frozenset[str]], buyers: int, threshold: float, declared: Mapping[str, str]
) -> tuple[Tie, ...]:
    pairs: dict[tuple[str, str], list[tuple[str, str, int, float]]] = defaultdict(list)
    for (kind, trace), held in sorted(sets.items()):
        weight = _weight(kind, len(held), buyers)
        for pair in combinations(sorted(held), 2):
            pairs[pair].append((kind, trace, len(held), weight))
    ties = []
    for (a, b), shared in sorted(pairs.items()):
        if declared.get(a) is not None and declared.get(a) == declared.get(b):
            continue
        shared.sort(key=lambda row: (-row[3], row[0], row[1]))
        counted: Counter[str] = Counter()
        weight = 0.0
        for kind, _, _, own in shared:
            counted[kind] += 1
            if counted[kind] <= OF_A_KIND:
                weight += own
        # A page and its domain, an aim and its audience, are one ground said twice.
        grounds = {
            {"link": "domain", "audience": "targeting", "instrument_country": "currency"}.get(kind, kind)
            for kind in counted
        }
        if weight >= threshold and (len(grounds) > 1 or grounds & OWN or max(counted.values()) > 1):
            ties.append(Tie(a=a, b=b, weight=round(weight, 3), shared=tuple(shared)))
    return tuple(sorted(ties, key=lambda tie: (-tie.weight, tie.a, tie.b)))


def _groups(ties: tuple[Tie, ...], holders: Mapping[tuple[str, str], Mapping[str, list[str]]]) -> tuple[Group, ...]:
    leader: dict[str, str] = {}

    def lead(buyer: str) -> str:
        leader.setdefault(buyer, buyer)
        while leader[buyer] != buyer:
            leader[buyer] = leader[leader[buyer]]
            buyer = leader[buyer]
        return buyer

    for tie in ties:
        leader[max(lead(tie.a), lead(tie.b))] = min(lead(tie.a), lead(tie.b))
    members: dict[str, list[str]] = defaultdict(list)
    for buyer in sorted(leader):
        members[lead(buyer)].append(buyer)
    inside: dict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        inside[lead(tie.a)].append(tie)
    groups = []
    for first, buyers in members.items():
        keys = {(kind, trace) for tie in inside[first] for kind, trace, _, _ in tie.shared}
        shared = []
        for kind, trace in sorted(keys):
            held = {buyer: holders[kind, trace][buyer] for buyer in buyers if buyer in holders[kind, trace]}
            ads = tuple(sorted({ad for own in held.values() for ad in own if ad}))
            shared.append((kind, trace, len(held), ads))
        shared.sort(key=lambda row: (-row[2], -len(row[3]), row[0], row[1]))
        ads = tuple(sorted({ad for _, _, _, own in shared for ad in own}))
        groups.append(Group(buyers=tuple(buyers), ads=ads, ties=tuple(inside[first]), shared=tuple(shared)))
    return tuple(sorted(groups, key=lambda group: (-len(group.buyers), group.buyers)))


def _by_chance(
    holders: Mapping[tuple[str, str], Mapping[str, list[str]]], buyers: int, threshold: float, most: int, draws: int, seed: int
) -> float:  # fmt: skip
    random = np.random.default_rng(seed)
    by_kind: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (kind, trace), held in sorted(holders.items()):
        by_kind[kind] += [(buyer, trace) for buyer in sorted(held)]
    counts = []
    for _ in range(draws):
        dealt: dict[tuple[str, str], set[str]] = defaultdict(set)
        for kind, rows in by_kind.items():
            order = random.permutation(len(rows))
            # A buyer that is dealt one trace twice holds it once: chance is then a little underestimated.
            for (buyer, _), place in zip(rows, order.tolist(), strict=True):
                dealt[kind, rows[place][1]].add(buyer)
        sets = {key: frozenset(held) for key, held in dealt.items() if 1 < len(held) <= most}
        counts.append(len(_ties(sets, buyers, threshold, {})))
    return float(np.mean(counts))
