"""What every page needs to draw its shell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from hustings.apps.people.seat import seat_of

__all__ = ["shell"]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The seat of the reader, for bar and navigation."""
    return {"seat": seat_of(request)}
