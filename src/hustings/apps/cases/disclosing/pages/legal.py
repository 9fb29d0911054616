"""The pages of legal process: what was asked, one of them, and the package that answers it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases import find as cases
from hustings.apps.cases.disclosing import answering, legal
from hustings.apps.cases.disclosing.legal import Asked
from hustings.apps.cases.forms import day, long
from hustings.apps.cases.models import Case, LegalNotice, LegalProcess
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.ledger.bag import NotAsSealed
from hustings.policy.legal import Asset, DataKind, LegalKind, LegalState, open_moves

__all__ = ["answer", "do", "of_case", "process", "processes"]


class ReceiveForm(forms.Form):
    """What somebody asks for, as their paper says it."""

    kind = forms.ChoiceField(
        choices=[(one.value, f"{one.value}: {one.sentence}") for one in LegalKind], label="By what right"
    )
    authority = forms.CharField(max_length=300, label="Who asks", help_text="Court, agency, committee or company.")
    asked_by = forms.CharField(max_length=300, label="The person there, and how they showed who they are")
    law = forms.CharField(max_length=500, label="Law, order or clause")
    reference = forms.CharField(max_length=200, label="Their reference")
    received_on = day(label="Received on")
    due_on = day(label="To be answered by", help_text="Of an order to keep data: until when it is kept.")
    assets = long(
        label="About which assets", help_text="One a line: kind; platform; name. For example: page; meridian; 17"
    )
    kinds = forms.MultipleChoiceField(choices=[(one.value, f"{one.value}: {one.sentence}") for one in DataKind], label="Which kinds of data",
                                      widget=forms.CheckboxSelectMultiple)  # fmt: skip
    since = day(label="From", help_text="The first day of the window, in UTC.")
    until = day(label="Until", help_text="The last day of the window, in UTC.")

    def clean_assets(self) -> list[Asset]:
        """The lines, all wrong ones told at once."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["assets"].splitlines(), 1):
            parts = [part.strip() for part in line.split(";", 2)]
            if not any(parts):
                continue
            if (
                len(parts) != 3
                or parts[0] not in legal.KINDS
                or not parts[2]
                or len(parts[2]) > 500
                or len(parts[1]) > 40
            ):
                wrong.append(
                    f"Line {number} reads '{line.strip()[:80]}'; it needs one of {', '.join(sorted(legal.KINDS))}; platform; name."
                )
            else:
                found.append(Asset(kind=parts[0], platform=parts[1], name=parts[2]))
        if wrong:
            raise forms.ValidationError(wrong)
        return found


class MoveForm(forms.Form):
    """One step, and why."""

    code = forms.CharField(max_length=20)
    reason = forms.CharField(max_length=1000, label="Why")


class DelayForm(forms.Form):
    """Until when those concerned are not told."""

    until = day(label="Not before the end of")
    ground = forms.CharField(max_length=500, label="On which ground", help_text="The order or law that forbids it.")


