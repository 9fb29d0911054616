"""Records as rows of a table and back, without loss: plain columns where a value is plain, JSON where it is nested."""

__all__ = ["record_of", "row_of", "schema_of"]

import json
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

import pyarrow as pa

from hustings.screening import targeting_tree

Record = TypeVar("Record")
PLAIN: dict[Any, pa.DataType] = {
    str: pa.string(), int: pa.int64(), bool: pa.bool_(), Decimal: pa.string(), date: pa.date32(),
    datetime: pa.timestamp("us", "UTC"), tuple[str, ...]: pa.list_(pa.string()),
}  # fmt: skip
PAIRS = tuple[tuple[str, str], ...]
NODES = {targeting_tree.All, targeting_tree.Any, targeting_tree.Is, targeting_tree.Not}


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return {
        name: _bare(hint)
        for name, hint in typing.get_type_hints(kind).items()
        if name in {one.name for one in fields(kind)}
    }


def _bare(hint: Any) -> Any:
    """The type without `| None`; a union of tree nodes is `targeting_tree.Is`'s family."""
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        parts = [part for part in typing.get_args(hint) if part is not types.NoneType]
        return targeting_tree.Is if set(parts) <= NODES else parts[0]
    return hint


@cache
def schema_of(kind: type) -> pa.Schema:
    """The columns of a record's table, in the order of its fields."""
    return pa.schema([(name, PLAIN.get(hint, pa.string())) for name, hint in _hints(kind).items()])


def row_of(record: Any) -> dict[str, Any]:
    """A record as a row of that table."""
    return {name: _cell(getattr(record, name), hint) for name, hint in _hints(cast("Any", type(record))).items()}


def _cell(value: Any, hint: Any) -> Any:
    if value is None or (value == () and hint is not bool):
        return None
    if hint is Decimal:
        return f"{value:f}"
    if hint == tuple[str, ...]:
        return list(value)
    if hint in PLAIN:
        return value
    if hint == PAIRS:
        return json.dumps(dict(value), ensure_ascii=False)
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if type(value) in NODES:
        return targeting_tree.to_json(value)
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def record_of(kind: type[Record], row: dict[str, Any]) -> Record:
    """The record of a row; columns that the row lacks take their defaults."""
    hints: dict[str, Any] = _hints(cast("Any", kind))
    must = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}  # type: ignore[arg-type]
    cells = {name: _value(row[name], hint) for name, hint in hints.items() if row.get(name) is not None}
    return kind(**dict.fromkeys(must - cells.keys()), **cells)


def _value(cell: Any, hint: Any) -> Any:
    if hint is Decimal:
        return Decimal(cell)
    if hint == tuple[str, ...]:
        return tuple(cell)
    if hint in PLAIN:
        return cell
    loaded = json.loads(cell) if isinstance(cell, str) else cell
    return tuple(loaded.items()) if hint == PAIRS else _back(loaded, hint)


def _back(value: Any, hint: Any) -> Any:
    hint = _bare(hint)
    if value is None:
        return None
    if hint in NODES:
        return targeting_tree.from_json(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{name: _back(value[name], one) for name, one in _hints(hint).items() if name in value})
    if typing.get_origin(hint) is tuple:
        return tuple(_back(item, typing.get_args(hint)[0]) for item in value)
    return Decimal(value) if hint is Decimal else value
