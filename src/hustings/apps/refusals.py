"""Refusals are recorded whatever becomes of the work around them."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

__all__ = ["KeepRefusals", "keep"]

HELD: ContextVar[list[Callable[[], None]] | None] = ContextVar("refusals", default=None)


def keep(entry: Callable[[], None]) -> None:
    """Write an entry about a refusal: within a request at its end, elsewhere now.

    What refuses is raised through the action that asked, and an action undoes what it did so far. Written at once,
    the entry would be undone with it.
    """
    held = HELD.get()
    if held is None:
        entry()
    else:
        held.append(entry)


class KeepRefusals:
    """Writes the refusals of a request into its transaction, after the view and before the commit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        held: list[Callable[[], None]] = []
        before = HELD.set(held)
        try:
            response = self.get_response(request)
        finally:
            HELD.reset(before)
        for entry in held:
            entry()
        return response
