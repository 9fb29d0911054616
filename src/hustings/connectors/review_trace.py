"""Traces of review as tables: what came to be decided, who was at work, and how often it was seen by when."""

__all__ = ["ITEM_COLUMNS", "SHIFT_COLUMNS", "VIEW_COLUMNS", "read_shifts", "read_trace", "write_trace"]

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from hustings.connectors.reading import read_foreign
from hustings.errors import BadInput, Problem
from hustings.staffing.priority import Severity, proximity
from hustings.staffing.trace import Shift, Trace, Views

# Column -> what stands in it. The first four and one way to say views are needed.
ITEM_COLUMNS = {
    "item": "its name, each once",
    "at": "when it came: a moment with its zone (2026-09-26T08:00:00Z), or seconds from any beginning",
    "probability": "that it violates, 0 to 1, as a machine said when it came",
    "violates": "whether it did: true or false, 1 or 0, yes or no",
    "rate": "views an hour when it came",
    "views": "in place of rate: all views from then on, if nobody decided",
    "half_life": "hours after which it was seen half as often; with rate or views",
    "seconds": "of work until it is decided; left out, as the option says",
    "severity": "weight of a view, from 0, or nuisance, deception, voting, violence; left out, 1",
    "language": "left out, one language for all",
    "limit": "hours by which it has to be decided whatever it is; left out, as the option says",
    "due": "hours by which its kind is promised; left out, its limit",
    "election_in": "days to the election that it touches, below 0 after it; left out, none",
}
SHIFT_COLUMNS = {
    "reviewer": "who; the same may come several times",
    "from": "as `at` of the items",
    "to": "as `at` of the items",
    "languages": "those they review, with semicolons between; empty for all",
}
VIEW_COLUMNS = {
    "item": "as in the items",
    "at": "as `at` of the items",
    "seen": "all views of it until then, counted; never fewer than the row before",
}
TOLD = 20  # problems of a table that are told at once
YES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def read_trace(
    path: Path,
    *,
    views: Path | None = None,
    columns: Mapping[str, str] | None = None,
    seconds: float = 120.0,
    limit: float = 72.0,
) -> Trace:
    """The items of a table, in order of arrival.

    views     table of counted views, in place of rate or views and half_life
    columns   our name -> the name in the table, where they differ
    Raises    BadInput that tells missing columns, or what is wrong with the rows: the first TOLD and how many more
    """
    table = Columns(path, columns or {}, ITEM_COLUMNS)
    needed = ["item", "at", "probability", "violates"] + ([] if views else ["half_life"])
    table.demand(needed, [] if views else [("rate", "views")])
    names = table.read("item", words)
    at = table.read("at", moment)
    probability = table.read("probability", within(0.0, 1.0))
    violates = table.read("violates", yes_or_no)
    half_life = table.read("half_life", above(0.0), 1.0 if views else None)
    rate = table.read("rate", within(0.0, math.inf), 0.0 if views or table.has("views") else None)
    if not views and not table.has("rate"):
        rate = np.asarray(table.read("views", within(0.0, math.inf))) * np.log(2) / np.asarray(half_life)
    spent = table.read("seconds", above(0.0), seconds)
    severity = table.read("severity", weight, 1.0)
    language = table.read("language", lambda cell: str(cell).strip() or "any", "any")
    limits = table.read("limit", above(0.0), limit)
    due = table.read("due", above(0.0), math.nan)
    near = table.read("election_in", lambda cell: proximity(number(cell)), 1.0)
    twice = len(names) - len(set(names))
    if twice:
        table.problem("item", f"{twice:,} rows whose item came before", "each item once", "Keep one row of each.")
    if not len(names):
        table.problem("rows", "none", "at least one item", "Check how the file was made.")
    table.refuse()
    order = np.argsort(np.asarray(at, dtype=float), kind="stable")
    known = sorted(set(language))
    bound = np.asarray(limits, dtype=float)
    trace = Trace(
        at=np.asarray(at, dtype=float)[order],
        rate=np.asarray(rate, dtype=float)[order],
        half_life=np.asarray(half_life, dtype=float)[order],
        probability=np.asarray(probability, dtype=float)[order],
        violates=np.asarray(violates, dtype=bool)[order],
        severity=np.asarray(severity, dtype=float)[order],
        seconds=np.asarray(spent, dtype=float)[order],
        language=np.array([known.index(each) for each in language], dtype=np.int64)[order],
        languages=tuple(known),
        limit=bound[order],
        due=np.where(np.isnan(np.asarray(due, dtype=float)), bound, np.asarray(due, dtype=float))[order],
        near=np.asarray(near, dtype=float)[order],
        views=read_views(views, [names[each] for each in order]) if views else None,
    )
    return trace


