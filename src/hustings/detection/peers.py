"""The networks of two published tools, edge for edge: CooRTweet and coordination-network-toolkit.

Written from what they compute, not from how. Both know an account by one name, so actors are told apart
by `actor` alone here, whatever their platform.
"""

__all__ = ["NETWORK", "PEERS", "Network", "network_as"]

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.compiled import Codes, Int64s
from hustings.detection.kernel import near_pairs
from hustings.detection.names import Dictionary
from hustings.detection.radix import radix_order
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE, sorted_rows
from hustings.detection.tables import TraceTables, lead_codes, no_such_kind, too_few
from hustings.errors import BadInput, Problem

NETWORK = pa.schema([("actor_a", pa.string()), ("actor_b", pa.string()), ("weight", pa.int64())])


@dataclass(frozen=True, kw_only=True)
class Network:
    """What to count, and as whom.

    peer                'coortweet' or 'cnt'
    window              closed: exactly so far apart counts
    kind                which kind of trace; may be left out where the table has one only
    min_participation   coortweet only: fewest rows of an account, and fewest rows in co-action
    min_weight          fewest per edge; for cnt per direction
    """

    peer: str
    window: timedelta
    kind: str | None = None
    min_participation: int = 1
    min_weight: int = 1


@dataclass(frozen=True, kw_only=True)
class Posts:
    """The rows of one kind, in the order of the table: codes of trace, actor and content, and times."""

    kind: str
    rows: Int64s
    actors: pa.Array
    own_trace: Codes  # per trace, the code of the content of the same name, or -1


def network_as(tables: TraceTables, settings: Network) -> pa.Table:
    """The peer's edges with weights of at least `min_weight`, sorted by the bytes of both names.

    Gives    actor_a, actor_b, weight. coortweet: undirected, actor_a before actor_b. cnt: directed.
    Raises   BadInput: no such kind, several kinds and none named, nobody to pair, or a table with faults.
    Source   detect_groups and generate_coordinated_network of CooRTweet 2.1.3; co_link and co_retweet of
             coordination-network-toolkit 1.5.2. Self loops, which the latter stores and hides, are left out.
    """
    if settings.peer == "cnt" and settings.min_participation > 1:
        raise BadInput(
            "coordination-network-toolkit has no participation filter.",
            [
                Problem(
                    where="--min-participation",
                    found=f"{settings.min_participation}",
                    expected="1 with --as cnt",
                    do="Leave it out, or use --as coortweet.",
                )
            ],
        )
    posts = read_posts(tables, settings.kind)
    a, b, weight = PEERS[settings.peer](posts, settings)
    enough = weight >= settings.min_weight
    names = [posts.actors.take(pa.array(code[enough])).cast(pa.string()) for code in (a, b)]
    return pa.table([*names, pa.array(weight[enough], pa.int64())], schema=NETWORK)


def read_posts(tables: TraceTables, kind: str | None) -> Posts:
    """Read the rows of one kind, keeping their order."""
    traces, actors, contents = Dictionary(), Dictionary(), Dictionary()
    kinds: dict[str, int] = {}
    parts = [np.empty((0, 4), np.int64)]
    seed = np.ones(1, np.uint64)
    for batch in tables.batches():
        here = lead_codes(batch.column("kind"), kinds)
        if kind is not None:
            batch = batch.filter(pa.array(here == kinds.get(kind, -1)))
        zero = np.zeros(len(batch), np.int32)
        rows = np.empty((len(batch), 4), np.int64)
        rows[:, TRACE] = traces.codes(batch.column("trace"), zero, seed)
        rows[:, ACTOR] = actors.codes(batch.column("actor"), zero, seed)
        rows[:, CONTENT] = contents.codes(batch.column("content"), zero, seed)
        rows[:, AT] = batch.column("at").to_numpy()
        parts.append(rows)
    rows = np.concatenate(parts)
    if kind is not None and kind not in kinds:
        raise no_such_kind(kind, kinds)
    if kind is None and len(kinds) > 1:
        raise BadInput(
            "The peers count one kind of trace at a time.",
            [
                Problem(
                    where="column 'kind'",
                    found=", ".join(f"'{name}'" for name in sorted(kinds)),
                    expected="one kind",
                    do="Name the one to count with --kind.",
                )
            ],
        )
    if actors.count < 2:
        raise too_few(tables, len(rows), actors.count)
    none = np.zeros(1, np.int32)
    trace_rank, _, trace_names = traces.in_byte_order(none)
    actor_rank, _, actor_names = actors.in_byte_order(none)
    content_rank, _, content_names = contents.in_byte_order(none)
    for word, rank in ((TRACE, trace_rank), (ACTOR, actor_rank), (CONTENT, content_rank)):
        rows[:, word] = rank[rows[:, word]]
    own = pc.index_in(trace_names, content_names)
    own = pc.if_else(own.is_valid(), own, pa.scalar(-1, pa.int32())).to_numpy()
    return Posts(kind=kind or next(iter(kinds)), rows=rows, actors=actor_names, own_trace=own)


