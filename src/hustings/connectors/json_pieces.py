"""JSON of any form and size, read piece by piece: lines, one document over many lines, lists of pages.

An export may be one document of gigabytes. Only the pieces asked for are ever whole in memory: the
values of a file that holds one after another, the items of a list, and, below the members named in
`descend`, the items of the lists there.
"""

__all__ = ["OPENS", "Piece", "json_pieces"]

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hustings.errors import Problem

CHUNK = 1 << 20
# A single post or page of an interface is far below; beyond this, memory would no longer be bounded.
LARGEST = 1 << 28
FIRST = 5
SPACE = re.compile(r"[ \t\r\n\x1e]*")
# Telegram Desktop writes control signs as \x0B, which JSON does not know.
FOREIGN_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")
CUT = "The file may be cut: get it again, or remove what is broken."
# Stands for the value of a piece that only says: a new object begins in a list that is gone through.
OPENS = object()


@dataclass(frozen=True)
class Piece:
    """A value, the line it begins in, and the members that lead to it."""

    line: int
    path: tuple[str, ...]
    value: Any


class _BrokenError(Exception):
    """JSON that is none, with where and why."""

    def __init__(self, line: int, why: str) -> None:
        self.line, self.why = line, why
        super().__init__(why)


def json_pieces(
    path: Path, stream: BinaryIO, problems: list[Problem], *, descend: frozenset[str] = frozenset()
) -> Iterator[Piece]:
    """The pieces of a file in order; what is no JSON is added to `problems` with its line, and reading goes on.

    Reading can go on where a value stands on a line of its own; in a document over many lines it ends.
    """
    text = _Text(stream)
    wrong = 0

    def tell(broken: _BrokenError) -> None:
        nonlocal wrong
        wrong += 1
        if wrong <= FIRST:
            problems.append(Problem(where=f"{path}, line {broken.line}", found=broken.why, expected="JSON", do=CUT))

    try:
        while text.space():
            begins = text.line()
            try:
                yield from _outermost(text, descend)
            except _BrokenError as broken:
                tell(broken)
                if broken.line != begins or not text.skip_line():
                    break
    except UnicodeDecodeError:
        tell(_BrokenError(text.line_at(len(text.text)), "bytes that are not UTF-8 in or after this line"))
    except RecursionError:
        tell(_BrokenError(text.line(), "a value nested too deeply"))
    if wrong > FIRST:
        problems.append(
            Problem(where=str(path), found=f"{wrong - FIRST:,} more such lines", expected="none", do="See above.")
        )


def _outermost(text: "_Text", descend: frozenset[str]) -> Iterator[Piece]:
    sign = text.peek()
    if sign == "[":
        yield from _array(text, (), descend)
    elif sign == "{" and descend:
        yield from _object(text, (), descend)
    else:
        yield Piece(text.line(), (), text.value())


def _object(text: "_Text", path: tuple[str, ...], descend: frozenset[str]) -> Iterator[Piece]:
    text.take("{")
    if text.peek() == "}":
        text.take("}")
        return
    while True:
        text.space()
        key = text.value()
        if not isinstance(key, str):
            raise _BrokenError(text.line(), "a member whose name is no text")
        text.take(":")
        inner = (*path, key)
        sign = text.peek()
        if key in descend and sign == "{":
            yield from _object(text, inner, descend)
        elif key in descend and sign == "[":
            yield from _array(text, inner, descend)
        else:
            yield Piece(text.line(), inner, text.value())
        if text.peek() == "}":
            text.take("}")
            return
        text.take(",")


def _array(text: "_Text", path: tuple[str, ...], descend: frozenset[str]) -> Iterator[Piece]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        line = text.line() if text.space() else 0
        # The list of chats holds objects that are too large themselves.
        if path and path[-1] == "list" and text.peek() == "{":
            yield Piece(line, path, OPENS)
            yield from _object(text, path, descend)
        else:
            yield Piece(line, path, text.value())
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


class _Text:
    """The text of a stream, of which only the part that is being read is kept."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.json = json.JSONDecoder(parse_constant=lambda _: None)
        self.text, self.at, self.ended = "", 0, False
        self.lines, self.counted = 1, 0

    def more(self, size: int = 0) -> None:
        """Forget what was read and read on."""
        self.line()
        self.text, self.at, self.counted = self.text[self.at :], 0, 0
        piece = self.stream.read(size or CHUNK)
        self.ended = not piece
        self.text += self.decode(piece, final=self.ended)

    def line(self) -> int:
        """The line that is being read."""
        self.lines += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.lines

    def line_at(self, place: int) -> int:
        """The line of a place further on."""
        return self.line() + self.text.count("\n", self.at, place)

    def space(self) -> bool:
        """Go on to the next sign; whether there is one."""
        while True:
            match = SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return True
            if self.ended:
                return False
            self.more()

    def peek(self) -> str:
        """The next sign, or nothing at the end."""
        return self.text[self.at] if self.space() else ""

    def take(self, sign: str) -> None:
        """Go past a sign that has to stand here."""
        found = self.peek()
        if found != sign:
            raise _BrokenError(self.line(), f"{found!r} where {sign!r} has to stand" if found else "an end too early")
        self.at += 1

    def skip_line(self) -> bool:
        """Go to the next line; whether there is one."""
        while True:
            end = self.text.find("\n", self.at)
            if end >= 0:
                self.at = end + 1
                return True
            self.at = len(self.text)
            if self.ended:
                return False
            self.more()

    def value(self) -> Any:
        """The value that begins here, whole."""
        size = CHUNK
        while True:
            try:
                value, end = self.json.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self._mended(error.pos):
                    continue
                # Cut by the end of what is in memory: the fault is at its very end, or a text is still open.
                open_end = error.msg.startswith("Unterminated") or error.pos >= len(self.text) - 16
                if self.ended or not open_end:
                    begins, line = self.line(), self.line_at(error.pos)
                    inside = "" if line == begins else f", in a value that begins in line {begins}"
                    raise _BrokenError(line, f"no JSON ({error.msg} at character {error.colno}{inside})") from None
                if len(self.text) - self.at > LARGEST:
                    raise _BrokenError(
                        self.line(), f"one value of more than {LARGEST >> 20} MiB, which is never read whole"
                    ) from None
                self.more(size)
                size = min(size * 2, LARGEST)
                continue
            except ValueError as error:  # a number of more digits than are ever read
                raise _BrokenError(self.line(), f"no JSON that can be read ({str(error).split(';')[0]})") from None
            # A number that ends near the end of what is in memory may go on: after "0." or "1e+" come digits.
            if type(value) in {int, float} and len(self.text) - end < 4 and not self.ended:
                self.more()
                continue
            self.at = end
            return value

    def _mended(self, place: int) -> bool:
        for start in (place, place - 1):
            match = FOREIGN_ESCAPE.match(self.text, max(start, 0))
            if match:
                self.text = f"{self.text[: match.start()]}\\u00{match[1]}{self.text[match.end() :]}"
                return True
        return False
