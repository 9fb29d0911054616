"""Writing a report: drafted by one, frozen with its figures and their rows, approved and published by another."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from hustings import __version__
from hustings.apps.audit.record import record
from hustings.apps.cases.models import Campaign, Case, Report, ReportMove, ReportText, ReportVersion
from hustings.apps.cases.reporting import find, registered
from hustings.apps.cases.reporting.gathered import gather, now
from hustings.apps.cases.sealing import seal
from hustings.apps.cases.working import said, working
from hustings.apps.console.marking import of_label
from hustings.apps.items.actions import make_item, relabel
from hustings.apps.items.models import Item, Source
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.sweeps.actions import known_marking
from hustings.errors import BadInput, Problem
from hustings.policy.marking import Marking, Tlp, least_upper_bound
from hustings.policy.reporting import ReportState, move_of, open_moves
from hustings.report.counting import QUERIES, ask
from hustings.report.counting.basis import Basis, canonical
from hustings.report.documents.document import NAMED, Corrected, Document, compose, problems_of_text
from hustings.report.documents.kinds import KINDS, Kind

__all__ = [
    "PARAMETERS",
    "draft",
    "frozen",
    "is_published",
    "move",
    "moved",
    "preview",
    "said_of",
    "set_parameters",
    "write",
]

# What figures can be told beside the rows, with the words for who is asked.
PARAMETERS = {name: words for query in QUERIES.values() for name, words in query.takes.items()}


def checked(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters of figures, all that is wrong at once."""
    problems = []
    for name, value in parameters.items():
        if name not in PARAMETERS:
            problems.append(
                Problem(where=name, found="a parameter", expected="one of " + ", ".join(PARAMETERS), do="Leave it out.")
            )
            continue
        try:
            date.fromisoformat(value)
        except ValueError:
            problems.append(Problem(where=name, found=value, expected="a day as 2026-11-03", do="Write it so."))
    if problems:
        raise BadInput("The report's parameters cannot be used.", problems)
    return dict(sorted(parameters.items()))


@transaction.atomic
def draft(
    case: Case, *, by: Seat, kind: Kind, title: str, public: bool, campaign: Campaign | None = None, parameters: Mapping[str, str] | None = None
) -> Report:  # fmt: skip
    """Begin a report of a case, or of one campaign in it. Until it is published it is as restricted as they are.

    Raises   BadInput, NotKnown, Refused
    """
    case = working(case, by=by)
    said(title=title)
    given = checked(parameters or {})
    sources = [case.item, *([campaign.item] if campaign is not None else [])]
    if campaign is not None and not campaign.cases.filter(case=case).exists():
        raise BadInput("The report was not begun.", [
            Problem(where="campaign", found="one that is studied elsewhere", expected="one of the case", do="Choose one of the case, or none."),
        ])  # fmt: skip
    item = make_item(
        kind="report",
        title=title.strip(),
        state=ReportState.DRAFT.value,
        marking=known_marking(case.item),
        by=by,
        sources=sources,
    )
    report = Report.objects.create(
        item=item, case=case, campaign=campaign, held_by=by.appointment.position.organisation, by=by.appointment, kind=kind, public=public,
        parameters=given,
    )  # fmt: skip
    require(by, "write report", item)
    record("report begun", by=by, about=item, facts={"kind": kind.value, "public": public})
    return report


def locked(report: Report) -> Report:
    """The row as it stands now, held until the end of the transaction."""
    held = (
        Report.objects.select_for_update(of=("self",))
        .select_related("item__label", "case__item__label", "by__person")
        .filter(pk=report.pk)
        .first()
    )
    if held is None:
        raise NotKnown
    return held


def drafted(report: Report, *, by: Seat) -> Report:
    """The report, held, for somebody who writes in it."""
    report = locked(report)
    require(by, "write report", report.item)
    if report.state not in {ReportState.DRAFT, ReportState.PUBLISHED}:
        raise BadInput("The report is frozen.", [
            Problem(where="state", found=report.state, expected="draft, or published where the next version is written", do="Take the question back first."),
        ])  # fmt: skip
    return report


@transaction.atomic
def write(report: Report, section: str, text: str, *, by: Seat) -> ReportText:
    """Write what stands in a section. A figure is put there by its name in square brackets, never typed.

    Raises   BadInput for a section that its kind has not, and for everything that cannot stand in the text
    """
    report = drafted(report, by=by)
    sections = {one.key: one for one in KINDS[Kind(report.kind)]}
    if section not in sections:
        raise BadInput("The text was not kept.", [
            Problem(where="section", found=section, expected="one of " + ", ".join(sections), do="Choose one."),
        ])  # fmt: skip
    basis = current(report, by=by)
    named = {one["name"] for one in NAMED.finditer(text)} | {name for one in sections.values() for name in one.figures}
    figures = {name: ask(name, basis, report.parameters) for name in sorted(named & set(QUERIES))}
    problems = problems_of_text("text", text, figures)
    if problems:
        raise BadInput("The text was not kept.", problems)
    made = ReportText.objects.create(report=report, section=section, text=text.strip(), by=by.appointment)
    record("report written", by=by, about=report.item, facts={"section": section})
    return made


@transaction.atomic
def set_parameters(report: Report, parameters: Mapping[str, str], *, by: Seat) -> Report:
    """Say what figures are told beside the rows."""
    report = drafted(report, by=by)
    given = checked(parameters)
    if report.state == ReportState.PUBLISHED and given != report.parameters:
        raise BadInput("The parameters stay as they are.", [
            Problem(where="state", found="published", expected="a draft", do="Begin another report: with other parameters these are other figures."),
        ])  # fmt: skip
    report.parameters = given
    report.save(update_fields=["parameters"])
    record("report parameters", by=by, about=report.item, facts=dict(report.parameters))
    return report


