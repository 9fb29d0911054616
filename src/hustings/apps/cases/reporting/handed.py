"""Handing a report with its rows to somebody outside: a bag that they can check, entered in the register."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.disclosing import register
from hustings.apps.cases.models import Custody, Report, ReportVersion
from hustings.apps.cases.reporting import find, outputs, registered
from hustings.apps.cases.reporting.ads_package import ads_package
from hustings.apps.cases.working import said
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.policy.disclosure import DisclosureKind
from hustings.report.documents.files import bag
from hustings.report.documents.kinds import Kind

__all__ = ["Handed", "hand_over"]


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A .tar, and the digest by which it is known."""

    content: bytes
    name: str
    tagmanifest: str


@transaction.atomic
def hand_over(report: Report, version: ReportVersion, *, by: Seat, to: str, why: str) -> Handed:
    """Make the package of a version, rows included, and write down who got it. A committee's has the evidence package of its ads in it.

    Raises   BadInput, NotKnown, Refused where its maker may not take the report or its rows out
    """
    require(by, "export", report.item, reason=why)
    require(by, "export", version.rows.item, reason=why)
    said(to=to, why=why)
    document = find.document_of(version)
    contents = outputs.whole_files(version, by=by)
    if document.kind is Kind.COMMITTEE and find.rows_of(version).tables.get("ads"):
        require(by, "hand over committee", reason=why)
        contents = dict(sorted((contents | ads_package(report, version.as_of, by=by)).items()))
    content, digest = bag(document, contents, day=version.as_of.date().isoformat())
    Custody.objects.create(
        evidence=version.rows, act="export", by=by.appointment, why=why.strip()[:500], to=to.strip()[:300]
    )
    register.enter(
        by=by, kind=DisclosureKind.REPORT, what=f"{report.item.title}, version {version.number}, with its rows", to=to, ground=why,
        marked=[report.item, version.rows.item], case=report.case, digest=digest, holds=registered.holds(report, document), subject=report.pk,
    )  # fmt: skip
    record(
        "report handed over",
        by=by,
        about=report.item,
        reason=why,
        facts={"version": version.number, "tagmanifest": digest},
        text={"to": to},
    )
    return Handed(content=content, name=f"report-{str(report.pk)[:8]}-{version.number}.tar", tagmanifest=digest)
