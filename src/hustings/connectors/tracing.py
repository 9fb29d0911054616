"""Foreign tables made traces: the engine that runs a mapping over the rows of a source."""

__all__ = ["Made", "Skipped", "make_traces", "write_traces"]

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

from hustings.connectors.address import canonical_address, find_addresses, site
from hustings.connectors.ads import traceable_ads
from hustings.connectors.folding import find_hashtags, find_mentions, folded_ocr, folded_text, spelling
from hustings.connectors.mapping import Mapping, TraceEntry
from hustings.connectors.moments import moments
from hustings.connectors.reading import read_foreign
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
class Made:
    """A trace table and how it came about.

    traces    the trace table in the order of the source (a peer's rule may ask which row came first);
              `original` holds the source's own spelling where the trace is another
    read      rows read; `repeats` exact repeats of (actor, kind, trace, content, at) left out
    kinds     trace events per kind
    skipped   what took no part and why; `notes` what else a reader should know
    """

    traces: pa.Table
    read: int
    repeats: int
    kinds: dict[str, int]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


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
    """Run `mapping` over the files; `platform` overrides the mapping's own."""
    progress = progress or Silent()
    parts: list[pa.Table] = []
    notes: list[str] = []
    tally = _Tally()
    problems: list[Problem] = []
    read = 0
    wanted = mapping.wanted()
    for number, path in enumerate(map(Path, paths)):
        progress.step(f"Reading {path.name}")
        if mapping.ads is None:
            table = read_foreign(path, wanted)
        else:
            table, said = traceable_ads(path, mapping.ads)
            notes += said
        read += len(table)
        try:
            parts.append(_one(table, mapping, path, platform, tally, file=number))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput("The table does not fit the mapping.", problems)
    if read == 0:
        raise BadInput(
            "There is nothing to make traces of.",
            [
                Problem(
                    where=", ".join(map(str, paths)),
                    found="no rows",
                    expected="at least one",
                    do="Check how the file was made.",
                )
            ],
        )
    progress.step("Joining what is the same")
    made = _folded(pa.concat_tables(parts, promote_options="default"), mapping)
    before = len(made)
    made = _distinct(made).drop_columns(["file", "row", "entry", "piece"])
    if not len(made):
        reasons = "; ".join(f"{skip.count:,} {skip.reason}" for skip in tally.all()) or "every cell is empty"
        raise BadInput(
            "No trace came out of the table.",
            [
                Problem(
                    where=", ".join(map(str, paths)),
                    found=f"{read:,} rows, of which: {reasons}",
                    expected="at least one trace",
                    do="Compare the mapping's columns with the table's.",
                )
            ],
        )
    counts = made["kind"].value_counts().to_pylist()
    return Made(
        traces=made,
        read=read,
        repeats=before - len(made),
        kinds={
            str(item["values"]): int(item["counts"]) for item in sorted(counts, key=lambda item: str(item["values"]))
        },
        skipped=tally.all(),
        notes=(*notes, *_collisions(made)),
    )


def write_traces(traces: pa.Table, place: Path) -> None:
    """Write a trace table as the ending of `place` says: Parquet, Arrow or CSV; whole or not at all."""
    place = Path(place)
    ending = place.suffix.lower()
    if ending not in {".parquet", ".arrow", ".feather", ".csv"}:
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
        if ending == ".csv":
            text = traces.set_column(
                traces.column_names.index("at"), "at", pc.strftime(traces["at"], format="%Y-%m-%dT%H:%M:%SZ")
            )
            pyarrow.csv.write_csv(text, part)
        elif ending == ".parquet":
            pyarrow.parquet.write_table(traces, part, compression="zstd", row_group_size=1 << 20)
        else:
            pyarrow.feather.write_feather(traces, str(part), compression="zstd")


def _one(table: pa.Table, mapping: Mapping, path: Path, platform: str | None, tally: _Tally, *, file: int) -> pa.Table:
    """The traces of one table, with file, row, entry and piece as the order they came in."""
    _check_columns(table, mapping, path, platform)
    problems: list[Problem] = []
    rows = len(table)

    def name(row: int) -> str:
        # Ads were sorted by their ids, so the id says more than the row.
        return f"{path.name} row {row + 1}" if mapping.ads is None else f"ad {content[row]}"

    actor = _ids(table[mapping.actor.column], f"{path}, column {mapping.actor.column}", problems)
    content = _ids(table[mapping.content.column], f"{path}, column {mapping.content.column}", problems)
    where = _platforms(table, mapping, platform, f"{path}, column {mapping.platform.column}", problems)
    when = moments(table[mapping.time.column], mapping.time, where=f"{path}, column {mapping.time.column}")
    if mapping.time.unreadable == "stop":
        problems += when.problems
    if problems:
        raise BadInput("The table does not fit the mapping.", problems)
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
    parts = []
    for number, entry in enumerate(mapping.traces):
        if entry.column not in table.column_names:
            continue
        row, piece, cells = _pieces(table, entry, takes)
        trace, original = _read(cells, entry, row, tally, name)
        keep = _valid(trace)
        row, piece = row[keep], piece[keep]
        taken = pa.array(row)
        part = {key: _take(column, taken) for key, column in base.items()}
        part |= {
            "kind": pa.array([entry.kind] * 1).take(pa.array(np.zeros(len(row), np.int64))),
            "trace": trace.filter(pa.array(keep)),
            "original": original.filter(pa.array(keep)),
        }
        part |= {
            other: _take(table[other], taken)
            for other in mapping.carry
            if other in table.column_names and other not in part
        }
        part |= {
            "file": pa.array(np.full(len(row), file, np.int32)),
            "row": taken,
            "entry": pa.array(np.full(len(row), number, np.int32)),
            "piece": pa.array(piece),
        }
        parts.append(
            pa.table(
                {
                    key: part[key]
                    for key in (
                        *COLUMNS,
                        "original",
                        *(key for key in part if key not in COLUMNS and key != "original"),
                    )
                }
            )
        )
    if not parts:
        return pa.table(
            {
                **{key: pa.array([], AT if key == "at" else pa.string()) for key in (*COLUMNS, "original")},
                "file": pa.array([], pa.int32()),
                "row": pa.array([], pa.int64()),
                "entry": pa.array([], pa.int32()),
                "piece": pa.array([], pa.int64()),
            }
        )
    made = pa.concat_tables(parts, promote_options="default")
    return made.sort_by([("row", "ascending"), ("entry", "ascending"), ("piece", "ascending")])


