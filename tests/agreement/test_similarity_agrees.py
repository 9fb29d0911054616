"""Similarity against those who publish it: scikit-learn's TF-IDF, the `bicm` package, and figures on real posts."""

import contextlib
import io
import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from hustings.cli.main import main
from hustings.detection.similarity.bicm import configuration_model
from hustings.detection.similarity.compare import Similarity, similarity
from hustings.detection.tables import TraceTables
from hustings.errors import BadInput
from hustings.progress import Silent

MOMENT = pa.timestamp("us", "UTC")
KEY = ("kind", "platform_a", "actor_a", "platform_b", "actor_b")
FAST = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def table(rows):
    """(actor, trace) or (kind, actor, trace) rows; whoever's name begins with f is on another platform."""
    rows = [row if len(row) == 3 else ("link", *row) for row in rows]
    return pa.table({
        "platform": ["fb" if actor.startswith("f") else "tw" for _, actor, _ in rows],
        "actor": [actor for _, actor, _ in rows], "kind": [kind for kind, _, _ in rows],
        "trace": [trace for _, _, trace in rows], "content": [f"p{n}" for n in range(len(rows))],
        "at": pa.array([n * 1_000_000 for n in range(len(rows))], pa.int64()).cast(MOMENT),
    })  # fmt: skip


@pytest.fixture
def compared(tmp_path):
    """Compare the actors of some rows; give the rows of the result."""

    def go(rows, measure, **told):
        pq.write_table(rows if isinstance(rows, pa.Table) else table(rows), tmp_path / "in.parquet")
        tables = TraceTables([tmp_path / "in.parquet"])
        similarity(tables, Similarity(measure=measure, **told), tmp_path / "out.parquet", Silent())
        return pq.read_table(tmp_path / "out.parquet").to_pylist()

    return go


def matrix_of(rows, fewest, *, distinct):
    """The 0/1 matrix of actors by traces that two actors left, read plainly, and its actors in order."""
    many = Counter(actor for actor, _ in (set(rows) if distinct else rows))
    kept = {pair for pair in rows if many[pair[0]] >= fewest}
    left_by = Counter(trace for _, trace in kept)
    shared = {trace for trace in left_by if left_by[trace] >= 2}
    kept = {pair for pair in kept if pair[1] in shared}
    # fb before tw, then by name.
    actors = sorted({actor for actor, _ in kept}, key=lambda name: (not name.startswith("f"), name))
    left = np.array([[float((actor, trace) in kept) for trace in sorted(shared)] for actor in actors])
    return left.reshape(len(actors), len(shared)), actors


ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "f", "ab", "fa", "z", "y"]), st.sampled_from("tuvwxyz")),
    min_size=2,
    max_size=40,
).filter(lambda rows: len({actor for actor, _ in rows}) > 1)


@FAST
@given(ROWS, st.integers(1, 4), st.sampled_from([1, 7, 1_000_000]))
def test_cosine_is_that_of_scikit_learn(compared, rows, fewest, room):
    from sklearn.feature_extraction.text import TfidfTransformer

    found = compared(rows, "cosine", fewest=fewest, room=room)
    left, actors = matrix_of(rows, fewest, distinct=False)
    due = []
    if len(actors):
        near = TfidfTransformer().fit_transform(left)
        near, shared = (near @ near.T).toarray(), left @ left.T
        due = [
            (a, b, shared[a, b], near[a, b])
            for a in range(len(actors))
            for b in range(a + 1, len(actors))
            if shared[a, b]
        ]
    assert [(row["actor_a"], row["actor_b"], row["traces"]) for row in found] == [
        (actors[a], actors[b], n) for a, b, n, _ in due
    ]
    assert [row["similarity"] for row in found] == pytest.approx([value for *_, value in due], rel=1e-12)


