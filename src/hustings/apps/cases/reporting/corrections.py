"""Counting a published report again, and correcting it in the open: the figure as it was, as it is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from hustings.apps.cases.models import Report, ReportCorrection, ReportVersion
from hustings.apps.cases.reporting import find, writing
from hustings.apps.cases.reporting.gathered import gather, now, written
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.reporting import ReportState
from hustings.report.counting.basis import Basis
from hustings.report.documents.document import Corrected
from hustings.report.documents.rerun import Again, differing, rerun

__all__ = ["Recount", "correct", "recount"]

LONGEST = 2000  # of a value in a correction; the whole of it stands in the versions


@dataclass(frozen=True, kw_only=True)
class Recount:
    """A published version counted again: over the rows that were sealed with it, and over what the platform holds now of that moment."""

    version: ReportVersion
    sealed: Sequence[Again]
    now: Sequence[Again]
    basis: Basis

    texts: Sequence[Again]

    @property
    def unseen(self) -> list[Again]:
        """Figures that who counts again cannot ask: another person has to."""
        return [one for one in self.now if one.unseen]

    @property
    def differing(self) -> list[Again]:
        """Figures that the platform tells otherwise now, and sections that somebody has written anew since."""
        return [*differing(self.now), *self.texts]


def recount(report: Report, *, by: Seat) -> Recount:
    """Ask every figure of the newest published version again, of the same moment.

    Raises   BadInput where nothing is published yet, NotKnown, Refused
    """
    require(by, "write report", report.item)
    version = report.versions.filter(published_at__isnull=False).order_by("-number").first()
    if version is None:
        raise BadInput("Nothing can be counted again.", [
            Problem(where="report", found="no published version", expected="one", do="Publish it first."),
        ])  # fmt: skip
    require(by, "read", version.rows.item)
    document = find.document_of(version)
    basis = gather(
        report.case, report.campaign, by=by, then=version.as_of, parameters=document.parameters, scope=document.scope
    )
    rows = find.rows_of(version)
    basis = basis.seen_as(rows)
    written_since = find.texts(report)
    texts = [
        Again(name=f"text-{part.key}", title=f"Text of {part.title}", old=around(part.text, written_since.get(part.key, "")),
              new=around(written_since.get(part.key, ""), part.text), same=False, rows=True)
        for part in document.parts if part.text != written_since.get(part.key, "")
    ]  # fmt: skip
    sealed, again = rerun(document, rows), rerun(document, basis)
    return Recount(version=version, sealed=sealed, now=again, basis=basis, texts=texts)


def around(text: str, other: str) -> str:
    """The part of a text in which it differs from another, with a little before it."""
    pairs = enumerate(zip(text, other, strict=False))
    same = next((place for place, (a, b) in pairs if a != b), min(len(text), len(other)))
    return text[max(same - 200, 0) :][:LONGEST].strip() or "nothing"


@transaction.atomic
def correct(report: Report, reasons: Mapping[str, str], *, by: Seat, reason: str) -> ReportVersion:
    """Freeze the next version, of the same moment, with each figure that differs and why, and ask another to approve it.

    reasons   why each of them differs, by the figure's name: none is left out, and none is named that does not differ
    Raises    BadInput with everything that is wrong, NotKnown, Refused
    """
    report = writing.locked(report)
    counted = recount(report, by=by)
    differs = {one.name: one for one in counted.differing}
    problems = []
    if report.state != ReportState.PUBLISHED:
        problems.append(Problem(where="state", found=report.state, expected="published", do="Load the page again."))
    if not differs:
        problems.append(
            Problem(
                where="figures",
                found="the same values as published",
                expected="one that differs",
                do="There is nothing to correct.",
            )
        )
    problems += [
        Problem(
            where=one.title,
            found="rows that you may not see",
            expected="somebody who may",
            do="Ask a colleague to count again.",
        )
        for one in counted.unseen
    ]
    problems += [
        Problem(where=one.title, found="no reason", expected="why it differs, in a sentence", do="Write it: it is published.")
        for name, one in differs.items() if not reasons.get(name, "").strip()
    ] + [
        Problem(where=name, found="a reason", expected="none: this figure does not differ", do="Leave it out.")
        for name in reasons if name not in differs and reasons[name].strip()
    ]  # fmt: skip
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it."))
    if problems:
        raise BadInput("The report was not corrected.", problems)
    fresh = tuple(
        Corrected(figure=name, title=one.title, version=counted.version.number, old=one.old, new=one.new, reason=reasons[name].strip(),
                  at=written(now()))
        for name, one in sorted(differs.items())
    )  # fmt: skip
    document = writing.composed(
        report, counted.basis, number=writing.next_number(report), corrections=(*writing.said_of(report), *fresh)
    )
    version = writing.frozen(report, counted.basis, document, by=by, why=reason)
    ReportCorrection.objects.bulk_create([
        ReportCorrection(version=counted.version, by_version=version, figure=one.figure, title=one.title, old=one.old[:LONGEST],
                         new=one.new[:LONGEST], reason=one.reason[:500], by=by.appointment)
        for one in fresh
    ])  # fmt: skip
    writing.moved(report, "correct", version, by=by, reason=reason)
    return version
