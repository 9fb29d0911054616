"""Who shared the same things close together in time: all pairs of two actors, per kind of trace."""

__all__ = ["Counted", "Links", "count_links"]

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from hustings.detection.compiled import Int64s
from hustings.detection.kernel import PAIR_WORDS, deal_pairs, deal_rows, next_by_others, pairs_into, summed, window_load
from hustings.detection.links_file import CODED, ROW_GROUP, WRITING, LinkNames, one_name_each
from hustings.detection.names import Dictionary, hashes, seeds
from hustings.detection.parts import Parts
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE, sorted_rows
from hustings.detection.tables import TraceTables, lead_codes, no_such_kind, too_few
from hustings.detection.traces import ranked
from hustings.errors import BadInput, Problem
from hustings.progress import Progress

# Traces and pairs of actors are dealt into as many parts, each of which then fits a core's cache.
PARTS = 256
# Pairs written before they are dealt; not a power of two, for the reason at `tables.BATCH`.
PAIRS_AT_ONCE = 250_000


@dataclass(frozen=True, kw_only=True)
class Links:
    """Count, per kind, the pairs of every two actors: the same trace, at most `window` apart.

    Reads    trace tables (see `TraceTables`).
    Gives    one row per kind and unordered pair of actors, side a before side b, sorted by
             (kind, platform_a, actor_a, platform_b, actor_b): `pairs`; `traces`, the different traces
             among them; `contents_a` and `contents_b`, the different contents of each side;
             `median_gap_s`, the middle of their distances in time. At least `min_weight` pairs.
    Edges    the window is closed: exactly `window` apart counts. Exact repeats of (actor, kind, trace,
             content, at) count once; rows with a null do not count. Two rows with the same content are
             no pair, whoever they are by.
    Before   with `min_participation`, actors with fewer trace events of the kind are left out first,
             partners included; that is a step of its own, so the counts of the others do not change.
    Costs    the rows, plus the pairs. Memory is bounded by `memory` and a part of either; the rest goes
             to a file in the folder of the output. More than `most_pairs` is refused beforehand.
    Limits   says that two actors acted alike, not that they conspired, and not how likely that is.
             Traces and contents are compared by 64-bit hashes: two of 50 million different traces fall
             together with a chance of one in 15,000, and then matter only if within one window.
    """

    window: timedelta
    kind: str | None = None
    min_participation: int = 1
    min_weight: int = 1
    memory: int = 1 << 30
    most_pairs: int = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What was read, left out, and found."""

    read: int
    skipped: int
    repeats: int
    actors: int
    too_few: int
    pairs: int
    links: int
    kinds: dict[str, int]


class Rows:
    """The trace events of the input as words in parts, and the names of their kinds and actors."""

    def __init__(self, tables: TraceTables, settings: Links, folder: Path, progress: Progress) -> None:
        self.settings = settings
        self.parts = Parts(count=PARTS, words=4, budget=settings.memory // 2, folder=folder)
        kinds: dict[str, int] = {}
        platforms: dict[str, int] = {}
        actors = Dictionary()
        progress.step("Reading traces")
        for batch in tables.batches():
            kind = lead_codes(batch.column("kind"), kinds)
            if settings.kind is not None:
                mine = kind == kinds.get(settings.kind, -1)
                if not mine.all():
                    batch, kind = batch.filter(pa.array(mine)), kind[mine]
            platform = lead_codes(batch.column("platform"), platforms)
            rows = np.empty((len(batch), 4), np.int64)
            rows[:, TRACE] = hashes(batch.column("trace"), kind, seeds(list(kinds))).view(np.int64)
            rows[:, ACTOR] = actors.codes(batch.column("actor"), platform, seeds(list(platforms)))
            rows[:, ACTOR] |= kind.astype(np.int64) << 32
            zero = np.zeros(len(batch), np.int32)
            rows[:, CONTENT] = hashes(batch.column("content"), zero, np.ones(1, np.uint64)).view(np.int64)
            rows[:, AT] = batch.column("at").to_numpy()
            self.parts.add(*deal_rows(rows, PARTS))
        if settings.kind is not None and settings.kind not in kinds:
            raise no_such_kind(settings.kind, kinds)
        if actors.count < 2:
            raise too_few(tables, self.parts.rows, actors.count)
        self.kind_rank, self.kinds = ranked(kinds)
        platform_rank, platforms_in_order = ranked(platforms)
        self.actor_rank, platform, names = actors.in_byte_order(platform_rank)
        self.actors, name = len(names), np.arange(len(names), dtype=np.int32)
        if len(platforms) > 1:
            names, name = one_name_each(names)
        self.names = LinkNames(
            kinds=self.kinds, platforms=platforms_in_order, platform=platform_rank[platform], name=name, names=names
        )
        if (len(self.kinds) * self.actors).bit_length() + self.names.bits > 63:
            raise BadInput(f"{self.actors:,} actors and {len(self.kinds):,} kinds are more than can be counted.")

    def part(self, part: int) -> tuple[Int64s, int]:
        """One part in order, codes as ranks, exact repeats once; and how many repeats there were."""
        rows = self.parts.take(part)
        kind, actor = rows[:, ACTOR] >> 32, rows[:, ACTOR] & 0xFFFFFFFF
        rows[:, ACTOR] = self.kind_rank[kind].astype(np.int64) << 32 | self.actor_rank[actor]
        return sorted_rows(rows)


def count_links(tables: TraceTables, settings: Links, out: Path, progress: Progress) -> Counted:
    """Count the links of the tables and write them to the file `out`, in one row group per 2^20.

    `out` is written as it goes; a caller who wants it whole or not at all passes a temporary name.
    """
    folder = out.parent
    rows = Rows(tables, settings, folder, progress)
    taking_part = enough(rows, settings.min_participation)
    progress.step("Finding pairs")
    pairs = Parts(count=PARTS, words=PAIR_WORDS, budget=settings.memory // 2, folder=folder)
    deal = Deal(rows, pairs)
    repeats = 0
    window = settings.window // timedelta(microseconds=1)
    for part in range(PARTS):
        mine, again = rows.part(part)
        if not len(mine):
            continue
        repeats += again
        if taking_part is not None:
            mine = mine[taking_part[mine[:, ACTOR] >> 32, mine[:, ACTOR] & 0xFFFFFFFF]]
        load, most, trace = window_load(mine, window, np.empty(0, np.int32))
        if deal.rows + load > settings.most_pairs:
            load, most, trace = window_load(mine, window, np.zeros(rows.actors, np.int32))
            if deal.rows + load > settings.most_pairs:
                raise too_many(tables, settings, deal.rows + load, most, trace)
        deal.pairs_of(mine, window)
        progress.at(part + 1, PARTS)
    deal.flush()
    rows.parts.close()
    progress.step("Writing links")
    per_kind = np.zeros(len(rows.kinds), np.int64)
    links = 0
    with pa.parquet.ParquetWriter(out, CODED, **WRITING) as writer:
        for group in in_groups(sums(pairs, settings.min_weight, progress), ROW_GROUP):
            links += len(group[0])
            table, kinds = rows.names.table(*group)
            per_kind += np.bincount(kinds, minlength=len(per_kind))
            writer.write_table(table, row_group_size=ROW_GROUP)
    pairs.close()
    return Counted(
        read=tables.read,
        skipped=tables.skipped,
        repeats=repeats,
        actors=rows.actors,
        too_few=0 if taking_part is None else int(np.count_nonzero(~taking_part.any(axis=0))),
        pairs=pairs.rows,
        links=links,
        kinds={str(kind): int(count) for kind, count in zip(rows.kinds.to_pylist(), per_kind, strict=True)},
    )


def enough(rows: Rows, fewest: int) -> np.ndarray | None:
    """Who has at least `fewest` trace events of each kind; None where everybody takes part."""
    if fewest <= 1:
        return None
    count = np.zeros((len(rows.kinds), rows.actors), np.int32)
    for part in range(PARTS):
        mine, _ = rows.part(part)
        np.add.at(count, (mine[:, ACTOR] >> 32, mine[:, ACTOR] & 0xFFFFFFFF), 1)
    return count >= fewest


class Deal:
    """Pairs on their way from the rows to their parts."""

    def __init__(self, rows: Rows, pairs: Parts) -> None:
        self._bits, self._actors = rows.names.bits, rows.actors
        self._scale = PARTS / (len(rows.kinds) * rows.actors)
        self._pairs = pairs
        self._into = np.empty((PAIRS_AT_ONCE, PAIR_WORDS), np.int64)
        self._full = 0

    @property
    def rows(self) -> int:
        """How many pairs were found so far."""
        return self._pairs.rows + self._full

    def pairs_of(self, rows: Int64s, window: int) -> None:
        """Add the pairs of one part of the rows."""
        other = next_by_others(rows[:, TRACE], rows[:, ACTOR])
        state = np.zeros(2, np.int64)
        while state[0] < len(rows):
            self._full += pairs_into(rows, other, 0, window, self._bits, self._actors, state, self._into[self._full :])
            if self._full == PAIRS_AT_ONCE:
                self.flush()

    def flush(self) -> None:
        """Deal what has been written so far."""
        self._pairs.add(*deal_pairs(self._into[: self._full], self._bits, self._scale, PARTS))
        self._full = 0


def sums(pairs: Parts, fewest: int, progress: Progress) -> Iterator[tuple[Int64s, Int64s, np.ndarray]]:
    """Keys, counts and median gaps of each part, in rising order of the keys."""
    for part in range(PARTS):
        mine = pairs.take(part)
        if len(mine):
            yield summed(mine, fewest)
        progress.at(part + 1, PARTS)


def in_groups(
    parts: Iterator[tuple[Int64s, Int64s, np.ndarray]], size: int
) -> Iterator[tuple[Int64s, Int64s, np.ndarray]]:
    """The same rows in groups of `size`, the last one shorter, so that the file does not tell the parts."""
    waiting: list[tuple[Int64s, Int64s, np.ndarray]] = []
    length = 0
    for part in parts:
        waiting.append(part)
        length += len(part[0])
        if length >= size:
            keys, counts, median = joined(waiting)
            for start in range(0, length - size + 1, size):
                end = start + size
                yield keys[start:end], counts[:, start:end], median[start:end]
            waiting = [(keys[end:], counts[:, end:], median[end:])]
            length -= end
    if length:
        yield joined(waiting)


def joined(parts: list[tuple[Int64s, Int64s, np.ndarray]]) -> tuple[Int64s, Int64s, np.ndarray]:
    """Several runs of links as one."""
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts], axis=1),
        np.concatenate([part[2] for part in parts]),
    )


def too_many(tables: TraceTables, settings: Links, load: int, most: int, trace: int) -> BadInput:
    """More pairs than may be written down; names the trace with the most of them so far."""
    name = "?"
    for batch in tables.batches():
        kinds: dict[str, int] = {}
        kind = lead_codes(batch.column("kind"), kinds)
        mine = np.flatnonzero(hashes(batch.column("trace"), kind, seeds(list(kinds))).view(np.int64) == trace)
        if len(mine):
            name = f"{batch.column('kind')[int(mine[0])]} '{batch.column('trace')[int(mine[0])]}'"
            break
    seconds = settings.window.total_seconds()
    return BadInput(
        "There are too many pairs to count.",
        [
            Problem(
                where=", ".join(str(path) for path in tables.paths),
                found=f"over {load:,} pairs within {seconds:g} s, {most:,} of them on {name} alone",
                expected=f"at most {settings.most_pairs:,} ({settings.most_pairs * 40 / 1e9:.1f} GB on disk)",
                do="Take a shorter --window, leave that trace out, or allow more with --most-pairs.",
            )
        ],
    )