def current(report: Report, *, by: Seat) -> Basis:
    """The rows as they stand now."""
    return gather(
        report.case, report.campaign, by=by, then=now(), parameters=report.parameters, scope=report.item.title
    )


def preview(report: Report, *, by: Seat) -> tuple[Document, Basis]:
    """The report as it would be frozen now; nothing is kept.

    Raises   BadInput where a text cannot stand as it is
    """
    basis = current(report, by=by)
    last = find.newest(report)
    return composed(report, basis, number=(last.number if last else 0) + 1), basis


def composed(report: Report, basis: Basis, *, number: int, corrections: tuple[Corrected, ...] = ()) -> Document:
    """The document over these rows."""
    label = report.item.label
    marking = f"TLP:{Tlp.CLEAR.value.upper()}" if report.public else of_label(label).words
    return compose(
        basis, report=str(report.pk), version=number, kind=Kind(report.kind), title=report.item.title, marking=marking,
        holder=report.held_by.name, parameters=report.parameters, texts=find.texts(report), corrections=corrections,
        software=f"Hustings {__version__}",
    )  # fmt: skip


def frozen(report: Report, basis: Basis, document: Document, *, by: Seat, why: str) -> ReportVersion:
    """Seal the rows, and keep the document over them as the next version."""
    marking = least_upper_bound(
        [known_marking(one.source) for one in Source.objects.filter(item=report.item).select_related("source__label")]
    )
    rows = seal(
        io.BytesIO(canonical(basis.as_json()).encode()), media_type="application/json", how="platform export", name=f"Rows of a report, version {document.version}", by=by, tool=f"Hustings {__version__}, report", case=report.case,
        marking=marking, captured_at=datetime.fromisoformat(basis.as_of), about=("report", "", str(report.pk)), why=why,
    )  # fmt: skip
    return ReportVersion.objects.create(
        report=report, held_by=report.held_by, number=document.version, as_of=rows.captured_at, document=document.text, sha256=document.sha256,
        rows=rows, by=by.appointment,
    )  # fmt: skip


def next_number(report: Report) -> int:
    """The number of the next version."""
    last: int | None = report.versions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def move(report: Report, code: str, *, by: Seat, reason: str) -> Report:
    """Take one step of the table in policy/reporting.py, but a correction, which has a function of its own.

    Raises   BadInput for a step that is not open from here or without a reason, NotKnown, Refused
    """
    report = locked(report)
    step = move_of(code)
    version = find.newest(report)
    if step.act == "approve report":
        require(by, step.act, report.item, asked_by=version.by if version is not None else report.by, reason=reason)
    else:
        require(by, step.act, report.item, reason=reason)
    problems = []
    if step not in open_moves(ReportState(report.state), published=is_published(report)) or code == "correct":
        problems.append(
            Problem(where="state", found=report.state, expected=" or ".join(step.sources), do="Load the page again.")
        )
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it."))
    if step.act == "approve report" and by.person == report.by.person:
        problems.append(Problem(where="approval", found="its author", expected="another person", do="Ask a colleague."))
    if problems:
        raise BadInput("The report did not move.", problems)
    if code == "ask":
        basis = current(report, by=by)
        document = composed(report, basis, number=next_number(report), corrections=said_of(report))
        version = frozen(report, basis, document, by=by, why=reason)
    elif code == "approve" and version is not None:
        version.approved_by, version.approved_at = by.appointment, by.now
        version.save(update_fields=["approved_by", "approved_at"])
    elif code == "publish" and version is not None:
        publish(report, version, by=by, reason=reason)
    return moved(report, code, version, by=by, reason=reason)


def is_published(report: Report) -> bool:
    """Whether some version is published."""
    return report.versions.filter(published_at__isnull=False).exists()


def said_of(report: Report) -> tuple[Corrected, ...]:
    """Every correction of what was published, the oldest first: the next version carries them too."""
    last = report.versions.filter(published_at__isnull=False).order_by("-number").first()
    return find.document_of(last).corrections if last is not None else ()


def moved(report: Report, code: str, version: ReportVersion | None, *, by: Seat, reason: str) -> Report:
    """Write the step down."""
    report.state = move_of(code).target
    report.save(update_fields=["state"])
    Item.objects.filter(pk=report.pk).update(state=report.state)
    number = version.number if version is not None else None
    ReportMove.objects.create(
        report=report, code=code, state=report.state, version=number, reason=reason.strip(), by=by.appointment
    )
    facts: dict[str, str | int | bool | None] = {
        "step": code,
        "version": number,
        "sha256": version.sha256 if version is not None else None,
    }
    record(f"report {report.state}", by=by, about=report.item, reason=reason, facts=facts)
    return report


def publish(report: Report, version: ReportVersion, *, by: Seat, reason: str) -> None:
    """Let it be read under its marking; everybody may, where it is meant for them. The register says who was told.

    Raises   NotKnown, Refused where a source's owner has not let it be told
    """
    if report.public and not known_marking(report.item).for_everybody:
        clear = Marking(tlp=Tlp.CLEAR, owner=str(report.held_by_id))
        for source in Source.objects.filter(item=report.item, released=False).select_related("source__label"):
            report.item = relabel(report.item, clear, by=by, reason=reason, released_from=source.source)
    version.published_at = by.now
    version.save(update_fields=["published_at"])
    registered.enter(report, version, find.document_of(version), by=by, reason=reason)
