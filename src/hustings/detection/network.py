"""The network over all kinds: one row per pair of actors that was tested on any ground."""

__all__ = ["GROUNDS", "Network", "at_least", "layered", "network", "pair_key"]

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.special import gammainc

from hustings.detection.acts import Acts
from hustings.detection.content import ContentTests, RareThings, shared_counts
from hustings.detection.rhythm import RhythmTests
from hustings.detection.timing import PairTests, TimingSettings, act_chances, occasion_tests
from hustings.detection.traces import Traces

GROUNDS = ("timing", "content", "office", "rhythm")


@dataclass(frozen=True, kw_only=True)
class Network:
    """Parallel arrays, one element per pair of actors, sorted by (a, b); nan where not tested.

    acts     pairs of posts within the window, each once however many traces they share
    traces   traces that both left, at any time
    layer_pair, layer_kind   per row of `layers`, the place of its pair here and the code of its kind
    """

    a: np.ndarray
    b: np.ndarray
    acts: np.ndarray
    traces: np.ndarray
    kinds: list[list[str]]
    p: dict[str, np.ndarray]
    q: dict[str, np.ndarray]
    layers: pa.Table
    layer_pair: np.ndarray
    layer_kind: np.ndarray

    def held(self, ground: str, rate: float) -> np.ndarray:
        """Which pairs are linked on this ground."""
        return np.nan_to_num(self.q[ground], nan=1.0) <= rate

    def basis(self, rate: float) -> list[str]:
        """Per pair, the grounds it is linked on, joined by `+`."""
        held = {ground: self.held(ground, rate) for ground in GROUNDS}
        return ["+".join(g for g in GROUNDS if held[g][i]) for i in range(len(self.a))]


