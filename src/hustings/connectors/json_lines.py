"""JSON Lines, read in batches: one object a line, members of nested objects under dotted names."""

__all__ = ["json_batches"]

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from hustings.errors import BadInput, Problem

BATCH = 50_000
FIRST = 5
CUT = "The file may be cut: get it again, or remove what follows the last whole row."


def json_batches(path: Path, stream: BinaryIO, wanted: Sequence[str] | None) -> Iterator[tuple[pa.Table, list[str]]]:
    """Batches of the members `wanted` as text, each with all names seen so far; bad lines are refused."""
    problems: list[Problem] = []
    wrong = 0
    names: dict[str, None] = {}
    for rows in _batched(_rows(stream)):
        columns: dict[str, list[str | None]] = {} if wanted is None else {name: [] for name in wanted}
        for place, (line, row) in enumerate(rows):
            if not isinstance(row, dict):
                wrong += 1
                if wrong <= FIRST:
                    found = row if isinstance(row, str) else "JSON that is no object"
                    problems.append(
                        Problem(where=f"{path}, line {line}", found=found, expected="one JSON object", do=CUT)
                    )
                continue
            for name, value in _flat(row):
                names.setdefault(name)
                if wanted is None or name in columns:
                    cells = columns.setdefault(name, [])
                    cells.extend([None] * (place - len(cells)))
                    cells.append(_cell(value))
        # A member that no line has had yet is no column; later batches may have it.
        table = {
            name: pa.array([*cells, *[None] * (len(rows) - len(cells))], pa.string())
            for name, cells in columns.items()
            if name in names
        }
        yield pa.table(table) if table else pa.table({"": pa.nulls(len(rows), pa.string())}), list(names)
    if wrong > FIRST:
        problems.append(
            Problem(where=str(path), found=f"{wrong - FIRST:,} more such lines", expected="none", do="See above.")
        )
    if problems:
        raise BadInput("An input cannot be read.", problems)
    if not names:
        yield pa.table({}), []


def _rows(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    """Line number and object of each line; text instead of an object says what is wrong with it."""
    for number, line in enumerate(stream, 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            yield number, json.loads(text)
        except UnicodeDecodeError:
            yield number, "bytes that are not UTF-8"
        except json.JSONDecodeError as error:
            yield number, f"no JSON ({error.msg} at character {error.pos})"


def _batched(rows: Iterator[tuple[int, object]]) -> Iterator[list[tuple[int, object]]]:
    batch: list[tuple[int, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _flat(row: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Members of nested objects under dotted names, so that a mapping can name `author.id`."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
