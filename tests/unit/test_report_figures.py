"""Figures are stored queries: equal rows give the equal value, and what cannot be derived says why."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_report import AT, TABLES, basis

from hustings.errors import BadInput
from hustings.report.counting import QUERIES, ask, beneath
from hustings.report.counting.basis import COLUMNS, FORM, Basis, canonical, read_basis
from hustings.report.counting.figure import shown
from hustings.report.counting.from_assets import of_assets
from hustings.report.documents.kinds import KINDS

EXPECTED = {
    "assets": {"m page": 2, "domain": 1}, "assets-in-all": 3, "assets-proposed": 1, "followers": {"at least": 200, "at most": 290},
    "group-members": "no group was accepted", "most-followed": {"one": 200, "two": 90}, "renamed": 1, "posts": 42,
    "narratives": "The count is rigged", "tactics": "none written down", "aims-at": "none written down",
    "origin": {"A troll house": "low confidence, 1 disagree; else it may be: pranksters"}, "indicators": {"page": 1},
    "ads": 4, "spend": {"RUB": "100.50", "USD": "2000.50"},
    "spend-by-instrument": {"RUB instrument, billed in RUB": "100.50", "RUB instrument, billed in USD": "0.50"},
    "spend-in-dollars": 2002, "under-3-dollars": {"ads": 3, "of": 4, "share": "75.0%"}, "under-1000-dollars": {"ads": 3, "of": 4, "share": "75.0%"},
    "first-ad": "2016-11-01", "last-ad": "2017-02-01", "impressions": 400, "clicks": 7, "never-shown": {"ads": 1, "of": 4, "share": "25.0%"},
    "shown-before": {"times": 400, "of": 400, "share": "100.0%"}, "people": {"people": 900, "low": 850, "high": 960},
    "people-before": "no days are held", "ads-by-month": {"2016-11": 2, "2017-02": 1},
    "gatherings": 2, "gathering-ads": 4, "first-gathering": "2017-05-02", "gathering-viewers": 4000, "gathering-interested": 4730,
    "gathering-going": "no source says how many were going", "small-gatherings": {"gatherings": 1, "of": 2}, "largest-gathering": 4700,
    "gatherings-held": {"took place": 1, "unknown": 1}, "opposed-gatherings": 1,
    "leads-by-source": {"agency": 1, "press": 1}, "ordered": 3, "done": {"ban page": 2}, "done-by-format": {"page": 2},
    "done-by-country": {"AT": 2, "DE": 2}, "done-by-language": {"not known": 2}, "done-by-source": {"SOURCE_VOLUNTARY": 2},
    "done-by-automation": {"a machine took part in finding it": 1, "people alone found it": 1}, "noticed": 1,
    "appeals": {"not yet answered": 1, "upheld": 1}, "reinstated": 1, "days-to-case": 4, "days-to-act": 10, "told": {"police of the place": 1},
}  # fmt: skip


def asked(name, of=None, **parameters):
    figure = ask(name, of or basis(), {"election_day": "2016-11-08"} | parameters)
    return figure.value if figure.derivable else figure.why_not


def test_every_query_gives_what_its_rows_say():
    assert {name: asked(name) for name in QUERIES} == EXPECTED


def test_every_query_says_how_it_counts_and_every_figure_of_a_kind_is_a_query():
    assert [name for name, one in QUERIES.items() if not one.how or not one.title] == []
    assert {name for sections in KINDS.values() for section in sections for name in section.figures} <= set(QUERIES)
    assert {table for one in QUERIES.values() for table in one.reads if "." not in table} <= set(COLUMNS)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_without_its_rows_a_figure_is_not_derivable_and_says_why(name):
    figure = ask(name, Basis(as_of=AT, scope="nothing", tables={}, lacks=dict.fromkeys(COLUMNS, "nobody looked")), {})
    assert (figure.value, figure.why_not, figure.rows) == (None, "nobody looked", 0)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_over_empty_tables_a_figure_is_a_value_or_says_why(name):
    figure = ask(
        name, Basis(as_of=AT, scope="nothing", tables={table: [] for table in COLUMNS}), {"election_day": "2016-11-08"}
    )
    assert figure.derivable or figure.why_not


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    tables = copy.deepcopy(TABLES)
    for name, rows in tables.items():
        if name != "says":  # what people wrote keeps its order
            random.shuffle(rows)
    assert {name: ask(name, basis(**tables), {"election_day": "2016-11-08"}) for name in QUERIES} == {
        name: ask(name, basis(), {"election_day": "2016-11-08"}) for name in QUERIES
    }


@given(st.sampled_from(sorted(QUERIES)))
def test_the_rows_beneath_are_those_that_are_counted(name):
    figure = ask(name, basis(), {"election_day": "2016-11-08"})
    rows = beneath(name, basis(), {"election_day": "2016-11-08"})
    assert len(rows) == figure.rows
    assert all(row in TABLES[table] for table, row in rows)
    assert bool(figure.rows_sha256) == bool(rows)


def test_a_row_that_changes_beneath_a_figure_is_seen_even_where_the_value_stays():
    changed = copy.deepcopy(TABLES["assets"])
    changed[0]["name"] = "another"
    before, after = ask("assets-in-all", basis(), {}), ask("assets-in-all", basis(assets=changed), {})
    assert before.value == after.value
    assert before.rows_sha256 != after.rows_sha256


def test_followers_are_a_union_where_each_is_known_and_few_are_not_told():
    pages = [row for row in TABLES["assets"] if row["kind"] == "page"]
    follow = [
        {"key": f"{page} {n}", "asset": page, "person": f"p{n}"}
        for page, those in (("a", range(20)), ("b", range(15, 40)))
        for n in those
    ]
    assert asked("followers", basis(assets=pages, followers=follow)) == 40
    assert (
        asked("followers", basis(assets=pages, followers=[row for row in follow if row["person"] in {"p16", "p17"}]))
        == "fewer than 10"
    )
    one = copy.deepcopy(pages)
    one[1]["followers"] = None
    assert asked("followers", basis(assets=one)) == "how many follow is not held for 1 of 2 of them"


def test_days_make_the_share_before_an_election_exact_and_without_them_it_is_a_bound():
    days = [{"key": "1", "ad": "1", "day": "2016-11-07", "impressions": 40}, {"key": "1b", "ad": "1", "day": "2016-11-09", "impressions": 60},
            {"key": "2", "ad": "2", "day": "2016-11-08", "impressions": 300}]  # fmt: skip
    assert asked("shown-before", basis(days=days)) == {"times": 340, "of": 400, "share": "85.0%"}
    bound = ask("shown-before", basis(), {"election_day": "2016-11-08"})
    assert "upper bound" in bound.caveat
    assert asked("shown-before", None, election_day="") == "the report does not say its election day"


def test_a_currency_without_a_rate_makes_no_sum_in_dollars():
    ads = [{"key": "1", "created": "2026-01-01T00:00:00Z", "amount": "5", "currency": "XTS", "impressions": 1}]
    assert asked("spend-in-dollars", basis(ads=ads)) == "there is no rate for XTS"


@pytest.mark.parametrize(
    ("value", "text"), [(1234567, "1,234,567"), ("5822554.92", "5,822,554.92"), ("3753.95", "3,753.95"), ("2016", "2016"), ("12.5%", "12.5%"), ("2016-11-08", "2016-11-08")]
)  # fmt: skip
def test_numbers_are_shown_with_their_thousands_apart(value, text):
    assert shown(value) == text


def test_rows_are_read_back_as_they_were_sealed_and_what_is_wrong_is_told_all_at_once():
    held = basis()
    assert read_basis(json.loads(canonical(held.as_json())), "rows.json").sha256 == held.sha256
    wrong = {
        "form": FORM, "as_of": "", "scope": "x", "lacks": {"ads": 3},
        "tables": {"ads": [{"key": "1", "impressions": -1}, {"key": "1", "amount": 5, "colour": "red"}, 7], "cats": []},
    }  # fmt: skip
    with pytest.raises(BadInput) as error:
        read_basis(wrong, "rows.json")
    assert [problem.where for problem in error.value.problems] == [
        "rows.json, as_of", "rows.json, lacks", "rows.json, ads, row 1, impressions", "rows.json, ads, row 2", "rows.json, ads, row 2",
        "rows.json, ads, row 2, amount", "rows.json, ads, row 3", "rows.json, tables.cats",
    ]  # fmt: skip
    for other in ([], {"form": "something"}, "x"):
        with pytest.raises(BadInput):
            read_basis(other, "rows.json")


@pytest.mark.parametrize(
    ("column", "value"),
    [("amount", "1e9"), ("amount", "NaN"), ("created", "soon"), ("first", "2016-13-01"), ("currency", 3)],
)
def test_rows_that_would_stop_a_count_are_refused_before_it(column, value):
    rows = {"form": FORM, "as_of": AT, "scope": "x", "tables": {"ads": [{"key": "1", column: value}]}}
    with pytest.raises(BadInput) as error:
        read_basis(rows, "rows.json")
    assert [problem.where for problem in error.value.problems] == [f"rows.json, ads, row 1, {column}"]


def test_an_election_day_that_is_no_day_makes_no_figure():
    assert asked("shown-before", None, election_day="soon") == "the election day is no day: soon"


def test_a_list_that_somebody_wrote_says_what_it_does_not_say():
    made = of_assets(
        {
            "as_of": AT,
            "scope": "31 July 2018",
            "tables": {"assets": [{"key": "1", "kind": "page", "platform": "facebook", "name": "x"}]},
        },
        "f",
    )
    assert ask("assets", made, {}).value == {"facebook page": 1}
    assert ask("ads", made, {}).why_not == "no ads are held"
    with pytest.raises(BadInput):
        of_assets([], "f")
