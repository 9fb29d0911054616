"""Tables: sorted, filtered, paged and taken out by what the address asks for, whatever it asks."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from hustings.apps.console.table import Column, Table

ROWS = [
    {"name": "b", "links": 2, "at": datetime(2021, 9, 26, 14, 3, tzinfo=UTC)},
    {"name": "A", "links": 10, "at": None},
    {"name": "=cmd()", "links": -3, "at": datetime(2020, 1, 1, tzinfo=UTC)},
]
COLUMNS = [
    Column(key="name", title="Account", link=lambda row: f"/a/{row['links']}/"),
    Column(key="links", title="Links", number=True, unit="posts"),
    Column(key="at", title="When", order=False),
]


def table(query: str = "", rows=ROWS, **named):
    return Table(request=RequestFactory().get(f"/x/?{query}"), caption="Who: all", rows=rows, columns=COLUMNS, **named)


def names(of: Table) -> list[str]:
    return [row["name"] for row in of.page[: of.per_page]]


def test_numbers_sort_as_numbers_and_words_without_regard_to_capitals():
    assert names(table("t.sort=links")) == ["=cmd()", "b", "A"]
    assert names(table("t.sort=-links")) == ["A", "b", "=cmd()"]
    assert names(table("t.sort=name")) == ["=cmd()", "A", "b"]


@pytest.mark.parametrize(
    "query", ["t.sort=at", "t.sort=password", "t.page=0", "t.page=-1", "t.page=x", "t.page=²", "csv=u"]
)
def test_what_cannot_be_asked_for_is_left_alone(query):
    assert names(table(query)) == ["b", "A", "=cmd()"]
    assert not table(query).wants_csv


def test_a_filter_looks_into_every_cell_as_it_is_shown():
    assert names(table("t.find=sep+2021")) == ["b"]
    assert names(table("t.find=B")) == ["b"]
    assert names(table("t.find=nobody")) == []


def test_pages_keep_sorting_and_filter_and_say_how_much_there_is():
    first = table("t.sort=links&other=1", per_page=2)
    assert (names(first), first.extent, first.earlier) == (["=cmd()", "b"], "1 to 2 of 3", None)
    second = table(first.later.removeprefix("?"), per_page=2)
    assert (names(second), second.extent, second.later) == (["A"], "3 to 3 of 3", None)
    assert "other=1" in first.later


def test_csv_is_exact_and_runs_nothing_in_a_spreadsheet():
    answer = table("csv=t&t.sort=links", per_page=1).csv()
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows == [
        ["name", "links", "at"],
        ["'=cmd()", "-3", "2020-01-01T00:00:00+00:00"],
        ["b", "2", "2021-09-26T14:03:00+00:00"],
        ["A", "10", ""],
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="who-all.csv"'


def test_the_page_escapes_what_rows_hold_and_says_how_it_is_sorted():
    evil = [{"name": "<script>alert(1)</script>", "links": 1, "at": None}]
    html = Template("{% load console %}{% table t %}").render(Context({"t": table("t.sort=-links", rows=evil)}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html.count('aria-sort="descending"') == 1
    assert '<span class="unit">(posts)</span>' in html
    assert '<a href="/a/1/">' in html


def test_an_empty_table_says_what_will_be_there():
    html = Template("{% load console %}{% table t %}").render(Context({"t": table(rows=[], empty="Rows come later.")}))
    assert "Rows come later." in html
    assert "<table" not in html
    filtered = Template("{% load console %}{% table t %}").render(Context({"t": table("t.find=nobody")}))
    assert "Nothing matches" in filtered
    assert "Show all" in filtered
