"""Search over everything the reader may know, and over nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.utils.safestring import SafeString

from hustings.apps.console import find
from hustings.apps.console.registry import page_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import seat_of

__all__ = ["search", "suggest"]

PER_PAGE = 20
SUGGESTIONS = 7
LAST_PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One item that was found: where it is shown, and the words around what was looked for."""

    item: Item
    url: str | None
    snippet: SafeString


def search(request: HttpRequest) -> HttpResponse:
    """What was found, best first, twenty a page; filtered by kind."""
    seat = seat_of(request)
    if seat is None:
        return redirect("home")
    text = asked(request)
    kind = request.GET.get("kind", "")
    number = page_number(request)
    found = find.search(seat, text) if text else Item.objects.none()
    kinds = sorted(set(found.order_by().values_list("kind", flat=True))) if text else []
    if kind in kinds:
        found = found.filter(kind=kind)
    first = (number - 1) * PER_PAGE
    items = list(find.with_snippets(found, text)[first : first + PER_PAGE + 1]) if text else []
    hits = [Hit(item=item, url=page_of(item), snippet=marked(vars(item)["snippet"])) for item in items[:PER_PAGE]]
    query = request.GET.copy()

    def to(**changed: str) -> str:
        changed_query = query.copy()
        for name, value in changed.items():
            changed_query[name] = value
        return "?" + changed_query.urlencode()

    return render(
        request,
        "console/search.html",
        {
            "query": text,
            "hits": hits,
            "items": [hit.item for hit in hits],
            "kind": kind if kind in kinds else "",
            "kinds": [("", "Everything", to(kind="", page="1"))]
            + [(each, each.capitalize(), to(kind=each, page="1")) for each in kinds],
            "earlier": to(page=str(number - 1)) if number > 1 else None,
            "later": to(page=str(number + 1)) if len(items) > PER_PAGE else None,
            "number": number,
        },
    )


def suggest(request: HttpRequest) -> HttpResponse:
    """Titles that begin like what is being typed, each a link."""
    seat = seat_of(request)
    text = asked(request)
    items = list(find.search(seat, text)[:SUGGESTIONS]) if seat is not None and len(text) > 1 else []
    links = [(item, url) for item in items if (url := page_of(item))]
    return render(request, "console/parts/suggestions.html", {"links": links, "query": text})


def asked(request: HttpRequest) -> str:
    """What is looked for; NUL is no character to PostgreSQL."""
    return request.GET.get("q", "").replace("\0", "").strip()[:200]


def page_number(request: HttpRequest) -> int:
    """Which page, from 1."""
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def marked(snippet: str) -> SafeString:
    """The words around what was found, with what was found told apart; everything else stays text."""
    text = escape(snippet).replace(find.FROM, "<mark>").replace(find.TO, "</mark>")
    return SafeString(text)
