"""What an advertiser hands in: whatever stands in the cells is read or named, all of it at once; and its digests."""

import json
import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.apps.ads.content import content_of, creative_digest, digest_of, near_keys, words_of
from hustings.apps.ads.handed import COLUMNS, Handed, Media, from_cells, problems_of

settings.register_profile("handed", derandomize=True, database=None, deadline=None, max_examples=300)
TRICKY = [
    "", " ", "\x00", "\ud800", "[1]", "[[]]", '["a", 1]', "[" * 5000, '{"is": 1}', '{"is": {"dimension": "a", "value": "b", "category": NaN}}',
    "NaN", "sNaN", "-Infinity", "1e999999999", "1e-999999999", "12.345", "9" * 5000, "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00",
    "http://[", "http://a:99999/", "http://", "//x", "yes", "maybe", ";;;", ":", "ß", "XV", "xv;xw", "É" * 3, "x" * 30_000,
    '{"all": ' * 400 + "[]" + "}" * 400, '[{"sha256": 5}]', '[{"colour": "x"}]', "a" * 64, "null", "true",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
CELLS = st.sampled_from(TRICKY) | st.text(st.characters(), max_size=60) | JSON | JSON.map(json.dumps)
ROWS = st.dictionaries(st.sampled_from(COLUMNS) | st.text(max_size=10), CELLS, max_size=12)


@settings(settings.get_profile("handed"))
@given(ROWS)
def test_no_row_of_cells_makes_us_fail_and_what_is_in_order_can_be_kept(row):
    ad, problems = from_cells(row, "row 2")
    for problem in problems:
        assert problem.where.startswith("row 2, ")
        assert len(problem.found) <= 200
    if ad is None:
        assert problems
        return
    assert problems == problems_of(ad, "row 2")
    if not problems:
        content = content_of(ad)
        kept = json.dumps([content, dict(ad.rest), [ad.instrument, ad.payer_country, list(ad.administrators)]])
        assert "\\u0000" not in kept
        kept.encode()
        json.dumps(content, ensure_ascii=False).encode()
        assert digest_of(content) == digest_of(json.loads(json.dumps(content)))
        assert len(content["number"]) <= 180


@settings(settings.get_profile("handed"))
@given(st.sampled_from(COLUMNS), st.sampled_from(COLUMNS), CELLS, CELLS)
def test_what_is_wrong_with_one_cell_is_told_whatever_stands_in_another(one, other, cell, beside):
    if one == other:
        return
    _, alone = from_cells({"number": "7", "text": "Vote.", one: cell}, "row 2")
    _, both = from_cells({"number": "7", "text": "Vote.", one: cell, other: beside}, "row 2")
    # A currency or an end is wrong or right by what else was said; the rest stands by itself.
    mutual = {"text", "title", "media", "currency", "budget", "starts", "ends"}
    if not {one, other} <= mutual:
        assert {each.where for each in alone} <= {each.where for each in both} | {"row 2, text"}


def test_every_problem_of_a_row_is_told_at_once():
    row = {
        "number": "", "text": "x\x00", "budget": "much", "starts": "soon", "media": "[1]", "landing_url": "http://[", "countries": "Utopia",
        "administrators": "[[]]", "currency": "eur", "targeting": "[1]", "synthetic": "maybe", "payer_country": "XYZ", "page": "p" * 301,
        "category": "party", "title": "t" * 501,
    }  # fmt: skip
    ad, problems = from_cells(row, "row 3")
    assert ad is None
    assert sorted({problem.where for problem in problems}) == sorted(f"row 3, {name}" for name in row)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("number", "n" * 181),
        ("page_name", "n" * 301),
        ("disclaimer", "n" * 501),
        ("language", "n" * 9),
        ("instrument", "n" * 201),
        ("text", "n" * 20_001),
        ("text", "half \ud83d of a pair"),
        ("countries", ("XV",) * 251),
        ("media", (Media(sha256="a" * 64),) * 51),
        ("administrators", (("", "XV"),)),
        ("administrators", (("f", "Utopia"),)),
        ("budget", Decimal("1e13")),
        ("budget", Decimal("0.001")),
        ("budget", Decimal("NaN")),
        ("currency", "ÉÉÉ"),
        ("starts", datetime(2026, 1, 1)),  # noqa: DTZ001 - it is the fault
        ("ends", datetime(1, 1, 1, tzinfo=UTC)),
        ("landing_url", "http://a:x/"),
        ("targeting", {"is": {"dimension": "a", "value": "b", "category": 1}}),
        ("targeting", {"is": {"dimension": "a", "value": "\x00"}}),
    ],
)
def test_what_cannot_be_kept_is_named(part, value):
    said = {"number": "1", "text": "Vote.", "currency": "XVD"}
    problems = problems_of(Handed(**(said | {part: value})))
    assert [problem.where for problem in problems] == [f"ad, {part}"]


