"""One transaction per request, under the role of the web."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from hustings.apps.database import WEB, in_role
from hustings.apps.remembered import remembering

__all__ = ["OneTransaction"]


class OneTransaction:
    """Wraps a request: what it read, decided, changed and logged stands together or not at all.

    A refusal (4xx) is kept, because its log entry must be; an error of ours (5xx) undoes everything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        reads = request.method in {"GET", "HEAD"}
        with in_role(WEB), remembering() if reads else nullcontext():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
