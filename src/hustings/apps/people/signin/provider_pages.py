"""Leaving for an organisation's provider, and coming back."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

__all__ = ["leave"]


@never_cache
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Show where the person goes, and go on from there.

    Not a redirect: our content security policy lets no form of ours end on another host, and that is to stay so.
    """
    if request.method != "POST":
        return redirect("account_login")
    answer: HttpResponse = views.login(request, provider_id)
    if not isinstance(answer, HttpResponseRedirect) or answer.url.startswith("/"):
        return answer
    return render(request, "signin/leave.html", {"there": answer.url})
