"""The pages of published reports, for everybody who may read them: visitors read those that are marked TLP:CLEAR."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from hustings.apps.cases.models import ReportCorrection, ReportVersion
from hustings.apps.cases.reporting import find, outputs
from hustings.apps.cases.reporting.pages import answered
from hustings.apps.items.models import Item
from hustings.apps.people.seat import seat_of
from hustings.apps.permission import can
from hustings.report.documents.page import body, value

__all__ = ["figure_of", "file_of", "published_report", "reports"]

PAGE = 50


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Published reports, newest first."""
    seat = seat_of(request)
    page = Paginator(find.published(seat), PAGE).get_page(request.GET.get("page"))
    items = {
        item.pk: item for item in Item.objects.filter(pk__in=[one.report_id for one in page]).select_related("label")
    }
    shown = [{"version": one, "item": items[one.report_id], "document": find.document_of(one)} for one in page]
    context = {
        "shown": shown,
        "page": page,
        "page_marking": list(items.values()),
        "writes": seat is not None and can(seat, "list cases"),
    }
    return render(request, "cases/reporting/reports.html", context)


def corrected(version: ReportVersion) -> list[ReportCorrection]:
    """What of a version later published ones corrected."""
    found = ReportCorrection.objects.filter(version=version, by_version__published_at__isnull=False)
    return list(found.select_related("by_version").order_by("at", "figure"))


@require_safe
def published_report(request: HttpRequest, key: UUID, number: int | None = None) -> HttpResponse:
    """One report as it is published, or an earlier version of it, with what was corrected since."""
    item, version, newest = find.published_version(seat_of(request), key, number)
    document = find.document_of(version)
    context = {
        "item": item, "page_marking": [item], "version": version, "newest": newest, "document": document, "corrected": corrected(version), "files": outputs.OPEN,
        "shown": mark_safe(body(document, published=outputs.published_words(version))),  # noqa: S308 - made by page.body, which escapes
    }  # fmt: skip
    return render(request, "cases/reporting/published.html", context)


@require_safe
def figure_of(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """One figure over all published versions: how it is counted, what it does not say, and what it was."""
    seat = seat_of(request)
    item, newest, _ = find.published_version(seat, key)
    versions = ReportVersion.objects.filter(report_id=key, published_at__isnull=False).order_by("-number")
    told = [
        {"version": one, "figure": figure, "value": mark_safe(value(figure))}  # noqa: S308 - made by page.value, which escapes
        for one in versions if (figure := find.document_of(one).figure(name)) is not None
    ]  # fmt: skip
    if not told:
        raise Http404("There is no such figure.")
    context = {
        "item": item, "page_marking": [item], "told": told, "figure": told[0]["figure"], "newest": newest,
        "may_rows": seat is not None and newest.held_by_id == seat.appointment.position.organisation_id and can(seat, "list cases"),
    }  # fmt: skip
    return render(request, "cases/reporting/figure_of.html", context)


@require_safe
def file_of(request: HttpRequest, key: UUID, number: int, name: str) -> HttpResponse:
    """One file of a published version, without rows."""
    _, version, _ = find.published_version(seat_of(request), key, number)
    return answered(version, name)