def read_views(path: Path, items: Sequence[str]) -> Views:
    """Counted views of the items, in their order."""
    table = Columns(path, {}, VIEW_COLUMNS)
    table.demand(["item", "at", "seen"], [])
    names = table.read("item", words)
    at = np.asarray(table.read("at", moment), dtype=float)
    seen = np.asarray(table.read("seen", within(0.0, math.inf)), dtype=float)
    place = {name: index for index, name in enumerate(items)}
    lacking = set(items) - set(names)
    if lacking:
        some = ", ".join(sorted(lacking)[:3])
        table.problem(
            "item", f"nothing of {len(lacking):,} items ({some})", "a count of each item", "Add a row with 0 views."
        )
    table.refuse()
    kept = np.array([name in place for name in names], dtype=bool)
    number_of = np.array([place[name] for name in names if name in place], dtype=np.int64)
    at, seen = at[kept], seen[kept]
    order = np.lexsort((at, number_of))
    number_of, at, seen = number_of[order], at[order], seen[order]
    falls = np.flatnonzero((np.diff(number_of) == 0) & (np.diff(seen) < 0))
    if len(falls):
        table.problem(
            "seen",
            f"{len(falls):,} counts below an earlier one of the same item ({items[int(number_of[falls[0]])]})",
            "all views until then, which never become fewer",
            "Add up the counts before.",
        )
    table.refuse()
    start = np.searchsorted(number_of, np.arange(len(items) + 1))
    return Views(start=start.astype(np.int64), at=at, seen=seen)


def read_shifts(path: Path) -> list[Shift]:
    """Who was at work from when until when."""
    table = Columns(path, {}, SHIFT_COLUMNS)
    table.demand(["from", "to"], [])
    start, end = table.read("from", moment), table.read("to", moment)
    languages = table.read("languages", lambda cell: frozenset(filter(None, map(str.strip, str(cell).split(";")))), frozenset())  # fmt: skip
    back = sum(not (a < b) for a, b in zip(start, end, strict=True) if not math.isnan(a) and not math.isnan(b))
    if back:
        table.problem("to", f"{back:,} shifts that end before they begin", "an end after the beginning", "Mend them.")
    if not len(start):
        table.problem("rows", "none", "at least one shift", "Say who was at work.")
    table.refuse()
    return [Shift(start=a, end=b, languages=c) for a, b, c in zip(start, end, languages, strict=True)]


