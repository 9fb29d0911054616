"""Bundles read and written object by object, so that a million objects take no more memory than one."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from hustings.errors import Problem
from hustings.exchange.stix.canonical import Malformed, canonical, checked, decoder
from hustings.exchange.stix.objects import uuid_of

__all__ = ["LARGEST_OBJECT", "Came", "read_bundle", "write_bundle"]

LARGEST_OBJECT = 4 * 2**20  # characters of one object; the largest of public bundles has some ten thousand
PORTION = 2**18
SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Came:
    """One object: which of the bundle it is, its bytes as they came, and what they say."""

    number: int
    raw: bytes
    said: Mapping[str, Any]


class _Text:
    """A text that is read on as far as somebody looks, and forgotten behind them."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.stream, self.where = stream, where
        self.decode = codecs.getincrementaldecoder("utf-8")()
        self.text, self.at, self.ended = "", 0, False
        self.json = decoder(where)

    def more(self) -> bool:
        """Read a portion; False when there is none."""
        if self.ended:
            return False
        data = self.stream.read(PORTION)
        self.ended = not data
        try:
            self.text = self.text[self.at :] + self.decode.decode(data, final=self.ended)
        except UnicodeDecodeError:
            raise wrong(self.where, "bytes that are not UTF-8", "UTF-8") from None
        self.at = 0
        return not self.ended

    def next(self) -> str:
        """The next sign that is no blank, without going past it; empty at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in SPACE:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def sign(self, expected: str) -> None:
        """Go past this sign."""
        found = self.next()
        if found != expected:
            raise wrong(self.where, repr(found) if found else "the end", repr(expected))
        self.at += 1

    def value(self, where: str) -> tuple[Any, str]:
        """The next value and its text."""
        self.next()
        while True:
            try:
                found, end = self.json.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if len(self.text) - self.at > LARGEST_OBJECT:
                    raise wrong(where, f"more than {LARGEST_OBJECT:,} characters", "a smaller object") from None
                if not self.more():
                    raise wrong(where, error.msg, "JSON") from None
                continue
            except RecursionError:
                raise wrong(where, "nesting deeper than anything in STIX", "flat objects") from None
            # A number may go on in the next portion.
            if end == len(self.text) and self.more():
                continue
            text = self.text[self.at : end]
            if len(text) > LARGEST_OBJECT:
                raise wrong(where, f"{len(text):,} characters", f"at most {LARGEST_OBJECT:,}")
            self.at = end
            return checked(found, text, where=where), text


def read_bundle(stream: BinaryIO, *, where: str = "bundle") -> Iterator[Came]:
    """The objects of a bundle (or of an envelope of TAXII) in their order, also those that come twice.

    Raises   Malformed at the first place that is wrong; what came before it was given already
    """
    text = _Text(stream, where)
    text.sign("{")
    keys: set[str] = set()
    while True:
        key, _ = text.value(where)
        if not isinstance(key, str) or key in keys:
            raise wrong(where, f"the key {key!r}", "each key once")
        keys.add(key)
        text.sign(":")
        if key == "objects" and text.next() == "[":
            yield from _objects(text, where)
        else:
            said, _ = text.value(where)
            if key == "type" and said != "bundle":
                raise wrong(where, f"type {said!r}", "a bundle")
        if text.next() == "}":
            break
        text.sign(",")
    text.sign("}")
    if text.next():
        raise wrong(where, "something after the end", "nothing")


def _objects(text: _Text, where: str) -> Iterator[Came]:
    text.sign("[")
    number = 0
    while text.next() != "]":
        if number:
            text.sign(",")
        number += 1
        said, raw = text.value(f"{where}, object {number}")
        if not isinstance(said, dict):
            raise wrong(f"{where}, object {number}", type(said).__name__, "an object")
        yield Came(number, raw.encode(), said)
    text.sign("]")


def write_bundle(objects: Iterable[Mapping[str, Any] | bytes], stream: BinaryIO) -> int:
    """Write a bundle and give the number of its objects; bytes go out as they are, each exact repeat once.

    The bundle's id is computed from what it holds and stands behind it: equal objects give equal bytes.
    """
    seen: set[bytes] = set()
    whole = hashlib.sha256()
    stream.write(b'{"objects":[')
    for one in objects:
        raw = one if isinstance(one, bytes) else canonical(one)
        digest = hashlib.sha256(raw).digest()
        if digest in seen:
            continue
        stream.write(b",\n" if seen else b"\n")
        stream.write(raw)
        seen.add(digest)
        whole.update(digest)
    stream.write(f'\n],"type":"bundle","id":"bundle--{uuid_of([whole.hexdigest()])}"}}\n'.encode())
    return len(seen)


def wrong(where: str, found: str, expected: str) -> Malformed:
    """What is wrong with a bundle."""
    return Malformed(
        "This bundle cannot be read.",
        [Problem(where=where, found=found, expected=expected, do="Ask the sender for a whole bundle.")],
    )
