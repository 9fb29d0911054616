"""What is published enters the register of disclosures, and a corrected figure reaches everybody who was told it before."""

from __future__ import annotations

from hustings.apps.cases.disclosing import register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.models import Report, ReportCorrection, ReportVersion
from hustings.apps.console.marking import of_label
from hustings.apps.people.seat import Seat
from hustings.policy.disclosure import DisclosureKind, Thing
from hustings.report.documents.document import Document

__all__ = ["EVERYBODY", "enter", "figure_key", "holds"]

EVERYBODY = "everybody"


def enter(report: Report, version: ReportVersion, document: Document, *, by: Seat, reason: str) -> None:
    """Enter that a version is published; first, everybody who was told a figure that it corrects is owed the correction.

    Who reads the report at its public address has the correction with it.
    """
    for one in ReportCorrection.objects.filter(by_version=version).order_by("figure", "pk"):
        what = Told(thing=Thing.FIGURE, key=figure_key(report, one.figure), name=f"{one.title}, in {report.item.title}")
        made, _ = register.correct(what, by=by, case=report.case, old=one.old, new=one.new, reason=one.reason)
        for due in made.due.filter(disclosure__subject=report.pk, disclosure__to=EVERYBODY).order_by("pk"):
            register.sent(due, by=by, how=f"published with version {version.number}", receipt=f"/reports/{report.pk}/")
    readers = EVERYBODY if report.public else f"who may read {of_label(report.item.label).words}"
    register.enter(
        by=by, kind=DisclosureKind.REPORT, what=f"{report.item.title}, version {version.number}", to=readers, ground=reason,
        marked=[report.item], case=report.case, digest=version.sha256, holds=holds(report, document), subject=report.pk,
    )  # fmt: skip


def holds(report: Report, document: Document) -> list[Told]:
    """What a published report tells of: itself, and each figure that has a value."""
    figures = [one for one in document.figures if one.derivable]
    return [
        Told(thing=Thing.REPORT, key=str(report.pk), name=document.title),
        *(Told(thing=Thing.FIGURE, key=figure_key(report, one.name), name=one.title) for one in figures),
    ]


def figure_key(report: Report, name: str) -> str:
    """By what a figure of a report is known over all its versions."""
    return f"{report.pk}:{name}"