@FAST
@given(ROWS, st.integers(1, 3), st.sampled_from([1, 5]))
def test_the_strongest_of_each_actor_are_kept(compared, rows, top, room):
    every = compared(rows, "cosine")
    kept = compared(rows, "cosine", top=top, room=room)
    names = [(row["platform_a"], row["actor_a"]) for row in every] + [
        (row["platform_b"], row["actor_b"]) for row in every
    ]
    due = set()
    for actor in set(names):
        mine = [
            (-row["similarity"], other, n)
            for n, row in enumerate(every)
            for side, other in (("a", (row["platform_b"], row["actor_b"])), ("b", (row["platform_a"], row["actor_a"])))
            if (row[f"platform_{side}"], row[f"actor_{side}"]) == actor
        ]
        due |= {n for _, _, n in sorted(mine)[:top]}
    assert kept == [row for n, row in enumerate(every) if n in due]


def oracle(left, rate):
    """Pairs and p-values of the `bicm` package."""
    from bicm import BipartiteGraph

    graph = BipartiteGraph()
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        graph.set_biadjacency_matrix(left)
        graph.solve_tool(tol=1e-13, print_error=False)
        kept = graph.get_rows_projection(alpha=rate, method="poisson", threads_num=1, progress_bar=False)
        p = graph.rows_pvals
    return {(int(min(a, b)), int(max(a, b))) for a, others in kept.items() for b in others}, p


@pytest.mark.slow  # the package compiles itself
@pytest.mark.parametrize("seed", range(4))
def test_bicm_is_that_of_the_bicm_package(compared, seed):
    """Random bipartite tables with a pair that shares far too much."""
    rng = np.random.default_rng(seed)
    rows = [(f"a{n:03}", f"t{int(t)}") for n in range(150) for t in rng.integers(300, size=6)]
    rows += [(name, f"own{n}") for name in ("a003", "a017", "a020") for n in range(12)]
    left, actors = matrix_of(rows, 2, distinct=True)
    due, p = oracle(left, 0.2)
    found = compared(rows, "bicm", fewest=2, rate=0.2)
    assert {(actors.index(row["actor_a"]), actors.index(row["actor_b"])) for row in found} == due
    assert {("a003", "a017"), ("a003", "a020"), ("a017", "a020")} <= {(row["actor_a"], row["actor_b"]) for row in found}
    for row in found:
        a, b = actors.index(row["actor_a"]), actors.index(row["actor_b"])
        theirs = p[a].get(b, p[b].get(a)) if b in p[a] or a in p[b] else None
        assert row["p"] == pytest.approx(theirs, rel=1e-5)
        assert row["p"] <= row["q"] <= 0.2


@FAST
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 14)), min_size=1, max_size=90))
def test_the_model_gives_every_actor_its_number_of_things(ties):
    """Also where the sums leave no choice, as with an actor that left all there is."""
    ties = sorted(set(ties))
    row, column = (np.unique([tie[side] for tie in ties], return_inverse=True)[1] for side in (0, 1))
    left = sparse.csr_matrix((np.ones(len(ties)), (row, column)))
    model = configuration_model(left)
    assert model.worst < 1e-7
    shared = (left @ left.T).toarray()
    for a in range(left.shape[0]):
        assert model.expected(np.array([a]), np.array([a]))[0] <= shared[a, a] * (1 + 1e-6)


def test_each_kind_is_a_layer_of_its_own(compared):
    rows = [("link", "a", "t"), ("hashtag", "b", "t"), ("hashtag", "c", "t"), ("link", "b", "u"), ("link", "c", "u")]
    found = compared(rows, "cosine")
    assert [(row["kind"], row["actor_a"], row["actor_b"]) for row in found] == [
        ("hashtag", "b", "c"),
        ("link", "b", "c"),
    ]
    assert compared(rows, "cosine", kind="link") == found[1:]