def test_a_tree_that_nobody_could_read_is_refused_before_anything_climbs_it():
    tree = {"is": {"dimension": "location", "value": "XV"}}
    for _ in range(5_000):
        tree = {"not": tree}
    (problem,) = problems_of(Handed(number="1", text="Vote.", targeting=tree))
    assert problem.where == "ad, targeting"
    assert "at most 20" in problem.found


def test_unknown_columns_are_kept_as_they_came():
    ad, problems = from_cells({"number": 7, "text": " Vote. ", "colour": ["green"], "empty": "", "none": None}, "row 2")
    assert problems == []
    assert (ad.number, ad.text, ad.rest) == ("7", " Vote. ", {"colour": "['green']"})


# Digests and keys of near-equal texts

WORDS = (
    "our plan for the district is simple more parks safer roads and a school that stays open in every village".split()
)


def text_of(seed, length=60):
    chance = random.Random(seed)
    return " ".join(f"{chance.choice(WORDS)}{chance.randrange(40)}" for _ in range(length))


def test_the_digest_of_a_content_does_not_depend_on_the_order_of_its_parts_and_stays():
    content = content_of(
        Handed(number="1", text="Vote.", budget=Decimal("12.50"), starts=datetime(2026, 1, 2, tzinfo=UTC))
    )
    turned = dict(reversed(list(content.items())))
    assert digest_of(content) == digest_of(turned)
    assert digest_of(content) == "e1630cad773a6695a5514ba443ae3215fc8b335f1329e0f8a3abdf78b7763cc5"


@pytest.mark.parametrize(
    "part",
    [
        name
        for name in COLUMNS
        if name not in {"instrument", "issuing_country", "payer_country", "payer_kind", "administrators"}
    ],
)
def test_every_part_of_what_is_said_changes_the_digest(part):
    other = {
        "media": (Media(sha256="a" * 64),), "synthetic": True, "countries": ("XV",), "targeting": {"all": []}, "budget": Decimal(1),
        "starts": datetime(2026, 1, 1, tzinfo=UTC), "ends": datetime(2026, 1, 1, tzinfo=UTC),
    }.get(part, "other")  # fmt: skip
    said = {"number": "1"}
    assert digest_of(content_of(Handed(**said))) != digest_of(content_of(Handed(**(said | {part: other}))))


def test_who_pays_from_what_is_in_no_version():
    ad = Handed(
        number="1", text="Vote.", instrument="secret-card", issuing_country="RU", administrators=(("secret-one", "RU"),)
    )
    assert "secret" not in json.dumps(content_of(ad))


def test_a_creative_is_the_same_under_another_disclaimer_and_another_under_another_text():
    one = content_of(Handed(number="1", text="Vote.", disclaimer="Paid for by A"))
    assert creative_digest(one) == creative_digest(content_of(Handed(number="2", text="Vote.", disclaimer="Paid by B")))
    assert creative_digest(one) != creative_digest(content_of(Handed(number="1", text="Vote!")))


@pytest.mark.parametrize("seed", range(40))
def test_near_equal_texts_share_a_key(seed):
    text = text_of(seed)
    words = text.split()
    words[random.Random(seed).randrange(len(words))] = "other"
    assert set(near_keys(text)) & set(near_keys(" ".join(words)))
    assert near_keys(text) == near_keys(text.upper() + "!!") == near_keys("\n".join(text.split()))


def test_different_texts_share_none():
    keys = [set(near_keys(text_of(seed))) for seed in range(100)]
    assert all(len(each) == 8 for each in keys)
    shared = sum(bool(one & other) for place, one in enumerate(keys) for other in keys[:place])
    assert shared == 0


def test_look_alike_letters_do_not_hide_a_text_and_few_words_have_no_key():
    text = text_of(1)
    assert set(near_keys(text)) & set(near_keys(text.replace("o", "о").replace("a", "а")))
    assert near_keys("Vote on Tuesday, all of us") != []
    assert near_keys("Vote on Tuesday, all us") == []
    assert near_keys("") == []


def test_the_words_of_an_ad_begin_with_its_text():
    ad = Handed(
        number="1", title="A title", text="The text.", media=(Media(sha256="a" * 64, recognised_text="In it."),)
    )
    assert words_of(content_of(ad)) == "The text.\nA title\nIn it."
