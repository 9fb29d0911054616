"""The interface to published reports and their figures, for everybody: those that are marked TLP:CLEAR."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from hustings.apps.cases.models import ReportVersion
from hustings.apps.cases.reporting import find
from hustings.apps.permission import NotKnown
from hustings.report.counting.figure import Figure

__all__ = ["router"]

router = Router(auth=None)  # everybody reads

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[int, Query(ge=0, le=10**6, description="`next` of the page before.")]
Number = Annotated[int | None, Query(ge=1, le=32_767, description="Which published version; the newest without it.")]
Name = Annotated[str, Path(max_length=100, pattern=r"^[a-z0-9-]+$", description="Name of the query.")]


class ReportOut(Schema):
    """A published report, by its newest version."""

    report: UUID
    version: int
    title: str
    kind: str
    holder: str
    marking: str
    as_of: str = Field(description="The moment of its figures, in UTC.")
    published_at: datetime
    corrections: int = Field(description="How many figures or texts of earlier versions it corrects.")
    sha256: str = Field(description="Of report.json.")


class ReportPage(Schema):
    """Published reports, newest first."""

    reports: list[ReportOut]
    next: int | None = Field(description="`after` of the next page; null on the last.")


class DocumentOut(Schema):
    """A version with its whole document, as report.json has it."""

    published_at: datetime
    sha256: str
    document: dict[str, Any]


class FigureOut(Schema):
    """A figure: what it is, how it is counted, and what it does not say."""

    name: str
    title: str
    value: int | str | dict[str, int | str] | None = Field(
        description="Null where it cannot be derived; `why_not` says why."
    )
    unit: str
    as_of: str
    rows: int = Field(description="How many rows are beneath it.")
    rows_sha256: str
    caveat: str
    how: str
    why_not: str
    parameters: dict[str, str]


class FiguresOut(Schema):
    """The figures of a version."""

    version: int
    figures: list[FigureOut]


class FigureThen(FigureOut):
    """A figure in one version."""

    version: int


class FigureHistory(Schema):
    """One figure over all published versions, the newest first."""

    versions: list[FigureThen]


@router.get("", response=ReportPage, summary="Published reports", operation_id="reports")
def list_reports(request: HttpRequest, limit: Limit = 50, after: After = 0) -> ReportPage:  # noqa: ARG001 - the shape of an operation
    """Published reports, newest first."""
    found = list(find.published(None)[after : after + limit + 1])
    return ReportPage(reports=[told(one) for one in found[:limit]], next=after + limit if len(found) > limit else None)


@router.get("/{report}", response=DocumentOut, summary="A published report", operation_id="report")
def get_report(request: HttpRequest, report: UUID, version: Number = None) -> DocumentOut:  # noqa: ARG001 - as above
    """One report as it is published, whole; or an earlier version of it."""
    _, held, _ = find.published_version(None, report, version)
    assert held.published_at is not None
    return DocumentOut(published_at=held.published_at, sha256=held.sha256, document=find.document_of(held).as_json())


@router.get("/{report}/figures", response=FiguresOut, summary="The figures of a report", operation_id="report_figures")
def list_figures(request: HttpRequest, report: UUID, version: Number = None) -> FiguresOut:  # noqa: ARG001 - as above
    """The figures of a report, each with its query, moment and caveat."""
    _, held, _ = find.published_version(None, report, version)
    return FiguresOut(version=held.number, figures=[FigureOut(**of(one)) for one in find.document_of(held).figures])


@router.get(
    "/{report}/figures/{name}",
    response=FigureHistory,
    summary="A figure over all versions",
    operation_id="report_figure",
)
def get_figure(request: HttpRequest, report: UUID, name: Name) -> FigureHistory:  # noqa: ARG001 - as above
    """One figure over all published versions: what was corrected is seen here."""
    find.published_version(None, report)
    held = ReportVersion.objects.filter(report_id=report, published_at__isnull=False).order_by("-number")
    found = [(one.number, figure) for one in held if (figure := find.document_of(one).figure(name)) is not None]
    if not found:
        raise NotKnown
    return FigureHistory(versions=[FigureThen(version=number, **of(figure)) for number, figure in found])


def told(held: ReportVersion) -> ReportOut:
    """A version in a list."""
    document = find.document_of(held)
    assert held.published_at is not None
    return ReportOut(
        report=held.report_id, version=held.number, title=document.title, kind=document.kind.value, holder=document.holder,
        marking=document.marking, as_of=document.as_of, published_at=held.published_at, corrections=len(document.corrections), sha256=held.sha256,
    )  # fmt: skip


def of(figure: Figure) -> dict[str, Any]:
    """A figure as programs read it."""
    return figure.as_json()
