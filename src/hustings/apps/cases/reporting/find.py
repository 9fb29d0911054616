"""Reads about reports: drafts for colleagues, published versions for whoever may know their item, visitors too."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.cases.models import Report, ReportText, ReportVersion
from hustings.apps.cases.store import store
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.ledger.bag import NotAsSealed
from hustings.report.counting.basis import Basis, read_basis
from hustings.report.documents.document import Document, read_document

__all__ = ["document_of", "find_report", "newest", "published", "published_version", "reports", "rows_of", "texts"]


def reports(seat: Seat) -> QuerySet[Report]:
    """Reports of one's own organisation, newest first."""
    found = Report.objects.filter(
        item__in=readable(seat).values("pk"), held_by=seat.appointment.position.organisation_id
    )
    return found.select_related("item__label", "case__item__label", "campaign__item__label", "by__person").order_by(
        "-at", "pk"
    )


def find_report(seat: Seat, key: UUID) -> Report:
    """One report. Raises NotKnown for one that is not there or not for this reader: nobody can tell which."""
    found = reports(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def published(seat: Seat | None) -> QuerySet[ReportVersion]:
    """The newest published version of each report that this reader may know, newest first; None is a visitor."""
    known = ReportVersion.objects.filter(published_at__isnull=False, report_id__in=readable(seat).values("pk"))
    newest_of = known.order_by("report_id", "-number").distinct("report_id").values("pk")
    return known.filter(pk__in=newest_of).order_by("-published_at", "pk")


def published_version(
    seat: Seat | None, report: UUID, number: int | None = None
) -> tuple[Item, ReportVersion, ReportVersion]:
    """A published version with the report's item and the newest of its versions; the newest itself without a number.

    Raises   NotKnown
    """
    item = readable(seat).select_related("label").filter(pk=report, kind="report").first()
    versions = list(ReportVersion.objects.filter(report_id=report, published_at__isnull=False).order_by("number"))
    wanted = [one for one in versions if number in {None, one.number}]
    if item is None or not wanted:
        raise NotKnown
    return item, wanted[-1], versions[-1]


def newest(report: Report) -> ReportVersion | None:
    """The version that was frozen last."""
    return report.versions.order_by("-number").first()


def texts(report: Report) -> dict[str, str]:
    """What stands in each section now."""
    return {one.section: one.text for one in ReportText.objects.filter(report=report).order_by("at", "pk")}


def document_of(version: ReportVersion) -> Document:
    """The frozen report as a value."""
    return read_document(json.loads(version.document), f"version {version.number}")


def rows_of(version: ReportVersion) -> Basis:
    """The sealed rows beneath it. Who asks has been found to know the evidence.

    Raises   NotAsSealed where their bytes are gone or changed
    """
    try:
        with store().open(version.rows.sha256) as file:
            content = file.read()
    except OSError as error:
        raise NotAsSealed(f"The rows of version {version.number} cannot be read: {error.strerror or error}.") from error
    if hashlib.sha256(content).hexdigest() != version.rows.sha256:
        raise NotAsSealed(f"The rows of version {version.number} are not those that were sealed.")
    return read_basis(json.loads(content), "the sealed rows")
