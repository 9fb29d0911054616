"""The objects that somebody adds: found in the request one by one, each with its own bytes as they came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from typing import Any, NoReturn

from hustings.errors import BadInput, Problem

__all__ = ["Doubled", "Malformed", "objects_in", "page_in", "read_json"]

BLANK = re.compile(r"[ \t\n\r]*")


class Malformed(BadInput):
    """A request whose content is no envelope; nothing of it is kept."""

    code = "malformed"


def malformed(found: str, expected: str) -> Malformed:
    """The error, in the house's words: none of the content, which may be restricted, is repeated."""
    return Malformed(
        "The content is no TAXII envelope.",
        [Problem(where="body", found=found, expected=expected, do="Send an envelope: {\"objects\": [...]}.")],
    )  # fmt: skip


def no_number(word: str) -> NoReturn:
    """Refuse what only some programs take for JSON."""
    raise ValueError(f"{word} is no JSON")


class Doubled(dict[str, Any]):
    """An object in which a name stands twice, in itself or in a part: two programs would read two things in its bytes."""

    def __init__(self, told: dict[str, Any], twice: str) -> None:
        super().__init__(told)
        self.twice = twice


class Reader:
    """Reads values of JSON, and sees where a name stands twice (RFC 7493 forbids it, the library takes the last)."""

    def __init__(self) -> None:
        self.twice: list[str] = []
        self.read = JSONDecoder(parse_constant=no_number, object_pairs_hook=self.once).raw_decode

    def once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of the text."""
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            self.twice.append(next(name for name in names if names.count(name) > 1))
        return found

    def value(self, text: str, at: int) -> tuple[Any, int]:
        """The value that begins here, and the place behind it."""
        value, end = self.read(text, at)
        if self.twice and isinstance(value, dict):
            value = Doubled(value, self.twice[0])
        self.twice.clear()
        return value, end


def read_json(content: bytes) -> Any:
    """JSON in UTF-8, and nothing behind it.

    Raises   ValueError, RecursionError
    """
    return json.loads(content.decode("utf-8"), parse_constant=no_number)


def objects_in(content: bytes) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Each object of an envelope: its bytes, and what they say. Only one is held at a time beside the content.

    Raises   Malformed, perhaps after some objects: keep what was given only once the end was reached
    """
    yield from found_in(content, None)


def page_in(content: bytes) -> tuple[list[tuple[bytes, dict[str, Any]]], dict[str, Any]]:
    """The objects of an answer, perhaps none, and its other members.

    Raises   Malformed
    """
    beside: dict[str, Any] = {}
    return list(found_in(content, beside)), beside


def found_in(content: bytes, beside: dict[str, Any] | None) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The objects, with whatever is wrong told in one way."""
    try:
        yield from scan(content.decode("utf-8"), beside)
    except UnicodeDecodeError as error:
        raise malformed(f"a byte that is not UTF-8, at {error.start}", "UTF-8") from error
    except (ValueError, IndexError) as error:
        raise malformed("no JSON", "one JSON object") from error
    except RecursionError as error:
        raise malformed("values within values without end", "a content of ordinary depth") from error


def scan(text: str, beside: dict[str, Any] | None) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Walk over the members of the envelope; those beside the objects are put into `beside` where it is given."""
    seen, reader = set(), Reader()
    at = after(text, 0, "{")
    if text[at : at + 1] == "}":
        if beside is None or blank(text, at + 1) != len(text):
            raise malformed("nothing", "objects")
        return
    while True:
        at = after(text, at, '"')
        name, at = scanstring(text, at, True)
        at = after(text, at, ":")
        if name in seen:
            raise malformed("a member twice", "each member once")
        seen.add(name)
        if name == "objects":
            at = after(text, at, "[")
            if text[at : at + 1] == "]":
                raise malformed("an empty list of objects", "at least one object")
            while True:
                value, end = reader.value(text, at)
                if not isinstance(value, dict):
                    raise malformed(f"a {type(value).__name__} among the objects", "objects of STIX")
                yield text[at:end].encode("utf-8"), value
                at = blank(text, end)
                if text[at] == "]":
                    at = blank(text, at + 1)
                    break
                at = after(text, at, ",")
        else:
            value, at = reader.value(text, at)
            if beside is not None:
                beside[name] = value
            elif name == "type":
                raise malformed("a type", "an envelope, which has none")
            at = blank(text, at)
        if text[at] == "}":
            break
        at = after(text, at, ",")
    if blank(text, at + 1) != len(text):
        raise malformed("more behind the envelope", "one JSON object")
    if "objects" not in seen and beside is None:
        raise malformed("no objects", "objects")


def blank(text: str, at: int) -> int:
    """The place behind blanks."""
    found = BLANK.match(text, at)
    assert found is not None
    return found.end()


def after(text: str, at: int, sign: str) -> int:
    """The place behind a sign and the blanks around it.

    Raises   ValueError where another stands
    """
    at = blank(text, at)
    if text[at : at + 1] != sign:
        raise ValueError(f"{text[at : at + 1]!r} at character {at}, where {sign!r} was expected")
    return at + 1 if sign == '"' else blank(text, at + 1)
