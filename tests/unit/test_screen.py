"""One ad before the door: the route it takes, the law of the day, disclaimers, lists and earlier creatives."""

import json
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.errors import BadInput
from hustings.screening.context import Context
from hustings.screening.creative import Seen
from hustings.screening.landing import Lists
from hustings.screening.law import Law, bundled_law
from hustings.screening.law.table import RULES
from hustings.screening.screen import Route, screen
from hustings.screening.submission import Submission, read_lines


@dataclass
class Said:
    answer: bool
    probability: float = 0.9
    known: bool = True


class Always:
    def __init__(self, answer):
        self.answer = answer

    def judge(self, text, lang, *, extra=None):
        return Said(self.answer)


US = Context(country="US", election_date=date(2024, 11, 5))


def screened(text="Vote on November 5.", *, answer=True, context=US, law=None, lists=None, seen=None, **fields):
    ad = Submission(id="1", text=text, lang="en", **fields)
    return screen(ad, context=context, politics=Always(answer), law=law, lists=lists, seen=seen)


def found(screening):
    return sorted(hit.category for hit in screening.hits)


def test_nothing_found_is_approved_and_something_goes_to_a_person():
    assert screened().route is Route.APPROVE
    assert screened("Don't vote this year").route is Route.PERSON


def test_an_ad_that_nobody_judged_goes_to_a_person_as_political():
    screening = screen(Submission(id="1", text="hello"), context=US, politics=None)
    assert screening.route is Route.PERSON
    assert screening.as_row("1")["political"] == {"answer": "yes", "probability": None}


@pytest.mark.parametrize("field", ["sponsor", "disclaimer"])
def test_an_empty_field_of_the_form_sends_the_ad_back(field):
    assert screened(**{field: " "}).route is Route.FORM
    assert screened("Don't vote this year", **{field: ""}).route is Route.FORM
    assert screened(**{field: "Friends of Ann Example"}).route is Route.APPROVE


def test_a_disclaimer_that_names_another_is_not_true():
    paid = "Paid for by Citizens for Ann Example"
    assert found(screened(sponsor="Citizens for Ann Example", disclaimer=paid)) == []
    assert found(screened(sponsor="Northern Trade Agency", disclaimer=paid)) == ["disclaimer.untrue"]
    assert found(screened(disclaimer="Paid for by ...")) == ["disclaimer.too_brief"]


def test_the_law_of_the_day_is_asked_of_political_ads_alone():
    asked = {"law": bundled_law(), "on": date(2024, 10, 1)}
    assert "disclaimer.missing" in found(screened(**asked))
    assert found(screened(answer=False, **asked)) == []
    full = "Paid for by Citizens for Ann Example. Not authorized by any candidate."
    assert "disclaimer.too_brief" in found(screened(disclaimer="Paid for by Citizens for Ann Example", **asked))
    assert found(screened(disclaimer=full, **asked)) == ["law.unknown"]


def test_a_short_disclaimer_leads_to_the_full_one():
    asked = {"law": bundled_law(), "on": date(2024, 10, 1), "short_disclaimer": True, "disclaimer": "Paid for by CAE"}
    assert "disclaimer.short_form" in found(screened(**asked))
    assert "disclaimer.short_form" not in found(screened(full_disclaimer_link=True, **asked))


def test_a_day_of_silence_lets_no_ad_pass():
    france = Context(country="FR", election_date=date(2022, 4, 10))
    assert "law.silence" in found(screened(context=france, law=bundled_law(), on=date(2022, 4, 9)))
    assert "law.silence" not in found(screened(context=france, law=bundled_law(), on=date(2022, 4, 8)))


def test_a_sponsor_from_outside_the_union_is_barred_in_the_last_three_months():
    italy = Context(country="IT", election_date=date(2026, 6, 1))
    asked = {"context": italy, "law": bundled_law(), "disclaimer": "Paid for by Example"}
    assert "law.third_country" in found(screened(on=date(2026, 4, 1), sponsor_country="RU", **asked))
    assert "law.third_country" not in found(screened(on=date(2026, 4, 1), sponsor_country="FR", **asked))
    assert "law.third_country" not in found(screened(on=date(2026, 1, 1), sponsor_country="RU", **asked))


