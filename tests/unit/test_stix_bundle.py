"""Bundles are read object by object, keep every byte that says something, and nothing in them is trusted."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from stix_markings import OURS, THEIRS, markings

from hustings.cli.main import hustings
from hustings.exchange.stix.bundle import LARGEST_OBJECT, read_bundle, write_bundle
from hustings.exchange.stix.canonical import DEEPEST, Literal, Malformed, canonical, is_canonical, read_json
from hustings.exchange.stix.examine import definitions_of, examine
from hustings.exchange.stix.marking import Definitions, Names, Reads, Untranslatable, read_marking, write_marking
from hustings.exchange.stix.tlp import TLP
from hustings.policy.marking import Tlp

NAMES = Names(here="here", sender="sender")
DISARM = Path(__file__).parents[2].parent / "shared" / "data" / "disarm" / "DISARM.json"

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


def bundle(*objects, **more):
    return io.BytesIO(json.dumps({"type": "bundle", "id": "bundle--1", "objects": list(objects)} | more).encode())


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_canonical_bytes_say_the_same_and_come_out_as_they_went_in(value):
    text = canonical(value)
    assert canonical(read_json(text)) == text
    assert is_canonical(text)
    assert json.loads(text) == value


@pytest.mark.parametrize(
    "number", ["1.0", "1E5", "1e400", "-0", "-0.0", "0.10", "9" * 5000, "123456789012345678901234567890", "1e-7"]
)
def test_a_number_stays_as_it_was_written(number):
    text = b'{"a":' + number.encode() + b',"b":"\xc3\xa9"}'
    assert canonical(read_json(text)) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"a":1,"a":2}', "more than once"), (b'{"a":NaN}', "NaN"), (b'{"a":Infinity}', "Infinity"), (b'{"a":"\\ud800"}', "surrogate"),
        (b"\xff", "UTF-8"), (b"{", "line 1"), (b"[" * 100_000, "nesting"), (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "nesting"),
    ],
)  # fmt: skip
def test_what_cannot_be_relied_on_is_refused(text, found):
    with pytest.raises(Malformed, match=found):
        read_json(text)
    with pytest.raises(Malformed):
        list(read_bundle(io.BytesIO(b'{"objects":[{"x":' + text + b"}]}")))


class Slow(io.RawIOBase):
    """A stream that gives a few bytes at a time, wherever that cuts."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def read(self, _=-1):
        part, self.data = self.data[: self.size], self.data[self.size :]
        return part


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=3), max_size=4), st.integers(1, 9))
def test_a_bundle_is_read_the_same_wherever_it_is_cut(objects, size):
    out = io.BytesIO()
    count = write_bundle(objects, out)
    came = list(read_bundle(Slow(out.getvalue(), size)))
    assert count == len(came)
    distinct = list(dict.fromkeys(canonical(one) for one in objects))
    assert [one.raw for one in came] == distinct
    assert [canonical(one.said) for one in came] == distinct
    again = io.BytesIO()
    write_bundle((one.raw for one in came), again)
    assert again.getvalue() == out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b'{"type":"report","objects":[]}', b'{"objects":[7]}', b'{"objects":[{}],"objects":[{}]}', b'{"objects":[{}]} x',
        b'{"objects":[{} {}]}', b'{"objects":[{},]}', b'{"objects":[{}]', b'{"objects":[{}', b'{"objects":["\xff"]}', b'{7:1}',
    ],
)  # fmt: skip
def test_what_is_no_whole_bundle_is_told(text):
    with pytest.raises(Malformed):
        list(read_bundle(io.BytesIO(text)))


def test_an_object_that_is_too_large_is_not_read_to_its_end():
    endless = io.BytesIO(b'{"objects":[{"a":"' + b"x" * (LARGEST_OBJECT * 3))
    with pytest.raises(Malformed, match="more than"):
        list(read_bundle(endless))
    assert endless.tell() < LARGEST_OBJECT * 2


def test_an_envelope_of_taxii_and_an_empty_bundle_are_read():
    assert list(read_bundle(io.BytesIO(b'{"more":false}'))) == []
    assert [came.number for came in read_bundle(io.BytesIO(b'{"more":false,"objects":[{},{}]}'))] == [1, 2]


