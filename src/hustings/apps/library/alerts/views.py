"""Asking to be told of new ads, confirming it, and ending it with one click."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.core.ratelimit import consume
from django import forms
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hustings.apps.dated import new_id
from hustings.apps.library.alerts.letters import CONFIRM, END, ask_whether_wanted, key_of
from hustings.apps.library.pages.feeds import words_of
from hustings.apps.library.pages.question import read

__all__ = ["ask", "confirm", "end"]

MOST = 20  # searches of one address
LONGEST = 2000


class AskForm(forms.Form):
    """Where the letters go."""

    email = forms.EmailField(
        label="E-mail address", max_length=254,
        help_text="A letter asks first whether you really want this. The address is used for these letters alone, and forgotten when you end them.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """For everybody: be told of new ads that fit a search. The answer is the same for every address."""
    question, wrong = read(request.GET)
    query = urlencode(question.search_pairs())
    if wrong or len(query) > LONGEST:
        sentences = wrong or [f"A search that letters follow has at most {LONGEST:,} characters."]
        return render(request, "library/alert.html", {"wrong": sentences}, status=400)
    form = AskForm(request.POST or None)
    context = {"form": form, "words": words_of(question), "query": query}
    if request.method != "POST" or not form.is_valid():
        return render(request, "library/alert.html", context, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"].lower()
    if not consume(request, action="library_alert", key=email):
        form.add_error(
            None, "Too many letters were asked for from where you are, or for this address. Try again tomorrow."
        )
        return render(request, "library/alert.html", context, status=429)
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_alert_ask(%s, %s, %s, %s)", [new_id(), email, query, MOST])
        key = cursor.fetchone()[0]
    if key is not None:
        ask_whether_wanted(key, email, query, settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}")
    return render(request, "library/alert.html", context | {"asked": True})


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """For who got the letter: yes, I want this. Programs that look at the links of letters press no button."""
    key = key_of(token, CONFIRM)
    if key is None or request.method != "POST":
        return render(request, "library/alert_confirm.html", {"known": key is not None}, status=200 if key else 404)
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_alert_confirm(%s)", [key])
        query = cursor.fetchone()[0]
    return render(
        request,
        "library/alert_confirm.html",
        {"known": True, "done": True, "query": query},
        status=200 if query is not None else 404,
    )


# A program for letters posts here without our cookie (RFC 8058); the signature in the address is the permission.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """For who got a letter: no more of them."""
    key = key_of(token, END)
    if key is None or request.method != "POST":
        return render(request, "library/alert_end.html", {"known": key is not None}, status=200 if key else 404)
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_alert_end(%s)", [key])
    return render(request, "library/alert_end.html", {"known": True, "done": True})


ask.without_seat = True  # type: ignore[attr-defined]
confirm.without_seat = True  # type: ignore[attr-defined]
end.without_seat = True  # type: ignore[attr-defined]