class Columns:
    """The columns of a table, each cell read by a rule; what is wrong is collected and told at once."""

    def __init__(self, path: Path, names: Mapping[str, str], known: Mapping[str, str]) -> None:
        self.path, self.names, self.known = path, names, known
        self.table = read_foreign(path)
        self.problems: list[Problem] = []
        self.more = 0
        for ours in sorted(set(names) - set(known)):
            self.problem(ours, "no such column of a trace", ", ".join(known), "Name one of these.")

    def called(self, ours: str) -> str:
        """A column's name in the table."""
        return self.names.get(ours, ours)

    def has(self, ours: str) -> bool:
        """Whether the table has a column."""
        return self.called(ours) in self.table.column_names

    def problem(self, where: str, found: str, expected: str, do: str) -> None:
        """One more thing that is wrong."""
        if len(self.problems) < TOLD:
            self.problems.append(Problem(where=f"{self.path}, {where}", found=found, expected=expected, do=do))
        else:
            self.more += 1

    def demand(self, needed: Sequence[str], either: Sequence[tuple[str, str]]) -> None:
        """Refuse a table that lacks columns."""
        there = ", ".join(self.table.column_names)[:200] or "no columns"
        lacking = [(each, self.called(each)) for each in needed if not self.has(each)]
        lacking += [(one, f"{self.called(one)} or {self.called(other)}") for one, other in either if not (self.has(one) or self.has(other))]  # fmt: skip
        lacking += [(ours, theirs) for ours, theirs in self.names.items() if ours in self.known and theirs not in self.table.column_names and ours not in needed]  # fmt: skip
        for ours, title in lacking:
            self.problem(
                f"column {title}", there, f"{title}: {self.known[ours]}", "Add it, or name yours with --column."
            )
        self.refuse()

    def read(self, ours: str, rule: Callable[[Any], Any], default: Any = None) -> list[Any]:
        """The values of a column; `default` where the table lacks the column or the cell is empty, if there is one."""
        if not self.has(ours):
            return [default] * len(self.table)
        values = []
        for row, cell in enumerate(self.table[self.called(ours)].to_pylist(), 2):
            if cell is None or (isinstance(cell, str) and not cell.strip()) or (isinstance(cell, float) and math.isnan(cell)):  # fmt: skip
                if default is not None:
                    values.append(default)
                    continue
                cell = ""
            try:
                values.append(rule(cell))
            except ValueError:
                self.problem(f"row {row:,}, {self.called(ours)}", f"'{str(cell)[:40]}'", self.known[ours], "Mend the row.")  # fmt: skip
                values.append(math.nan)
        return values

    def refuse(self) -> None:
        """End here if anything was wrong.

        Raises   BadInput
        """
        if self.more:
            self.problems.append(
                Problem(where=str(self.path), found=f"{self.more:,} more problems", expected="none", do="As above.")
            )
        if self.problems:
            raise BadInput("The trace cannot be used.", self.problems)


def words(cell: Any) -> str:
    """A name.

    Raises   ValueError for nothing
    """
    text = str(cell).strip()
    if not text:
        raise ValueError(cell)
    return text


def number(cell: Any) -> float:
    """A finite number.

    Raises   ValueError
    """
    if isinstance(cell, bool):
        raise ValueError(cell)  # noqa: TRY004 - a cell of another kind is a wrong value to who reads the table
    found = float(cell)
    if not math.isfinite(found):
        raise ValueError(cell)
    return found


def within(least: float, most: float) -> Callable[[Any], float]:
    """A rule for numbers from one to another."""

    def rule(cell: Any) -> float:
        found = number(cell)
        if not least <= found <= most:
            raise ValueError(cell)
        return found

    return rule


def above(least: float) -> Callable[[Any], float]:
    """A rule for numbers above another."""

    def rule(cell: Any) -> float:
        found = number(cell)
        if found <= least:
            raise ValueError(cell)
        return found

    return rule


def weight(cell: Any) -> float:
    """A severity by number or name."""
    text = str(cell).strip().upper()
    return Severity[text].value if text in Severity.__members__ else within(0.0, math.inf)(cell)


def yes_or_no(cell: Any) -> bool:
    """Whether.

    Raises   ValueError
    """
    if isinstance(cell, bool):
        return cell
    text = str(cell).strip().lower().removesuffix(".0")
    if text not in YES:
        raise ValueError(cell)
    return YES[text]


def moment(cell: Any) -> float:
    """Seconds; of a moment with a zone those since 1970, and a moment without one is taken as UTC.

    Raises   ValueError
    """
    if isinstance(cell, str):
        try:
            return number(cell)
        except ValueError:
            cell = datetime.fromisoformat(cell.strip())
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=UTC)).timestamp()
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC).timestamp()
    return number(cell)


def write_trace(trace: Trace, path: Path) -> None:
    """Write a trace without counted views as Parquet or, by its ending, CSV.

    Raises   BadInput for another ending
    """
    if path.suffix.lower() not in {".parquet", ".csv"}:
        raise BadInput(
            "The trace cannot be written.",
            [Problem(where=str(path), found=f"the ending {path.suffix or '(none)'}", expected=".parquet or .csv", do="Name it so.")],
        )  # fmt: skip
    table = pa.table(
        {
            "item": [f"{number:07d}" for number in range(len(trace))],
            "at": trace.at,
            "probability": trace.probability,
            "violates": trace.violates,
            "rate": trace.rate,
            "half_life": trace.half_life,
            "seconds": trace.seconds,
            "severity": trace.severity,
            "language": [trace.languages[each] for each in trace.language],
            "limit": trace.limit,
            "due": trace.due,
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        pyarrow.parquet.write_table(table, path)
