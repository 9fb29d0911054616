"""The figures published for the peers on real posts, and the plain reading on the same posts."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from hustings.detection.links import Links, count_links
from hustings.detection.peers import Network, network_as
from hustings.detection.reference import counting
from hustings.detection.tables import TraceTables
from hustings.progress import Silent

GERMAN = {"link": "url_id", "domain": "domain_id", "hashtag": "hashtag_id", "image": "phash_id"}


def microseconds(seconds):
    return pc.multiply(seconds, 1_000_000).cast(pa.timestamp("us", "UTC"))


@pytest.fixture(scope="module")
def german(real_data, tmp_path_factory):
    """Traces carry their kind, as the package's own example does, so that no post can be one."""
    source = pq.read_table(real_data / "coordination" / "german_elections.parquet")
    parts = []
    for kind, column in GERMAN.items():
        rows = source.filter(source[column].is_valid())
        parts.append(
            pa.table(
                {
                    "platform": pc.utf8_slice_codeunits(rows["account_id"], 0, 2),
                    "actor": rows["account_id"],
                    "kind": pa.array([kind] * len(rows)),
                    "trace": pc.binary_join_element_wise(kind, rows[column].cast(pa.string()), "_"),
                    "content": rows["post_id"].cast(pa.string()),
                    "at": microseconds(rows["timestamp"]),
                }
            )
        )
    place = tmp_path_factory.mktemp("german") / "traces.parquet"
    pq.write_table(pa.concat_tables(parts), place)
    return place


@pytest.fixture(scope="module")
def russian(real_data, tmp_path_factory):
    """As shipped: a post can be another's object, and 40 rows repeat a post."""
    rows = pq.read_table(real_data / "coordination" / "russian_coord_tweets.parquet")
    place = tmp_path_factory.mktemp("russian") / "traces.parquet"
    table = {
        "platform": pa.array(["twitter"] * len(rows)),
        "actor": rows["account_id"],
        "kind": pa.array(["repost"] * len(rows)),
        "trace": rows["object_id"],
        "content": rows["content_id"],
        "at": microseconds(rows["timestamp_share"]),
    }
    pq.write_table(pa.table(table), place)
    return place


def edges(place, peer, kind, seconds, **filters):
    return network_as(TraceTables([place]), Network(peer=peer, kind=kind, window=timedelta(seconds=seconds), **filters))


def rows_of(table):
    return [tuple(row.values()) for row in table.to_pylist()]


def nodes(network):
    return len(set(network["actor_a"].to_pylist()) | set(network["actor_b"].to_pylist()))


@pytest.mark.parametrize(
    ("seconds", "fewest", "row_pairs", "edge_count", "node_count", "heaviest", "above_median"),
    [
        (10, 2, 4_724, 1_041, 283, 250, 484),
        (30, 2, 5_658, 1_453, 506, 251, 661),
        (60, 2, 6_760, 1_772, 616, 254, 792),
        (60, 1, 7_896, 2_906, 1_843, 254, 1_147),
        (60, 5, 5_847, 1_157, 268, 254, 559),
    ],
)
def test_coortweet_on_german_links(german, seconds, fewest, row_pairs, edge_count, node_count, heaviest, above_median):
    network = edges(german, "coortweet", "link", seconds, min_participation=fewest)
    weight = network["weight"].to_numpy()
    assert (weight.sum(), len(network), nodes(network)) == (row_pairs, edge_count, node_count)
    assert (weight.max(), (weight > np.quantile(weight, 0.5)).sum()) == (heaviest, above_median)


@pytest.mark.parametrize(("kind", "count"), [("link", 1_772), ("domain", 2_174), ("hashtag", 820), ("image", 455)])
def test_coortweet_on_every_kind(german, kind, count):
    assert len(edges(german, "coortweet", kind, 60, min_participation=2)) == count


@pytest.mark.parametrize(
    ("seconds", "fewest", "directed", "unordered", "node_count", "total"),
    [
        (10, 1, 2_806, 1_403, 648, 10_170),
        (10, 2, 1_480, 740, 213, 8_844),
        (30, 1, 4_332, 2_166, 1_318, 12_727),
        (30, 2, 1_891, 948, 371, 10_286),
        (60, 1, 5_812, 2_906, 1_843, 15_764),
        (60, 2, 2_287, 1_147, 437, 12_239),
    ],
)
def test_cnt_on_german_links(german, seconds, fewest, directed, unordered, node_count, total):
    network = edges(german, "cnt", "link", seconds, min_weight=fewest)
    pairs = {frozenset(row[:2]) for row in rows_of(network)}
    assert (len(network), len(pairs), nodes(network)) == (directed, unordered, node_count)
    assert network["weight"].to_numpy().sum() == total


def test_links_count_what_coortweet_counts_without_a_filter(german, tmp_path):
    links = Links(window=timedelta(seconds=60), kind="link")
    counted = count_links(TraceTables([german]), links, tmp_path / "links.parquet", Silent())
    assert (counted.pairs, counted.links) == (7_896, 2_906)


def all_agree(place, kind, seconds, fewest_rows, fewest_pairs, folder):
    table = pq.read_table(place)
    rows = counting.events(table.filter(pc.equal(table["kind"], kind)))
    window = seconds * 1_000_000
    filters = {"min_participation": fewest_rows, "min_weight": fewest_pairs}
    links = Links(window=timedelta(seconds=seconds), kind=kind, **filters)
    count_links(TraceTables([place]), links, folder / "links.parquet", Silent())
    assert rows_of(pq.read_table(folder / "links.parquet")) == counting.links(rows, window, **filters)
    coortweet = rows_of(edges(place, "coortweet", kind, seconds, **filters))
    assert coortweet == counting.coortweet(rows, window, **filters)
    cnt = rows_of(edges(place, "cnt", kind, seconds, min_weight=fewest_pairs))
    assert cnt == counting.cnt(rows, window, min_weight=fewest_pairs)


@pytest.mark.parametrize(("kind", "fewest"), [("link", 2), ("image", 1)])
def test_german_posts_agree_with_the_plain_reading(german, tmp_path, kind, fewest):
    all_agree(german, kind, 60, fewest, 1, tmp_path)


def test_russian_reposts_agree_with_the_plain_reading(russian, tmp_path):
    all_agree(russian, "repost", 60, 2, 1, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("kind", [*GERMAN, "repost"])
@pytest.mark.parametrize("seconds", [10, 30, 60])
@pytest.mark.parametrize("fewest_rows", [1, 2, 5])
@pytest.mark.parametrize("fewest_pairs", [1, 2])
def test_every_setting_agrees_with_the_plain_reading(request, tmp_path, kind, seconds, fewest_rows, fewest_pairs):
    place = request.getfixturevalue("russian" if kind == "repost" else "german")
    all_agree(place, kind, seconds, fewest_rows, fewest_pairs, tmp_path)
