"""Files to one client: as long as they like, a few at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from hustings.apps.api_problem import ApiProblem
from hustings.apps.database import WEB, in_role
from hustings.apps.library.pace.counting import client_of

__all__ = ["TooManyAtOnce", "sent_slowly"]

PATIENCE = "5 minutes"  # after which a file that moved no further is no more
SIGN_S = 10  # between two notes that it still moves


class TooManyAtOnce(ApiProblem):
    """This client is being sent as many files as it may have at once."""

    def __init__(self) -> None:
        most = settings.HUSTINGS_LIBRARY_FILES_AT_ONCE
        super().__init__(
            "too_many",
            f"{most} files at once go to one address. Come back when one has ended.",
            headers={"Retry-After": "60"},
        )


class Sent:
    """The parts of a file, which are signs of life; whoever stops reading closes it."""

    def __init__(self, key: int, parts: Iterator[bytes]) -> None:
        self.key, self.parts, self.over, self.told = key, parts, False, time.monotonic()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next part."""
        try:
            part = next(self.parts)
        except BaseException:
            self.close()
            raise
        if time.monotonic() - self.told > SIGN_S:
            go_on(self.key, over=False)
            self.told = time.monotonic()
        return part

    def close(self) -> None:
        """It is over: the server calls this too where its reader went away."""
        if not self.over:
            self.over = True
            go_on(self.key, over=True)


def sent_slowly(request: HttpRequest, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same file, counted among those of its client until it ends or breaks off.

    Raises   TooManyAtOnce, before anything is sent
    """
    most: int = settings.HUSTINGS_LIBRARY_FILES_AT_ONCE
    if not most:
        return parts
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_sending_begin(%s, %s, %s::interval)", [client_of(request), most, PATIENCE])
        key: int | None = cursor.fetchone()[0]
    if key is None:
        raise TooManyAtOnce
    return Sent(key, parts)


def go_on(key: int, *, over: bool) -> None:
    """Note that it still goes on, or that it is over."""
    with in_role(WEB), connection.cursor() as cursor:
        cursor.execute("SELECT library_sending_go_on(%s, %s)", [key, over])