def _check_columns(table: pa.Table, mapping: Mapping, path: Path, platform: str | None) -> None:
    has = json.loads((table.schema.metadata or {}).get(b"columns", b"null")) or table.column_names
    needed = [
        name
        for name in mapping.needed()
        if platform is None or name != mapping.platform.column or name in table.column_names
    ]
    missing = [name for name in needed if name not in has]
    if missing and len(table):
        raise BadInput(
            "The table does not fit the mapping.",
            [
                Problem(
                    where=str(path),
                    found=f"no column {name!r}; it has " + ", ".join(repr(n) for n in has[:40]),
                    expected=f"the columns of the mapping {mapping.name}",
                    do="Name the table's own columns in a mapping of yours, then try again.",
                )
                for name in missing
            ],
        )
    if missing:
        raise BadInput(
            "There is nothing to make traces of.",
            [Problem(where=str(path), found="no rows", expected="at least one", do="Check how the file was made.")],
        )


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
    read, otherwise = readers[entry.read]
    coded = cells.dictionary_encode()
    names: list[str | None] = []
    short = np.zeros(len(coded.dictionary) + 1, bool)
    wrong = np.zeros(len(coded.dictionary) + 1, bool)
    for place, text in enumerate(coded.dictionary.to_pylist()):
        value = read(text) or None
        measured = folded_ocr(value) if value is not None and entry.fold == "ocr" else value
        wrong[place] = value is None or not measured
        short[place] = bool(measured) and len(measured or "") < entry.shortest
        names.append(None if wrong[place] or short[place] or value is None else entry.prefix + value)
    codes = coded.indices.to_numpy()
    tally.add(f"{otherwise or 'cells without a sign'} ({entry.kind})", rows[wrong[codes]], name)
    tally.add(f"cells shorter than {entry.shortest} signs ({entry.kind})", rows[short[codes]], name)
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


def _distinct(made: pa.Table) -> pa.Table:
    """The first row of each (platform, actor, kind, trace, content, at), in the order of the source."""
    numbered = made.append_column("place", pa.array(np.arange(len(made))))
    first = numbered.select([*COLUMNS, "place"]).group_by(list(COLUMNS)).aggregate([("place", "min")])
    places = np.sort(first["place_min"].to_numpy())
    return made if len(places) == len(made) else made.take(pa.array(places))


def _collisions(made: pa.Table) -> tuple[str, ...]:
    """Names that mean two things. They are kept apart by kind here, but not by every peer's tool."""
    notes = []
    kinds = made.select(["kind", "trace"]).group_by(["trace", "kind"]).aggregate([])
    shared = kinds.group_by("trace").aggregate([("kind", "count")])
    # A link to the front page of a site and its domain are one name on purpose.
    apart = [frozenset({"link", "domain"})]
    twice = shared.filter(pc.greater(shared["kind_count"], 1))["trace"]
    if len(twice):
        among = kinds.filter(pc.is_in(kinds["trace"], twice.combine_chunks()))
        of: dict[str, set[str]] = {}
        for trace, kind in zip(among["trace"].to_pylist(), among["kind"].to_pylist(), strict=True):
            of.setdefault(trace, set()).add(kind)
        names = sorted(trace for trace, both in of.items() if frozenset(both) not in apart)
        if names:
            notes.append(
                f"{len(names):,} names stand for traces of several kinds (first: {', '.join(names[:3])}). They "
                "are kept apart by kind; give each kind a prefix in the mapping if other tools read the table."
            )
    contents = made["content"].unique()
    posts = pc.is_in(made["trace"], contents)
    if pc.any(posts).as_py():
        where = made.filter(posts).select(["kind", "trace"]).group_by(["kind", "trace"]).aggregate([])
        counted = sorted(
            (str(item["values"]), int(item["counts"])) for item in where["kind"].value_counts().to_pylist()
        )
        for kind, count in counted:
            if kind in {"repost", "reply"}:
                notes.append(f"{count:,} traces of kind {kind} are themselves contents in the table, as they may be.")
            else:
                notes.append(
                    f"{count:,} traces of kind {kind} bear the id of a content. If they are other things, give "
                    "the kind a prefix in the mapping: some tools drop such pairs."
                )
    return tuple(notes)
