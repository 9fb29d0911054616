"""Significance on a cluster: every pair of actors tested as on one machine, from rows that never come here.

What comes here is one number for each trace and the name of each actor, and of the pairs that are tested their
figures. The cluster keeps the coded rows, who left what when, the acts, and what each post counts by.
"""

__all__ = ["Tests", "significance_on_cluster"]

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import sparse

from hustings.detection.chance import benjamini_hochberg
from hustings.detection.content import ContentSettings, ContentTests, expected_shared, periods, tested_content
from hustings.detection.crowd import scales_of, ties_of
from hustings.detection.network import GROUNDS, Network, at_least, layered, pair_key
from hustings.detection.office import HOUR, MADE, Moments, office_tests
from hustings.detection.rhythm import RhythmTests
from hustings.detection.settings import DetectSettings
from hustings.detection.spark.census import Census
from hustings.detection.spark.pairs import Acting, Counted, CrowdPace, Factors, Near, PairTesting, Shares, Tied
from hustings.detection.spark.rare import (
    Degrees,
    Incidents,
    Posting,
    PostsBy,
    RareShares,
    Rarity,
    Sharing,
    Sizes,
    Together,
)
from hustings.detection.spark.rhythm import rhythm_on_cluster
from hustings.detection.spark.rows import Coded, Facts, Lefts, coded_rows
from hustings.detection.spark.work import Cluster, Columns, Dealt, Shared, Table, together
from hustings.detection.timing import PairTests, TimingSettings
from hustings.progress import Progress


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The tables that the cluster keeps, and how to read them.

    rows    coded, in parts of traces and times; left: who left which trace and when first, by trace
    acts    by pair; incidents: each post by its rarest trace, by trace
    """

    rows: Table
    left: Table
    acts: Table
    incidents: Table
    reading: Coded
    facts: Facts
    popularity: Shared
    rarity: Rarity
    crowds: Factors
    rare: "Due"
    able: int


@dataclass(frozen=True, kw_only=True)
class Tests:
    """What was tested: the network with its layers, and counts for `run.json`."""

    net: Network
    kept: Kept
    timing: TimingSettings
    acts: int
    tests_timing: int
    tests_content: int
    tests_office: int
    tests_rhythm: int


def significance_on_cluster(
    cluster: Cluster, told: Census, settings: DetectSettings, progress: Progress, *, parts: int
) -> Tests:
    """Test all pairs of actors of the source.

    Gives    links and layers as `detect_traces` has them: whole numbers equal, others to 1e-9.
    Costs    here: some 12 bytes a trace, 40 an actor and 200 a tested pair.
    """
    progress.step("Coding traces")
    actors = len(told.actors)
    rows, reading, facts = coded_rows(cluster, told, settings.horizon_us, settings.most_pairs, parts)
    timing = TimingSettings(window=settings.window_us, horizon=settings.horizon_us, resolution=facts.resolution)
    left = cluster.keep(cluster.deal([(rows, Lefts(reading, max(facts.traces, 1), parts))], parts))
    many = np.zeros(facts.traces, np.int32)
    for piece in cluster.gather(left, Counted()):
        many[piece["trace"]] = piece["count"]
    popularity = cluster.share(popularity=many)
    progress.step("Looking for acts")
    near = Near(reading, facts, settings.horizon_us, popularity, actors, parts)
    acts = cluster.keep(cluster.deal([(cluster.deal([(rows, near)], parts), Acting(facts))], parts))
    progress.step("Testing pairs")
    first = _timing(cluster, acts, PairTesting(timing, None))
    tied, start = ties_of(first, settings.rate, actors)
    pace = cluster.gather(left, CrowdPace(timing, cluster.share(tied=tied, start=start)))
    codes = [piece["code"] for piece in pace if "code" in piece]
    factors = [piece["factor"] for piece in pace if "factor" in piece]
    code = np.concatenate([*codes, np.empty(0, np.int64)]).astype(np.int64)
    scales = scales_of(timing)
    factor = np.concatenate([*factors, np.empty(0)]).reshape(-1, len(scales))
    order = np.argsort(code)
    crowds = Factors(cluster.share(code=code[order], factor=factor[order].ravel()), scales)
    pairs = _timing(cluster, acts, PairTesting(timing, crowds))
    progress.step("Testing content")
    incidents, rarity = _incidents(cluster, rows, left, reading, facts, popularity, settings, parts)
    content = _content(cluster, incidents, rarity, facts, settings, actors, parts)
    kept = Kept(
        rows=rows, left=left, acts=acts, incidents=incidents, reading=reading, facts=facts, popularity=popularity,
        rarity=rarity, crowds=crowds, rare=content.due, able=content.able,
    )  # fmt: skip
    progress.step("Testing rhythm")
    rhythm = rhythm_on_cluster(cluster, rows, acts, reading, facts, actors, parts)
    progress.step("Counting layers")
    net, acts_near = _network(cluster, told, kept, pairs, content, rhythm, timing, settings.rate)
    tests_office = _office(cluster, told, kept, net, settings)
    return Tests(
        net=net, kept=kept, timing=timing, acts=acts_near, tests_timing=len(pairs.p), tests_content=content.tests.tests,
        tests_office=tests_office, tests_rhythm=rhythm.tests,
    )  # fmt: skip


def _timing(cluster: Cluster, acts: Table, testing: PairTesting) -> PairTests:
    """All parts' tests by (a, b), with q over all of them."""
    found = together(cluster.gather(acts, testing))
    if not found:
        none = np.empty(0, np.int32)
        found = {"a": none, "b": none, "occasions": none, "close": none, "p": np.empty(0)}
    order = np.lexsort((found["b"], found["a"]))
    found = {name: column[order] for name, column in found.items()}
    return PairTests(**found, q=benjamini_hochberg(found["p"]))


