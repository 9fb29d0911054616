"""The rules of TAXII: what is asked, in which media type, where a page goes on, and which bytes an object has."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.errors import BadInput
from hustings.exchange.taxii.envelope import Malformed, objects_in, page_in
from hustings.exchange.taxii.head import DEEPEST, Unfit, head_of, name_of
from hustings.exchange.taxii.instant import instant, said
from hustings.exchange.taxii.media import accepted, is_taxii
from hustings.exchange.taxii.place import place_in, token_of
from hustings.exchange.taxii.query import Endpoint, Filters, Which, query_of
from hustings.exchange.taxii.resource import status

MOMENTS = st.datetimes(timezones=st.just(UTC))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=3), min_size=1, max_size=5)


@given(MOMENTS)
def test_a_moment_is_read_as_it_was_written(moment):
    assert instant(said(moment)) == moment
    assert len(said(moment)) == 27


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-02-30T00:00:00Z",
                                  "2026-01-01T00:00:60Z", "2026-01-01t00:00:00z", "0000-01-01T00:00:00Z", "２026-01-01T00:00:00Z", ""])  # fmt: skip
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        instant(text)


@given(
    OBJECTS, st.sampled_from([None, 0, 3]), st.booleans(), st.dictionaries(st.sampled_from(["more", "next", "x"]), JSON)
)
def test_the_bytes_of_objects_are_those_of_the_envelope(objects, indent, plain, beside):
    content = json.dumps(beside | {"objects": objects}, indent=indent, ensure_ascii=plain).encode("utf-8")
    found = list(objects_in(content))
    assert [told for _, told in found] == objects
    assert [json.loads(raw) for raw, _ in found] == objects
    assert all(raw in content for raw, _ in found)
    assert page_in(content) == (found, beside)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_comes_is_an_envelope_or_malformed(content):
    try:
        slow = json.loads(content.decode("utf-8"))["objects"]
        fits = isinstance(slow, list) and bool(slow) and all(isinstance(each, dict) for each in slow)
    except (ValueError, TypeError, KeyError, RecursionError):
        fits = False
    if not fits:
        with pytest.raises(Malformed):
            list(objects_in(content))


@pytest.mark.parametrize("content", ['{"objects":[{}],"objects":[{}]}', '{"objects":[{}]}{}', '{"objects":[{}', '{"objects":[{"a":Infinity}]}',
                                     '{"objects":[{}],}', '﻿{"objects":[{}]}', '{"a" 1}', '{"objects":[{},]}', "{", '{"', '{"objects"'])  # fmt: skip
def test_near_misses_are_malformed(content):
    with pytest.raises(Malformed):
        list(objects_in(content.encode()))


def test_an_answer_may_have_no_objects():
    assert page_in(b"{}") == page_in(b" { } ") == ([], {})
    with pytest.raises(Malformed):
        page_in(b"{} x")


@given(
    MOMENTS,
    st.lists(st.text(max_size=5) | st.none()),
    st.binary(min_size=1, max_size=9),
    st.integers(0, 200),
    st.integers(1, 255),
)
def test_a_place_is_good_for_what_it_was_given_for_alone(moment, bound, key, at, change):
    token = token_of(moment, bound, key)
    assert place_in(token, bound, key) == moment
    for other in ((bound + ["x"], key), (bound, key + b"x")):
        with pytest.raises(ValueError, match="not a place"):
            place_in(token, *other)
    letter = token[at % len(token)]
    forged = token.replace(letter, "A" if letter != "A" else "B", 1)
    for other in (forged, f" {token}", f"{token[:9]}!{token[9:]}", f"{token}=", token + token):
        with pytest.raises(ValueError, match="not a place"):
            place_in(other, bound, key)


@given(st.text(max_size=60))
def test_what_is_no_place_is_refused(text):
    with pytest.raises(ValueError, match="not a place"):
        place_in(text, ["a"], b"key")


def read_slowly(name, value, endpoint):
    """One parameter, read word by word: what it says, None where it says nothing here, or an error."""
    fields = {"objects": "id type version spec_version", "manifest": "id type version spec_version", "object": "version spec_version",
              "versions": "spec_version", "delete": "version spec_version"}[endpoint].split()  # fmt: skip
    if name == "limit":
        if value == "" or any(letter not in "0123456789" for letter in value) or int(value) < 1:
            raise ValueError
        return int(value)
    if name == "added_after":
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    field = name.removeprefix("match[").removesuffix("]")
    if field not in {"id", "type", "version", "spec_version"} or "" in value.split(","):
        raise ValueError
    if field not in fields:
        return None
    if field == "version":
        return {Which(word) if word in {"first", "last", "all"} else datetime.strptime(word, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
                for word in value.split(",")}  # fmt: skip
    if field == "spec_version" and not all(
        len(word) == 3 and word[1] == "." and (word[0] + word[2]).isdigit() for word in value.split(",")
    ):
        raise ValueError
    return set(value.split(","))


WORDS = st.sampled_from(["", "1", "0", "20", "-3", "x", "first", "last", "all", "2.0", "2.1", "2.1,2.0", "first,last", "last,", "2026-01-01T00:00:00Z",
                         "2026-13-01T00:00:00Z", "all,2026-01-02T03:04:05Z", "indicator", "a,b"])  # fmt: skip
NAMES = st.sampled_from(
    [
        "limit",
        "added_after",
        "match[id]",
        "match[type]",
        "match[version]",
        "match[spec_version]",
        "match[other]",
        "match",
    ]
)


@given(st.dictionaries(NAMES, WORDS, max_size=4), st.sampled_from(Endpoint))
def test_queries_are_read_as_the_slow_reading_reads_them(parameters, endpoint):
    slow, wrong = {}, False
    for name, value in parameters.items():
        try:
            slow[name] = read_slowly(name, value, endpoint.value)
        except ValueError:
            wrong = True
    if wrong:
        with pytest.raises(BadInput):
            query_of(parameters.items(), endpoint)
        return
    query = query_of(parameters.items(), endpoint)
    assert query.limit == slow.get("limit")
    assert query.filters == Filters(
        added_after=slow.get("added_after"),
        ids=slow.get("match[id]") and frozenset(slow["match[id]"]),
        types=slow.get("match[type]") and frozenset(slow["match[type]"]),
        versions=frozenset(slow.get("match[version]") or {Which.LAST}),
        spec_versions=slow.get("match[spec_version]") and frozenset(slow["match[spec_version]"]),
    )


def test_the_order_of_parameters_does_not_change_what_a_page_is_bound_to():
    one = query_of([("match[type]", "b,a"), ("added_after", "2026-01-01T00:00:00.0Z")], Endpoint.OBJECTS)
    other = query_of(
        [("added_after", "2026-01-01T00:00:00Z"), ("match[type]", "a,b"), ("limit", "3")], Endpoint.OBJECTS
    )
    assert one.filters.canonical == other.filters.canonical


@pytest.mark.parametrize(("header", "answer"), [
    (None, True), ("", True), ("*/*", True), ("application/taxii+json;version=2.1;q=0.5", True), ("application/taxii+json;version=2.1;q=0", False),
    ("*/*;q=0, application/taxii+json", True), ("application/taxii+json;q=0, */*", False), ("application/taxii+json;version=2.0, */*;q=0.1", True),
    ("a,b;c=\"d,application/taxii+json\"", False), ("application/taxii+json;q=x", False), (";", False), (",", False),
])  # fmt: skip
def test_what_a_client_takes(header, answer):
    assert accepted(header) is answer


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading(text):
    assert accepted(text) in {True, False}
    assert is_taxii(text) in {True, False}


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "type",
                "id",
                "created",
                "modified",
                "spec_version",
                "created_by_ref",
                "object_marking_refs",
                "granular_markings",
            ]
        ),
        JSON,
    )
)
def test_whatever_an_object_says_has_a_head_or_is_unfit(told):
    try:
        head = head_of(told)
    except Unfit:
        return
    assert head.stix_id.startswith(f"{head.type}--")


@pytest.mark.parametrize(
    ("said", "name"),
    [("\x00", None), ("a\x00b", "ab"), ("\ud800", "?"), ("x" * 400, "x" * 300), ("", None), (["x"], None)],
)
def test_what_an_object_calls_itself_is_told_in_text_that_can_be_written_down(said, name):
    assert name_of({"id": said}) == name


@pytest.mark.parametrize("inner", [[], {}])
@pytest.mark.parametrize("name", ["x", "id", "type", "created", "object_marking_refs", "extensions"])
def test_an_object_of_values_within_values_is_kept_to_an_ordinary_depth(inner, name):
    def told(deep):
        value = inner
        for _ in range(deep - 2):
            value = [value] if inner == [] else {"a": value}
        return {"type": "x-made", "id": "x-made--11111111-1111-4111-8111-111111111111", "y": value} | {name: value}

    if name == "x":
        assert head_of(told(DEEPEST)).type == "x-made"
    for deep in (DEEPEST + 1, 900, 100_000):
        with pytest.raises(Unfit) as refused:
            head_of(told(deep))
        assert [problem.where for problem in refused.value.problems] == ["depth"]


def test_a_failure_has_a_version_which_is_a_moment():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    told = status("k", moment, [], [{"id": "x", "version": "", "message": "m"}, {"id": "y", "version": "2025-01-01T00:00:00Z", "message": "m"}])  # fmt: skip
    assert [each["version"] for each in told["failures"]] == ["2026-01-01T00:00:00.000000Z", "2025-01-01T00:00:00Z"]


def test_the_version_is_modified_then_created_then_none():
    identity = "identity--11111111-1111-4111-8111-111111111111"
    told = {"type": "identity", "id": identity, "created": "2026-01-01T00:00:00Z", "modified": "2026-01-02T00:00:00.5Z"}
    assert head_of(told).version == datetime(2026, 1, 2, tzinfo=UTC) + timedelta(milliseconds=500)
    assert head_of(told).spec_version == "2.0"
    marking = {
        "type": "marking-definition",
        "id": identity.replace("identity", "marking-definition"),
        "created": "2026-01-01T00:00:00Z",
    }
    assert head_of(marking).version_said == "2026-01-01T00:00:00Z"
    url = {"type": "url", "id": identity.replace("identity", "url"), "value": "x"}
    assert (head_of(url).version, head_of(url).spec_version) == (None, "2.1")


@pytest.mark.parametrize(
    "inside",
    [
        '"object_marking_refs": ["a"], "object_marking_refs": ["b"]',
        '"extensions": {"x": [{"y": 1, "y": 1}]}',
        '"\\u0069d": "note--00000000-0000-4000-8000-000000000001"',
    ],
)
def test_an_object_with_a_name_twice_is_kept_by_nobody_and_those_beside_it_are(inside):
    made = '{"type": "note", "id": "note--00000000-0000-4000-8000-000000000000", "spec_version": "2.1", "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z"%s}'
    content = '{"objects": [' + made % "" + "," + made % f", {inside}" + "," + made % "" + "]}"
    before, wrong, behind = [told for _, told in objects_in(content.encode())]
    assert head_of(before) == head_of(behind)
    with pytest.raises(Unfit, match="twice"):
        head_of(wrong)
