"""Who is signed in half-way is led to the next step; who is nobody is led to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin.session import STRONG

__all__ = ["Gate"]

# Programs get problem details and no page to sign in on.
PROGRAMS = ("/api/", "/taxii2", "/health/", "/metrics")
REFUSALS = (401, 403, 404)


class Gate:
    """Stands before every page.

    A session without a second factor may set one up; a person with several positions chooses one. A visitor who asks
    for a page that is not for visitors is sent to sign in, whether what it names exists or not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or lead on."""
        if request.path.startswith((*PROGRAMS, settings.STATIC_URL)):
            return self.get_response(request)
        if request.user.is_authenticated:
            step = self.next_step(request)
            if step is not None:
                return HttpResponseRedirect(f"{step}?{urlencode({'next': request.get_full_path()})}")
            return self.get_response(request)
        response = self.get_response(request)
        asked_for_page = request.method == "GET" and request.resolver_match is not None
        if asked_for_page and response.status_code in REFUSALS and not self.is_for_everybody(request):
            return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        return response

    def next_step(self, request: HttpRequest) -> str | None:
        """Where somebody has to go first, or nothing."""
        if self.is_ours(request):
            return None
        if not request.session.get(STRONG):
            return reverse("signin:second_factors")
        return None if seat_of(request) or self.needs_no_seat(request) else reverse("signin:seat")

    def needs_no_seat(self, request: HttpRequest) -> bool:
        """Whether the page is for everybody, or for those who act for advertisers."""
        try:
            view = resolve(request.path_info).func
        except Resolver404:
            return False
        return bool(getattr(view, "without_seat", False))

    def is_for_everybody(self, request: HttpRequest) -> bool:
        """Whether signing in would change nothing of the answer."""
        return self.is_ours(request) or self.needs_no_seat(request)

    def is_ours(self, request: HttpRequest) -> bool:
        """Whether this is a page of sign-in itself."""
        return request.path.startswith(reverse("signin:seat").removesuffix("seat/"))
