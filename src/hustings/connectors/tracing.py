"""Foreign tables made traces: the engine that runs a mapping over the rows of a source."""

__all__ = ["Made", "Skipped", "Told", "make_traces", "traces_of_table", "write_traces"]

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.connectors.ads import traceable_ads
from hustings.connectors.mapping import Mapping, TraceEntry
from hustings.connectors.moments import moments
from hustings.connectors.post_rows import LOST_DIGITS
from hustings.connectors.reading import foreign_batches
from hustings.connectors.sameness import SeenEvents, SeenNames
from hustings.connectors.trace_file import ENDINGS, TraceWriter
from hustings.detection.address import canonical_address, find_addresses, site
from hustings.detection.folding import find_hashtags, find_mentions, folded_ocr, folded_text, spelling
from hustings.errors import BadInput, Problem
from hustings.progress import Progress, Silent
from hustings.writing import whole_file

COLUMNS = ("platform", "actor", "kind", "trace", "content", "at")
AT = pa.timestamp("us", "UTC")
FIRST = 5


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Rows or cells that took no part, for one reason, with the first of them."""

    reason: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """How a trace table came about.

    read      rows read; `repeats` exact repeats of (actor, kind, trace, content, at) left out
    events    trace events written; `kinds` the same per kind
    skipped   what took no part and why; `notes` what else a reader should know
    """

    read: int
    events: int
    repeats: int
    kinds: dict[str, int]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Made(Told):
    """A trace table in the order of the source (a peer's rule may ask which row came first), and how it came about.

    `original` holds the source's own spelling where the trace is another.
    """

    traces: pa.Table


class _Tally:
    """Counts what is skipped, with the first places of each reason."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.first: dict[str, list[str]] = {}

    def add(self, reason: str, places: np.ndarray, name: Callable[[int], str]) -> None:
        if len(places):
            self.counts[reason] = self.counts.get(reason, 0) + len(places)
            first = self.first.setdefault(reason, [])
            first += [name(int(place)) for place in places[: FIRST - len(first)]]

    def all(self) -> tuple[Skipped, ...]:
        return tuple(
            Skipped(reason=reason, count=count, first=tuple(self.first[reason]))
            for reason, count in self.counts.items()
        )


def make_traces(
    paths: Sequence[Path], mapping: Mapping, *, platform: str | None = None, progress: Progress | None = None
) -> Made:
    """Run `mapping` over the files and keep the traces; `platform` overrides the mapping's own."""
    parts: list[pa.Table] = []
    told = _run(paths, mapping, platform, progress or Silent(), parts.append)
    return Made(traces=pa.concat_tables(parts), **vars(told))


def traces_of_table(table: pa.Table, mapping: Mapping) -> pa.Table:
    """Run `mapping` over a table that is in memory already, as `shared_columns` makes one; exact repeats once."""
    parts = [_one(table, mapping, Path("the table"), None, _Tally(), start=0)]
    if any(entry.fold is not None for entry in mapping.traces):
        parts = [_folded(parts[0], mapping)]
    return SeenEvents().first(parts[0]).drop_columns(["entry"])


def write_traces(
    paths: Sequence[Path],
    mapping: Mapping,
    place: Path,
    *,
    platform: str | None = None,
    progress: Progress | None = None,
) -> Told:
    """The same straight into a file, Parquet, Arrow or CSV by its ending; whole or not at all.

    Costs    memory for a batch of rows and eight bytes for each trace event, except where a mapping
             folds spellings: then all of it, since the commonest spelling is known only at the end.
    """
    ending = Path(place).suffix.lower()
    if ending not in ENDINGS:
        raise BadInput(
            "The output has no format we know.",
            [
                Problem(
                    where="--out",
                    found=str(place),
                    expected="a name ending in .parquet, .arrow or .csv",
                    do="Name it so.",
                )
            ],
        )
    with whole_file(place) as part:
        writer = TraceWriter(part, ending)
        told = _run(paths, mapping, platform, progress or Silent(), writer.take)
        writer.close()
    return told


def _run(
    paths: Sequence[Path], mapping: Mapping, platform: str | None, progress: Progress, take: Callable[[pa.Table], None]
) -> Told:
    """Hand the parts of the trace table to `take`, in order; say how they came about."""
    notes: list[str] = []
    tally = _Tally()
    problems: list[Problem] = []
    seen, names = SeenEvents(), SeenNames()
    read = made = repeats = 0
    kinds: Counter[str] = Counter()
    late = any(entry.fold is not None for entry in mapping.traces)
    waiting: list[pa.Table] = []
    schema: pa.Schema | None = None

    def hand(part: pa.Table) -> None:
        nonlocal made, repeats
        new = seen.first(part)
        repeats += len(part) - len(new)
        made += len(new)
        for item in new["kind"].value_counts().to_pylist():
            kinds[item["values"]] += item["counts"]
        names.note(new)
        take(new.drop_columns(["entry"]))

    for path in map(Path, paths):
        progress.step(f"Reading {path.name}")
        start = 0
        try:
            for table in _batches(path, mapping, platform, notes):
                part = _one(table, mapping, path, platform, tally, start=start)
                start += len(table)
                if schema is None and len(part):
                    schema = part.schema
                if schema is not None and len(part):
                    part = _fitted(part, schema)
                    waiting.append(part) if late else hand(part)
        except _Misfit as misfit:
            problems += _all_problems(path, mapping, platform, misfit)
        read += start
    if problems:
        raise BadInput("The table does not fit the mapping.", problems)
    where = ", ".join(map(str, paths))
    if read == 0:
        raise BadInput(
            "There is nothing to make traces of.",
            [Problem(where=where, found="no rows", expected="at least one", do="Check how the file was made.")],
        )
    if waiting:
        progress.step("Joining what is the same")
        hand(_folded(pa.concat_tables(waiting), mapping))
    if not made:
        reasons = "; ".join(f"{skip.count:,} {skip.reason}" for skip in tally.all()) or "every cell is empty"
        raise BadInput(
            "No trace came out of the table.",
            [
                Problem(
                    where=where,
                    found=f"{read:,} rows, of which: {reasons}",
                    expected="at least one trace",
                    do="Compare the mapping's columns with the table's.",
                )
            ],
        )
    return Told(
        read=read, events=made, repeats=repeats, kinds=dict(sorted(kinds.items())), skipped=tally.all(),
        notes=(*notes, *names.collisions()),
    )  # fmt: skip


class _Misfit(Exception):
    """A batch that does not fit the mapping; the whole file says how much of it does not."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("misfit")


def _batches(path: Path, mapping: Mapping, platform: str | None, notes: list[str]) -> Iterator[pa.Table]:
    """The source's rows in pieces that have every needed column, empty where no row has had it yet."""
    if mapping.ads is not None:
        table, said = traceable_ads(path, mapping.ads)
        notes += said
        yield table
        return
    has: list[str] = []
    rows = 0
    called = dict(mapping.called)
    for table in foreign_batches(path, [*mapping.wanted(), *called]):
        has = json.loads(table.schema.metadata[b"columns"])
        # A column may have gone by another name once; where both are there, the name of today counts.
        older = [name for name in table.column_names if name in called and called[name] not in has]
        table = table.rename_columns([called[name] if name in older else name for name in table.column_names])
        has += [called[name] for name in older]
        table = _without(table, mapping.nulls)
        rows += len(table)
        missing = [name for name in mapping.needed() if name not in table.column_names]
        for name in missing:
            table = table.append_column(name, pa.nulls(len(table), pa.string()))
        if len(table):
            yield table
    skips = {mapping.platform.column} if platform is not None else set()
    if missing := [name for name in mapping.needed() if name not in has and name not in skips and rows]:
        raise _Misfit([
            Problem(
                where=str(path), found=f"no column {name!r}; it has " + ", ".join(map(repr, has[:40])),
                expected=f"the columns of the mapping {mapping.name}",
                do="Name the table's own columns in a mapping of yours, then try again.",
            )
            for name in missing
        ])  # fmt: skip


def _without(table: pa.Table, nulls: Sequence[str]) -> pa.Table:
    """The table with cells empty that hold a table program's word for nothing."""
    for number, name in enumerate(table.column_names):
        column = table[name]
        if nulls and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            nothing = pc.is_in(column, pa.array(nulls, column.type))
            table = table.set_column(number, name, pc.if_else(nothing, pa.scalar(None, column.type), column))
    return table


def _all_problems(path: Path, mapping: Mapping, platform: str | None, misfit: _Misfit) -> Sequence[Problem]:
    """What is wrong with a file as a whole: a batch alone would count only its own rows."""
    try:
        tables = list(_batches(path, mapping, platform, []))
        _one(pa.concat_tables(tables, promote_options="default"), mapping, path, platform, _Tally(), start=0)
    except _Misfit as whole:
        return whole.problems
    return misfit.problems


def _fitted(part: pa.Table, schema: pa.Schema) -> pa.Table:
    """The part with the columns of the first one; what rides along may be missing in another file."""
    columns = [
        part[field.name].cast(field.type) if field.name in part.column_names else pa.nulls(len(part), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _one(table: pa.Table, mapping: Mapping, path: Path, platform: str | None, tally: _Tally, *, start: int) -> pa.Table:
    """The traces of a batch of rows, the first of them row `start`, in the order of the source."""
    problems: list[Problem] = []
    rows = len(table)

    def name(row: int) -> str:
        # Ads were sorted by their ids, so the id says more than the row.
        return f"{path.name} row {start + row + 1}" if mapping.ads is None else f"ad {content[row]}"

    actor = _ids(table[mapping.actor.column], f"{path}, column {mapping.actor.column}", problems)
    content = _ids(table[mapping.content.column], f"{path}, column {mapping.content.column}", problems)
    where = _platforms(table, mapping, platform, f"{path}, column {mapping.platform.column}", problems)
    when = moments(table[mapping.time.column], mapping.time, where=f"{path}, column {mapping.time.column}")
    if mapping.time.unreadable == "stop":
        problems += when.problems
    if problems:
        raise _Misfit(problems)
    takes = np.ones(rows, bool)
    for reason, fails in (
        ("rows without an actor", ~_valid(actor)),
        ("rows without a content id", ~_valid(content)),
        ("rows whose time cannot be read", when.unreadable),
        ("rows without a time", ~when.known),
        ("rows without a platform", ~_valid(where)),
    ):
        tally.add(reason, np.flatnonzero(fails & takes), name)
        takes &= ~fails
    base = {"platform": where, "actor": actor, "content": content, "at": pa.array(when.at, pa.int64()).cast(AT)}
    carried = [other for other in mapping.carry if other in table.column_names and other not in {*COLUMNS, "original"}]
    parts, places = [], []
    for number, entry in enumerate(mapping.traces):
        if entry.column not in table.column_names:
            continue
        row, piece, cells = _pieces(table, entry, takes)
        trace, original = _read(cells, entry, row, tally, name)
        keep = _valid(trace)
        row, piece = row[keep], piece[keep]
        taken = pa.array(row)
        part = {key: _take(column, taken) for key, column in base.items()}
        part["kind"] = pa.array([entry.kind]).take(pa.array(np.zeros(len(row), np.int64)))
        part["trace"], part["original"] = trace.filter(pa.array(keep)), original.filter(pa.array(keep))
        part |= {other: _take(table[other], taken) for other in carried}
        part["entry"] = pa.array(np.full(len(row), number, np.int32))
        parts.append(pa.table({key: part[key] for key in (*COLUMNS, "original", *carried, "entry")}))
        places.append(np.stack([piece, np.full(len(row), number), row]))
    if not parts:
        return pa.table({key: pa.array([], AT if key == "at" else pa.string()) for key in (*COLUMNS, "original")})
    order = np.lexsort(np.concatenate(places, axis=1))
    return pa.concat_tables(parts, promote_options="default").take(pa.array(order))


def _valid(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return np.asarray(
        pc.is_valid(column).to_numpy(zero_copy_only=False)
        if isinstance(column, pa.Array)
        else pc.is_valid(column).to_numpy()
    )


def _take(column: pa.ChunkedArray | pa.Array, rows: pa.Array) -> pa.Array:
    taken = column.take(rows)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken


def _ids(column: pa.ChunkedArray, where: str, problems: list[Problem]) -> pa.Array:
    """Ids as text, as the source has them; whole numbers kept as floats lose their `.0`, blanks are null."""
    column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        # A table library without null integers makes 17 into 17.0; that is its slip, not the source's id.
        fraction = pc.not_equal(pc.floor(column), column).fill_null(False)
        too_big = pc.greater(pc.abs(column), 2.0**53).fill_null(False)
        for mask, found in ((fraction, "fractions"), (too_big, "whole numbers too long for a float")):
            places = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
            if len(places):
                problems.append(
                    Problem(
                        where=where,
                        found=f"{found} as ids (row {places[0] + 1:,}: {column[int(places[0])].as_py()!r})",
                        expected="whole numbers or text",
                        do="Export the ids as text.",
                    )
                )
                return pa.nulls(len(column), pa.string())
        column = column.cast(pa.int64())
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        problems.append(
            Problem(
                where=where,
                found=f"the type {column.type}",
                expected="text or whole numbers",
                do="Name another column in the mapping.",
            )
        )
        return pa.nulls(len(column), pa.string())
    text = column.cast(pa.string())
    lost = np.flatnonzero(
        pc.match_substring_regex(text, f"^(?:{LOST_DIGITS})$").fill_null(False).to_numpy(zero_copy_only=False)
    )
    if len(lost):
        problems.append(
            Problem(
                where=where,
                found=f"{len(lost):,} ids written as numbers with an exponent (row {lost[0] + 1:,}: {text[int(lost[0])]})",
                expected="ids with every digit: two that began alike are one here",
                do="Export the ids as text; do not open the file in a spreadsheet.",
            )
        )
    return pc.if_else(pc.equal(pc.utf8_length(text), 0), pa.scalar(None, pa.string()), text)


def _platforms(
    table: pa.Table, mapping: Mapping, platform: str | None, where: str, problems: list[Problem]
) -> pa.Array:
    how = mapping.platform
    constant = platform or how.constant
    if constant is not None:
        return pa.array([constant]).take(pa.array(np.zeros(len(table), np.int64)))
    values = _ids(table[how.column], where, problems)
    if not how.prefix:
        return values
    known = dict(how.prefix)
    coded = pc.split_pattern(values, how.separator, max_splits=1)
    first = pc.list_element(pc.if_else(pc.is_valid(coded), coded, pa.scalar([""], coded.type)), 0).dictionary_encode()
    names = [known.get(prefix) for prefix in first.dictionary.to_pylist()]
    unknown = sorted(prefix for prefix in first.dictionary.to_pylist() if prefix and prefix not in known)
    if unknown:
        problems.append(
            Problem(
                where=where,
                found="ids that begin with "
                + ", ".join(repr(p) for p in unknown[:FIRST])
                + (f" and {len(unknown) - FIRST} more" if len(unknown) > FIRST else ""),
                expected="one of " + ", ".join(f"{p}{how.separator}" for p in known),
                do="Add them under platform.prefix in the mapping.",
            )
        )
    return pa.array(names, pa.string()).take(first.indices)


def _pieces(table: pa.Table, entry: TraceEntry, takes: np.ndarray) -> tuple[np.ndarray, np.ndarray, pa.Array]:
    """Row, place within the cell and text of each piece of the entry's column."""
    takes = takes.copy()
    for column, wants in ((entry.unless, False), (entry.only, True)):
        if column is not None and column in table.column_names:
            takes &= _valid(_ids_quietly(table[column])) == wants
    column = table[entry.column]
    column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    rows = np.flatnonzero(takes & _valid(column))
    cells = column.take(pa.array(rows))
    if not (pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type)):
        cells = _ids_quietly(cells)
        if entry.split == "json":
            cells = _mapped_lists(cells, _json_list)
        elif entry.split is not None:
            cells = pc.split_pattern(cells, entry.split)
    if pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type):
        rows, cells = _exploded(rows, cells)
        cells = _ids_quietly(cells)
    finder = {"url": find_addresses, "hashtag": find_hashtags, "mention": find_mentions}.get(entry.find or "")
    if finder is not None:
        rows, cells = _exploded(rows, _mapped_lists(cells, finder))
    keep = _valid(cells)
    rows, cells = rows[keep], cells.filter(pa.array(keep))
    start = np.r_[True, rows[1:] != rows[:-1]] if len(rows) else np.zeros(0, bool)
    begins = np.flatnonzero(start)
    piece = np.arange(len(rows)) - np.repeat(begins, np.diff(np.r_[begins, len(rows)]))
    return rows, piece.astype(np.int64), cells


def _ids_quietly(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    text = _ids(column, "", [])
    return pc.if_else(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(text)), 0), pa.scalar(None, pa.string()), text)


def _exploded(rows: np.ndarray, lists: pa.Array) -> tuple[np.ndarray, pa.Array]:
    return rows[pc.list_parent_indices(lists).to_numpy()], pc.list_flatten(lists)


def _mapped_lists(cells: pa.Array, make: Callable[[str], list[str]]) -> pa.Array:
    coded = cells.dictionary_encode()
    made = pa.array([make(text) for text in coded.dictionary.to_pylist()], pa.list_(pa.string()))
    return made.take(coded.indices)


def _json_list(text: str) -> list[str]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return [text]
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items]