def coortweet(posts: Posts, settings: Network) -> tuple[Int64s, Int64s, Int64s]:
    """Row pairs per two accounts, after both of CooRTweet's participation filters.

    Rows are distinct (object, account, content, time), as the package's own example makes them. A pair
    whose object is also one of its contents is dropped (somebody reposted the post itself).
    """
    least = settings.min_participation
    rows, _ = sorted_rows(posts.rows)
    rows = rows[np.bincount(rows[:, ACTOR])[rows[:, ACTOR]] >= least]
    i, j = near_pairs(
        rows[:, TRACE], rows[:, AT], rows[:, ACTOR], rows[:, CONTENT], settings.window // timedelta(microseconds=1)
    )
    own = posts.own_trace[rows[i, TRACE]]
    strangers = (own != rows[i, CONTENT]) & (own != rows[j, CONTENT])
    i, j = i[strangers], j[strangers]
    # Once more, over the rows whose content is in a pair. Whoever is left keeps a pair for both sides.
    in_pair = np.zeros(posts.rows[:, CONTENT].max() + 1, bool)
    in_pair[rows[i, CONTENT]] = in_pair[rows[j, CONTENT]] = True
    acting = rows[in_pair[rows[:, CONTENT]]]
    acting = acting[np.bincount(acting[:, ACTOR], minlength=1)[acting[:, ACTOR]] >= least]
    kept = np.zeros_like(in_pair)
    kept[acting[:, CONTENT]] = True
    either = kept[rows[i, CONTENT]] | kept[rows[j, CONTENT]]
    one, two = rows[i[either], ACTOR], rows[j[either], ACTOR]
    return counted(np.minimum(one, two), np.maximum(one, two))


def cnt(posts: Posts, settings: Network) -> tuple[Int64s, Int64s, Int64s]:
    """Contents of A with at least one match by B, for each ordered pair of accounts.

    The first row in table order stands for a post (kind 'repost', as co_retweet) or for a post and a
    trace (every other kind, as co_link), with the account and time of that row.
    """
    rows = posts.rows
    row_of = rows[:, CONTENT] << 32
    if posts.kind != "repost":
        row_of |= rows[:, TRACE]
    rows, _ = sorted_rows(rows[firsts(row_of)])
    i, j = near_pairs(
        rows[:, TRACE], rows[:, AT], rows[:, ACTOR], rows[:, CONTENT], settings.window // timedelta(microseconds=1)
    )
    a, b = np.concatenate([i, j]), np.concatenate([j, i])
    order = np.lexsort((rows[a, CONTENT], rows[b, ACTOR], rows[a, ACTOR]))
    triples = np.stack([rows[a, ACTOR], rows[b, ACTOR], rows[a, CONTENT]])[:, order]
    new = np.ones(len(order), bool)
    new[1:] = (triples[:, 1:] != triples[:, :-1]).any(axis=0)
    return counted(triples[0, new], triples[1, new])


def firsts(keys: Int64s) -> Codes:
    """The first row of each key, in table order."""
    order = radix_order(keys.view(np.uint64))
    new = np.ones(len(order), bool)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    return np.sort(order[new])


def counted(a: Int64s, b: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """How often each pair of codes occurs, in rising order."""
    keys, weight = np.unique(a << 32 | b, return_counts=True)
    return keys >> 32, keys & 0xFFFFFFFF, weight


PEERS: dict[str, Callable[[Posts, Network], tuple[Int64s, Int64s, Int64s]]] = {"coortweet": coortweet, "cnt": cnt}
