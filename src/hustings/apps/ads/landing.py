"""The pages that ads lead to: captured when an ad is approved, at random later, and compared.

Nothing leaves the host unless the operator turns the fetcher on. A page that shows a robot one thing and a phone
another is cloaked; one that changed since approval holds the ad.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery

from hustings.apps.ads.content import domain_of
from hustings.apps.ads.models import Ad, LandingCapture
from hustings.apps.ads.moving import move_ad
from hustings.apps.audit.record import record
from hustings.policy.advertising import AD, By

__all__ = ["Fetched", "capture", "fetch", "near", "random_ads", "sees", "unseen_ads"]

AGENTS = (
    "Mozilla/5.0 (compatible; Hustings landing check)",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36",
)
LARGEST = 2_000_000  # bytes of a page that are read
SECONDS = 10  # until something answers, and between one part of an answer and the next
LONGEST = 20  # seconds until a page is there as far as it is read: every redirect, line of a head and part of a page
REDIRECTS = 5
HIDDEN = re.compile(rb"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
WORD = re.compile(r"\w+")
BITS = 256
# Of 256 bits; two texts with nothing in common differ in about 128 of them, one with a changed line in a few.
ALIKE = 40


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What answered: the last address, status, the bytes' digest, and the fingerprint of the words."""

    final_url: str = ""
    status: int | None = None
    sha256: str = ""
    text_digest: str = ""
    near: str = ""
    problem: str = ""


class Guarded(HTTPRedirectHandler):
    """Follows a few redirects, each only to where a visitor from outside could go."""

    max_redirections = REDIRECTS

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        """The next request, if it may be made."""
        may_ask(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def may_ask(url: str) -> None:
    """Refuse an address that is none of the open web: a page must not make us knock at our own doors.

    Raises   ValueError with what is wrong
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"{url[:200]!r} is no address of the web")
    if host in settings.LANDING_HOSTS:
        return
    for *_, place in socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM):
        address = ipaddress.ip_address(place[0])
        if not address.is_global or address.is_multicast:
            raise ValueError(f"{host} leads into a private network")


class Timed(RawIOBase):
    """What a host says, read until a moment: each part waits no longer than what is left of the time."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self.line, self.until = line, until
        self.inner = line.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: Any) -> int | None:
        """The next part.

        Raises   TimeoutError once the time is over
        """
        left = self.until - time.monotonic()
        if left > 0:
            self.line.settimeout(min(SECONDS, left))
            try:
                return self.inner.readinto(into)
            except TimeoutError:
                if time.monotonic() < self.until:
                    raise
        raise TimeoutError(f"the page was not there within {LONGEST} seconds")

    def close(self) -> None:
        """Let go of the line."""
        if not self.closed:
            self.inner.close()
        super().close()


def answer_until(until: float) -> Callable[..., HTTPResponse]:
    """Makes answers whose head and page are there by that moment."""

    def answer(line: socket.socket, *args: Any, **more: Any) -> HTTPResponse:
        made = HTTPResponse(line, *args, **more)
        made.fp.close()
        made.fp = BufferedReader(Timed(line, until))
        return made

    return answer


