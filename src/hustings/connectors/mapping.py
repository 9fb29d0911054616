"""How a foreign table becomes traces: the mapping, as a value and as TOML."""

__all__ = ["Column", "Mapping", "Platform", "Time", "TraceEntry", "parse_mapping"]

import difflib
import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any

from hustings.errors import BadInput, Problem

READINGS = ("plain", "url", "domain", "hashtag", "mention", "text")
FINDS = ("url", "hashtag", "mention")
FOLDS = ("ocr",)
UNITS = ("s", "ms", "us", "ns", "iso")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column whose cells are ids, taken as they are."""

    column: str


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Where the platform stands: a constant, a column, or the prefix of a column's ids."""

    constant: str | None = None
    column: str | None = None
    prefix: tuple[tuple[str, str], ...] = ()
    separator: str = "_"


@dataclass(frozen=True, kw_only=True)
class Time:
    """Which column is the time and how it is written (`iso` covers any ISO 8601 form; UTC if bare)."""

    column: str
    unit: str = "iso"
    format: str | None = None
    unreadable: str = "stop"


@dataclass(frozen=True, kw_only=True)
class TraceEntry:
    """One kind of trace: its column, how the cells are cut and read, and when it does not count."""

    kind: str
    column: str
    split: str | None = None
    find: str | None = None
    read: str = "plain"
    fold: str | None = None
    prefix: str = ""
    shortest: int = 0
    unless: str | None = None
    only: str | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A whole mapping.

    ads     the reader that turns the source into the ads table first
    nulls   what table programs write where there is nothing
    called  other names that columns go by, each with the name that the mapping uses
    """

    name: str
    about: str = ""
    ads: str | None = None
    platform: Platform
    actor: Column
    content: Column
    time: Time
    traces: tuple[TraceEntry, ...]
    carry: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()
    called: tuple[tuple[str, str], ...] = ()

    def needed(self) -> tuple[str, ...]:
        """Columns without which the mapping cannot work, in the order they are named."""
        names = [self.actor.column, self.content.column, self.time.column]
        if self.platform.column is not None:
            names.append(self.platform.column)
        for entry in self.traces:
            if not entry.optional:
                names.append(entry.column)
            names += [name for name in (entry.unless, entry.only) if name is not None and not entry.optional]
        return tuple(dict.fromkeys(names))

    def wanted(self) -> tuple[str, ...]:
        """All columns that the mapping reads where they exist."""
        names = list(self.needed())
        for entry in self.traces:
            names += [name for name in (entry.column, entry.unless, entry.only) if name is not None]
        return tuple(dict.fromkeys([*names, *self.carry]))


class Reader:
    """Takes values out of parsed TOML and remembers everything that is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, where: str, found: str, expected: str, do: str = "Change it in the mapping.") -> None:
        self.problems.append(Problem(where=where, found=found, expected=expected, do=do))

    def table(self, value: object, where: str, keys: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong(
                where,
                "nothing" if value is None else repr(value),
                "a table",
                f"Write it as [{where}] with {', '.join(keys)}.",
            )
            return {}
        for key in value:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                self.wrong(
                    f"{where}.{key}",
                    "a key that means nothing here",
                    "one of " + ", ".join(keys),
                    f"Did you mean {near[0]}?" if near else "Remove it.",
                )
        return value

    def text(self, table: AnyMapping[str, Any], key: str, where: str, *, must: bool = False) -> str | None:
        value = table.get(key)
        if value is None:
            if must:
                self.wrong(f"{where}.{key}", "nothing", "a text", f'Add {key} = "...".')
            return None
        if not isinstance(value, str) or not value:
            self.wrong(f"{where}.{key}", repr(value), "a text that is not empty")
            return None
        return value

    def choice(
        self, table: AnyMapping[str, Any], key: str, where: str, choices: tuple[str, ...], default: str | None
    ) -> str | None:
        value = self.text(table, key, where)
        if value is None:
            return default
        if value not in choices:
            self.wrong(f"{where}.{key}", repr(value), "one of " + ", ".join(choices))
            return default
        return value


def parse_mapping(text: str, *, where: str) -> Mapping:
    """Read a mapping from TOML; everything that is wrong with it is said at once."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"The mapping {where} is not TOML.",
            [Problem(where=where, found=str(error), expected="TOML 1.0", do="Mend that line.")],
        ) from error
    reader = Reader()
    top = reader.table(
        raw,
        "mapping",
        ("name", "about", "ads", "platform", "actor", "content", "time", "trace", "carry", "nulls", "called"),
    )
    mapping = Mapping(
        name=reader.text(top, "name", "mapping") or where,
        about=reader.text(top, "about", "mapping") or "",
        ads=reader.text(top, "ads", "mapping"),
        platform=_platform(reader, top.get("platform")),
        actor=_column(reader, top.get("actor"), "actor"),
        content=_column(reader, top.get("content"), "content"),
        time=_time(reader, top.get("time")),
        traces=_entries(reader, top.get("trace")),
        carry=_names(reader, top.get("carry"), "carry", "column names"),
        nulls=_names(reader, top.get("nulls"), "nulls", "texts"),
        called=_called(reader, top.get("called")),
    )
    if reader.problems:
        raise BadInput(f"The mapping {where} cannot be used.", reader.problems)
    return mapping


def _column(reader: Reader, raw: object, where: str) -> Column:
    table = reader.table(raw, where, ("column",))
    return Column(column=(reader.text(table, "column", where, must=True) if table else None) or "")


def _platform(reader: Reader, raw: object) -> Platform:
    table = reader.table(raw, "platform", ("constant", "column", "prefix", "separator"))
    constant, column = reader.text(table, "constant", "platform"), reader.text(table, "column", "platform")
    if table and (constant is None) == (column is None):
        reader.wrong(
            "platform", "both constant and column" if constant else "neither constant nor column", "exactly one of them"
        )
    prefix = table.get("prefix", {})
    if not isinstance(prefix, dict) or not all(isinstance(name, str) and name for name in prefix.values()):
        reader.wrong("platform.prefix", repr(prefix), 'a table such as { fb = "facebook" }')
        prefix = {}
    return Platform(
        constant=constant,
        column=column,
        prefix=tuple(sorted(prefix.items())),
        separator=reader.text(table, "separator", "platform") or "_",
    )


def _time(reader: Reader, raw: object) -> Time:
    table = reader.table(raw, "time", ("column", "unit", "format", "unreadable"))
    return Time(
        column=(reader.text(table, "column", "time", must=True) if table else None) or "",
        unit=reader.choice(table, "unit", "time", UNITS, "iso") or "iso",
        format=reader.text(table, "format", "time"),
        unreadable=reader.choice(table, "unreadable", "time", ("stop", "skip"), "stop") or "stop",
    )


def _entries(reader: Reader, raw: object) -> tuple[TraceEntry, ...]:
    if not isinstance(raw, list) or not raw:
        reader.wrong(
            "trace",
            "nothing" if not raw else repr(raw),
            "one [[trace]] for each kind of trace",
            "Add [[trace]] with kind and column.",
        )
        return ()
    entries = []
    for number, item in enumerate(raw, 1):
        where = f"trace {number}"
        table = reader.table(
            item,
            where,
            ("kind", "column", "split", "find", "read", "fold", "prefix", "shortest", "unless", "only", "optional"),
        )
        shortest, optional = table.get("shortest", 0), table.get("optional", False)
        if type(shortest) is not int or shortest < 0:
            reader.wrong(f"{where}.shortest", repr(shortest), "a whole number of characters, 0 or more")
            shortest = 0
        if type(optional) is not bool:
            reader.wrong(f"{where}.optional", repr(optional), "true or false")
            optional = False
        entries.append(
            TraceEntry(
                kind=reader.text(table, "kind", where, must=True) or "",
                column=reader.text(table, "column", where, must=True) or "",
                split=reader.text(table, "split", where),
                find=reader.choice(table, "find", where, FINDS, None),
                read=reader.choice(table, "read", where, READINGS, "plain") or "plain",
                fold=reader.choice(table, "fold", where, FOLDS, None),
                prefix=reader.text(table, "prefix", where) or "",
                shortest=shortest,
                unless=reader.text(table, "unless", where),
                only=reader.text(table, "only", where),
                optional=optional,
            )
        )
    return tuple(entries)


def _names(reader: Reader, raw: object, where: str, what: str) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(name, str) and name for name in raw):
        reader.wrong(where, repr(raw), f"a list of {what}")
        return ()
    return tuple(raw)


def _called(reader: Reader, raw: object) -> tuple[tuple[str, str], ...]:
    if raw is None:
        return ()
    if not isinstance(raw, dict) or not all(isinstance(name, str) and name for name in raw.values()):
        reader.wrong("called", repr(raw), "a table of other column names, each with the name that the mapping uses")
        return ()
    return tuple(raw.items())