def _read(
    cells: pa.Array, entry: TraceEntry, rows: np.ndarray, tally: _Tally, name: Callable[[int], str]
) -> tuple[pa.Array, pa.Array]:
    """The trace that each cell stands for, null where none, and its original spelling where another."""
    readers: dict[str, tuple[Callable[[str], str | None], str]] = {
        "plain": (lambda text: text, ""),
        "url": (canonical_address, "cells that are no web address"),
        "domain": (site, "cells that are no web address"),
        "hashtag": (lambda text: text.strip().lstrip("#＃").lower() or None, "hashtags without a word"),
        "mention": (lambda text: text.strip().lstrip("@").lower() or None, "mentions without a name"),
        "text": (folded_text, "texts of greetings only"),
    }
    if entry.read == "plain" and entry.fold is None and not entry.shortest:
        named = pc.binary_join_element_wise(pa.scalar(entry.prefix), cells, "") if entry.prefix else cells
        return named, pa.nulls(len(cells), pa.string())
    read, otherwise = readers[entry.read]
    coded = cells.dictionary_encode()
    names: list[str | None] = []
    # Per distinct cell: 0 counts, 1 stands for nothing, 2 is too short.
    fate = bytearray()
    for text in coded.dictionary.to_pylist():
        value = read(text)
        measured = folded_ocr(value) if value and entry.fold == "ocr" else value
        short = bool(measured) and len(measured or "") < entry.shortest
        fate.append(2 if short else 0 if measured else 1)
        names.append(entry.prefix + value if value and measured and not short else None)
    fates = np.frombuffer(fate, np.uint8)
    codes = coded.indices.to_numpy()
    wrong, short_ones = fates == 1, fates == 2
    tally.add(f"{otherwise or 'cells without a sign'} ({entry.kind})", rows[wrong[codes]], name)
    tally.add(f"cells shorter than {entry.shortest} signs ({entry.kind})", rows[short_ones[codes]], name)
    trace = pa.array(names, pa.string()).take(coded.indices)
    same = pc.equal(trace, pc.binary_join_element_wise(pa.scalar(entry.prefix), cells, ""))
    return trace, pc.if_else(same.fill_null(False), pa.scalar(None, pa.string()), cells)


def _folded(made: pa.Table, mapping: Mapping) -> pa.Table:
    """Name traces that a reading machine may have misread by the commonest spelling of their class."""
    trace = made["trace"].combine_chunks()
    entry_of = made["entry"].to_numpy()
    original = made["original"].combine_chunks()
    changed = False
    for number, entry in enumerate(mapping.traces):
        if entry.fold is None:
            continue
        changed = True
        places = np.flatnonzero(entry_of == number)
        cells = trace.take(pa.array(places)).to_pylist()
        shown = spelling(cells)
        names = [shown[folded_ocr(text)] for text in cells]
        values, originals = trace.to_pylist(), original.to_pylist()
        for place, cell, text in zip(places, cells, names, strict=True):
            values[place] = text
            if cell != text and originals[place] is None:
                originals[place] = cell
        trace, original = pa.array(values, pa.string()), pa.array(originals, pa.string())
    if not changed:
        return made
    made = made.set_column(made.column_names.index("trace"), "trace", trace)
    return made.set_column(made.column_names.index("original"), "original", original)
