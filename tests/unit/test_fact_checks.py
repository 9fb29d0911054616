"""Fact-checks as newsrooms publish them, and which texts say what was checked."""

import csv
import json
from datetime import date

import pytest
from click.testing import CliRunner

from hustings.cli.main import hustings
from hustings.errors import BadInput
from hustings.exchange.claimreview import Review, read_feed
from hustings.exchange.claimreview import feed as reading
from hustings.screening.fact_check import Checked, Said, matches

REVIEW = {
    "@context": "https://schema.org", "@type": "ClaimReview", "url": "https://checks.example/harbour", "datePublished": "2026-09-26T08:00:00Z",
    "claimReviewed": "The harbour bridge will be closed on election day to keep workers from voting", "inLanguage": "en",
    "author": {"@type": "Organization", "name": "Harbour Checks"},
    "reviewRating": {"@type": "Rating", "ratingValue": 1, "bestRating": 5, "alternateName": "False"},
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Somebody"},
                     "appearance": [{"@type": "CreativeWork", "url": "https://m.river.example/bridge/"}]},
}  # fmt: skip


def read(value):
    return read_feed(json.dumps(value).encode(), "feed.json")


def test_a_review_is_read_with_the_checkers_own_words():
    (one,) = read(REVIEW).reviews
    assert one == Review(
        claim=REVIEW["claimReviewed"], url=REVIEW["url"], by="Harbour Checks", rating="False", language="en", published=date(2026, 9, 26),
        claimed_by="Somebody", places=("https://m.river.example/bridge/",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrapped",
    [
        [REVIEW], {"@graph": [REVIEW, {"@type": "WebPage"}]}, {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
        {"@type": "ItemList", "itemListElement": [{"item": REVIEW}]}, [REVIEW, REVIEW], REVIEW | {"@type": ["Review", "ClaimReview"]},
        {"@type": "Article", "review": REVIEW},
    ],
)  # fmt: skip
def test_lists_graphs_and_data_feeds_hold_the_same(wrapped):
    assert read(wrapped).reviews == read(REVIEW).reviews


def test_a_file_may_hold_one_a_line():
    other = REVIEW | {"url": "https://checks.example/other"}
    body = f"{json.dumps(REVIEW)}\n\n{json.dumps(other)}\n".encode()
    assert [one.url for one in read_feed(body).reviews] == [REVIEW["url"], other["url"]]


@pytest.mark.parametrize(
    ("changed", "rating", "by"),
    [
        ({"reviewRating": {"ratingValue": 2, "bestRating": 5}}, "2 of 5", "Harbour Checks"), ({"reviewRating": [{"alternateName": "Wrong"}]}, "Wrong", "Harbour Checks"),
        ({"reviewRating": None}, "", "Harbour Checks"), ({"author": "A paper"}, "False", "A paper"), ({"author": []}, "False", "checks.example"),
        ({"reviewRating": {"ratingValue": True}}, "", "Harbour Checks"),
    ],
)  # fmt: skip
def test_other_ways_to_write_rating_and_author(changed, rating, by):
    (one,) = read(REVIEW | changed).reviews
    assert (one.rating, one.by) == (rating, by)


def test_every_problem_is_told_with_its_place_and_the_good_rows_stay():
    feed = read([
        REVIEW, REVIEW | {"claimReviewed": "", "url": "ftp://x", "datePublished": "soon"}, REVIEW | {"claimReviewed": "x" * 5_001},
        REVIEW | {"url": "https://[broken"},
    ])  # fmt: skip
    assert len(feed.reviews) == 1
    assert [problem.where for problem in feed.problems] == [
        "$[1].claimReviewed", "$[1].url", "$[1].datePublished", "$[2].claimReviewed", "$[3].url",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "found Expecting value"), (b"\xff\xfe{", "not UTF-8"), (b"[]", "no fact-check"), (b'{"@type": "Article"}', "no fact-check"),
        (b'[{"@type": "ClaimReview"}]', "claimReviewed"), (b"[" * 100_000, "feed.json"), (b'{"a": NaN}', "NaN"), (b'{"a": 1}\n{oh\n', "line 2"),
        (("[" * 12 + json.dumps(REVIEW) + "]" * 12).encode(), "lists within lists"), (b"", "Expecting value"), (b"7", "no fact-check"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_with_what_was_found(body, words):
    with pytest.raises(BadInput, match=words):
        read_feed(body, "feed.json")


def test_a_feed_is_bounded_in_bytes_and_in_rows(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(BadInput, match="too large"):
        read(REVIEW)
    monkeypatch.setattr(reading, "LARGEST", 10**6)
    monkeypatch.setattr(reading, "MOST", 2)
    feed = read([REVIEW | {"url": f"https://checks.example/{number}"} for number in range(5)])
    assert len(feed.reviews) == 2
    assert "more than 2 fact-checks" in str(feed.problems[0])


CHECK = Checked(key="bridge", claim=REVIEW["claimReviewed"], places=("https://m.river.example/bridge/",))
OTHERS = [Checked(key=f"other {number}", claim=f"Claim number {number} about taxes on word{number} and bread{number} in winter") for number in range(60)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        (
            "BREAKING: The harbour bridge will be closed on election day, to keep workers from voting!",
            "",
            [("bridge", False)],
        ),
        (
            "They close the harbour bridge on election day so workers keep from voting. Closed will be the bridge.",
            "",
            [("bridge", False)],
        ),
        ("The bridge will be closed in winter for repairs", "", []),
        ("Come and vote", "http://www.river.example/bridge", [("bridge", True)]),
        ("Come and vote", "http://www.river.example/bridge?page=2", []),
        ("Come and vote", "", []),
        ("", "", []),
    ],
)
def test_a_text_says_what_was_checked_by_most_of_its_words_or_by_its_address(text, url, expected):
    found = list(matches([CHECK, *OTHERS], [Said(key="ad", text=text, url=url)]))
    assert [(one.checked, one.by_address) for one in found] == expected


def test_a_claim_that_several_newsrooms_checked_matches_for_each():
    same = [Checked(key=f"paper {number}", claim=f"{CHECK.claim}, says a post {number}") for number in range(5)]
    found = list(matches(same, [Said(key="ad", text=CHECK.claim + ", says a post")]))
    assert sorted(one.checked for one in found) == [one.key for one in same]


def test_words_match_without_accents_and_case_and_short_claims_by_address_alone():
    claim = Checked(key="a", claim="Élections truquées: la municipalité brûle des bulletins")
    short = Checked(key="b", claim="Bulletins brûlés", places=("https://a.example/x",))
    said = Said(
        key="ad", text="ELECTIONS TRUQUEES la municipalite brule des bulletins brules", url="https://a.example/x"
    )
    assert [(one.checked, one.by_address) for one in matches([claim, short, *OTHERS], [said])] == [
        ("b", True),
        ("a", False),
    ]


def test_the_command_reads_a_feed_and_compares_it_with_ads(tmp_path):
    feed, ads, out = tmp_path / "feed.json", tmp_path / "ads.csv", tmp_path / "found.csv"
    feed.write_text(json.dumps([REVIEW, REVIEW | {"url": "nowhere"}]))
    with ads.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["platform", "actor", "ad", "text", "landing_url"])
        writer.writerow(
            ["made", "x", "1", "The harbour bridge will be closed on election day to keep workers from voting", ""]
        )
        writer.writerow(["made", "x", "2", "Buy bread", "https://bread.example"])
    done = CliRunner().invoke(
        hustings, ["fact-checks", str(feed), "--ads", str(ads), "--out", str(out), "--json"], catch_exceptions=False
    )
    told = json.loads(done.output)
    assert (told["fact_checks"], told["ads"], told["matches"]) == (1, 2, 1)
    assert "$[1].url" in told["problems"][0]
    (row,) = csv.DictReader(out.open())
    assert (row["archive_number"], row["checked_by"], row["rating"]) == ("1", "Harbour Checks", "False")
    done = CliRunner().invoke(hustings, ["fact-checks", str(feed)])
    assert done.exit_code == 0
    assert "fact checks: 1" in done.output
    for asked in (
        ["fact-checks", str(tmp_path / "none")],
        ["fact-checks", str(feed), "--ads", str(ads), "--by", "a@b.example"],
    ):
        assert isinstance(CliRunner().invoke(hustings, asked).exception, BadInput)