def test_special_categories_and_minors_may_not_be_aimed_at_in_the_union():
    italy = Context(country="IT", election_date=date(2026, 6, 1))
    asked = {"context": italy, "law": bundled_law(), "on": date(2026, 4, 1), "disclaimer": "Paid for by Example"}
    assert "targeting.special_category" in found(screened(targeting=("Catholic Church",), **asked))
    assert "targeting.special_category" not in found(screened(targeting=("Football",), **asked))
    assert "targeting.minors" in found(screened(minimum_age=14, **asked))
    assert "targeting.minors" not in found(screened(minimum_age=18, **asked))


def test_every_row_of_the_law_has_a_source():
    for row in bundled_law().provisions:
        assert row.source
        assert row.where
        assert row.rule in RULES


def test_a_table_of_law_tells_all_its_problems_at_once():
    with pytest.raises(BadInput) as caught:
        Law.read("jurisdiction,rule,value,valid_from,valid_to,source,where\nXX,ban_days,two,soon,,,\n", "mine.csv")
    assert len(caught.value.problems) == 4


def test_rows_end_and_begin():
    table = Law.read(
        "jurisdiction,rule,value,valid_from,valid_to,source,where\n"
        "XX,ban_days,2,2020-01-01,2020-12-31,Act,1\nXX,ban_days,5,2021-01-01,,Act,2\n",
        "mine.csv",
    )
    assert table.at("xx", date(2020, 6, 1))["ban_days"].value == "2"
    assert table.at("XX", date(2022, 6, 1))["ban_days"].value == "5"
    assert table.at("XX", date(2019, 6, 1)) == {}


@pytest.mark.parametrize(
    "address",
    [
        "http://musicfb.info/x",
        "https://www.MusicFB.info",
        "sub.musicfb.info/a?b",
        "http://user@musicfb.info:80/",
        "http://müsicfb.info/",
    ],
)
def test_a_listed_landing_page_is_found_however_it_is_written(address):
    lists = Lists.of([("0.0.0.0 musicfb.info", "malware"), ("# nothing", "malware")])
    assert found(screened(landing_url=address, lists=lists)) == ["landing.listed"]
    assert found(screened(landing_url="http://notmusicfb.info/", lists=lists)) == []


def test_a_listed_address_does_not_cover_its_whole_host():
    lists = Lists.of([("https://example.org/bad/page", "operator")])
    assert found(screened(landing_url="http://example.org/bad/page/", lists=lists)) == ["landing.listed"]
    assert found(screened(landing_url="http://example.org/good", lists=lists)) == []


def test_a_creative_is_known_again_after_small_changes():
    words = "Come to the square on Saturday and hear what the candidates have to say about our schools"
    seen = Seen.of([(Submission(id="0", text=words, media_hashes=("aa",)), True)])
    assert found(screened(words.upper() + "!", seen=seen)) == ["creative.removed"]
    assert found(screened("Something else", media_hashes=("aa",), seen=seen)) == ["creative.removed"]
    assert found(screened("Come to the market on Sunday and taste the apples of our valley", seen=seen)) == []


def test_all_problems_of_all_lines_are_told_at_once():
    lines = [
        '{"id": 1, "text": 2}',
        "nothing",
        '{"text": "a", "context": {"polls_close": "late", "id_required": "no"}}',
    ]
    with pytest.raises(BadInput) as caught:
        read_lines(lines, "ads")
    told = str(caught.value)
    assert [name in told for name in ("line 1, text", "line 2:", "line 3, id", "polls_close", "id_required")] == [
        True
    ] * 5


@pytest.mark.parametrize(
    "said, hour", [("20:00", "20:00:00"), ("8 pm", "20:00:00"), ("8:30 PM", "20:30:00"), ("20:00:00", "20:00:00")]
)
def test_the_closing_hour_may_be_written_in_several_ways(said, hour):
    ((_, context),) = read_lines([json.dumps({"id": "1", "text": "", "context": {"polls_close": said}})], "ads")
    assert str(context.polls_close) == hour


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
KEYS = ["id", "text", "lang", "context", "sponsor", "disclaimer", "landing_url", "targeting", "minimum_age", "on"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6) | VALUES)
def test_any_line_is_read_or_refused(row):
    try:
        read = read_lines([json.dumps(row)], "ads")
    except BadInput as error:
        read = []
        refused = bool(error.problems)
    else:
        refused = False
    assert refused or all(screen(ad, context=context, politics=None).route in Route for ad, context in read)
