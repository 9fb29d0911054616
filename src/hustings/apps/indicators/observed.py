"""Our ads and trace events as STIX would say them, each value in the one form in which indicators are written too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.ads.models import Ad
from hustings.detection.address import canonical_address, find_addresses, site
from hustings.exchange.indicator.seen import Seen

__all__ = ["Shown", "normal", "of_actor", "of_ad", "of_trace", "shown"]

ADDRESSES = {("url", "value")}
FOLDED = {"account_login", "account_type", "display_name"}
# Kinds of traces that say something STIX has a word for. The others (texts, rhythms, hashtags) are no indicators of others.
LINKS, DOMAINS, HASHES = ("link", "url"), ("domain",), ("image", "image_hash", "media")
PORTION = 2000


class Shown(NamedTuple):
    """An ad, as far as it is compared. What its page or creative would say is None where it has none."""

    key: UUID
    starts: datetime | None
    created: datetime | None
    made_at: datetime
    platform: str | None
    page: str | None
    page_name: str | None
    landing_url: str | None
    text: str | None
    landing_domain: str | None
    media: list[dict[str, Any]] | None

    @property
    def at(self) -> datetime:
        """Since when it was to be seen, as far as we know."""
        return self.starts or self.created or self.made_at


COLUMNS = ("pk", "starts", "created", "made_at", "page__platform", "page__number", "page__name", "creative__landing_url",
           "creative__text", "creative__landing_domain", "creative__media")  # fmt: skip


def normal(kind: str, path: str, value: str) -> str:
    """One spelling of a value: addresses without scheme and tracking, domains in IDNA, names and hashes without case."""
    if (kind, path) in ADDRESSES:
        return canonical_address(value) or value
    if (kind, path) == ("domain-name", "value"):
        return domain(value)
    if path in FOLDED or path.startswith("hashes.") or kind == "email-addr":
        return value.strip().lower()
    return value


def domain(text: str) -> str:
    """A domain in its one spelling; what is none stays as it is."""
    found = canonical_address(text)
    return text.strip().lower() if found is None or "/" in found else found


def of_address(address: str) -> Iterator[Seen]:
    """A web address, and its host with each domain above it that somebody registered or a part of it."""
    whole = canonical_address(address)
    if whole is None:
        return
    yield Seen("url", {"value": whole})
    yield from of_host(whole.partition("/")[0].partition("?")[0].partition(":")[0])


def of_host(host: str) -> Iterator[Seen]:
    """A host and the domains above it, down to the one that was registered."""
    last = site(host)
    while True:
        yield Seen("domain-name", {"value": host})
        if host == last or "." not in host:
            return
        host = host.partition(".")[2]


def of_actor(platform: str, actor: str) -> Seen:
    """An account, page or buyer by the number or name that its platform gives."""
    name = actor.strip().lower()
    return Seen("user-account", {"user_id": actor, "account_login": name, "account_type": platform.strip().lower()})


def of_trace(kind: str, trace: str) -> Iterator[Seen]:
    """What a trace shows, as far as STIX has a word for it."""
    if kind in LINKS:
        yield from of_address(trace)
    elif kind in DOMAINS:
        yield from of_host(domain(trace))
    elif kind in HASHES:
        yield from of_hash(trace)


def of_hash(text: str) -> Iterator[Seen]:
    """A fingerprint by its length: what it was made by is not said elsewhere."""
    kind = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 16: "PHASH"}.get(len(text))
    if kind is not None:
        yield Seen("file", {f"hashes.{kind}": text.lower()})


def shown(ads: QuerySet[Ad]) -> Iterator[Shown]:
    """What ads show, in the order of their keys; of each only what is compared is read."""
    for row in ads.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=PORTION):
        yield Shown(*row)


def of_ad(ad: Shown) -> Iterator[Seen]:
    """What an ad shows and where it leads, and the page that showed it."""
    if ad.platform is not None and ad.page is not None:
        page = of_actor(ad.platform, ad.page)
        yield Seen(page.type, {**page.properties, "display_name": (ad.page_name or "").strip().lower()})
    for address in (ad.landing_url, *find_addresses(ad.text or "")):
        if address:
            yield from of_address(address)
    if ad.landing_domain:
        yield from of_host(domain(ad.landing_domain))
    for media in ad.media or ():
        for name, kind in (("sha256", "SHA-256"), ("perceptual", "PHASH")):
            if media.get(name):
                yield Seen("file", {f"hashes.{kind}": str(media[name]).lower()})
