"""A copy of an original with parts taken out, each for a named reason: whoever has both sees that nothing else was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.ledger.verify_evidence import commitment_of, mark_of, redacted, redaction_digest

__all__ = ["SALT", "Cut", "Redacted", "found", "redact"]

SALT = 16  # bytes


@dataclass(frozen=True, kw_only=True, order=True)
class Cut:
    """Bytes `begin` to `end` (not included) of an original are taken out, for the reason `code`."""

    begin: int
    end: int
    code: str


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """The copy, what was taken out of it, and the digest that binds both to the original."""

    copy: bytes
    parts: list[dict[str, Any]]
    digest: str


def found(original: bytes, lines: Sequence[tuple[str, str]]) -> list[Cut]:
    """Cuts for lines of (code, what): every place where the words stand, or the bytes FIRST-END.

    Words inside what an earlier line takes out are gone with it.

    Raises   BadInput with every line that takes nothing out, or half of what another takes out
    """
    cuts: list[Cut] = []
    problems = []
    for number, (code, what) in enumerate(lines, 1):
        first, dash, end = what.partition("-")
        if dash and first.isascii() and first.isdigit() and end.isascii() and end.isdigit():
            # What no number of bytes in a file could be is not made a number.
            spans = [(int(first), int(end))] if len(first) < 16 and len(end) < 16 else []
            spans = [(a, b) for a, b in spans if a < b <= len(original)]
            expected = f"bytes within 0-{len(original)}, the first before the end"
        else:
            spans, expected = (
                places(original, what.encode()),
                "words that stand in the original as they are written here",
            )
        fresh = [(a, b) for a, b in spans if not any(cut.begin <= a and b <= cut.end for cut in cuts)]
        if not spans:
            problems.append(
                Problem(where=f"line {number}", found=what[:80], expected=expected, do="Copy them from the original.")
            )
        elif any(a < cut.end and cut.begin < b for a, b in fresh for cut in cuts):
            problems.append(Problem(where=f"line {number}", found=f"{what[:80]}, half of it in what an earlier line takes out",
                                    expected="parts that do not overlap", do="Take both out by one line."))  # fmt: skip
        else:
            cuts += [Cut(begin=a, end=b, code=code) for a, b in fresh]
    if problems:
        raise BadInput("The copy was not made.", problems)
    return sorted(cuts)


def places(original: bytes, words: bytes) -> list[tuple[int, int]]:
    """Where these bytes stand, one after another."""
    spans, at = [], 0
    while words and (at := original.find(words, at)) >= 0:
        spans.append((at, at + len(words)))
        at += len(words)
    return spans


def redact(original: bytes, cuts: Sequence[Cut], salts: Sequence[bytes]) -> Redacted:
    """Take parts out, leaving a mark with the reason in the place of each.

    cuts    at least one, in order, none over another
    salts   one a cut, of chance: without it nobody can tell from a commitment what was taken out
    """
    assert cuts, "a redaction takes something out"
    assert all(a.end <= b.begin for a, b in pairwise(cuts)), "parts stand in order and apart"
    parts: list[dict[str, Any]] = []
    moved = 0
    for number, (cut, salt) in enumerate(zip(cuts, salts, strict=True), 1):
        parts.append({
            "number": number, "begin": cut.begin, "end": cut.end, "code": cut.code, "at": cut.begin + moved,
            "commitment": commitment_of(salt, original[cut.begin : cut.end]),
        })  # fmt: skip
        moved += len(mark_of(cut.code)) - (cut.end - cut.begin)
    copy = redacted(original, parts)
    digest = redaction_digest(hashlib.sha256(original).hexdigest(), hashlib.sha256(copy).hexdigest(), parts)
    return Redacted(copy=copy, parts=parts, digest=digest)
