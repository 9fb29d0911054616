"""A client of TAXII 2.1: what a server has, a collection page by page, and adding to it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from hustings.connectors.taxii.transport import Asked, Said, TaxiiFailed, Transport
from hustings.exchange.taxii.envelope import Malformed, page_in, read_json
from hustings.exchange.taxii.instant import instant, said
from hustings.exchange.taxii.media import TAXII

__all__ = ["Client", "Page"]

LAST = "x-taxii-date-added-last"
WORD = re.compile(r"[\w.-]{1,40}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Objects as they came, whether more follow, and what to go on by."""

    objects: list[tuple[bytes, dict[str, Any]]]
    more: bool
    following: str | None
    last: datetime | None


@dataclass(frozen=True, kw_only=True)
class Client:
    """An account at somebody's server. Without a user name the secret is sent as a bearer token."""

    transport: Transport
    username: str = ""
    secret: str = ""

    def roots(self, discovery: str) -> list[str]:
        """The API roots that a discovery address names, the default one first, as whole addresses."""
        told = self.read("GET", slashed(discovery))
        named = [told.get("default"), *(told.get("api_roots") or ())]
        return list(
            dict.fromkeys(slashed(urljoin(slashed(discovery), root)) for root in named if isinstance(root, str))
        )

    def largest(self, root: str) -> int:
        """How many bytes a request to this API root may have."""
        told = self.read("GET", slashed(root)).get("max_content_length")
        return told if isinstance(told, int) and told > 0 else 1024 * 1024

    def collections(self, root: str) -> list[dict[str, Any]]:
        """What the account may use there."""
        found = self.read("GET", f"{slashed(root)}collections/").get("collections") or []
        return [each for each in found if isinstance(each, dict)]

    def page(
        self,
        root: str,
        collection: str,
        *,
        added_after: datetime | None = None,
        following: str | None = None,
        limit: int | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> Page:
        """Part of a collection: strictly after a moment, or where an earlier page said to go on."""
        asked: dict[str, str] = dict(filters or {})
        if added_after is not None:
            asked["added_after"] = said(added_after)
        if following is not None:
            asked["next"] = following
        if limit is not None:
            asked["limit"] = str(limit)
        query = f"?{urlencode(asked)}" if asked else ""
        answer = self.ask("GET", f"{slashed(root)}collections/{quote(collection, safe='')}/objects/{query}")
        try:
            objects, beside = page_in(answer.body)
            last = instant(answer.headers[LAST]) if LAST in answer.headers else None
        except (Malformed, ValueError) as error:
            raise TaxiiFailed(f"What {root} answered cannot be read.") from error
        following = beside.get("next")
        return Page(
            objects=objects,
            more=beside.get("more") is True,
            following=following if isinstance(following, str) and following else None,
            last=last,
        )

    def add(self, root: str, collection: str, objects: Iterable[bytes]) -> dict[str, Any]:
        """Add objects, as they are; gives the status, which may still be pending."""
        content = b'{"objects": [' + b", ".join(objects) + b"]}"
        path = f"{slashed(root)}collections/{quote(collection, safe='')}/objects/"
        return read(self.ask("POST", path, content), path)

    def status(self, root: str, key: str) -> dict[str, Any]:
        """What became of a request to add objects."""
        return self.read("GET", f"{slashed(root)}status/{quote(key, safe='')}/")

    def read(self, method: str, url: str) -> dict[str, Any]:
        """A resource."""
        return read(self.ask(method, url), url)

    def ask(self, method: str, url: str, content: bytes | None = None) -> Said:
        """One request.

        Raises   TaxiiFailed for whatever is no success
        """
        headers = {"Accept": TAXII, "User-Agent": "hustings"}
        if self.secret and self.username:
            given = f"{self.username}:{self.secret}".encode()
            headers["Authorization"] = f"Basic {b64encode(given).decode()}"
        elif self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        if content is not None:
            headers["Content-Type"] = TAXII
        answer = self.transport(Asked(method=method, url=url, headers=headers, body=content))
        if not 200 <= answer.status < 300:
            wait = answer.headers.get("retry-after", "")
            after = int(wait) if wait.isdigit() and len(wait) < 7 else None
            raise TaxiiFailed(
                f"{url} answered {answer.status}{told_by(answer)}", status=answer.status, retry_after=after
            )
        return answer


def read(answer: Said, url: str) -> dict[str, Any]:
    """A resource in an answer."""
    try:
        told = read_json(answer.body)
    except (ValueError, RecursionError) as error:
        raise TaxiiFailed(f"What {url} answered is no JSON.") from error
    if not isinstance(told, dict):
        raise TaxiiFailed(f"What {url} answered is no resource of TAXII.")
    return told


def told_by(answer: Said) -> str:
    """The code of an error, where it has one that is a word; what else a server says may repeat what was brought to it."""
    try:
        told = read_json(answer.body[:10_000])
    except (ValueError, RecursionError):
        return "."
    word = told.get("error_code") if isinstance(told, dict) else None
    return f" ({word})." if isinstance(word, str) and WORD.fullmatch(word) else "."


def slashed(url: str) -> str:
    """Every address of TAXII ends in a slash."""
    return url if url.endswith("/") else f"{url}/"
