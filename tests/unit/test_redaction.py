"""A redacted copy is its original with parts taken out and nothing else, whatever the bytes and the parts are."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.errors import BadInput
from hustings.ledger.redaction import Cut, found, redact
from hustings.ledger.verify_evidence import commitment_of, mark_of, redacted, redaction_digest
from hustings.policy.disclosure import Removed

CODES = [one.value for one in Removed]


def cuts_of(places, codes):
    """Cuts between pairs of places, in order and apart."""
    places = sorted(set(places))
    pairs = list(zip(places[::2], places[1::2], strict=False))
    return [Cut(begin=a, end=b, code=codes[n % len(codes)]) for n, (a, b) in enumerate(pairs)]


@given(original=st.binary(min_size=2, max_size=200), data=st.data())
def test_the_copy_holds_what_was_kept_in_order_and_a_mark_for_each_part(original, data):
    places = data.draw(st.lists(st.integers(0, len(original)), min_size=2, max_size=12, unique=True))
    cuts = cuts_of(places, data.draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4)))
    salts = [bytes([n]) * 16 for n in range(len(cuts))]
    made = redact(original, cuts, salts)
    # A plain reading: byte by byte, a mark where a part begins.
    gone = {at for cut in cuts for at in range(cut.begin, cut.end)}
    begins = {cut.begin: cut.code for cut in cuts}
    plain = b"".join(
        (mark_of(begins[at]) if at in begins else b"") + (b"" if at in gone else original[at : at + 1])
        for at in range(len(original))
    )
    assert made.copy == plain == redacted(original, made.parts)
    for part, cut, salt in zip(made.parts, cuts, salts, strict=True):
        assert made.copy[part["at"] :].startswith(mark_of(cut.code))
        assert part["commitment"] == commitment_of(salt, original[cut.begin : cut.end])
    assert made.digest == redaction_digest(
        hashlib.sha256(original).hexdigest(), hashlib.sha256(made.copy).hexdigest(), made.parts
    )


def test_words_are_taken_out_wherever_they_stand_and_lines_that_do_nothing_are_all_named():
    text = "Nora says: Nora Example lives here. Nóra does not.".encode()
    assert found(text, [("PERSON", "Nora Example"), ("PERSON", "Nora"), ("PERSON", "Nóra")]) == [
        Cut(begin=0, end=4, code="PERSON"), Cut(begin=11, end=23, code="PERSON"), Cut(begin=36, end=41, code="PERSON"),
    ]  # fmt: skip
    assert found(text, [("SCOPE", "0-4")]) == [Cut(begin=0, end=4, code="SCOPE")]
    with pytest.raises(BadInput) as error:
        found(
            text,
            [
                ("PERSON", "nobody"),
                ("PERSON", "Nora"),
                ("SCOPE", "5-5"),
                ("SCOPE", "2-8"),
                ("SCOPE", f"0-{len(text) + 1}"),
            ],
        )
    assert [problem.where for problem in error.value.problems] == ["line 1", "line 3", "line 4", "line 5"]


def test_what_cannot_be_a_redaction_is_none():
    with pytest.raises(AssertionError, match="takes something out"):
        redact(b"ab", [], [])
    with pytest.raises(AssertionError, match="apart"):
        redact(b"abcd", [Cut(begin=0, end=3, code="SCOPE"), Cut(begin=2, end=4, code="SCOPE")], [b"", b""])