def pair_key(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """One int64 per pair, in the order of (a, b)."""
    return a.astype(np.int64) << 32 | b.astype(np.int64)


def network(
    traces: Traces, acts: Acts, timing: PairTests, content: ContentTests, rare: RareThings, settings: TimingSettings,
    crowd: np.ndarray | None = None, rhythm: RhythmTests | None = None, rate: float = 0.0,
) -> Network:  # fmt: skip
    """Put the tests of the grounds beside each other, and each pair's kinds; `crowd` as `pair_tests` had it.

    Of pairs tested on rhythm alone only those linked at `rate` have a row: the others are all who post at all.
    """
    key_t, key_c = pair_key(timing.a, timing.b), pair_key(content.a, content.b)
    keys = np.union1d(key_t, key_c)
    if rhythm is not None:
        key_r = pair_key(rhythm.a, rhythm.b)
        keys = np.union1d(keys, key_r[rhythm.q <= rate])
    a, b = (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)
    p = {ground: np.full(len(keys), np.nan) for ground in GROUNDS}
    q = {ground: np.full(len(keys), np.nan) for ground in GROUNDS}
    for ground, key, tests in (("timing", key_t, timing), ("content", key_c, content)):
        place = np.searchsorted(keys, key)
        p[ground][place], q[ground][place] = tests.p, tests.q
    if rhythm is not None:
        here = np.isin(key_r, keys)
        place = np.searchsorted(keys, key_r[here])
        p["rhythm"][place], q["rhythm"][place] = rhythm.p[here], rhythm.q[here]
    layers, of, totals, shared, kinds = _layers(
        traces, acts, act_chances(acts, settings, crowd), rare, content, settings, keys, a, b
    )
    return Network(
        a=a, b=b, acts=totals, traces=shared, kinds=kinds, p=p, q=q, layers=layers, layer_pair=of[:, 0],
        layer_kind=of[:, 1],
    )  # fmt: skip


def _layers(
    traces: Traces, acts: Acts, chance: np.ndarray, rare: RareThings, content: ContentTests, settings: TimingSettings,
    keys: np.ndarray, a: np.ndarray, b: np.ndarray,
) -> tuple[pa.Table, np.ndarray, np.ndarray, np.ndarray, list[list[str]]]:  # fmt: skip
    kinds = [str(kind) for kind in traces.kinds.to_pylist()]
    place = np.searchsorted(keys, pair_key(acts.a, acts.b))
    place[place == len(keys)] = 0
    tested = keys[place] == pair_key(acts.a, acts.b) if len(keys) else np.zeros(len(acts), bool)
    place, kind_of = place[tested], traces.kind[acts.row_a[tested]]
    gap = acts.gap[tested]
    near = np.abs(gap) <= settings.window
    # The same tests as of pairs, on the acts of one kind at a time.
    unit = place.astype(np.int64) * len(kinds) + kind_of
    units, place_of = np.unique(unit, return_inverse=True)
    _, _, alone = occasion_tests(place_of, len(units), acts.day[tested], chance[tested], settings)
    interest = np.full(len(keys), np.nan)
    interest[np.searchsorted(keys, pair_key(content.a, content.b))] = content.interest
    index: list[np.ndarray] = []
    columns: dict[str, list[np.ndarray]] = {
        name: []
        for name in ("acts", "near", "first_a", "first_b", "shared", "expected_shared", "p_timing", "p_content")
    }
    # What actors left who are in no pair here is no matter.
    concerned = np.zeros(len(traces.actor_names), bool)
    concerned[a] = concerned[b] = True
    concerned = concerned[traces.actor]
    for k in range(len(kinds)):
        mine = kind_of == k

        def count(part: np.ndarray, mine: np.ndarray = mine) -> np.ndarray:
            return np.bincount(place[mine & part], minlength=len(keys))

        everyone = np.ones(len(gap), bool)
        rows = concerned & (traces.kind == k)
        left = sparse.csr_matrix(
            (np.ones(int(rows.sum()), np.int32), (traces.actor[rows], traces.trace[rows])),
            shape=(len(traces.actor_names), len(traces.trace_names)),
        )
        both = shared_counts(left, a, b)
        within = count(near)
        keep = np.flatnonzero((both > 0) | (count(everyone) > 0))
        index.append(np.column_stack([keep, np.full(len(keep), k)]))
        columns["acts"].append(within[keep])
        columns["near"].append(count(everyone)[keep])
        columns["first_a"].append(count(near & (gap > 0))[keep])
        columns["first_b"].append(count(near & (gap < 0))[keep])
        columns["shared"].append(both[keep])
        expected = rare.expected(a[keep], b[keep], kind=k)
        columns["expected_shared"].append(expected)
        columns["p_timing"].append(_found(units, alone, keep * len(kinds) + k))
        columns["p_content"].append(_on_content(rare, expected * interest[keep], a[keep], b[keep], k))
    where = np.concatenate(index) if index else np.empty((0, 2), np.int64)
    data = {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in columns.items()}
    return layered(traces.platforms, traces.actor_names, kinds, settings.close, a, b, where, data)


def layered(
    platforms: pa.Array, actor_names: pa.Array, kinds: list[str], close: float,
    a: np.ndarray, b: np.ndarray, where: np.ndarray, data: dict[str, np.ndarray],
) -> tuple[pa.Table, np.ndarray, np.ndarray, np.ndarray, list[list[str]]]:  # fmt: skip
    """`layers.parquet` with pair and kind of its rows, and per pair its acts, traces and kinds; `where` and `data` are parallel."""
    order = np.lexsort((where[:, 1], where[:, 0]))
    where = where[order]
    pair, kind = where[:, 0], where[:, 1]
    shared = np.bincount(pair, weights=data["shared"][order], minlength=len(a)).astype(np.int64)
    totals = np.bincount(pair, weights=data["acts"][order], minlength=len(a)).astype(np.int64)
    names: list[list[str]] = [[] for _ in range(len(a))]
    for i, k in zip(pair.tolist(), kind.tolist(), strict=True):
        names[i].append(kinds[k])
    table = pa.table({
        "platform_a": platforms.take(pa.array(a[pair])), "actor_a": actor_names.take(pa.array(a[pair])),
        "platform_b": platforms.take(pa.array(b[pair])), "actor_b": actor_names.take(pa.array(b[pair])),
        "kind": pa.array([kinds[k] for k in kind.tolist()], pa.string()),
        "acts": pa.array(data["acts"][order], pa.int64()), "near": pa.array(data["near"][order], pa.int64()),
        "expected_acts": pa.array(data["near"][order] * close, pa.float64()),
        "first_a": pa.array(data["first_a"][order], pa.int64()), "first_b": pa.array(data["first_b"][order], pa.int64()),
        "shared": pa.array(data["shared"][order], pa.int64()),
        "expected_shared": pa.array(data["expected_shared"][order], pa.float64()),
        "p_timing": pa.array(data["p_timing"][order], pa.float64(), from_pandas=True),
        "p_content": pa.array(data["p_content"][order], pa.float64(), from_pandas=True),
    })  # fmt: skip
    return table, where, totals, shared, names


def _found(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The values of some of the sorted keys; nan for those that are not there."""
    result = np.full(len(wanted), np.nan)
    if len(keys):
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = keys[place] == wanted
        result[there] = values[place[there]]
    return result


def _on_content(rare: RareThings, expected: np.ndarray, a: np.ndarray, b: np.ndarray, kind: int) -> np.ndarray:
    """Poisson tails of the rare things of one kind that pairs share; nan where a pair was not tested on content."""
    p = np.full(len(a), np.nan)
    tested = np.flatnonzero(~np.isnan(expected))
    p[tested] = at_least(rare.dealt.shared(a[tested], b[tested], kind), expected[tested])
    return p


def at_least(shared: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Poisson tails: the chance of as many, where so many are expected."""
    return np.where(shared > 0, gammainc(np.maximum(shared, 1), np.maximum(expected, 1e-12)), 1.0)
