"""Where an ad leads, held against lists of bad domains and addresses that an operator loaded."""

__all__ = ["Lists", "landing_hits"]

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from hustings.screening.folded import fold
from hustings.screening.hit import Hit

PARTS = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/?#@]*@)?(?P<host>[^/?#:]+)(?::\d+)?(?P<path>[^?#]*)")


@dataclass(frozen=True)
class Lists:
    """Domains and addresses, each with the list it came from. A domain stands for all beneath it."""

    domains: dict[str, str]
    addresses: dict[str, str]

    @classmethod
    def of(cls, entries: Iterable[tuple[str, str]]) -> "Lists":
        """Read (entry, name of the list); `#` lines and empty ones are passed over, `0.0.0.0 host` is a host."""
        domains: dict[str, str] = {}
        addresses: dict[str, str] = {}
        for entry, name in entries:
            words = entry.split("#")[0].split()
            if not words:
                continue
            host, path = _parts(words[-1])
            if not host:
                continue
            if path.strip("/"):
                addresses[host + path.rstrip("/")] = name
            else:
                domains[host] = name
        return cls(domains, addresses)

    def found(self, address: str) -> tuple[str, str] | None:
        """The entry that covers an address, and its list."""
        host, path = _parts(address)
        if not host:
            return None
        whole = host + path.rstrip("/")
        if whole in self.addresses:
            return whole, self.addresses[whole]
        labels = host.split(".")
        for at in range(len(labels) - 1):
            domain = ".".join(labels[at:])
            if domain in self.domains:
                return domain, self.domains[domain]
        return None


def _parts(address: str) -> tuple[str, str]:
    """Host in its ASCII form without "www.", and path."""
    match = PARTS.match(address.strip().lower())
    if match is None:
        return "", ""
    host = match["host"].strip(".").removeprefix("www.")
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    return host, match["path"]


def spoken_host(address: str) -> str:
    """The host as people read it, look-alike letters folded: "fаcebook.com" in Cyrillic reads "facebook.com"."""
    host, _ = _parts(address)
    labels = []
    for label in host.split("."):
        try:
            labels.append(label.encode("ascii").decode("idna"))
        except UnicodeError:
            labels.append(label)
    return fold(".".join(labels)).text


def landing_hits(address: str | None, lists: Lists | None) -> tuple[Hit, ...]:
    """A hit where the landing page stands in a list, or reads like a domain that does."""
    if not address or lists is None:
        return ()
    found = lists.found(address)
    how = "stands in"
    if found is None and (spoken := spoken_host(address)) != _parts(address)[0]:
        found, how = lists.found(spoken), "reads like an entry of"
    if found is None:
        return ()
    entry, name = found
    return (
        Hit(
            category="landing.listed",
            start=0,
            end=0,
            rule="landing.list",
            sentence=f"The landing page {how} the list {name} ({entry}).",
        ),
    )
