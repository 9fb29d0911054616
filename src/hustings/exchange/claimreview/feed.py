"""Files of fact-checks: a ClaimReview, a list of them, a graph, a data feed, or one a line; what cannot be read is told row by row."""

from __future__ import annotations

__all__ = ["LARGEST", "MOST", "Feed", "read_feed"]

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.exchange.claimreview.review import Review, review_of

LARGEST = 64 * 1024 * 1024
MOST = 200_000  # fact-checks of one file
DEEPEST = 8  # lists and feeds in one another
TYPES = frozenset({"ClaimReview", "http://schema.org/ClaimReview", "https://schema.org/ClaimReview", "schema:ClaimReview"})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Feed:
    """The fact-checks of a file, each once, in its order; and what was wrong with the rest."""

    reviews: tuple[Review, ...]
    problems: tuple[Problem, ...]


def read_feed(body: bytes, name: str = "the feed") -> Feed:
    """Read a file of fact-checks.

    Raises   BadInput for what is no JSON, is too large or too deep, or holds no fact-check that can be read; then with every problem
    """
    if len(body) > LARGEST:
        raise BadInput(
            "The feed is too large.",
            [Problem(where=name, found=f"{len(body):,} bytes", expected=f"{LARGEST:,} at most", do="Split it.")],
        )
    found: dict[str, Review] = {}
    problems: list[Problem] = []
    number = 0
    for where, raw in entries(parsed(body, name), "$", 0, problems):
        number += 1
        if number > MOST:
            problems.append(Problem(where=where, found=f"more than {MOST:,} fact-checks", expected=f"{MOST:,} at most", do="Split the file."))  # fmt: skip
            break
        read = review_of(raw, where)
        if isinstance(read, Review):
            found.setdefault(read.key, read)
        else:
            problems += read
    if not found:
        missing = Problem(where=name, found="no fact-check", expected="at least one object of the type ClaimReview", do="Look at what the file is.")  # fmt: skip
        raise BadInput("No fact-check can be read.", [*problems, missing] if number == 0 else problems)
    return Feed(reviews=tuple(found.values()), problems=tuple(problems))


def parsed(body: bytes, name: str) -> Any:
    """The JSON of a file; where it is not one document, one a line."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(name, f"bytes that are not UTF-8 at {error.start:,}") from error
    try:
        return json.loads(text, parse_constant=refused)
    except RecursionError as error:
        raise unreadable(name, "lists within lists without end") from error
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise unreadable(name, str(error)) from error
        return [each for number, line in enumerate(lines, 1) for each in [one_line(line, number, name)]]


def one_line(line: str, number: int, name: str) -> Any:
    """A line of JSON Lines."""
    try:
        return json.loads(line, parse_constant=refused)
    except (ValueError, RecursionError) as error:
        raise unreadable(f"{name}, line {number:,}", str(error)) from error


def refused(word: str) -> Any:
    """No number is NaN or infinite in JSON."""
    raise ValueError(f"{word} is no JSON")


def unreadable(where: str, found: str) -> BadInput:
    """The error for what is no JSON."""
    return BadInput(
        "The feed cannot be read.",
        [Problem(where=where, found=found[:200], expected="JSON: a ClaimReview, a list, a data feed, or one a line", do="Look at how it was saved.")],
    )  # fmt: skip


def entries(raw: Any, where: str, depth: int, problems: list[Problem]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every ClaimReview with where it stands; what holds none is passed over, as a feed may hold other things beside."""
    if depth > DEEPEST:
        problems.append(Problem(where=where, found="too many lists within lists", expected=f"{DEEPEST} at most", do="Flatten it."))  # fmt: skip
        return
    if isinstance(raw, list):
        for number, one in enumerate(raw):
            yield from entries(one, f"{where}[{number}]", depth + 1, problems)
    elif isinstance(raw, Mapping):
        kinds = raw.get("@type")
        if any(kind in TYPES for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)):
            yield where, raw
            return
        for field in ("@graph", "dataFeedElement", "item", "itemListElement", "review"):
            if field in raw:
                yield from entries(raw[field], f"{where}.{field}", depth + 1, problems)
