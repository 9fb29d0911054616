"""One HTTP request to a partner's server: bounded, never redirected, never to an address of one's own network unasked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from hustings.errors import HustingsError

__all__ = ["Asked", "Said", "TaxiiFailed", "Transport", "over_http"]

SECONDS = 30
LARGEST = 128 * 1024 * 1024  # bytes of an answer that are read


class TaxiiFailed(HustingsError):
    """A partner's server was not reached, or did not do what was asked.

    status        of the answer; None where there was none
    retry_after   seconds after which it asks to be asked again
    """

    code = "taxii_failed"

    def __init__(self, what: str, *, status: int | None = None, retry_after: int | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        super().__init__(what)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer; names of headers in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Transport = Callable[[Asked], Said]


def over_http(trusted: Collection[str] = ()) -> Transport:
    """A transport over the network.

    trusted   hosts that may be reached without TLS and on addresses that are not public, as the operator lists them
    """

    def ask(asked: Asked) -> Said:
        parts = urlsplit(asked.url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host:
            raise TaxiiFailed(f"{asked.url} is no address of the web.")
        if host not in trusted:
            if parts.scheme != "https":
                raise TaxiiFailed(
                    f"{host} is asked without TLS; the operator would have to list it in HUSTINGS_TAXII_HOSTS."
                )
            see_public(host, parts.port or 443)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        line = kind(host, parts.port, timeout=SECONDS)
        place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            line.request(asked.method, place, body=asked.body, headers=dict(asked.headers))
            answer = line.getresponse()
            body = answer.read(LARGEST + 1)
            headers = {name.lower(): value for name, value in answer.getheaders()}
        except (OSError, HTTPException) as error:
            raise TaxiiFailed(f"{host} did not answer: {type(error).__name__}.") from error
        finally:
            line.close()
        if len(body) > LARGEST:
            raise TaxiiFailed(f"{host} answered with more than {LARGEST:,} bytes.")
        return Said(status=answer.status, headers=headers, body=body)

    return ask


def see_public(host: str, port: int) -> None:
    """Raise TaxiiFailed where a name leads into this machine's own network."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise TaxiiFailed(f"{host} is no name that leads anywhere.") from error
    if not all(ipaddress.ip_address(address.partition("%")[0]).is_global for address in found):
        raise TaxiiFailed(
            f"{host} leads into a private network; the operator would have to list it in HUSTINGS_TAXII_HOSTS."
        )