def test_bad_input_is_said_as_ever(compared):
    with pytest.raises(BadInput, match="'link'"):
        compared([("a", "t"), ("b", "t")], "cosine", kind="image")
    with pytest.raises(BadInput, match="one actor"):
        compared([("a", "t"), ("a", "t")], "bicm")


def test_the_command_says_what_it_kept(tmp_path, capsys):
    pq.write_table(table([("a", "t"), ("b", "t"), ("b", "u"), ("c", "v"), ("c", "v")]), tmp_path / "t.parquet")
    said = ["similarity", str(tmp_path / "t.parquet"), "--out", str(tmp_path / "s.parquet"), "--as", "cosine", "--json"]
    assert main(said) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["read"], told["pairs"]) == (5, 1)
    assert told["kinds"] == {"link": {"actors": 2, "traces": 1, "pairs": 1, "in_pairs": 2}}
    rows = pq.read_table(tmp_path / "s.parquet").to_pylist()
    assert rows == [dict(zip((*KEY, "traces", "similarity"), ("link", "tw", "a", "tw", "b", 1, 1.0), strict=True))]


GERMAN = {"link": "url_id", "domain": "domain_id", "hashtag": "hashtag_id", "image": "phash_id"}
# field notes, section 3: actors with five rows or more; nodes and edges of cosine, accounts in, edges and nodes of bicm.
PUBLISHED = {
    "link": ((1_814, 31_758), (1_295, 2_269, 798)), "hashtag": ((1_346, 14_900), (800, 276, 236)),
    "image": ((543, 2_152), (454, 341, 269)), "domain": ((2_821, 506_707), (874, 2, 4)),
}  # fmt: skip


@pytest.fixture(scope="module")
def german(real_data, tmp_path_factory):
    """The posts as shipped: the published filter counts rows, exact repeats among them."""
    source = pq.read_table(real_data / "coordination" / "german_elections.parquet")
    parts = []
    for kind, column in GERMAN.items():
        rows = source.filter(source[column].is_valid())
        parts.append(pa.table({
            "platform": pc.utf8_slice_codeunits(rows["account_id"], 0, 2), "actor": rows["account_id"],
            "kind": pa.array([kind] * len(rows)), "trace": rows[column].cast(pa.string()),
            "content": pc.fill_null(rows["post_id"].cast(pa.string()), "none"),
            "at": pc.multiply(rows["timestamp"], 1_000_000).cast(MOMENT),
        }))  # fmt: skip
    place = tmp_path_factory.mktemp("german") / "traces.parquet"
    pq.write_table(pa.concat_tables(parts), place)
    return place


@pytest.mark.slow
def test_the_published_figures_come_out(german, tmp_path):
    of = {}
    for measure in ("cosine", "bicm"):
        of[measure] = similarity(
            TraceTables([german]), Similarity(measure=measure, fewest=5), tmp_path / f"{measure}.parquet", Silent()
        ).kinds
    for kind, (cosine, bicm) in PUBLISHED.items():
        assert (of["cosine"][kind]["in_pairs"], of["cosine"][kind]["pairs"]) == cosine
        assert tuple(of["bicm"][kind][name] for name in ("actors", "pairs", "in_pairs")) == bicm


@pytest.mark.slow
def test_on_real_pictures_each_pair_is_that_of_the_bicm_package(german, tmp_path):
    from hustings.detection.similarity.layers import layers

    (layer,) = layers(TraceTables([german]), "image", 5, distinct=True)
    due, p = oracle(layer.left.toarray(), 0.05)
    similarity(
        TraceTables([german]), Similarity(measure="bicm", kind="image", fewest=5), tmp_path / "out.parquet", Silent()
    )
    place = {name: n for n, name in enumerate(layer.names.to_pylist())}
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    pairs = [(place[row["actor_a"]], place[row["actor_b"]]) for row in found]
    assert set(pairs) == due
    assert [row["p"] for row in found] == pytest.approx([p[a][b] for a, b in pairs], rel=1e-4)
