"""Captures of the open web: what an address answers, redirects and headers included, sealed as a WARC file.

Nothing leaves the host unless the operator lets people capture. Addresses of this machine and of private networks are
refused, also where a page redirects to them.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from importlib.metadata import version
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.conf import settings
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from hustings import __version__
from hustings.apps.ads.landing import LONGEST, REDIRECTS, SECONDS, Within, may_ask
from hustings.apps.audit.record import record
from hustings.apps.cases.models import Case, Evidence
from hustings.apps.cases.sealing import seal
from hustings.apps.people.seat import Seat
from hustings.apps.permission import allow, require
from hustings.errors import BadInput, Problem

__all__ = ["Answer", "answers_of", "capture", "captures"]

LARGEST = 20_000_000  # bytes of an answer that are kept
AGENT = "Mozilla/5.0 (compatible; Hustings evidence capture)"
TOOL = f"Hustings {__version__}, warcio {version('warcio')}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one address answered: the request as it was sent, the head, and the bytes, cut where there were too many."""

    url: str
    request: list[tuple[str, str]]
    status: int
    reason: str
    head: list[tuple[str, str]]
    body: bytes
    cut: bool


class Standing(HTTPRedirectHandler):
    """Follows no redirect: each answer is kept, and the next address looked at before it is asked."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """None."""


def captures() -> bool:
    """Whether the operator lets people capture addresses."""
    return bool(settings.CAPTURE)


def capture(url: str, case: Case, *, by: Seat, why: str, look: Callable[[str], list[Answer]] | None = None) -> Evidence:
    """Ask an address and seal what it answers as evidence of a case.

    Limits   the first 20 million bytes within 20 seconds; no script runs, and nothing that the page loads is asked for.
             A page that shows something else to who is signed in is seen as a stranger sees it
    Raises   BadInput where capturing is off, the address leads into a private network, or nothing answers
    """
    allow(by, "seal evidence")
    require(by, "work on case", case.item)
    if not captures():
        raise unusable(
            "capturing is off", "an operator who lets requests leave this host", "Ask for HUSTINGS_CAPTURE=on."
        )
    try:
        answers = (look or answers_of)(url)
    except (URLError, OSError, ValueError, HTTPException) as error:
        record("address asked", by=by, about=case.item, outcome="failed", text={"address": url})
        found = str(getattr(error, "reason", error))[:300] or type(error).__name__
        raise unusable(found, "an address of the open web that answers", "Mend the address, or seal a file.") from error
    record(
        "address asked",
        by=by,
        about=case.item,
        facts={"answers": len(answers), "status": answers[-1].status},
        text={"address": url},
    )
    return seal(
        io.BytesIO(warc(answers, by.now)), by=by, case=case, name=name_of(url), media_type="application/warc", how="capture", tool=TOOL,
        captured_at=by.now, about=("address", "", url[:500]), source_url=url[:2000], why=why,
    )  # fmt: skip


def unusable(found: str, expected: str, do: str) -> BadInput:
    """Why nothing was captured."""
    return BadInput("Nothing was captured.", [Problem(where="url", found=found, expected=expected, do=do)])


def name_of(url: str) -> str:
    """What a capture is called."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"[:300]


def answers_of(url: str) -> list[Answer]:
    """Ask an address, and those it redirects to; the answers in order, the last one whatever its status.

    Raises   ValueError for an address that may not be asked, OSError and HTTPException where nothing answers in time
    """
    opener = build_opener(ProxyHandler({}), Within(time.monotonic() + LONGEST), Standing())
    found: list[Answer] = []
    while True:
        may_ask(url)
        sent = [("User-Agent", AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        request = Request(url, headers=dict(sent))  # noqa: S310 - checked above
        try:
            answer = opener.open(request, timeout=SECONDS)
        except HTTPError as refused:  # an answer too
            answer = refused
        with answer:
            body, cut = content_of(answer)
            found.append(
                Answer(
                    url=url, request=[*sent, ("Host", urlsplit(url).netloc)], status=answer.status, reason=answer.reason or "",
                    head=list(answer.headers.items()), body=body, cut=cut,
                )
            )  # fmt: skip
        onward = answer.headers.get("Location")
        if not 300 <= found[-1].status < 400 or onward is None:
            return found
        if len(found) > REDIRECTS:
            raise ValueError(f"it redirects more than {REDIRECTS} times")
        url = urljoin(url, onward)


def content_of(answer: Any) -> tuple[bytes, bool]:
    """As much of an answer as is kept, and whether there was more."""
    parts, length = [], 0
    while length <= LARGEST and (part := answer.read1(65_536)):
        parts.append(part)
        length += len(part)
    body = b"".join(parts)
    return body[:LARGEST], length > LARGEST


def warc(answers: list[Answer], at: datetime) -> bytes:
    """Requests and answers as a WARC file (ISO 28500)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    writer.write_record(
        writer.create_warcinfo_record("evidence.warc", {"software": TOOL, "format": "WARC File Format 1.0"})
    )
    for one in answers:
        # The body is kept as it reads once it is there, so its head may not say that it comes in pieces.
        head = [
            (f"X-Archive-Orig-{name}" if name.lower() == "transfer-encoding" else name, value)
            for name, value in one.head
        ]
        told = {"WARC-Date": date} | ({"WARC-Truncated": "length"} if one.cut else {})
        answered = writer.create_warc_record(
            one.url, "response", payload=io.BytesIO(one.body), warc_headers_dict=told,
            http_headers=StatusAndHeaders(f"{one.status} {one.reason}".strip(), head, protocol="HTTP/1.1"),
        )  # fmt: skip
        parts = urlsplit(one.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked = writer.create_warc_record(
            one.url, "request", warc_headers_dict={"WARC-Date": date},
            http_headers=StatusAndHeaders(f"GET {path} HTTP/1.1", one.request, is_http_request=True),
        )  # fmt: skip
        writer.write_request_response_pair(asked, answered)
    return out.getvalue()
