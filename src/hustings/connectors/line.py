"""One row of an archive's table, read by what its columns are called, whatever case, spaces or signs they bear."""

__all__ = ["Head", "Line", "Unfit", "head_of", "plain"]

import ast
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hustings.connectors.amounts import SLASHED, DayOrder, Style, amount, day_order, moment, span, style_of, whole
from hustings.connectors.rows import Row
from hustings.screening.ranges import Range

CURRENCY = re.compile(r"(?:\(|_|\s)(?P<code>[A-Za-z]{3})\)?$")
NUMERIC = re.compile(r"^[^A-Za-z]*\d[^A-Za-z]*$")
LIST = re.compile(r"\s*[;|]\s*|\s*,\s*(?![^(]*\))")  # a comma within brackets is part of a name


class Unfit(ValueError):
    """A row that cannot be used, with the reason for people."""


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A column's name without case, accents, spaces and signs: years and exports differ in these."""
    text = unicodedata.normalize("NFKD", name.replace("\ufeff", "")).casefold()
    return re.sub(r"[\W_]", "", "".join(sign for sign in text if not unicodedata.combining(sign)))


@dataclass(kw_only=True)
class Head:
    """What a file shows before its rows are read: its name, columns, and how it writes numbers and days."""

    file_name: str
    columns: dict[str, str]
    style: Style | None = None
    order: DayOrder | None = None
    cells: dict[str, list[str]] = field(default_factory=dict)
    forced: bool = False
    found: dict[str, list[str]] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)

    def written(self, style: Style | None, order: DayOrder | None) -> None:
        """Somebody knows how numbers and days are written: that counts more than what the cells show."""
        self.style, self.order, self.forced = style or self.style, order or self.order, style is not None

    def style_of(self, column: str) -> Style:
        """How a column writes its numbers: as its own cells show, else as other columns surely do."""
        if self.forced:
            return self.style or Style.POINT
        if column not in self.styles:
            self.styles[column] = style_of(self.cells.get(column, ())) or self.style or Style.POINT
        return self.styles[column]

    def once(self, question: str, answer: Callable[[], bool]) -> bool:
        """A question about the whole file, answered from its first rows the first time it is asked."""
        if question not in self.answers:
            self.answers[question] = answer()
        return self.answers[question]

    def has(self, *names: str) -> bool:
        """Whether all of these columns are there."""
        return all(name in self.columns for name in names)

    def like(self, pattern: str) -> list[str]:
        """The columns whose plain name matches wholly."""
        if pattern not in self.found:
            self.found[pattern] = [name for name in self.columns if re.fullmatch(pattern, name)]
        return self.found[pattern]


def head_of(file_name: str, rows: Sequence[Row], names: Sequence[str] = ()) -> Head:
    """Read the head from the names that the file declares and from its first rows."""
    columns: dict[str, str] = {plain(name): name for name in names}
    cells: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.values.items():
            columns.setdefault(plain(name), name)
            if isinstance(value, str) and value:
                cells.setdefault(name, []).append(value)
    numbers = (text for texts in cells.values() if all(map(NUMERIC.match, texts)) for text in texts)
    orders = {day_order(texts) for texts in cells.values() if all(SLASHED.match(text.strip()) for text in texts)} - {
        None
    }
    return Head(
        file_name=file_name,
        columns=columns,
        style=style_of(numbers, sure=True),
        order=orders.pop() if len(orders) == 1 else None,
        cells={plain(name): texts for name, texts in cells.items()},
    )


@dataclass
class Line:
    """One row; what is asked for counts as known, the rest is kept by `rest`."""

    head: Head
    row: Row
    values: dict[str, Any] = field(init=False)
    used: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)
    defects: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.values = {plain(name): value for name, value in self.row.values.items()}

    def raw(self, *names: str) -> Any:
        """The value of the first of these columns that is there and not empty."""
        for name in names:
            if name in self.values:
                self.used.add(name)
                value = self.values[name]
                if not _empty(value):
                    return value.strip() if isinstance(value, str) else value
        return None

    def keep(self, *names: str) -> None:
        """Let the values of these columns stand in `rest` as well: they are known, but there is no field for them."""
        for name in names:
            if self.values.get(name) not in {None, ""}:
                self.kept[self.head.columns.get(name, name)] = str(self.values[name])

    def text(self, *names: str) -> str | None:
        """The same as text; a list of one is that one."""
        value = self.raw(*names)
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return (
            value
            if isinstance(value, str)
            else json.dumps(value, ensure_ascii=False)
            if isinstance(value, dict)
            else str(value)
        )

    def needed(self, *names: str) -> str:
        """A text without which the row is nothing."""
        value = self.text(*names)
        if value is None:
            raise Unfit(f"no {self.head.columns.get(names[0], names[0])}")
        return value

    def amount(self, *names: str) -> Decimal | None:
        """An exact number."""
        value = self.values.get(names[0])
        if type(value) is str and value.isdigit() and value.isascii():  # most cells of the widest tables
            self.used.add(names[0])
            return amount(value)
        return self._read(names, amount)

    def whole(self, *names: str) -> int | None:
        """A count."""
        return self._read(names, whole)

    def span(self, *names: str) -> Range | None:
        """A range from one cell."""
        return self._read(names, lambda value, style: span(structured(value), style))

    def moment(self, *names: str) -> datetime | None:
        """A moment; a day that may be two stays out, is kept as it stands, and counts as a defect."""
        value = self.raw(*names)
        match = SLASHED.match(value) if isinstance(value, str) else None
        if match is not None and self.head.order is None and len(match["first"]) < 3 and "." not in value.split()[0]:
            column = next(name for name in names if name in self.values)
            if int(match["first"]) <= 12 and int(match["second"]) <= 12 and match["first"] != match["second"]:
                self.kept[self.head.columns.get(column, column)] = str(value)
                self.defects.append(f"{column}_day_or_month_first_unknown")
                return None
        order = self.head.order or (
            DayOrder.MONTH_FIRST if match is not None and int(match["first"]) <= 12 else DayOrder.DAY_FIRST
        )
        return self._read(names, lambda cell, _: moment(cell, order))

    def day(self, *names: str) -> date | None:
        """A day."""
        found = self.moment(*names)
        return None if found is None else found.date()

    def _read(self, names: tuple[str, ...], read: Any) -> Any:
        value = self.raw(*names)
        if value is None:
            return None
        column = next(name for name in names if name in self.values and not _empty(self.values[name]))
        try:
            return read(value, self.head.style_of(column))
        except (ValueError, OverflowError, OSError) as error:
            raise Unfit(f"{self.head.columns.get(column, column)}: {error}") from error

    def list(self, *names: str) -> tuple[str, ...]:
        """The parts of a cell that holds a list, as JSON, as Python wrote it, or parted by commas or semicolons."""
        value = structured(self.raw(*names))
        if value is None:
            return ()
        if isinstance(value, list):
            return tuple(text for item in value if (text := str(item).strip()))
        if isinstance(value, dict):
            return (json.dumps(value, ensure_ascii=False),)
        return tuple(part for part in LIST.split(str(value)) if part)

    def rest(self) -> tuple[tuple[str, str], ...]:
        """Columns nobody asked for, with what stands in them."""
        more = dict(self.kept)
        for name, value in self.row.values.items():
            if plain(name) not in self.used and not _empty(value):
                more[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        return tuple(more.items())


def structured(value: Any) -> Any:
    """A cell that holds a list or an object as text, made one; other values as they are."""
    if not isinstance(value, str) or value[:1] not in {"[", "{"}:
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        try:
            return ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return value


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list) and not value)
