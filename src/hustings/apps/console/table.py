"""A table that is sorted, filtered, paged and exported by the server, so that it works without scripts too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hustings.apps.console import words
from hustings.apps.console.marking import of_label
from hustings.apps.items.models import Item, Label

__all__ = ["Column", "Table"]

# Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: `key` is its name in addresses and in CSV, `title` the words above it.

    value   what a row has there; without it, the attribute, key or dotted path `key`
    link    where the cell leads
    order   the field to sort a QuerySet by ("made_at"); a list is sorted by value. False: cannot be sorted
    number  right-aligned, tabular figures; `unit` stands in the head
    """

    key: str
    title: str
    value: Callable[[Any], object] | None = None
    link: Callable[[Any], str | None] | None = None
    order: str | bool = True
    number: bool = False
    unit: str = ""

    def of(self, row: Any) -> object:
        """What the row has in this column."""
        if self.value is not None:
            return self.value(row)
        found = row
        for part in self.key.split("."):
            found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
        return found

    @property
    def field(self) -> str:
        """The field of a QuerySet that this column sorts by."""
        return self.order if isinstance(self.order, str) else self.key.replace(".", "__")


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above a column now: its words, where a click leads, and how the table is sorted by it."""

    column: Column
    url: str | None
    sorted: str


@dataclass(kw_only=True)
class Table:
    """Rows and columns with what a person asked for in the address: `NAME.sort`, `NAME.find`, `NAME.page`, `csv=NAME`.

    `rows` is a QuerySet, which sorts, filters and pages in the database and is never counted (a count over a million
    protected rows is slow, and a page does not need it), or a sequence, whose length is said. `find` are the fields
    in which the filter looks (for a sequence: any cell). `marking` gives the marking of a row's item; it is a column
    of the page and of the CSV. In a view:

        table = Table(request=request, caption="Findings", rows=..., columns=[...])
        if table.wants_csv:
            return table.csv()
    """

    request: HttpRequest
    caption: str
    rows: QuerySet[Any] | Sequence[Any]
    columns: Sequence[Column]
    name: str = "t"
    find: Sequence[str] = ()
    filterable: bool = True
    marking: Callable[[Any], Item | Label] | None = None
    empty: str = "Nothing is here yet."
    per_page: int = 50
    default: str = ""
    selected: Callable[[Any], bool] | None = None
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the element on the page."""
        return f"table-{self.name}"

    @property
    def marked(self) -> bool:
        """Whether rows say their marking."""
        return self.marking is not None

    @property
    def shown(self) -> list[Item | Label]:
        """What the rows of this page are, for the marking of the page: `page_marking=table.shown`."""
        return [self.marking(row) for row in self.page[: self.per_page]] if self.marking is not None else []

    @property
    def wants_csv(self) -> bool:
        """Whether this table is asked for as a file."""
        return self.request.GET.get("csv") == self.name

    @property
    def text(self) -> str:
        """What the person filters by."""
        return self.request.GET.get(f"{self.name}.find", "").strip()[:200]

    @property
    def sort(self) -> str:
        """Key of the column sorted by, with a minus before it when the largest comes first."""
        asked = self.request.GET.get(f"{self.name}.sort", "")
        known = {column.key for column in self.columns if column.order}
        return asked if asked.removeprefix("-") in known else self.default

    @property
    def number(self) -> int:
        """Which page, from 1."""
        asked = self.request.GET.get(f"{self.name}.page", "1")
        return min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1

    def to(self, **changed: str | None) -> str:
        """This address with some of this table's part changed."""
        query = self.request.GET.copy()
        query.pop("csv", None)
        for name, value in changed.items():
            key = "csv" if name == "csv" else f"{self.name}.{name}"
            query.pop(key, None)
            if value:
                query[key] = value
        return "?" + query.urlencode()

    @property
    def can_filter(self) -> bool:
        """Whether there is a box to filter by: a QuerySet needs fields to look in."""
        return self.filterable and (bool(self.find) or not isinstance(self.rows, QuerySet))

    @cached_property
    def arranged(self) -> QuerySet[Any] | list[Any]:
        """The rows as asked for: filtered and sorted, all pages."""
        by = next((column for column in self.columns if column.key == self.sort.removeprefix("-")), None)
        down = self.sort.startswith("-")
        if isinstance(self.rows, QuerySet):
            rows = self.rows
            if self.text and self.find:
                wanted = Q()
                for name in self.find:
                    wanted |= Q(**{f"{name}__icontains": self.text})
                rows = rows.filter(wanted)
            # The key last: two pages never show the same row of equals.
            return rows.order_by(("-" if down else "") + by.field, "pk") if by else rows
        chosen = list(self.rows)
        if self.text and self.can_filter:
            text = self.text.casefold()
            chosen = [row for row in chosen if any(text in plain(column.of(row)).casefold() for column in self.columns)]
        if by is not None:
            known = [row for row in chosen if by.of(row) is not None]
            unknown = [row for row in chosen if by.of(row) is None]
            chosen = sorted(known, key=lambda row: comparable(by.of(row)), reverse=down) + unknown
        return chosen

    @cached_property
    def page(self) -> list[Any]:
        """The rows of this page, and one more if another page follows."""
        first = (self.number - 1) * self.per_page
        return list(self.arranged[first : first + self.per_page + 1])

    @property
    def heads(self) -> list[Head]:
        """What stands above the columns."""
        heads = []
        for column in self.columns:
            up = self.sort == column.key
            down = self.sort == f"-{column.key}"
            url = self.to(sort=f"-{column.key}" if up else column.key, page=None) if column.order else None
            heads.append(Head(column=column, url=url, sorted="ascending" if up else "descending" if down else ""))
        return heads

    @property
    def body(self) -> list[tuple[bool, list[tuple[Column, SafeString]], SafeString]]:
        """The rows of this page as cells: whether selected, cells, marking."""
        return [
            (
                self.selected is not None and self.selected(row),
                [(column, self.cell(column, row)) for column in self.columns],
                pill(self.marking(row)) if self.marking else SafeString(""),
            )
            for row in self.page[: self.per_page]
        ]

    def cell(self, column: Column, row: Any) -> SafeString:
        """What stands in one cell."""
        inside = shown(column.of(row))
        url = column.link(row) if column.link else None
        return format_html('<a href="{}">{}</a>', url, inside) if url else inside

    @property
    def extent(self) -> str:
        """Which rows are shown, of how many where that is known."""
        first = (self.number - 1) * self.per_page + 1
        last = first + min(len(self.page), self.per_page) - 1
        if last < first:
            return ""
        if isinstance(self.arranged, QuerySet):
            of = ", more follow" if self.has_later else ""
        else:
            of = f" of {len(self.arranged):,}"
        return f"{first:,} to {last:,}{of}"

    @property
    def has_later(self) -> bool:
        """Whether another page follows."""
        return len(self.page) > self.per_page

    @property
    def earlier(self) -> str | None:
        """Address of the page before."""
        return self.to(page=str(self.number - 1)) if self.number > 1 else None

    @property
    def later(self) -> str | None:
        """Address of the page after."""
        return self.to(page=str(self.number + 1)) if self.has_later else None

    @property
    def clear(self) -> str:
        """Address without the filter."""
        return self.to(find=None, page=None)

    @property
    def export(self) -> str:
        """Address of all rows, as filtered and sorted, as CSV."""
        return self.to(csv=self.name, page=None)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The rest of the address, which the filter's form carries along."""
        own = {f"{self.name}.find", f"{self.name}.page", "csv"}
        return [
            (name, value) for name in self.request.GET if name not in own for value in self.request.GET.getlist(name)
        ]

    def csv(self) -> HttpResponse:
        """All rows as filtered and sorted, with the marking of each."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([column.key for column in self.columns] + (["marking"] if self.marking else []))
        for row in self.every():
            cells = [safe(column.of(row)) for column in self.columns]
            writer.writerow(cells + ([of_label(label_of(self.marking(row))).words] if self.marking else []))
        response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.file_name}.csv"'
        return response

    def every(self) -> Iterator[Any]:
        """All rows; a QuerySet in portions, so that a long one does not stand in memory twice."""
        return self.arranged.iterator(chunk_size=2000) if isinstance(self.arranged, QuerySet) else iter(self.arranged)

    @property
    def file_name(self) -> str:
        """The caption as a file name."""
        plain_letters = "".join(
            letter if letter.isascii() and letter.isalnum() else "-" for letter in self.caption.lower()
        )
        return "-".join(part for part in plain_letters.split("-") if part)[:60] or "table"


def comparable(value: object) -> tuple[int, Any]:
    """A key to sort mixed values by: numbers, then moments, then words without regard to capitals."""
    if isinstance(value, bool | int | float):
        return (0, value)
    if isinstance(value, datetime):
        return (1, value.isoformat())
    if isinstance(value, date):
        return (1, value.isoformat())
    return (2, plain(value).casefold())


def plain(value: object) -> str:
    """A value as words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Item | Label):
        return of_label(label_of(value)).words
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(plain(each) for each in value)
    return str(value)


def safe(value: object) -> object:
    """A value for CSV: exact, moments as ISO 8601, and no text that a spreadsheet would run."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = plain(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def shown(value: object) -> SafeString:
    """A value for the page."""
    if isinstance(value, SafeString):
        return value
    if value is None or value == "":
        return SafeString('<span class="quiet" aria-label="nothing">–</span>')
    if isinstance(value, Item | Label):
        return pill(value)
    if isinstance(value, bool):
        return SafeString("yes" if value else "no")
    if isinstance(value, int | float):
        return format_html("{}", words.number(value))
    if isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), words.moment(value))
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.day(value))
    if isinstance(value, UUID):
        return format_html("<code>{}</code>", value)
    if isinstance(value, Model):
        return format_html("{}", str(value))
    return format_html("{}", plain(value))


def pill(of: Item | Label) -> SafeString:
    """The marking of a row."""
    shown = of_label(label_of(of))
    return format_html('<span class="mark {}">{}</span>', shown.colour, shown.words)


def label_of(of: Item | Label) -> Label:
    """The label of an item, or the label."""
    return of.label if isinstance(of, Item) else of
