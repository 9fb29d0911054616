"""Escapes of addresses, by hand: the same as the library's, which the pure packages may not touch."""

from urllib.parse import parse_qsl, quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from hustings.detection.escapes import escaped, parameters, unescaped

TEXTS = st.text(st.sampled_from("aZ09%%%%ef=&&==+/?ä€☃ ;#"), max_size=24)


@given(TEXTS)
def test_escapes_are_read_and_written_as_the_library_does(text):
    assert unescaped(text) == unquote(text)
    assert escaped(text, "/!$&") == quote(text, safe="/!$&")
    assert parameters(text) == parse_qsl(text)
