"""Pages where people write reports, approve them, count them again and correct them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases import find as cases
from hustings.apps.cases.models import Report, ReportVersion
from hustings.apps.cases.reporting import corrections, find, handed, outputs, writing
from hustings.apps.cases.reporting.forms import BeginForm, CorrectForm, HandForm, ParametersForm, StepForm, TextForm
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.ledger.bag import NotAsSealed
from hustings.policy.reporting import ReportState, open_moves
from hustings.report.counting import QUERIES, beneath
from hustings.report.counting.basis import COLUMNS
from hustings.report.documents.document import Document
from hustings.report.documents.kinds import KINDS, Kind
from hustings.report.documents.page import body

__all__ = [
    "figure",
    "file",
    "hand_over",
    "move",
    "of_case",
    "recount",
    "report",
    "set_parameters",
    "version",
    "write",
    "written",
]


def table_of(request: HttpRequest, rows: QuerySet[Report]) -> Table:
    """Reports as a list."""
    return Table(
        request=request,
        caption="Reports",
        rows=rows,
        columns=[
            Column(key="item.title", title="Report", link=lambda row: f"/reports/written/{row.pk}/"),
            Column(key="kind", title="Kind"),
            Column(key="state", title="State"),
            Column(key="public", title="For everybody", value=lambda row: "yes" if row.public else "no"),
            Column(key="by.person.name", title="Begun by"),
            Column(key="at", title="Begun"),
        ],
        find=["item__title", "kind", "state", "by__person__name"],
        marking=lambda row: row.item,
        empty="No report was begun. A report is begun on the page of a case.",
    )


@require_safe
@seated
def written(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every report of one's own organisation."""
    require(seat, "list cases")
    table = table_of(request, find.reports(seat))
    if table.wants_csv:
        return table.csv()
    cases_of = [row.case.item for row in table.page[: table.per_page]]  # who works on what is as restricted as the case
    return render(request, "cases/reporting/written.html", {"table": table, "page_marking": [*table.shown, *cases_of]})


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def of_case(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The reports of a case, and a form for another."""
    case = cases.find_case(seat, key)
    require(seat, "read", case.item)
    table = table_of(request, find.reports(seat).filter(case=case))
    if table.wants_csv:
        return table.csv()
    form = BeginForm(request.POST or None, campaigns=cases.campaigns(seat).filter(cases__case=case))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = writing.draft(
                case, by=seat, kind=Kind(data["kind"]), title=data["title"], public=data["public"], campaign=data["campaign"],
                parameters=form.parameters,
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Begun. Write between the figures, then ask another person to approve it.")
            return redirect("report", made.pk)
    context = {
        "case": case, "item": case.item, "page_marking": [case.item, *table.shown], "table": table, "form": form, "kinds": Kind,
        "may_write": can(seat, "work on case", case.item),
    }  # fmt: skip
    return render(request, "cases/reporting/written.html", context, status=422 if form.errors else 200)


def sections(document: Document | None, found: Report, wrong: dict[str, TextForm]) -> list[dict[str, Any]]:
    """Each section with its text, the figures that stand below it, and its form."""
    texts = find.texts(found)
    return [
        {
            "key": one.key, "title": one.title, "asks": one.asks,
            "figures": [figure for name in one.figures if document is not None and (figure := document.figure(name)) is not None],
            "form": wrong.get(one.key) or TextForm(initial={"text": texts.get(one.key, "")}, auto_id=f"{one.key}_%s"),
            "text": texts.get(one.key, ""),
        }
        for one in KINDS[Kind(found.kind)]
    ]  # fmt: skip


def report_page(seat: Seat, found: Report, **forms_of: Any) -> dict[str, Any]:
    """What the page of a report shows, with a form that came back wrong in its place."""
    last = find.newest(found)
    drafting = found.state == ReportState.DRAFT
    document, problems = None, []
    if drafting or last is None:
        try:
            document, _ = writing.preview(found, by=seat)
        except BadInput as error:
            problems = list(error.problems)
    else:
        document = find.document_of(last)
    published = writing.is_published(found)
    steps = [
        step for step in open_moves(ReportState(found.state), published=published)
        if step.code != "correct" and can(seat, step.act, found.item, asked_by=last.by if last is not None and step.act == "approve report" else None)
        and not (step.act == "approve report" and seat.person == found.by.person)
    ]  # fmt: skip
    may_write = can(seat, "write report", found.item)
    return {
        "report": found,
        "item": found.item,
        "page_marking": [found.item, found.case.item],
        "sections": sections(document, found, forms_of.get("wrong", {})),
        "shown": mark_safe(body(document, published=outputs.published_words(last))) if document and last and not drafting else "",  # noqa: S308 - made by page.body, which escapes
        "problems": problems,
        "steps": steps,
        "versions": found.versions.select_related("by__person", "approved_by__person").order_by("-number"),
        "moves": found.moves.select_related("by__person"),
        "queries": sorted(QUERIES.values(), key=lambda one: one.name),
        "may_write": may_write and (drafting or found.state == ReportState.PUBLISHED),
        "may_set": may_write and drafting,
        "may_recount": may_write and found.state == ReportState.PUBLISHED,
        "published": published,
        "parameters_form": forms_of.get("parameters") or ParametersForm(initial=found.parameters),
        "step_form": forms_of.get("step"),
        "kind": Kind(found.kind),
    }  # fmt: skip


@require_safe
@seated
def report(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One report: what is written, what is counted, how far it is. Who is not a colleague reads what is published."""
    if not find.reports(seat).filter(pk=key).exists():
        find.published_version(seat, key)
        return redirect("published-report", key)
    found = find.find_report(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/reporting/report.html", report_page(seat, found))


@require_POST
@seated
def write(request: HttpRequest, seat: Seat, key: UUID, section: str) -> HttpResponse:
    """Keep what was written in a section."""
    found = find.find_report(seat, key)
    form = TextForm(request.POST, auto_id=f"{section}_%s")
    if form.is_valid():
        try:
            writing.write(found, section, form.cleaned_data["text"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Kept.")
            return redirect("report", found.pk)
    return render(request, "cases/reporting/report.html", report_page(seat, found, wrong={section: form}), status=422)


@require_POST
@seated
def set_parameters(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Keep what figures are told beside the rows."""
    found = find.find_report(seat, key)
    form = ParametersForm(request.POST)
    if form.is_valid():
        try:
            writing.set_parameters(found, form.parameters, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Kept.")
            return redirect("report", found.pk)
    return render(request, "cases/reporting/report.html", report_page(seat, found, parameters=form), status=422)


@require_POST
@seated
def move(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take one step."""
    found, form = find.find_report(seat, key), StepForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if code == "correct" or code not in {
            step.code for step in open_moves(ReportState(found.state), published=writing.is_published(found))
        }:
            messages.error(request, "The report has moved meanwhile. This is how it stands now.")
            return redirect("report", found.pk)
        try:
            writing.move(found, code, by=seat, reason=form.cleaned_data["reason"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Done, in your name.")
            return redirect("report", found.pk)
    return render(
        request, "cases/reporting/report.html", report_page(seat, find.find_report(seat, key), step=form), status=422
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def recount(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What was published, counted again of the same moment; and a correction of what differs."""
    found = find.find_report(seat, key)
    try:
        counted = corrections.recount(found, by=seat)
    except (BadInput, NotAsSealed) as error:
        messages.error(request, str(error).splitlines()[0])
        return redirect("report", found.pk)
    differs = counted.differing
    form = CorrectForm(request.POST or None, differing=[(one.name, one.title) for one in differs])
    if request.method == "POST" and form.is_valid():
        try:
            corrections.correct(found, form.reasons, by=seat, reason=form.cleaned_data["reason"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The next version waits for another person's approval.")
            return redirect("report", found.pk)
    context = {
        "report": found, "item": found.item, "page_marking": [found.item, found.case.item, counted.version.rows.item], "counted": counted, "differs": differs,
        "sealed_same": all(one.same and one.rows for one in counted.sealed), "form": form, "figures": len(counted.now),
        "may_correct": bool(differs) and not counted.unseen and found.state == ReportState.PUBLISHED,
    }  # fmt: skip
    return render(request, "cases/reporting/recount.html", context, status=422 if form.errors else 200)


def cell_of(column: str) -> Callable[[Any], object]:
    """What a row has in a column."""
    return lambda row: ", ".join(map(str, row[column])) if isinstance(row.get(column), list) else row.get(column)


def find_version(found: Report, number: int) -> ReportVersion:
    """One version. Raises Http404."""
    held = (
        found.versions.select_related("rows__item__label", "by__person", "approved_by__person")
        .filter(number=number)
        .first()
    )
    if held is None:
        raise Http404("There is no such version.")
    return held


@require_safe
@seated
def version(request: HttpRequest, seat: Seat, key: UUID, number: int) -> HttpResponse:
    """A version as it was frozen, with what it can be taken out as."""
    found = find.find_report(seat, key)
    require(seat, "read", found.item)
    held = find_version(found, number)
    document = find.document_of(held)
    context = version_page(found, held, document, seat)
    return render(request, "cases/reporting/version.html", context)


def version_page(found: Report, held: ReportVersion, document: Document, seat: Seat) -> dict[str, Any]:
    """What the page of a version shows."""
    return {
        "report": found, "item": found.item, "page_marking": [found.item, found.case.item], "version": held, "document": document,
        "shown": mark_safe(body(document, published=outputs.published_words(held))),  # noqa: S308 - as above
        "corrected": held.corrected.filter(by_version__published_at__isnull=False).select_related("by_version").order_by("at", "figure"),
        "may_export": can(seat, "export", found.item),
        "may_hand": can(seat, "export", found.item) and can(seat, "export", held.rows.item),
        "may_rows": can(seat, "read", held.rows.item),
        "hand_form": HandForm(), "files": outputs.OPEN,
    }  # fmt: skip


@require_safe
@seated
def figure(request: HttpRequest, seat: Seat, key: UUID, number: int, name: str) -> HttpResponse:
    """One figure of a version: its query, its moment, its caveat, and the rows beneath it."""
    found = find.find_report(seat, key)
    held = find_version(found, number)
    require(seat, "read", held.rows.item)
    document = find.document_of(held)
    one = document.figure(name)
    if one is None or name not in QUERIES:
        raise Http404("There is no such figure.")
    try:
        rows = beneath(name, find.rows_of(held), document.parameters)
    except NotAsSealed as error:
        messages.error(request, str(error))
        return redirect("report-version", found.pk, number)
    tables = [
        Table(
            request=request, caption=f"Rows of {table}", name=table, rows=[row for of, row in rows if of == table],
            columns=[Column(key=column, title=column.replace("_", " "), value=cell_of(column)) for column in COLUMNS[table]],
            empty="No row is beneath it.",
        )
        for table in sorted({of for of, _ in rows})
    ]  # fmt: skip
    for table in tables:
        if table.wants_csv:
            return table.csv()
    context = {
        "report": found, "item": found.item, "page_marking": [found.item, found.case.item, held.rows.item], "version": held, "figure": one, "tables": tables,
        "query": QUERIES[name], "says": COLUMNS,
    }  # fmt: skip
    return render(request, "cases/reporting/figure.html", context)


@require_safe
@seated
def file(request: HttpRequest, seat: Seat, key: UUID, number: int, name: str) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """One file of a version, without rows, for who may take the report out."""
    found = find.find_report(seat, key)
    require(seat, "export", found.item)
    return answered(find_version(found, number), name)


def answered(held: ReportVersion, name: str) -> HttpResponse:
    """One of the files that everybody gets who may read the version; in words where the machine cannot draw a PDF.

    Raises   Http404 for another name
    """
    if name not in outputs.OPEN:
        raise Http404("There is no such file.")
    content = outputs.paper(held) if name == "report.pdf" else outputs.open_files(held)[name]
    if content is None:
        return HttpResponse(
            "No PDF can be drawn here. The page report.html can be printed.\n",
            content_type=outputs.TYPES["txt"],
            status=503,
        )
    told = HttpResponse(content, content_type=outputs.TYPES[name.rpartition(".")[2]])
    told["Content-Disposition"] = f'attachment; filename="{name}"'
    return told


@require_POST
@seated
def hand_over(request: HttpRequest, seat: Seat, key: UUID, number: int) -> HttpResponse:
    """Give the whole report, with its rows, to somebody, and write down to whom."""
    found = find.find_report(seat, key)
    held, form = find_version(found, number), HandForm(request.POST)
    if form.is_valid():
        try:
            made = handed.hand_over(found, held, by=seat, to=form.cleaned_data["to"], why=form.cleaned_data["why"])
        except BadInput as error:
            say(form, error)
        except NotAsSealed as error:
            form.add_error(None, str(error))
        else:
            told = HttpResponse(made.content, content_type="application/x-tar")
            told["Content-Disposition"] = f'attachment; filename="{made.name}"'
            return told
    context = version_page(found, held, find.document_of(held), seat) | {"hand_form": form}
    return render(request, "cases/reporting/version.html", context, status=422)
