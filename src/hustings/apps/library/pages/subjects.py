"""The pages of those who stand behind ads: an advertiser, a payer, a page of a platform, each with its history and its ads."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps.library.find import Asked
from hustings.apps.library.models import Shown
from hustings.apps.library.pages.ad import checks_of, chosen, proof_of, told_of, versions_in
from hustings.apps.library.pages.drawing import month_name
from hustings.apps.library.pages.question import Question
from hustings.apps.library.pages.summing import sums
from hustings.apps.library.pages.telling import card, money, place_name
from hustings.apps.library.pages.views import charts, names_of, of_month
from hustings.apps.library.patience import patiently
from hustings.policy.advertising import SPONSOR, SponsorClass

__all__ = ["advertiser", "page", "payer"]

ADS, PAGES = 10, 100
OF_KIND = {"advertiser": "advertisers", "payer": "payers", "page": "pages"}


def shown(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """One of them, as it is or as one of its versions says."""
    rows = versions_in(number, kind)
    row = chosen(request, rows)
    body = row.body
    part: dict[str, Any] = {OF_KIND[kind]: (number,)}
    question = Question(asked=Asked(**part), summed=True)
    ads = patiently(lambda: question.rows(None, ADS)) or []
    told = sums(question, None)
    pages = list(pages_of(number)) if kind == "advertiser" else []
    moves = {move.code: move.sentence for move in SPONSOR.moves}
    context: dict[str, Any] = {
        "kind": kind,
        "row": row,
        "body": body,
        "present": row.until is None,
        "name": body.get("name")
        or body.get("archive_number")
        or (f"{kind.capitalize()} {number}" + (": expunged" if row.hidden == "expunged" else "")),
        "country": place_name(body.get("country", "")),
        "names": old_names(rows, kind),
        "cards": [card(one.body) for one in ads[:ADS]],
        "more": len(ads) > ADS,
        "all_ads": reverse("library") + question.link(),
        "feed": reverse("library-atom") + question.link(),
        "audiences": reverse("library-audiences") + question.link(sums=None),
        "opposed": reverse("library-opposed") + question.link(sums=None),
        "sums": told,
        "pages": [
            (one.number, one.body.get("name") or one.body.get("archive_number") or f"page {one.number}")
            for one in pages
        ],
        "owner": body.get("advertiser") if kind == "page" else None,
        "checks": checks_of(number) if kind == "advertiser" else None,
        "class_sentence": SponsorClass(body["advertiser_class"]).sentence if body.get("advertiser_class") else "",
        "checked": [dated(one, "at", "until", "edition") for one in body.get("checks") or []],
        "valid_until": day_of(body.get("valid_until")),
        "made_on": day_of(body.get("created")),
        "happened": [
            dated(one, "at") | {"sentence": moves.get(one["move"], one["move"])} for one in body.get("changes") or []
        ],
        "behind": body.get("behind") or [],
        "numbers": body.get("numbers") or [],
        "versions": told_of(rows, row),
        "proof": proof_of(OF_KIND[kind], number),
    }
    if context["owner"]:
        context["owner_name"] = names_of({context["owner"]}, rows[0].seq).get(
            str(context["owner"]), f"number {context['owner']}"
        )
    if told is not None:
        context |= {
            "money": [(money(one.spend, one.value), one.priced) for one in told.money],
            "unpriced": told.ads - told.priced,
            "charts": charts(told),
            "months": [(month_name(day), one, of_month(told, one.value)) for day, one in told.months],
        }
    return render(request, "library/subject.html", context)


def pages_of(advertiser: int) -> QuerySet[Shown]:
    """The pages that say they are an advertiser's."""
    return (
        Shown.objects.filter(kind="page", until__isnull=True, advertiser=advertiser)
        .order_by("number")
        .defer("search")[:PAGES]
    )


def day_of(text: str | None) -> date | None:
    """A day as it is written in a record."""
    return date.fromisoformat(text[:10]) if text else None


def dated(one: dict[str, Any], *names: str) -> dict[str, Any]:
    """A line of a record with its days as days."""
    return one | {name: day_of(one.get(name)) for name in names}


def old_names(rows: list[Shown], kind: str) -> list[tuple[date | None, str]]:
    """Every name it bore with the day since when, the newest first: those it told, and those that versions of ours say."""
    found: dict[str, str] = {}
    for row in reversed(rows):
        for one in row.body.get("names") or []:
            found.setdefault(one["name"], (one.get("since") or "")[:10])
        if kind != "page" and row.body.get("name"):
            found.setdefault(row.body["name"], row.body["at"][:10])
    return [
        (day_of(since), name) for since, name in sorted(((since, name) for name, since in found.items()), reverse=True)
    ]


@require_safe
def advertiser(request: HttpRequest, number: int) -> HttpResponse:
    """For everybody: an advertiser, what was checked of it, and its ads."""
    return shown(request, number, "advertiser")


@require_safe
def payer(request: HttpRequest, number: int) -> HttpResponse:
    """For everybody: whose money it was, and the ads it paid for."""
    return shown(request, number, "payer")


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """For everybody: a page, the names it bore, and its ads."""
    return shown(request, number, "page")


advertiser.without_seat = True  # type: ignore[attr-defined]
payer.without_seat = True  # type: ignore[attr-defined]
page.without_seat = True  # type: ignore[attr-defined]
