"""Reading one short text from a website, by the same fetcher and the same limits as landing pages."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from hustings.apps.ads.landing import AGENTS, may_ask, opener, sees
from hustings.errors import BadInput, Problem

__all__ = ["fetch"]

LARGEST = 10_000  # bytes that are read
SECONDS = 10


def fetch(url: str) -> str:
    """The text at an address; a redirect to another host is not followed into, for anybody can be redirected to.

    Raises   BadInput with why it could not be read
    """
    if not sees():
        raise wrong(
            "nobody looks", "The operator of this installation has not turned the fetcher on; a verifier looks instead."
        )
    try:
        may_ask(url)
        request = Request(url, headers={"User-Agent": AGENTS[0], "Accept": "text/plain"})  # noqa: S310 - checked above
        with opener().open(request, timeout=SECONDS) as answer:
            body, final = answer.read(LARGEST), answer.geturl()
    except HTTPError as error:
        raise wrong(f"status {error.code}", f"Put the code at {url}, where everybody may read it.") from error
    except (URLError, OSError, ValueError, HTTPException) as error:
        raise wrong(
            str(getattr(error, "reason", error))[:200], f"See that {url} can be reached from outside."
        ) from error
    if urlsplit(final).hostname != urlsplit(url).hostname:
        raise wrong(
            f"a redirect to {urlsplit(final).hostname}",
            "Put the code on the host itself, or give that host as the website.",
        )
    return body.decode("utf-8", "replace")


def wrong(found: str, do: str) -> BadInput:
    """A website that cannot be read."""
    return BadInput(f"The website could not be read ({found}).", [
        Problem(where="website", found=found, expected="the code", do=do)
    ])  # fmt: skip
