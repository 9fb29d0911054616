"""JSON that can be read and written again without a change: keys in order, no blanks, numbers as they came."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hustings.errors import BadInput, Problem

__all__ = ["DEEPEST", "Literal", "Malformed", "canonical", "checked", "decoder", "is_canonical", "read_json"]

DEEPEST = 64  # levels of nesting; what STIX itself describes needs fewer than ten


class Malformed(BadInput):
    """A text is no JSON that one can rely on: not JSON, a key twice, nested too deep, a number that is none."""

    code = "malformed_json"


@dataclass(frozen=True, slots=True)
class Literal:
    """A number that no computer number says as it was written: 1.0 beside 1, 1E5, a hundred digits."""

    text: str

    def __float__(self) -> float:
        return float(self.text)


class _Odd(Exception):
    """Something the quick way cannot write as it came."""


def read_json(text: str | bytes, *, where: str = "text") -> Any:
    """The value of a JSON text; numbers that would not come out as they went in are kept as `Literal`.

    Raises   Malformed for what RFC 8259 or RFC 7493 (I-JSON) forbid, and for nesting deeper than `DEEPEST`
    """
    try:
        given = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise _malformed(where, f"a byte that is not UTF-8 at {error.start}", "UTF-8") from None
    try:
        value = json.loads(given, cls=_decoder_class(where))
    except json.JSONDecodeError as error:
        raise _malformed(where, f"{error.msg} in line {error.lineno}, column {error.colno}", "JSON") from None
    except RecursionError:
        raise _too_deep(where) from None
    return checked(value, given, where=where)


def decoder(where: str) -> json.JSONDecoder:
    """A decoder with the rules of `read_json`; what it gives has still to be `checked`."""
    return _decoder_class(where)()


def checked(value: Any, text: str, *, where: str) -> Any:
    """The value, if the text it came from has no half characters and no nesting deeper than `DEEPEST`.

    Raises   Malformed
    """
    if _deeper(value):
        raise _too_deep(where)
    if "\\u" in text:  # only an escape can bring half a character in
        try:
            canonical(value)
        except UnicodeEncodeError:
            raise _malformed(where, "half of a surrogate pair", "whole characters") from None
    return value


def canonical(value: Any) -> bytes:
    """The bytes of a value: keys by code point, no blanks, UTF-8, escapes only where JSON needs them (as RFC 8785).

    Limits   unlike RFC 8785 numbers are never rounded to a double: they stand as they came
    """
    try:
        text = json.dumps(
            value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_odd
        )
    except _Odd:
        text = "".join(_pieces(value))
    return text.encode("utf-8")


def is_canonical(text: bytes) -> bool:
    """Tell whether a text is what `canonical` gives for what it says."""
    try:
        return canonical(read_json(text)) == text
    except Malformed:
        return False


def _decoder_class(where: str) -> type[json.JSONDecoder]:
    class Decoder(json.JSONDecoder):
        def __init__(self) -> None:
            super().__init__(
                object_pairs_hook=_once(where), parse_float=_float, parse_int=_int, parse_constant=_never(where)
            )

    return Decoder


def _once(where: str) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise _malformed(where, f"the key {', '.join(twice)!r} more than once", "each key once")
        return value

    return made


def _never(where: str) -> Callable[[str], Any]:
    def refused(text: str) -> Any:
        raise _malformed(where, text, "a number")

    return refused


def _float(text: str) -> float | Literal:
    value = float(text)
    return value if repr(value) == text else Literal(text)


def _int(text: str) -> int | Literal:
    # Python refuses to turn thousands of digits into a number, and -0 would lose its sign.
    return int(text) if len(text) <= 40 and text != "-0" else Literal(text)


def _odd(value: Any) -> Any:
    if isinstance(value, Literal):
        raise _Odd
    raise TypeError(f"no JSON for {type(value).__name__}")


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Literal):
        yield value.text
    elif isinstance(value, dict):
        for number, key in enumerate(sorted(value)):
            yield ("," if number else "{") + json.dumps(key, ensure_ascii=False) + ":"
            yield from _pieces(value[key])
        yield "}" if value else "{}"
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield "," if number else "["
            yield from _pieces(one)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)


def _deeper(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _too_deep(where: str) -> Malformed:
    return _malformed(where, f"nesting deeper than {DEEPEST} levels", f"at most {DEEPEST}")


def _malformed(where: str, found: str, expected: str) -> Malformed:
    problem = Problem(where=where, found=found, expected=expected, do="Ask the sender for a text that says it plainly.")
    return Malformed("This is no JSON that can be relied on.", [problem])