class Within(HTTPSHandler, HTTPHandler):
    """Asks hosts whose answers, redirects among them, are there within the time of one look."""

    def __init__(self, until: float) -> None:
        HTTPSHandler.__init__(self)
        self.until, self.answer = until, answer_until(until)

    def asked(self, kind: type[HTTPConnection], host: str, **more: Any) -> HTTPConnection:
        """A connection whose answers have an end."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"the page was not there within {LONGEST} seconds")
        more["timeout"] = min(more["timeout"], left)
        made = kind(host, **more)
        made.response_class = self.answer  # type: ignore[assignment] # it is called as the class would be
        return made

    def http_open(self, req: Request) -> HTTPResponse:
        """Ask in the clear."""
        return self.do_open(partial(self.asked, HTTPConnection), req)

    def https_open(self, req: Request) -> HTTPResponse:
        """Ask under TLS, with the certificates this machine trusts."""
        return self.do_open(partial(self.asked, HTTPSConnection), req)


def opener() -> OpenerDirector:
    """Asks once, directly: a proxy of the environment would see which ads are looked at. Its time begins now."""
    return build_opener(ProxyHandler({}), Within(time.monotonic() + LONGEST), Guarded())


def fetch(url: str, agent: str) -> Fetched:
    """Ask once, with limits on time, size and redirects; a failure is told, not raised.

    Limits   between the look at the name and the call the name may lead elsewhere; run the worker in a network that
             reaches nothing private. What stands behind the first two million bytes is not seen
    """
    try:
        may_ask(url)
        request = Request(url, headers={"User-Agent": agent, "Accept": "text/html,*/*;q=0.5"})  # noqa: S310 - checked above
        try:
            answer = opener().open(request, timeout=SECONDS)
        except HTTPError as refused:  # a page that says 404 is a page too
            answer = refused
        with answer:
            body, final, status = beginning(answer), answer.geturl() or url, answer.status
    except (URLError, OSError, ValueError, HTTPException) as error:
        return Fetched(problem=str(getattr(error, "reason", error))[:300] or type(error).__name__)
    words = words_of(body)
    return Fetched(
        final_url=final[:2000], status=status, sha256=hashlib.sha256(body).hexdigest(),
        text_digest=hashlib.sha256(" ".join(words).encode()).hexdigest(), near=near(words),
    )  # fmt: skip


def beginning(answer: Any) -> bytes:
    """As much of an answer as is read; TimeoutError where it drips."""
    parts, length = [], 0
    while length < LARGEST and (part := answer.read1(min(65_536, LARGEST - length))):
        parts.append(part)
        length += len(part)
    return b"".join(parts)


def words_of(body: bytes) -> list[str]:
    """The words that a reader sees, in small letters; digits are one sign, for counters and dates change by themselves."""
    text = unescape(TAGS.sub(" ", HIDDEN.sub(b" ", body).decode("utf-8", "replace")))
    return [re.sub(r"\d+", "0", word) for word in WORD.findall(text.casefold())]


def near(words: list[str]) -> str:
    """256 bits that near-equal texts nearly share (Charikar 2002), over runs of three words; "" for no words."""
    if not words:
        return ""
    runs = {" ".join(words[place : place + 3]) for place in range(max(1, len(words) - 2))}
    votes = np.zeros(BITS, np.int64)
    for run in runs:
        bits = np.unpackbits(np.frombuffer(hashlib.blake2b(run.encode(), digest_size=BITS // 8).digest(), np.uint8))
        votes += bits.astype(np.int64) * 2 - 1
    return bytes(np.packbits(votes > 0)).hex()


def apart(one: str, other: str) -> int:
    """How many of the 256 bits differ; all of them where one has no words and the other has."""
    if not one or not other:
        return 0 if one == other else BITS
    return (int(one, 16) ^ int(other, 16)).bit_count()


def alike(one: Fetched | LandingCapture, other: Fetched | LandingCapture) -> bool:
    """Whether two looks saw the same page: the same site, and nearly the same words."""
    if bool(one.problem) or bool(other.problem):
        return bool(one.problem) == bool(other.problem)
    if domain_of(one.final_url) != domain_of(other.final_url):
        return False
    return one.text_digest == other.text_digest or apart(one.near, other.near) <= ALIKE


def sees() -> bool:
    """Whether the operator lets anybody look."""
    return bool(settings.LANDING_FETCHER)


def capture(ad: Ad, why: str, *, look: Callable[[str, str], Fetched] = fetch) -> LandingCapture | None:
    """Look at the page of an ad, keep what stood there, and hold the ad when it is not what was approved.

    Gives    None where the ad leads nowhere or the fetcher is off
    """
    url = ad.creative.landing_url if ad.creative else ""
    if not url or not sees():
        return None
    robot, phone = (look(url, agent) for agent in AGENTS)
    with transaction.atomic():
        locked = Ad.objects.select_for_update(of=("self",)).get(pk=ad.pk)
        if locked.version != ad.version:  # changed while we looked; what it leads to now is looked at in its turn
            return None
        first = approved_page(locked)
        kept = LandingCapture.objects.create(
            ad=locked, version=locked.version, why=why, url=url, final_url=phone.final_url, status=phone.status, sha256=phone.sha256,
            text_digest=phone.text_digest, near=phone.near, problem=phone.problem,
            same=None if first is None or phone.problem else alike(first, phone),
        )  # fmt: skip
        reasons = []
        # A page that answers nobody is no other page: it blocks the ad until it is seen again, and accuses nobody.
        if not phone.problem and not alike(robot, phone):
            reasons.append(("landing page cloaked", "The page shows a robot something else than a phone."))
        if kept.same is False:
            reasons.append(("landing page changed", "The page is not the one that stood there at approval."))
        record(
            "landing page looked at",
            by=None,
            subject=("ad", ad.pk),
            facts={"why": why, "same": kept.same, "status": kept.status},
        )
        if reasons and locked.state in AD.move("hold").sources:
            move_ad(
                locked,
                "hold",
                machine=By.MACHINE,
                reason_code=reasons[0][0],
                note=" ".join(sentence for _, sentence in reasons),
            )
        ad.state, ad.changed_at = locked.state, locked.changed_at
    return kept


def approved_page(ad: Ad) -> LandingCapture | None:
    """What stood there when the ad was let pass: the first page that answered since then."""
    seen = ad.captures.filter(version=ad.version, problem="")
    passed = ad.changes.filter(version=ad.version, move__in=["pass", "approve"]).order_by("-at").first()
    return seen.filter(at__gte=passed.at).order_by("at").first() if passed is not None else None


def random_ads(count: int) -> list[Ad]:
    """Ads to look at again: running ones that lead somewhere, drawn by chance so that nobody knows when."""
    return list(
        Ad.objects.filter(state__in=["scheduled", "delivering"]).exclude(creative__landing_url="").exclude(creative=None)
        .select_related("creative").order_by("?")[:count]
    )  # fmt: skip


def unseen_ads(count: int) -> list[Ad]:
    """Approved and paused ads whose page did not answer when it was last looked at, or that nobody looked at."""
    last = LandingCapture.objects.filter(ad=OuterRef("pk"), version=OuterRef("version")).order_by("-at")
    return list(
        Ad.objects.filter(state__in=["approved", "paused"]).exclude(creative__landing_url="").exclude(creative=None)
        .annotate(found=Subquery(last.values("problem")[:1])).exclude(found="")
        .select_related("creative").order_by("changed_at")[:count]
    )  # fmt: skip
