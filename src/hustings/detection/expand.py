"""Expand: from a tip to everybody who is tied to it beyond chance, hop by hop."""

__all__ = ["ExpandSettings", "Expansion", "expand"]

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from hustings.detection.acts import acts
from hustings.detection.chance import benjamini_hochberg, local_error
from hustings.detection.content import ContentSettings, RareThings, Sharers
from hustings.detection.evidence import evidence_table
from hustings.detection.groups import Candidates, GroupSettings, Posts, candidates
from hustings.detection.hubs import without_hubs
from hustings.detection.occasions import days
from hustings.detection.pace import crowds_of, timing_of
from hustings.detection.seeds import Seeds
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import Traces
from hustings.progress import Progress


@dataclass(frozen=True, kw_only=True)
class ExpandSettings:
    """How far to search, and on which ground."""

    hops: int = 3
    grounds: tuple[str, ...] = ("timing",)
    detect: DetectSettings = field(default_factory=DetectSettings)


@dataclass(frozen=True, kw_only=True)
class Expansion:
    """Whom the search named, with the test that named each, and the posts that tie it to the others.

    members     platform, actor, basis, hop, p, q, occasions, close, joined, led, score; surest first
    evidence    as in a finding: acts between a named actor and the tip or an actor named before it
    looked_at   candidates tested on each hop
    led         actors as near to the group who always came first: led it or were copied by it, not named
    """

    members: pa.Table
    evidence: pa.Table
    looked_at: tuple[int, ...]
    led: tuple[tuple[str, str], ...]
    settings: ExpandSettings


@dataclass(frozen=True, kw_only=True)
class _Tie:
    """One actor and the test that named it."""

    actor: int
    basis: str
    hop: int
    p: float
    q: float
    occasions: int
    close: int
    joined: int
    led: int
    error: float


def expand(traces: Traces, seeds: Seeds, settings: ExpandSettings, progress: Progress) -> Expansion:
    """Search from the actors of `seeds`.

    Each hop tests everybody who shared something with the tip or with those named before, as members of a
    group are tested. The first hop pays for all candidates at once and at half the rate, since the tip may be
    wrong; only when it names somebody do the next hops test in bands of rarity. At the end all who were named are tested
    once more against the whole, and who no longer stands is left out.
    Edges   several grounds share the false discovery rate equally. Seeds are never named.
    """
    detect = settings.detect
    timing = timing_of(traces, detect)
    traces, _ = without_hubs(traces, timing.horizon, detect.most_pairs)
    day = days(traces.at)
    progress.step("Looking for acts")
    near = acts(traces, timing.horizon, day)
    posts = Posts(traces, day, crowds_of(traces, near, timing, detect))
    rare = RareThings(traces, ContentSettings(rarest=detect.rarest, fewest=detect.fewest), day)
    share = len(settings.grounds)
    member = GroupSettings(
        link_rate=detect.rate,
        rate=detect.member_rate / share,
        content_rate=detect.content_rate / share,
        order=detect.order,
        smallest=detect.smallest,
    )
    start = seeds.actors
    hop_of: dict[int, int] = {}
    looked_at = []
    group = start
    for hop in range(1, settings.hops + 1):
        progress.step(f"Hop {hop}: {len(group)} actors to start from")
        ties, looked, _ = _named(posts, rare, group, start, settings, member, hop, banded=hop > 1)
        looked_at.append(looked)
        new = [tie.actor for tie in ties if tie.actor not in hop_of]
        hop_of.update(dict.fromkeys(new, hop))
        if not new:
            break
        group = np.union1d(group, new)
    final, led = [], np.empty(0, np.int64)
    if hop_of:
        ties, _, led = _named(posts, rare, group, start, settings, member, 0, banded=True)
        final = [tie for tie in ties if tie.actor in hop_of]
    rows = sorted(final, key=lambda tie: (hop_of[tie.actor], tie.p, tie.actor))
    named = np.array([tie.actor for tie in rows], np.int64)
    order = {actor: hop_of[actor] for actor in named.tolist()}
    codes = pa.array(named)
    members = pa.table({
        "platform": traces.platforms.take(codes), "actor": traces.actor_names.take(codes),
        "basis": pa.array([tie.basis for tie in rows], pa.string()),
        "hop": pa.array([order[tie.actor] for tie in rows], pa.int64()),
        **{name: pa.array([getattr(tie, name) for tie in rows], pa.float64()) for name in ("p", "q")},
        **{name: pa.array([getattr(tie, name) for tie in rows], pa.int64()) for name in ("occasions", "close", "joined", "led")},
        "score": pa.array([round(1 - tie.error, 6) for tie in rows], pa.float64()),
    })  # fmt: skip
    inside = np.zeros(len(traces.actor_names), bool)
    inside[named] = inside[start] = True
    close = (
        inside[near.a] & inside[near.b] & (np.abs(near.gap) <= timing.window)
        if "timing" in settings.grounds
        else np.zeros(len(near), bool)
    )
    row_a, row_b = (
        rare.first_posts(np.union1d(start, named)) if "content" in settings.grounds else (named[:0], named[:0])
    )
    led = np.setdiff1d(led, np.r_[named, start])
    return Expansion(
        members=members, looked_at=tuple(looked_at), settings=settings,
        evidence=evidence_table(traces, np.r_[near.row_a[close], row_a], np.r_[near.row_b[close], row_b]),
        led=tuple(zip(traces.platforms.take(pa.array(led)).to_pylist(), traces.actor_names.take(pa.array(led)).to_pylist(), strict=True)),
    )  # fmt: skip


