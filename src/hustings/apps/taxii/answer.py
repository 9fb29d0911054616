"""Answers and errors in TAXII's shape, under TAXII's media type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from hustings.exchange.taxii import resource
from hustings.exchange.taxii.media import TAXII

__all__ = ["TaxiiProblem", "answer", "problem_answer", "streamed"]

JOINED = 1 << 16  # bytes that go out together


@dataclass
class TaxiiProblem(Exception):
    """Raised by what answers TAXII."""

    status: int
    title: str
    description: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)


def answer(told: Mapping[str, Any] | None, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A resource as an answer; None has no content."""
    content = b"" if told is None else json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return headed(HttpResponse(content, status=status, content_type=TAXII), headers or {})


def problem_answer(problem: TaxiiProblem) -> HttpResponse:
    """An error as an answer."""
    told = resource.error(problem.title, problem.status, description=problem.description, details=problem.details)
    return answer(told, problem.status, problem.headers)


def streamed(objects: Iterable[bytes], end: Mapping[str, Any], headers: Mapping[str, str]) -> HttpResponseBase:
    """An envelope whose objects are read while they go out."""
    response = StreamingHttpResponse(joined(parts(objects, end)), content_type=TAXII)
    return headed(response, headers)


def headed(response: HttpResponseBase, headers: Mapping[str, str]) -> Any:
    """The answer with headers; kept by nobody on the way, since the next right withdrawn takes it back."""
    response["Cache-Control"] = "private, no-store"
    for name, value in headers.items():
        response[name] = value
    return response


def parts(objects: Iterable[bytes], end: Mapping[str, Any]) -> Iterator[bytes]:
    """The envelope, piece by piece. Without an object it has no list."""
    rest = json.dumps(end)[1:-1].encode()
    yield b"{" + rest
    before = b', "objects": [' if rest else b'"objects": ['
    any_came = False
    for content in objects:
        yield before + content
        before, any_came = b", ", True
    yield b"]}" if any_came else b"}"


def joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= JOINED:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