def note(key, marks=(), **more):
    made = {"type": "note", "spec_version": "2.1", "id": f"note--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f{key}", "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "content": "x", "object_refs": ["identity--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f10"]}  # fmt: skip
    return made | ({"object_marking_refs": list(marks)} if marks else {}) | more


@settings(max_examples=40, deadline=None)
@given(st.lists(markings(plain=False) | markings(plain=True), min_size=1, max_size=6), st.sampled_from(Reads))
def test_objects_under_every_form_of_marking_come_through_a_bundle_whole_and_no_freer(given_, reads):
    objects, wanted = [], {}
    definitions = {}
    for number, marking in enumerate(given_):
        try:
            refs, _, some = write_marking(marking, names=replace(OURS, reads=reads))
        except Untranslatable:
            continue
        definitions |= {one["id"]: one for one in some}
        objects.append(note(10 + number, refs, created_by_ref="identity--meridian", x_number=Literal("1.0")))
        wanted[objects[-1]["id"]] = (marking, refs, some)
    out = io.BytesIO()
    write_bundle([*objects, *definitions.values()], out)
    came = list(read_bundle(io.BytesIO(out.getvalue())))
    assert [one.raw for one in came] == [canonical(one) for one in [*objects, *definitions.values()]]
    known = definitions_of(came)
    for one in came:
        if one.said["id"] in wanted:
            marking, refs, some = wanted[one.said["id"]]
            there = read_marking(one.said, known, names=THEIRS)
            # The same as without a bundle between, whose order and strangers change nothing; that it is no wider is
            # shown in test_stix_marking.
            alone = {"created_by_ref": "identity--meridian", "object_marking_refs": refs}
            assert there == read_marking(alone, Definitions(some), names=THEIRS)
            assert reads is not Reads.HUSTINGS or there == marking


def test_what_is_wrong_and_what_is_hidden_is_told_apart(tmp_path):
    objects = [
        note(10, [TLP[Tlp.GREEN]]), note(10, [TLP[Tlp.GREEN]]), note(10, content="other"), note(11, ["marking-definition--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f10"]),
        note(12, content=None),
    ]  # fmt: skip
    came = list(read_bundle(bundle(*objects)))
    found = examine(came, definitions_of(came), names=NAMES)
    assert found.twice == 1
    assert {key[-2:] for key, _ in found.wrong} == {"10", "12"}
    assert [key[-2:] for key, _ in found.hidden] == ["11"]
    (tmp_path / "bundle.json").write_bytes(bundle(*objects).getvalue())
    run = CliRunner().invoke(hustings, ["stix", "check", str(tmp_path / "bundle.json")])
    assert run.exit_code == 1
    assert "5 objects: 5 note" in run.output
    assert "dangling" in run.output
    good = tmp_path / "good.json"
    good.write_bytes(bundle(objects[0]).getvalue())
    run = CliRunner().invoke(hustings, ["stix", "check", str(good), "--json"])
    assert (run.exit_code, json.loads(run.output)["lights"]) == (0, {"TLP:GREEN": 1})


@pytest.mark.parametrize("form", ["csv", "domains", "misp", "signals", "mail", "stix"])
def test_lists_and_bundles_are_turned_into_each_form(tmp_path, form):
    table = tmp_path / "list.csv"
    table.write_text(
        "Tactic,Technique,Procedure,Indicator,Comments\n0,0.6,0.6.2,fox-news[.]in,x\n0,0.9,0.9.1,17 accounts,\n"
    )
    made, out = tmp_path / "bundle.json", tmp_path / "out"
    runner = CliRunner()
    run = runner.invoke(hustings, ["stix", "convert", str(table), "--to", "stix", "--out", str(made), "--tlp", "clear"])
    assert run.exit_code == 0, run.output
    assert "Not carried over: row 3" in run.output
    run = runner.invoke(hustings, ["stix", "convert", str(made), "--to", form, "--out", str(out), "--maker", "desk@a.example", "--for", "b@c.example"])  # fmt: skip
    assert run.exit_code == 0, run.output
    text = (out / "manifest.json" if form == "misp" else out).read_text()
    assert {"misp": "Shared indicators", "mail": "fox-news[.]in"}.get(form, "fox-news.in") in text


def test_what_cannot_be_translated_writes_nothing(tmp_path):
    made = tmp_path / "bundle.json"
    made.write_bytes(bundle(note(10, ["marking-definition--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f10"])).getvalue())
    run = CliRunner().invoke(
        hustings, ["stix", "convert", str(made), "--to", "csv", "--out", str(tmp_path / "out.csv")]
    )
    assert run.exit_code != 0
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.skipif(not DISARM.exists(), reason="the bundle of DISARM is not beside the checkout")
def test_disarms_bundle_comes_out_as_it_went_in():
    with DISARM.open("rb") as stream:
        came = list(read_bundle(stream))
    assert len(came) == 698
    assert [json.loads(canonical(one.said)) for one in came] == json.loads(DISARM.read_text())["objects"]
    found = examine(came, definitions_of(came), names=NAMES, by_the_letter=False)
    assert (found.numbers["hidden"], found.numbers["wrong"], found.twice) == (0, 0, 0)
    assert sys.getrecursionlimit() >= DEEPEST