def _named(
    posts: Posts, rare: RareThings, group: np.ndarray, start: np.ndarray, settings: ExpandSettings, member: GroupSettings,
    hop: int, *, banded: bool,
) -> tuple[list[_Tie], int, np.ndarray]:  # fmt: skip
    """Who belongs to the group besides the tip, how many were tested, and who only ever led."""
    strict = 1.0 if banded else 0.5
    ties: dict[int, _Tie] = {}
    looked: set[int] = set()
    led: set[int] = set()
    for ground in settings.grounds:
        if ground == "timing":
            tests: Candidates | Sharers = candidates(posts, group, timing_of(posts.traces, settings.detect))
            assert isinstance(tests, Candidates)
            outside = ~np.isin(tests.actor, start)
            q = np.ones(len(tests.actor))
            for band in np.unique(tests.band).tolist() if banded else [None]:
                part = outside if band is None else outside & (tests.band == band)
                q[part] = benjamini_hochberg(tests.p[part])
            near = outside & (q <= strict * member.rate)
            ok = near & tests.took_part & (tests.order >= member.order)
            error = local_error(tests.p)
            occasions, close = tests.occasions, tests.close
        else:
            tests = rare.sharers(group)
            assert isinstance(tests, Sharers)
            outside = ~np.isin(tests.actor, start)
            near = outside & tests.accepted(strict * member.content_rate, None)
            ok = outside & tests.accepted(strict * member.content_rate, member.order)
            error, q = local_error(tests.p, rare.able), tests.q
            occasions, close = tests.occasions, tests.shared
        looked |= set(tests.actor[outside].tolist())
        led |= set(tests.actor[near & (tests.led > tests.joined)].tolist())
        for i in np.flatnonzero(ok).tolist():
            actor = int(tests.actor[i])
            tie = _Tie(
                actor=actor, basis=ground, hop=hop, p=float(tests.p[i]), q=float(q[i]), occasions=int(occasions[i]),
                close=int(close[i]), joined=int(tests.joined[i]), led=int(tests.led[i]), error=float(error[i]),
            )  # fmt: skip
            before = ties.get(actor)
            if before is None:
                ties[actor] = tie
            else:
                better = min(before, tie, key=lambda t: t.p)
                ties[actor] = _Tie(**{**better.__dict__, "basis": f"{before.basis}+{ground}"})
    return list(ties.values()), len(looked), np.array(sorted(led), np.int64)
