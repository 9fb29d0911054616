"""Answers `ads_archive` before anybody is asked who they are: what everybody reads needs no session."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from hustings.apps.database import WEB, in_role
from hustings.apps.library.archive_api.view import ads_archive, problem
from hustings.apps.remembered import remembering

__all__ = ["PATH", "ShortWay"]

PATH = r"v[\w.]{1,12}/ads_archive/?"
SERVICE = 2


class ShortWay:
    """Stands before sessions and seats, in the web's role as all the rest. A session would cost as much as the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.path = re.compile(f"/{PATH}")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer this one; pass on the rest."""
        if not self.path.fullmatch(request.path_info):
            return self.get_response(request)
        try:
            with in_role(WEB), remembering():
                return ads_archive(request)
        except DatabaseError:
            return problem(
                503, SERVICE, "An unexpected error has occurred. Please retry your request later.", again=True
            )
