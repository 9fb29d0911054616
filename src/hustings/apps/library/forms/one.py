"""One ad in the form of a law or of a standard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps.library.archive_api.view import address as public_address
from hustings.apps.library.models import Shown
from hustings.apps.library.pages.ad import chosen, versions_in
from hustings.exchange.ads.notice import elements, notice_document
from hustings.exchange.ads.sdaf import standardised_ad
from hustings.exchange.ads.whotargetsme import disclosed_ad

__all__ = ["notice", "notice_json", "sdaf", "whotargetsme"]


def found(request: HttpRequest, number: int) -> tuple[dict[str, Any], dict[str, Any] | None, str, str]:
    """The ad's record in the version asked for, its advertiser's, and the addresses of the ad and of the library.

    Raises   NotKnown
    """
    body = chosen(request, versions_in(number, "ad")).body
    base = public_address(request)
    return body, advertiser_of(body), f"{base}{reverse('library-ad', args=[number])}", f"{base}{reverse('library')}"


def advertiser_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """The record of an ad's advertiser, as it stood when the ad's version was published."""
    if not body.get("advertiser"):
        return None
    rows = Shown.objects.filter(kind="advertiser", number=body["advertiser"], seq__lte=body["seq"]).order_by("-seq")
    row = rows.first() or Shown.objects.filter(kind="advertiser", number=body["advertiser"]).order_by("seq").first()
    return None if row is None else row.body


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """For everybody: the transparency notice to be read."""
    body, advertiser, address, _ = found(request, number)
    told = elements(body, advertiser, address=address, complaints=complaints(request))
    return render(request, "library/notice.html", {"body": body, "elements": told, "number": number})


@require_safe
def notice_json(request: HttpRequest, number: int) -> HttpResponse:
    """The same for machines, as JSON-LD."""
    body, advertiser, address, _ = found(request, number)
    told = elements(body, advertiser, address=address, complaints=complaints(request))
    return JsonResponse(notice_document(body, told, address=address), content_type="application/ld+json")


@require_safe
def sdaf(request: HttpRequest, number: int) -> HttpResponse:
    """The ad in the Standardised Digital Advertising Format."""
    body, advertiser, address, _ = found(request, number)
    return JsonResponse(standardised_ad(body, advertiser, address=address))


@require_safe
def whotargetsme(request: HttpRequest, number: int) -> HttpResponse:
    """The ad by the data standard of Who Targets Me."""
    body, advertiser, address, library = found(request, number)
    return JsonResponse(disclosed_ad(body, advertiser, address=address, library=library))


def complaints(request: HttpRequest) -> str:
    """Where somebody reports an ad."""
    return f"{public_address(request)}{reverse('about')}"


for view in (notice, notice_json, sdaf, whotargetsme):
    view.without_seat = True  # type: ignore[attr-defined]