def _incidents(
    cluster: Cluster, rows: Table, left: Table, reading: Coded, facts: Facts, popularity: Shared,
    settings: DetectSettings, parts: int,
) -> tuple[Table, Rarity]:  # fmt: skip
    posts = cluster.deal([(rows, PostsBy(reading, popularity, parts))], parts)
    dealt = cluster.deal([(posts, Posting(max(facts.traces, 1), parts)), (left, Handed())], parts)
    return cluster.keep(cluster.deal([(dealt, Incidents())], parts)), Rarity(popularity, settings.rarest)


@dataclass(frozen=True)
class Handed:
    """A part as it is."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        for piece in pieces:
            yield part, piece


class Due:
    """What pairs of actors share by chance of rare, or of common, things: `content.Dealt` from counts by stratum."""

    def __init__(
        self, cluster: Cluster, incidents: Table, rarity: Rarity, facts: Facts, actors: int, *, rare: bool
    ) -> None:
        sizes = together(piece for piece in cluster.gather(incidents, Sizes(rarity)) if piece["rare"][0] == rare)
        if not sizes:
            none = np.empty(0, np.int64)
            sizes = {"trace": none, "birth": none, "size": none}
        order = np.argsort(sizes["trace"])
        trace, birth, size = (sizes[name][order] for name in ("trace", "birth", "size"))
        kind = facts.kind(trace)
        stratum = periods(kind, birth, size)
        self.strata = int(stratum.max()) + 1 if len(stratum) else 1
        self.total = np.maximum(np.bincount(stratum, weights=size, minlength=self.strata), 1).astype(float)
        meetings = np.bincount(stratum, weights=size * (size - 1.0), minlength=self.strata)
        self.weight = meetings / self.total**2
        self.kind = np.zeros(self.strata, np.int64)
        self.kind[stratum] = kind
        self._shape = (actors, self.strata)
        self.strata_table = cluster.share(trace=trace, stratum=stratum)
        self._of = (cluster, incidents, rarity, self.strata_table)
        self._rare = rare

    def degree(self, actors: np.ndarray) -> sparse.csr_matrix:
        """Incidences of these actors in each stratum; nothing of others."""
        cluster, incidents, rarity, strata = self._of
        wanted = cluster.share(actor=np.unique(actors))
        found = together(cluster.gather(incidents, Degrees(rarity, strata, wanted, self._rare, self.strata)))
        if not found:
            return sparse.csr_matrix(self._shape)
        row, column = np.divmod(found["key"], self.strata)
        return sparse.csr_matrix((found["many"].astype(float), (row, column)), shape=self._shape)

    def expected(self, a: np.ndarray, b: np.ndarray, degree: sparse.csr_matrix, kind: int | None = None) -> np.ndarray:
        """Shared by chance, over all kinds or of one."""
        weight = self.weight if kind is None else np.where(self.kind == kind, self.weight, 0.0)
        return expected_shared(a, b, degree, weight)


@dataclass(frozen=True, kw_only=True)
class Content:
    """The tests on content; per pair of them and kind the rare things shared; what is due; who can be a member."""

    tests: ContentTests
    by_kind: np.ndarray
    due: Due
    able: int


def _content(
    cluster: Cluster, incidents: Table, rarity: Rarity, facts: Facts, settings: DetectSettings, actors: int, parts: int
) -> Content:
    told = ContentSettings(rarest=settings.rarest, fewest=settings.fewest)
    shares = cluster.deal([(incidents, Sharing(rarity, actors, parts))], parts)
    found = cluster.gather(shares, Together(told.fewest))
    pairs = together(piece for piece in found if "key" in piece)
    able = sum((piece["able"] for piece in found if "able" in piece), np.zeros(2, np.int64))
    key, count = (pairs["key"], pairs["count"]) if pairs else (np.empty(0, np.int64),) * 2
    order = np.argsort(key)
    key, count = key[order], count[order]
    a, b = (key >> 32).astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32)
    rare, common = (Due(cluster, incidents, rarity, facts, actors, rare=rare) for rare in (True, False))
    kinds = len(facts.kind_start) - 1
    # Per pair and kind: common things shared, and rare ones.
    shared = np.zeros((2, len(key) * kinds), np.int64)
    if len(key):
        for piece in cluster.gather(incidents, RareShares(facts, rarity, cluster.share(key=key), actors)):
            np.add.at(shared, (piece["rare"].astype(np.int64), piece["unit"]), piece["count"])
    who = np.r_[a, b]
    due, common_due = (d.expected(a, b, d.degree(who)) for d in (rare, common))
    common = shared[0].reshape(len(key), kinds).sum(axis=1)
    tests = tested_content(a, b, count, due, common, common_due, int(able[0]), told)
    return Content(tests=tests, by_kind=shared[1], due=rare, able=int(able[1]))


def _network(
    cluster: Cluster, told: Census, kept: Kept, pairs: PairTests, content: Content, rhythm: RhythmTests,
    timing: TimingSettings, rate: float,
) -> tuple[Network, int]:  # fmt: skip
    """The tests beside each other, and their layers; and how many acts there are in the horizon."""
    key_t, key_c = pair_key(pairs.a, pairs.b), pair_key(content.tests.a, content.tests.b)
    key_r = pair_key(rhythm.a, rhythm.b)
    keys = np.union1d(np.union1d(key_t, key_c), key_r[rhythm.q <= rate])
    a, b = (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)
    p = {ground: np.full(len(keys), np.nan) for ground in GROUNDS}
    q = {ground: np.full(len(keys), np.nan) for ground in GROUNDS}
    for ground, key, tests in (("timing", key_t, pairs), ("content", key_c, content.tests)):
        place = np.searchsorted(keys, key)
        p[ground][place], q[ground][place] = tests.p, tests.q
    here = np.isin(key_r, keys)
    place = np.searchsorted(keys, key_r[here])
    p["rhythm"][place], q["rhythm"][place] = rhythm.p[here], rhythm.q[here]
    kinds = [str(kind) for kind in told.kinds.to_pylist()]
    shared = cluster.share(key=keys)
    units = len(keys) * len(kinds)
    counts = {name: np.zeros(units, np.int64) for name in ("acts", "near", "first_a", "first_b", "shared")}
    acts, p_timing = 0, np.full(units, np.nan)
    for piece in cluster.gather(kept.acts, Tied(kept.facts, shared, timing, kept.crowds)):
        if "all" in piece:
            acts += int(piece["all"][0])
            continue
        for name in ("acts", "near", "first_a", "first_b"):
            counts[name][piece["unit"]] = piece[name]
        p_timing[piece["unit"]] = piece["p_timing"]
    if len(keys):
        for piece in cluster.gather(kept.left, Shares(kept.facts, shared, len(told.actors))):
            np.add.at(counts["shared"], piece["unit"], piece["count"])
    unit = np.flatnonzero((counts["shared"] > 0) | (counts["near"] > 0))
    where = np.column_stack(np.divmod(unit, max(len(kinds), 1)))
    data: dict[str, np.ndarray] = {name: column[unit] for name, column in counts.items()}
    data["expected_shared"], data["p_timing"] = np.zeros(len(unit)), p_timing[unit]
    due = content.due
    degree = due.degree(np.r_[a, b])
    for k in range(len(kinds)):
        mine = where[:, 1] == k
        data["expected_shared"][mine] = due.expected(a[where[mine, 0]], b[where[mine, 0]], degree, k)
    # Pairs tested on content, kind by kind.
    interest, rare = np.full(len(keys), np.nan), np.zeros((len(keys), len(kinds)), np.int64)
    place = np.searchsorted(keys, key_c)
    interest[place], rare[place] = content.tests.interest, content.by_kind.reshape(len(key_c), len(kinds))
    data["p_content"] = np.full(len(unit), np.nan)
    asked = np.flatnonzero(~np.isnan(interest[where[:, 0]]))
    expected = data["expected_shared"][asked] * interest[where[asked, 0]]
    data["p_content"][asked] = at_least(rare[where[asked, 0], where[asked, 1]], expected)
    platforms = told.platforms.take(pa.array(told.platform))
    layers, of, totals, traces, names = layered(platforms, told.actors, kinds, timing.close, a, b, where, data)
    net = Network(
        a=a, b=b, acts=totals, traces=traces, kinds=names, p=p, q=q, layers=layers, layer_pair=of[:, 0],
        layer_kind=of[:, 1],
    )  # fmt: skip
    return net, acts


@dataclass(frozen=True)
class Made:
    """The hours in which some actors made something."""

    rows: Coded
    facts: Facts
    kinds: tuple[int, ...]
    actors: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        trace, actor, at = mine.trace[mine.own], mine.actor[mine.own], mine.at[mine.own]
        keep = np.isin(self.facts.kind(trace), self.kinds) & np.isin(actor, self.actors.open()["actor"])
        pairs = np.unique(np.column_stack([actor[keep].astype(np.int64), at[keep] // HOUR]), axis=0)
        yield 0, {"actor": pairs[:, 0], "hour": pairs[:, 1]}


def moments_of(cluster: Cluster, told: Census, kept: Kept, actors: np.ndarray) -> Moments:
    """The different hours in which these actors made something."""
    kinds = tuple(code for code, kind in enumerate(told.kinds.to_pylist()) if kind in MADE)
    pieces: Sequence[Any] = []
    if kinds and len(actors):
        wanted = cluster.share(actor=np.unique(actors))
        pieces = cluster.gather(kept.rows, Made(kept.reading, kept.facts, kinds, wanted))
    none = [np.empty((0, 2), np.int64)]
    pairs = np.unique(np.concatenate([*(np.column_stack([p["actor"], p["hour"]]) for p in pieces), *none]), axis=0)
    return Moments(actor=pairs[:, 0].astype(np.int32), hour=pairs[:, 1])


def _office(cluster: Cluster, told: Census, kept: Kept, net: Network, settings: DetectSettings) -> int:
    """Test what is linked on another ground; the network takes it in."""
    tied = net.held("timing", settings.rate) | net.held("content", settings.rate)
    moments = moments_of(cluster, told, kept, np.r_[net.a[tied], net.b[tied]])
    office = office_tests(moments, net.a, net.b, tied)
    net.p["office"][:], net.q["office"][:] = office.p, office.q
    return int((~np.isnan(office.p)).sum())
