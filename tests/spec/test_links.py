"""What counts as a pair and what a link says; each example holds for the kernel and the plain reading."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings.detection.links import Links, count_links
from hustings.detection.peers import Network, network_as
from hustings.detection.reference import counting
from hustings.detection.tables import TraceTables
from hustings.progress import Silent

NAMES = ["platform", "actor", "kind", "trace", "content"]


def table_of(text):
    """A table from lines of `actor kind trace content mm:ss`; actors are written platform/name, x/ if bare."""
    rows = []
    for line in text.strip().splitlines():
        actor, kind, trace, content, clock = line.split()
        platform, _, name = actor.rpartition("/")
        minutes, seconds = clock.split(":")
        at = 1_630_000_000_000_000 + int(minutes) * 60_000_000 + round(float(seconds) * 1_000_000)
        rows.append([None if cell == "-" else cell for cell in (platform or "x", name, kind, trace, content)] + [at])
    columns = list(zip(*rows, strict=True))
    table = {name: pa.array(column, pa.string()) for name, column in zip(NAMES, columns[:-1], strict=True)}
    return pa.table({**table, "at": pa.array(columns[-1], pa.int64()).cast(pa.timestamp("us", "UTC"))})


@pytest.fixture(params=["kernel", "reference"])
def links(request, tmp_path):
    """Links of a text table as tuples: key, pairs, traces, contents a, contents b, median gap."""

    def count(text, window=60, **filters):
        table = table_of(text)
        if request.param == "reference":
            return counting.links(counting.events(table), window * 1_000_000, **filters)
        pq.write_table(table, tmp_path / "in.parquet")
        settings = Links(window=timedelta(seconds=window), **filters)
        count_links(TraceTables([tmp_path / "in.parquet"]), settings, tmp_path / "out.parquet", Silent())
        return [tuple(row.values()) for row in pq.read_table(tmp_path / "out.parquet").to_pylist()]

    return count


@pytest.fixture(params=["kernel", "reference"])
def edges(request, tmp_path):
    """Edges of a peer as tuples."""

    def count(peer, text, window=60, **filters):
        table = table_of(text)
        if request.param == "reference":
            return getattr(counting, peer)(counting.events(table), window * 1_000_000, **filters)
        pq.write_table(table, tmp_path / "in.parquet")
        settings = Network(peer=peer, window=timedelta(seconds=window), **filters)
        return [tuple(row.values()) for row in network_as(TraceTables([tmp_path / "in.parquet"]), settings).to_pylist()]

    return count


def test_posts_exactly_one_window_apart_still_count(links):
    assert links("""
        a link t p1 0:00
        b link t p2 1:00
        c link t p3 2:00.5
    """) == [("link", "x", "a", "x", "b", 1, 1, 1, 1, 60.0)]


def test_a_pair_counts_once_for_each_shared_trace(links):
    assert links("""
        a link t p1 0:00
        a link u p1 0:00
        b link t p2 0:30
        b link u p2 0:30
    """) == [("link", "x", "a", "x", "b", 2, 2, 1, 1, 30.0)]


def test_exact_repeats_count_once(links):
    assert links("""
        a link t p1 0:00
        a link t p1 0:00
        b link t p2 0:10
    """) == [("link", "x", "a", "x", "b", 1, 1, 1, 1, 10.0)]


def test_the_same_post_at_two_times_counts_twice(links):
    assert links("""
        a link t p1 0:00
        a link t p1 0:05
        b link t p2 0:10
    """) == [("link", "x", "a", "x", "b", 2, 1, 1, 1, 7.5)]


def test_two_rows_of_one_content_are_no_pair(links):
    assert (
        links("""
        a link t p1 0:00
        b link t p1 0:00
    """)
        == []
    )


def test_one_actor_makes_no_pair(links):
    assert (
        links("""
        a link t p1 0:00
        a link t p2 0:00
        b link u p3 0:00
    """)
        == []
    )


def test_kinds_do_not_mix(links):
    assert (
        links("""
        a link 7 p1 0:00
        b domain 7 p2 0:00
    """)
        == []
    )


def test_side_a_is_before_side_b_by_platform_then_name(links):
    found = links("""
        tw/a link t p1 0:00
        fb/b link t p2 0:01
        fb/a link t p3 0:02
    """)
    assert [row[1:5] for row in found] == [("fb", "a", "fb", "b"), ("fb", "a", "tw", "a"), ("fb", "b", "tw", "a")]


def test_rows_with_a_null_take_no_part(links):
    assert links("""
        a link t p1 0:00
        b link t -  0:00
        b link -  p2 0:00
        c link t p3 0:00
    """) == [("link", "x", "a", "x", "c", 1, 1, 1, 1, 0.0)]


def test_contents_are_counted_on_each_side(links):
    assert links("""
        a link t p1 0:00
        b link t p2 0:01
        b link t p3 0:02
        b link t p4 0:03
    """) == [("link", "x", "a", "x", "b", 3, 1, 1, 3, 2.0)]


def test_weak_links_are_left_out_on_request(links):
    text = """
        a link t p1 0:00
        b link t p2 0:01
        b link t p3 0:02
        c link t p4 0:01
    """
    assert [row[2:6:2] for row in links(text, min_weight=2)] == [("a", "b"), ("b", "c")]


def test_participation_is_a_step_before_the_count(links):
    text = """
        a link t p1 0:00
        a link u p2 9:00
        b link t p3 0:01
        b link v p4 9:00
        c link t p5 0:02
        c hashtag h p6 9:00
    """
    assert [(row[2], row[4]) for row in links(text, min_participation=2)] == [("a", "b")]


def test_coortweet_keeps_a_pair_if_either_side_acts_often_enough(edges):
    text = """
        a link t p1 0:00
        a link u p2 9:00
        b link t p3 0:01
        b link z p4 5:00
        c link u p5 9:01
        c link y p6 5:00
    """
    assert edges("coortweet", text, min_participation=2) == [("a", "b", 1), ("a", "c", 1)]
    assert edges("coortweet", text, min_participation=3) == []


def test_coortweet_drops_pairs_whose_object_is_one_of_the_posts(edges):
    text = """
        a repost p1 p1 0:00
        b repost p1 p2 0:01
        c repost p1 p3 0:02
    """
    assert edges("coortweet", text) == [("b", "c", 1)]


def test_cnt_counts_posts_of_the_first_named_with_a_match(edges):
    text = """
        a link t p1 0:00
        b link t p2 0:01
        b link t p3 0:02
    """
    assert edges("cnt", text) == [("a", "b", 1), ("b", "a", 2)]
    assert edges("cnt", text, min_weight=2) == [("b", "a", 2)]


def test_cnt_takes_the_first_row_of_a_repost(edges):
    text = """
        a repost t p1 0:00
        a repost u p1 0:00
        b repost u p2 0:01
        b repost t p3 0:01
    """
    assert edges("cnt", text) == [("a", "b", 1), ("b", "a", 1)]


def test_cnt_takes_every_link_of_a_post_once_in_table_order(edges):
    text = """
        a link t p1 9:00
        a link t p1 0:00
        a link u p1 0:00
        b link u p2 0:01
        c link t p3 0:01
    """
    assert edges("cnt", text) == [("a", "b", 1), ("b", "a", 1)]


@pytest.mark.parametrize("peer", ["coortweet", "cnt"])
def test_the_peers_know_an_account_by_its_name_alone(edges, peer):
    assert (
        edges(
            peer,
            """
        fb/a link t p1 0:00
        tw/a link t p2 0:01
        fb/b link v p3 0:01
    """,
        )
        == []
    )
