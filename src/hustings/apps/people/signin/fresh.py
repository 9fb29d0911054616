"""Before something dangerous: did this person prove a moment ago who they are?"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from hustings.apps.people.signin.session import STRONG

__all__ = ["asks_again", "is_fresh"]

Named = ParamSpec("Named")
View = Callable[Concatenate[HttpRequest, Named], HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved a moment ago who they are: with the second factor, once they have one."""
    if not request.user.is_authenticated:
        return False
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    if request.session.get(STRONG):
        records = [record for record in records if record.get("method") in {"mfa", "provider"}]
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def asks_again(view: View[Named]) -> View[Named]:
    """Let the view run only for who is fresh; others prove themselves and come back to the page they were on.

    A form that was sent is not sent again behind the person's back: they see the page and press the button anew.
    """

    @wraps(view)
    def asking(request: HttpRequest, /, *given: Named.args, **named: Named.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        if is_fresh(request):
            return view(request, *given, **named)
        back = request.get_full_path() if request.method == "GET" else page_of_form(request)
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        place = methods[0]["url"] if methods else reverse("account_login")
        return HttpResponseRedirect(f"{place}?{urlencode({'next': back})}")

    return asking


def page_of_form(request: HttpRequest) -> str:
    """The page of ours that the form stood on, else home."""
    referrer = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return urlsplit(referrer).path or "/"
    return "/"
