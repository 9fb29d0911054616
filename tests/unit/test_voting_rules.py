"""Claims about voting: what is found in a text, where, and what is let pass."""

import sys
import unicodedata
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.screening.context import Context
from hustings.screening.folded import fold
from hustings.screening.hit import VOTING
from hustings.screening.voting import voting_hits
from hustings.screening.voting.needs import NEEDS
from hustings.screening.voting.patterns import compiled
from hustings.screening.voting.rules import grammar, languages

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ELECTION = Context(
    country="US", election_date=date(2024, 11, 5), polls_close=time(20), methods=frozenset({"in_person", "mail", "early"}),
    phone_vote=False, online_vote=False, id_required=False,
)  # fmt: skip
# One claim of each category, in plain words.
PLAIN = {
    "voting.discourages": "Don't vote this year",
    "voting.useless": "Your vote doesn't matter",
    "voting.wrong_date": "Democrats vote on Wednesday",
    "voting.wrong_place": "Vote at any Starbucks",
    "voting.wrong_method": "Vote by text message",
    "voting.wrong_eligibility": "You need a passport to vote",
    "voting.threat": "Police will be at the polls",
    "voting.fraud_claim": "The election was stolen",
}


def categories(text, context=ELECTION, lang="en"):
    return {hit.category for hit in voting_hits(text, lang, context)}


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import voting
    finally:
        sys.path.remove(str(BENCHMARKS))
    return voting


@pytest.mark.parametrize("name", ["first", "blind", "again", "dev"])
def test_the_challenge_sets_are_met(bench, name):
    measured = bench.measure(name)
    for scores in (measured["ads"], measured["hits"]):
        assert scores["recall"] >= 0.95
        assert scores["precision"] >= 0.9
    for category, scores in measured["categories"].items():
        assert scores["recall"] >= 0.8, category


# Sets that were mended on and stay short of the goal, and those that were never mended on: recall and precision of ads.
FLOORS = {"voices": (0.95, 0.95), "street": (0.95, 0.95), "halfway": (0.95, 0.92), "tester": (0.9, 0.95), "tester2": (0.8, 0.92),
          "wild": (0.75, 0.95), "last": (0.75, 0.92), "sealed": (0.9, 0.9)}  # fmt: skip


@pytest.mark.parametrize("name", FLOORS)
def test_harder_sets_stay_where_they_are(bench, name):
    ads = bench.measure(name)["ads"]
    recall, precision = FLOORS[name]
    assert ads["recall"] >= recall
    assert ads["precision"] >= precision


def test_parts_that_stand_together_are_found_in_any_order_and_share_no_word():
    pattern = compiled("{5} <A> <B>")
    spans = {"A": {4: (5,)}, "B": {0: (1,), 4: (5,)}}
    (match,) = pattern.find("b . . . a".split(), spans)
    assert (match.start, match.end, match.head) == (0, 5, 4)
    assert not list(compiled("{4} <A> <B>").find("b . . . a".split(), spans))
    assert not list(compiled("{5} <A> <B>").find(["x"] * 5, {"A": {4: (5,)}, "B": {4: (5,)}}))
    assert not list(compiled("{5} <A> !<C>").find(["x"] * 5, {"A": {4: (5,)}, "C": {0: (1,)}}))


@pytest.mark.parametrize(
    ("claim", "innocent"),
    [
        ("Leave that ballot in the drawer, they ain't earned it", "Don't leave that ballot in the drawer, mail it today"),
        ("Your ballot is confetti", "Your ballot is not confetti. Make your voice heard!"),
        ("The sheriff will run plates at every precinct", "Officials said the sheriff would not run plates at any precinct"),
        ("Odd numbers vote on the 5th, even numbers on the 6th", "The rumor that even numbers vote on the 6th is false"),
        ("Renters can't vote this year", "Renters can't vote this year? No."),
    ],
)  # fmt: skip
def test_what_takes_a_wide_claim_back(claim, innocent):
    assert categories(claim)
    assert not categories(innocent)


def test_a_short_text_need_not_name_the_election_it_comes_with():
    text = "Bring your birth certificate or you will be sent home"
    assert categories(text) == {"voting.wrong_eligibility"}
    assert categories(text, Context(country="US")) == set()


def test_words_that_two_wide_rules_hear_are_one_claim():
    (hit,) = voting_hits("Avoid the crowds: Republicans vote Tuesday, Democrats vote Wednesday.", "en", ELECTION)
    assert hit.category == "voting.wrong_date"


@pytest.mark.parametrize("category", VOTING)
def test_each_category_is_found_in_plain_words(category):
    assert categories(PLAIN[category]) == {category}


@pytest.mark.parametrize(
    "text",
    [
        "You can't vote by text.",
        "It is FALSE that you can vote by text, officials say.",
        "Rumor: Democrats vote on Wednesday.",
        "Don't let anyone tell you your vote doesn't matter.",
        "Don't stay home: vote.",
        "Don't vote for Smith.",
        "If you don't vote by Tuesday, others decide.",
        "Police are investigating calls telling people to stay home on Election Day.",
        "Can I vote online? No.",
        "Vote online for your favorite singer.",
    ],
)
def test_what_is_denied_told_of_others_or_about_something_else_passes(text):
    assert categories(text) == set()


def test_a_day_is_wrong_only_against_the_election_of_the_context():
    text = "Vote on Wednesday, November 6!"
    assert categories(text) == {"voting.wrong_date"}
    wednesday = Context(country="US", election_date=date(2024, 11, 6))
    assert categories(text, wednesday) == set()
    assert categories(text, Context(country="US")) == set()


