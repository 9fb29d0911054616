"""From links to findings' members: groups on timing, groups on content, joined where they are one."""

__all__ = ["Group", "Member", "RareTests", "TestOnTiming", "groups"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hustings.detection.chance import local_error
from hustings.detection.content import Sharers
from hustings.detection.groups import Candidates, GroupSettings, accepted, communities, grown
from hustings.detection.leads import Lead
from hustings.detection.network import Network
from hustings.progress import Progress

# Tests of everybody near each of several groups, on timing.
TestOnTiming = Callable[[list[np.ndarray]], list[Candidates]]


class RareTests(Protocol):
    """Tests of everybody who shares rare things with a group."""

    @property
    def able(self) -> int:
        """How many actors left enough rare things to be tested."""

    def test(self, groups: list[np.ndarray]) -> list[Sharers]:
        """The tests against each of several groups."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One actor of a group: the grounds it stands on, how likely it stands there by chance, its place in the order."""

    actor: int
    basis: tuple[str, ...]
    error: float
    joined: int
    led: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """Members sorted by actor, and the actors that the group posts after but that never join it.

    `leads` tells of both, sorted by actor, once the order within their acts has been tested.
    """

    members: tuple[Member, ...]
    led: tuple[int, ...] = ()
    leads: tuple[Lead, ...] = ()

    def on(self, ground: str) -> np.ndarray:
        """Actors that are members on this ground, sorted."""
        return np.array([m.actor for m in self.members if ground in m.basis], np.int64)

    @property
    def everybody(self) -> np.ndarray:
        """Members and those who led or were copied, sorted."""
        return np.array(sorted({*(m.actor for m in self.members), *self.led}), np.int64)


@dataclass(kw_only=True)
class _Ground:
    """The groups of one ground with the tests of all their candidates."""

    members: list[np.ndarray] = field(default_factory=list)
    led: list[np.ndarray] = field(default_factory=list)
    tests: list[Candidates | Sharers] = field(default_factory=list)
    errors: list[np.ndarray] = field(default_factory=list)


def _distinct(
    grown_: Sequence[tuple[np.ndarray, Candidates | Sharers]], smallest: int
) -> list[tuple[np.ndarray, Candidates | Sharers]]:
    """Each group once: where two cores grew into mostly the same actors, the larger stays."""
    kept: list[tuple[np.ndarray, Candidates | Sharers]] = []
    for group, tests in sorted(grown_, key=lambda g: (-len(g[0]), g[0].tolist())):
        if len(group) < smallest:
            continue
        if any(2 * len(np.intersect1d(group, other, assume_unique=True)) >= len(group) for other, _ in kept):
            continue
        kept.append((group, tests))
    return kept


def _cores(net: Network, ground: str, rate: float, seed: int) -> list[np.ndarray]:
    held = net.held(ground, rate)
    weight = -np.log(np.maximum(net.p[ground][held], 1e-300))
    return [core for core in communities(net.a[held], net.b[held], weight, seed) if len(core) > 1]


def _on_timing(net: Network, test: TestOnTiming, settings: GroupSettings, seed: int, progress: Progress) -> _Ground:
    progress.step("Testing members on timing")
    cores = _cores(net, "timing", settings.link_rate, seed)
    grown_ = grown(cores, test, lambda found: accepted(found, settings))
    ground = _Ground()
    for group, tests in _distinct(grown_, settings.smallest):
        assert isinstance(tests, Candidates)
        near = accepted(tests, settings, ordered=False)
        ground.members.append(group)
        ground.tests.append(tests)
        ground.led.append(np.setdiff1d(tests.actor[near & (tests.led > tests.joined)], group))
    # The local error is read off all candidates of all groups, band by band of rarity.
    bands = [t.band for t in ground.tests if isinstance(t, Candidates)]
    ground.errors = [np.ones(len(t.actor)) for t in ground.tests]
    for band in np.unique(np.concatenate(bands)).tolist() if bands else []:
        pooled = local_error(np.concatenate([t.p[b == band] for t, b in zip(ground.tests, bands, strict=True)]))
        begin = 0
        for error, b in zip(ground.errors, bands, strict=True):
            size = int((b == band).sum())
            error[b == band] = pooled[begin : begin + size]
            begin += size
    return ground


def _on_content(net: Network, rare: RareTests, settings: GroupSettings, seed: int, progress: Progress) -> _Ground:
    progress.step("Testing members on content")
    cores = _cores(net, "content", settings.link_rate, seed)
    grown_ = grown(cores, rare.test, lambda found: found.accepted(settings.content_rate, settings.order))
    ground = _Ground()
    for group, tests in _distinct(grown_, settings.smallest):
        assert isinstance(tests, Sharers)
        near = tests.accepted(settings.content_rate, None)
        ground.members.append(group)
        ground.tests.append(tests)
        ground.led.append(np.setdiff1d(tests.actor[near & (tests.led > tests.joined)], group))
    if ground.tests:
        # Every able actor is a candidate of every group; who shared nothing has p = 1.
        pooled = local_error(np.concatenate([t.p for t in ground.tests]), rare.able * len(ground.tests))
        cuts = np.cumsum([len(t.p) for t in ground.tests])[:-1]
        ground.errors = np.split(pooled, cuts)
    return ground


def _lookup(ground: _Ground, i: int, actor: int) -> tuple[float, int, int]:
    tests = ground.tests[i]
    place = int(np.searchsorted(tests.actor, actor))
    return float(ground.errors[i][place]), int(tests.joined[place]), int(tests.led[place])


def groups(
    net: Network, test: TestOnTiming, rare: RareTests, settings: GroupSettings, seed: int, progress: Progress
) -> list[Group]:
    """The groups of a network, surest first: those on timing before those on content alone.

    test, rare   tests of candidates against groups, on timing and on content

    A group on content that holds at least half of a group on timing, or lies half inside it, is the same
    group: its members keep the grounds that they stand on themselves.
    """
    on_timing = _on_timing(net, test, settings, seed, progress)
    on_content = _on_content(net, rare, settings, seed, progress)
    partner: dict[int, list[int]] = {}
    alone: list[int] = []
    for c, content in enumerate(on_content.members):
        overlaps = [len(np.intersect1d(content, t, assume_unique=True)) for t in on_timing.members]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and 2 * overlaps[best] >= min(len(content), len(on_timing.members[best])):
            partner.setdefault(best, []).append(c)
        else:
            alone.append(c)
    result = [_group(on_timing, t, on_content, partner.get(t, [])) for t in range(len(on_timing.members))]
    result += [_group(on_timing, None, on_content, [c]) for c in alone]
    # A group of whose members more than half are likelier chance than not is no finding.
    likely = [g for g in result if len(g.members) >= settings.smallest and np.mean([m.error for m in g.members]) <= 0.5]
    return sorted(likely, key=_surest_first)


def _surest_first(group: Group) -> tuple[int, float, int, list[int]]:
    error = float(np.mean([m.error for m in group.members]))
    return (
        0 if len(group.on("timing")) else 1,
        round(error, 12),
        -len(group.members),
        [m.actor for m in group.members],
    )


def _group(on_timing: _Ground, t: int | None, on_content: _Ground, contents: list[int]) -> Group:
    found: dict[int, dict[str, tuple[float, int, int]]] = {}
    led: set[int] = set()
    if t is not None:
        led |= set(on_timing.led[t].tolist())
        for actor in on_timing.members[t].tolist():
            found.setdefault(actor, {})["timing"] = _lookup(on_timing, t, actor)
    for c in contents:
        led |= set(on_content.led[c].tolist())
        for actor in on_content.members[c].tolist():
            found.setdefault(actor, {}).setdefault("content", _lookup(on_content, c, actor))
    # Who leads on one ground and joins on the other is not named: the benefit of the doubt.
    members = tuple(
        Member(
            actor=actor, basis=tuple(g for g in ("timing", "content") if g in grounds),
            error=min(error for error, _, _ in grounds.values()),
            joined=sum(j for _, j, _ in grounds.values()), led=sum(n for _, _, n in grounds.values()),
        )
        for actor, grounds in sorted(found.items())
        if actor not in led
    )  # fmt: skip
    return Group(members=members, led=tuple(sorted(led)))
