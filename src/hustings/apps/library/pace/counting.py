"""Counting one client's calls: in memory a block at a time, so that all processes agree and few calls ask the database."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest

from hustings.apps.database import WEB, in_role

__all__ = ["HOUR", "MINUTE", "Counted", "client_of", "pace"]

MINUTE, HOUR = 60, 3_600
BLOCK = 50
MOST_CLIENTS = 50_000  # in one process's memory
Take = Callable[[str, int, int, int, int], bool]


@dataclass(slots=True)
class Entry:
    """One client in one window, as this process knows it. `told` is what the database was told of its calls."""

    nth: int
    used: int = 0
    allowed: int = 0
    told: int = 0
    shut: bool = False


def take_from_database(client: str, length: int, nth: int, many: int, most: int) -> bool:
    """Add a block to what all processes counted; whether it still fits. A database that does not answer refuses nobody."""
    try:
        with in_role(WEB), connection.cursor() as cursor:
            cursor.execute("SELECT library_pace_take(%s, %s, %s, %s, %s)", [client, length, nth, many, most])
            fits: bool = cursor.fetchone()[0]
            return fits
    except DatabaseError:
        return True


class Counted:
    """What this process knows of the calls of late.

    A client's first block in a window is free: who asks for less never costs a question of the database. From then on each
    block is told to it before it is used, so all processes together let pass at most one block each more than `most`.
    """

    def __init__(self, take: Take = take_from_database, now: Callable[[], float] = time.time) -> None:
        self.take, self.now = take, now
        self.entries: dict[tuple[str, int], Entry] = {}
        self.lock = Lock()

    def refused(self, client: str, length: int, most: int) -> int:
        """Count this call; 0 where it may pass, else the seconds until the next window."""
        now = self.now()
        nth, block = int(now // length), max(1, min(BLOCK, most // 20))
        left = max(1, int((nth + 1) * length - now + 0.999))
        with self.lock:
            entry = self.entries.get((client, length))
            if entry is None or entry.nth != nth:
                if len(self.entries) >= MOST_CLIENTS:
                    self.forget(now)
                entry = self.entries[client, length] = Entry(nth=nth, allowed=block)
            if entry.shut:
                return left
            entry.used += 1
            if entry.used <= entry.allowed:
                return 0
            many = entry.allowed + block - entry.told
            entry.told += many
            entry.allowed += block
        if self.take(client, length, nth, many, most):
            return 0
        entry.shut = True
        return left

    def forget(self, now: float) -> None:
        """Drop what is over; where everything is of now, drop it all: nobody is refused for want of memory."""
        self.entries = {key: entry for key, entry in self.entries.items() if entry.nth == int(now // key[1])}
        if len(self.entries) >= MOST_CLIENTS:
            self.entries = {}


pace = Counted()


def client_of(request: HttpRequest) -> str:
    """Whom a call counts for: the address, of IPv6 the network that one line has; as a digest that nobody can turn back."""
    # Without proxies the way that asks for their headers gives the same, ten times as slowly.
    told = get_client_ip(request) if settings.ALLAUTH_TRUSTED_PROXY_COUNT else request.META.get("REMOTE_ADDR")
    return digest_of(told or "", settings.SECRET_KEY)


@lru_cache(maxsize=10_000)
def digest_of(told: str, key: str) -> str:
    """The digest of an address; most calls come from one that was here a moment ago."""
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        whom = told
    else:
        whom = str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else told
    return hmac.new(key.encode(), f"library pace {whom}".encode(), hashlib.sha256).hexdigest()[:32]