def test_the_closing_hour_is_part_of_the_day():
    assert categories("Polls close at 10 pm") == {"voting.wrong_date"}
    assert categories("Polls close at 8") == set()
    assert categories("Polls close at 10 pm", Context(country="US", election_date=date(2024, 11, 5))) == set()


def test_a_way_of_voting_that_the_election_has_is_not_wrong():
    online = Context(country="EE", election_date=date(2023, 3, 5), online_vote=True)
    assert categories("Vote online until 1 March", online) == set()
    assert categories("Vote online", ELECTION) == {"voting.wrong_method"}
    phone = Context(country="AU", election_date=date(2025, 5, 3), phone_vote=True)
    assert categories("You can vote by phone", phone) == set()


def test_an_identity_document_may_be_asked_for_where_it_is_required():
    required = Context(country="GB", election_date=date(2024, 7, 4), id_required=True)
    assert categories("You need photo ID to vote", required) == set()
    assert categories("You need photo ID to vote", ELECTION) == {"voting.wrong_eligibility"}
    assert categories("You don't need ID to vote", required) == {"voting.wrong_eligibility"}


def test_a_span_names_the_words_of_the_text_as_given():
    text = "ok: D\u200bо\u200bn't v0te this year!"
    (hit,) = voting_hits(text, "en", ELECTION)
    assert text[hit.start : hit.end] == "D\u200bо\u200bn't v0te this year"


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_each_language_has_words_for_the_shared_rules(language):
    table = grammar(language).phrases.first
    found = {concept for seconds in table.values() for ways in seconds.values() for concept, _ in ways}
    assert {"NOVOTE", "STAYHOME", "MYVOTE", "NOTMATTER", "VOTE", "POLLS", "METEXT", "STOLEN", "HOLDTOPIC"} <= found


def test_every_need_that_a_rule_names_is_known():
    for language in languages():
        for rule in grammar(language).rules:
            assert set(rule.needs) <= set(NEEDS), rule.name
            assert rule.category in VOTING


def test_a_language_said_wrongly_does_not_hide_a_text():
    assert categories("Don't vote this year, stay home on election day, it is not for us", lang="fi") == {
        "voting.discourages"
    }


ZERO_WIDTH = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"]
LOOK_ALIKE = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і", "y": "у"}
WIDE = {chr(n): chr(n + 0xFEE0) for n in range(ord("a"), ord("z") + 1)}
BOLD = {chr(ord("a") + n): chr(0x1D41A + n) for n in range(26)}
LEET = {"o": "0", "e": "3", "a": "4"}


@st.composite
def disguised(draw):
    category = draw(st.sampled_from(VOTING))
    text = PLAIN[category]
    kind = draw(st.sampled_from(["zero width", "look-alike", "wide", "bold", "capitals", "leet"]))
    if kind == "zero width":
        signs = draw(st.lists(st.sampled_from(ZERO_WIDTH), min_size=len(text), max_size=len(text)))
        text = "".join(letter + sign if letter.isalpha() else letter for letter, sign in zip(text, signs, strict=True))
    elif kind == "capitals":
        text = text.upper()
    elif kind == "leet":
        words = text.split(" ")
        for at, word in enumerate(words):
            if word.lower() in {"vote", "polls", "election", "stolen", "wednesday"}:
                words[at] = "".join(LEET.get(letter, letter) if n else letter for n, letter in enumerate(word))
        text = " ".join(words)
    else:
        table = {"look-alike": LOOK_ALIKE, "wide": WIDE, "bold": BOLD}[kind]
        swap = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
        text = "".join(
            table.get(letter.lower(), letter) if yes else letter for letter, yes in zip(text, swap, strict=True)
        )
    return category, text


@settings(max_examples=150, deadline=None)
@given(disguised())
def test_a_disguise_hides_no_claim(case):
    category, text = case
    hits = [hit for hit in voting_hits(text, "en", ELECTION) if hit.category == category]
    assert hits, text
    assert 0 <= hits[0].start < hits[0].end <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(VOTING), st.lists(st.sampled_from([
    "The weather is fine today.", "We baked bread on a sunny afternoon.", "Our shop has new shoes!", "Read more below.",
    "He likes long walks.", "The river was quiet.",
]), min_size=1, max_size=5))  # fmt: skip
def test_ordinary_sentences_far_away_hide_no_claim(category, sentences):
    text = " ".join(sentences) + " " + PLAIN[category] + ". " + " ".join(sentences)
    (hit,) = [one for one in voting_hits(text, "en", ELECTION) if one.category == category]
    alone = next(one for one in voting_hits(PLAIN[category], "en", ELECTION) if one.category == category)
    assert text[hit.start : hit.end] == PLAIN[category][alone.start : alone.end]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_folding_maps_every_letter_back(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    for sign, start in zip(folded.text, folded.starts, strict=True):
        if text[start].isascii():
            assert sign == text[start].lower()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120), st.sampled_from([*languages(), "xx", None]))
def test_any_text_can_be_read(text, lang):
    for hit in voting_hits(text, lang, ELECTION):
        assert 0 <= hit.start < hit.end <= len(text)


def test_accents_come_off():
    assert fold("Älä äänestä").text == "ala aanesta"
    assert fold(unicodedata.normalize("NFD", "élection")).text == "election"


def test_claims_side_by_side_are_one_hit_and_a_full_stop_parts_them():
    one = voting_hits("Don't show up on Tuesday, stay home", "en", ELECTION)
    two = voting_hits("Don't show up on Tuesday. Stay home", "en", ELECTION)
    assert [hit.category for hit in one] == ["voting.discourages"]
    assert [hit.category for hit in two] == ["voting.discourages"] * 2
