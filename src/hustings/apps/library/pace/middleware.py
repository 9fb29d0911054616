"""Stands before what everybody reads: a client that asks too often is told when to come back, in the words of where it asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hustings.apps.api_problem import ApiProblem, answer
from hustings.apps.library.archive_api.view import problem
from hustings.apps.library.pace.counting import HOUR, MINUTE, client_of, pace

__all__ = ["LimitPace"]

# Pages, interface and files of the library, complaints, and Meta's address of the archive.
LIMITED = re.compile(r"/(?:library/|api/library(?:/|$)|api/complaints|v[\w.]{1,12}/ads_archive)")
META = re.compile(r"/v[\w.]{1,12}/")
OF_A_MINUTE, OF_AN_HOUR = 4, 613  # as clients of Meta's library know them


class LimitPace:
    """Counts by address. Costs a look at a table in memory; every fiftieth call of a client one statement of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or say when to come back."""
        if not LIMITED.match(request.path_info):
            return self.get_response(request)
        client = client_of(request)
        for length, most, code in (
            (MINUTE, settings.HUSTINGS_LIBRARY_CALLS_A_MINUTE, OF_A_MINUTE),
            (HOUR, settings.HUSTINGS_LIBRARY_CALLS_AN_HOUR, OF_AN_HOUR),
        ):
            if most and (wait := pace.refused(client, length, most)):
                return too_many(request, code, most, length, wait)
        return self.get_response(request)


def too_many(request: HttpRequest, code: int, most: int, length: int, wait: int) -> HttpResponse:
    """429 in the shape of the address: Meta's, problem details, or a sentence."""
    said = f"{most:,} calls {'a minute' if length == MINUTE else 'an hour'} from one address are answered. Come back in {wait} seconds, or take all of it in one file: /library/rules/."
    if META.match(request.path_info):
        names = {
            OF_A_MINUTE: "Application request limit reached",
            OF_AN_HOUR: "Calls to this api have exceeded the rate limit.",
        }
        response = problem(429, code, f"(#{code}) {names[code]}", again=True)
    elif request.path_info.startswith("/api/"):
        response = answer(request, ApiProblem("too_many", said))
        response["Cache-Control"] = "private, no-store"
    else:
        response = HttpResponse(said + "\n", status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(wait)
    return response