class ToldForm(forms.Form):
    """A notice was passed on."""

    notice = forms.ModelChoiceField(LegalNotice.objects.none(), label="Which notice", empty_label=None)
    how = forms.CharField(max_length=300, label="How they were told")

    def __init__(self, *args: Any, notices: QuerySet[LegalNotice], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["notice"].queryset = notices  # type: ignore[attr-defined]
        self.fields["notice"].label_from_instance = lambda one: str(one.asset)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the scope covers is handed over."""

    reason = forms.CharField(max_length=500, min_length=3, label="Why it is handed over now")
    redacted = forms.BooleanField(required=False, label="Of what was redacted the copies alone")


def table_of(request: HttpRequest, rows: QuerySet[LegalProcess]) -> Table:
    """Processes as a list."""
    return Table(
        request=request,
        caption="Legal process",
        rows=rows,
        columns=[
            Column(key="item.title", title="What was asked", link=lambda row: reverse("legal-process", args=[row.pk])),
            Column(key="kind", title="By what right"),
            Column(key="state", title="State"),
            Column(key="due_on", title="By"),
            Column(key="case.item.title", title="Case"),
            Column(key="by.person.name", title="Received by"),
            Column(key="approved_by.person.name", title="Counsel"),
        ],
        find=["item__title", "kind", "state", "authority", "reference"],
        marking=lambda row: row.item,
        empty="Nobody asked for anything that you may know of.",
    )


@require_safe
@seated
def processes(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everything that was asked, as far as the reader may know it."""
    require(seat, "list legal process")
    table = table_of(request, legal.processes(seat))
    if table.wants_csv:
        return table.csv()
    return render(request, "cases/disclosing/processes.html", {"table": table, "page_marking": table.shown or OWN})


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def of_case(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What was asked about a case, and a form for what came in."""
    found = cases.find_case(seat, key)
    require(seat, "list legal process", found.item)
    table = table_of(request, legal.processes(seat).filter(case__in=cases.parts_of(seat, found)))
    if table.wants_csv:
        return table.csv()
    form = ReceiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = received(found, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded. Another person approves it as counsel; who received it cannot.")
            return redirect("legal-process", made.pk)
    context = {
        "case": found, "item": found.item, "page_marking": [found.item, *table.shown], "table": table, "form": form,
        "may_receive": can(seat, "receive legal process", found.item),
    }  # fmt: skip
    return render(request, "cases/disclosing/processes.html", context, status=422 if form.errors else 200)


def received(found: Case, data: dict[str, Any], seat: Seat) -> LegalProcess:
    """What a form says came in."""
    return legal.receive(found, by=seat, asked=Asked(
        kind=LegalKind(data["kind"]), kinds=[DataKind(one) for one in data["kinds"]],
        **{name: data[name] for name in ("authority", "asked_by", "law", "reference", "received_on", "due_on", "assets", "since", "until")},
    ))  # fmt: skip


@require_safe
@seated
def process(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One process: what it asks, what its scope covers, who was told, what can be done."""
    return render(request, "cases/disclosing/process.html", page(seat, legal.find_process(seat, key)))


def page(seat: Seat, found: LegalProcess, **forms_of: forms.Form) -> dict[str, Any]:
    """What the page of a process shows, with a form that came back wrong in its place."""
    require(seat, "list legal process", found.item)
    kind, state = LegalKind(found.kind), LegalState(found.state)
    steps = [
        step for step in open_moves(state, kind)
        if step.code != "answer" and can(seat, step.act, found.item, asked_by=found.by if step.act == "approve legal process" else None)
    ]  # fmt: skip
    may_answer = can(seat, "answer legal process", found.item)
    notices = found.notices.select_related("asset", "told_by__person").order_by(
        "asset__kind", "asset__platform", "asset__name"
    )
    waiting = notices.filter(told_at=None)
    covered = answering.covered(found, by=seat) if state.open and not kind.keeps else None
    return {
        "process": found, "item": found.item, "page_marking": [found.item, *(kept.item for kept in (covered.objects if covered else ()))],
        "kind": kind, "assets": found.assets.order_by("kind", "platform", "name"), "steps": steps, "covered": covered,
        "stays": [(reason.value, many) for reason, many in sorted((covered.stays if covered else {}).items())],
        "delays": found.delays.select_related("by__person").order_by("at", "pk"), "delayed": legal.delayed_until(found), "notices": notices,
        "waiting": waiting.exists(), "history": found.steps.select_related("by__person").order_by("at", "pk"),
        "may_delay": may_answer and not kind.keeps and (state.open or state is LegalState.ANSWERED),
        "may_tell": may_answer, "may_answer": may_answer and state is LegalState.APPROVED and not kind.keeps,
        "delay_form": DelayForm(auto_id="delay_%s"), "told_form": ToldForm(notices=waiting, auto_id="told_%s"),
        "answer_form": AnswerForm(auto_id="answer_%s"), "move_form": MoveForm(auto_id="move_%s"), "seal_form": forms.Form(),
        "wrong": [form for form in forms_of.values() if form.errors],
    } | forms_of  # fmt: skip


@require_POST
@seated
def do(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Take a step, delay the notices, or write down that one was passed on."""
    found = legal.find_process(seat, key)
    form: forms.Form
    match what:
        case "move":
            form = MoveForm(request.POST, auto_id="move_%s")
        case "delay":
            form = DelayForm(request.POST, auto_id="delay_%s")
        case "seal":
            form = forms.Form(request.POST)
        case "told":
            waiting = found.notices.filter(told_at=None).select_related("asset").order_by("asset__name", "pk")
            form = ToldForm(request.POST, notices=waiting, auto_id="told_%s")
        case _:
            raise Http404("There is nothing of this name to do.")
    if form.is_valid():
        data = form.cleaned_data
        if what == "move" and data["code"] not in {
            step.code for step in open_moves(LegalState(found.state), LegalKind(found.kind))
        }:
            messages.error(request, "It has moved meanwhile. This is how it stands now.")
            return redirect("legal-process", found.pk)
        try:
            if what == "move":
                legal.move(found, data["code"], by=seat, reason=data["reason"])
            elif what == "seal":
                answering.prepare(found, by=seat)
            elif what == "delay":
                legal.delay(found, data["until"], by=seat, ground=data["ground"])
            else:
                legal.pass_on(data["notice"], by=seat, how=data["how"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Done, in your name.")
            return redirect("legal-process", found.pk)
    context = page(seat, legal.find_process(seat, key), **{f"{what}_form": form})
    return render(request, "cases/disclosing/process.html", context, status=422)


@require_POST
@seated
def answer(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Hand out the package of what the scope covers; the process is answered by it. Its name begins its digest."""
    found, form = legal.find_process(seat, key), AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        try:
            packed = answering.answer(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        except (NotAsSealed, answering.OutsideScope) as error:
            form.add_error(None, f"{error} Tell the administrator now; nothing was packed.")
        else:
            name = f"{packed.name}-{packed.tagmanifest[:16]}.tar"
            told = FileResponse(packed.file, as_attachment=True, filename=name, content_type="application/x-tar")
            return told  # type: ignore[return-value] # a stream is a response in all that middleware and browser ask
    context = page(seat, legal.find_process(seat, key), answer_form=form)
    return render(request, "cases/disclosing/process.html", context, status=422)
