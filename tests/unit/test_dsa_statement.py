"""Statements of reasons: every rule of the Commission's database is one that a wrong statement breaks."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.exchange.dsa import words
from hustings.exchange.dsa.statement import FIELDS, problems_of

GOOD = {
    "puid": "plan-17_3",
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "Terms, section 4: coordinated inauthentic behaviour",
    "incompatible_content_explanation": "The page acted as one with others that hid who runs them.",
    "content_type": ["CONTENT_TYPE_TEXT"],
    "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "category_specification": ["KEYWORD_INAUTHENTIC_ACCOUNTS"],
    "territorial_scope": list(words.EUROPEAN_UNION),
    "content_language": "DE",
    "content_date": "2026-10-01",
    "application_date": "2026-11-03",
    "decision_facts": "Shared the same links within seconds of nine other pages on 40 days.",
    "source_type": "SOURCE_VOLUNTARY",
    "automated_detection": "Yes",
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
}


def wheres(changed):
    return sorted({one.where for one in problems_of(changed)})


def test_a_good_statement_has_no_problem_and_neither_has_one_with_empty_fields():
    assert problems_of(GOOD) == []
    assert problems_of(GOOD | dict.fromkeys(set(FIELDS) - set(GOOD))) == []


def test_an_empty_one_says_everything_that_is_missing_at_once():
    assert wheres({}) == sorted([
        "puid", "decision", "decision_ground", "content_type", "category", "territorial_scope", "content_date",
        "application_date", "decision_facts", "source_type", "automated_detection", "automated_decision",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"puid": "a b"}, "puid"), ({"puid": "x" * 501}, "puid"), ({"puid": "ü"}, "puid"), ({"puid": "a\n"}, "puid"),
        ({"decision_visibility": "DECISION_VISIBILITY_CONTENT_REMOVED"}, "decision_visibility"),
        ({"decision_visibility": ["REMOVED"]}, "decision_visibility"),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "decision_visibility_other"),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "decision_monetary_other"),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other"), ({"content_type": []}, "content_type"),
        ({"content_type": ["CONTENT_TYPE_TEXT", "CONTENT_TYPE_TEXT"]}, "content_type"),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "illegal_content_legal_ground"),
        ({"incompatible_content_ground": None}, "incompatible_content_ground"),
        ({"incompatible_content_explanation": "x" * 2001}, "incompatible_content_explanation"),
        ({"category": "STATEMENT_CATEGORY_ELECTIONS"}, "category"), ({"category_addition": ["x"]}, "category_addition"),
        ({"category_specification": ["KEYWORD_ELECTION"]}, "category_specification"),
        ({"category_specification_other": "bots"}, "category_specification_other"),
        ({"territorial_scope": ["US"]}, "territorial_scope"), ({"territorial_scope": ["de"]}, "territorial_scope"),
        ({"content_language": "de"}, "content_language"), ({"content_language": "XX"}, "content_language"),
        ({"content_date": "1999-12-31"}, "content_date"), ({"content_date": "2026-02-30"}, "content_date"),
        ({"content_date": "2026-2-3"}, "content_date"), ({"application_date": "2019-12-31"}, "application_date"),
        ({"end_date_visibility_restriction": "2026-11-02"}, "end_date_visibility_restriction"),
        ({"end_date_account_restriction": "2027-01-01"}, "end_date_account_restriction"),
        ({"decision_facts": "x" * 5001}, "decision_facts"), ({"decision_facts": 5}, "decision_facts"),
        ({"decision_facts": "The account @harbour_lights"}, "decision_facts"),
        ({"decision_facts": "Write to someone@example.org"}, "decision_facts"),
        ({"decision_facts": "Registered with +49 30 1234567"}, "decision_facts"),
        ({"source_type": "SOURCE_AGENCY"}, "source_type"), ({"automated_detection": True}, "automated_detection"),
        ({"automated_decision": "Yes"}, "automated_decision"), ({"account_type": "PERSON"}, "account_type"),
        ({"incompatible_content_illegal": "yes"}, "incompatible_content_illegal"),
        ({"content_id": {"EAN-13": "12"}}, "content_id"), ({"content_id": "1"}, "content_id"), ({"reason": "x"}, "reason"),
        ({"decision_provision": ["DECISION_PROVISION_TOTAL_SUSPENSION"]}, "decision_provision"),
    ],
)  # fmt: skip
def test_each_rule_is_broken_by_what_breaks_it_and_by_that_alone(change, where):
    assert where in wheres(copy.deepcopy(GOOD) | change)
    assert len(problems_of(copy.deepcopy(GOOD) | change)) <= 2


@pytest.mark.parametrize(
    "change",
    [
        {"puid": "x" * 500}, {"decision_facts": "x" * 5000}, {"content_date": "2000-01-01"}, {"content_id": {"EAN-13": "4006381333931"}},
        {"end_date_visibility_restriction": "2026-11-03"}, {"territorial_scope": sorted(words.COUNTRIES)},
        {"decision_visibility": None, "decision_account": "DECISION_ACCOUNT_TERMINATED"},
        {"category_specification": ["KEYWORD_OTHER"], "category_specification_other": "bots"},
        {"decision_ground_reference_url": "https://terms.example/@policies"},
    ],
)  # fmt: skip
def test_each_limit_may_be_reached(change):
    assert problems_of(GOOD | change) == []


def test_the_lists_have_as_many_words_as_the_interface():
    assert (len(words.CATEGORIES), len(words.VISIBILITIES), len(words.COUNTRIES)) == (16, 7, 30)
    assert {
        "KEYWORD_MISINFORMATION_DISINFORMATION",
        "KEYWORD_COORDINATED_HARM",
        "KEYWORD_HIDDEN_ADVERTISEMENT",
    } <= words.KEYWORDS


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=6
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), JUNK, max_size=8))
def test_whatever_json_says_gets_problems_and_never_an_exception(said):
    assert problems_of(said)
