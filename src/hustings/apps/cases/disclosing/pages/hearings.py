"""The pages of the hearing book: hearings of a case, one of them, one question, and the book as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.audit.record import record
from hustings.apps.cases import find as cases
from hustings.apps.cases.disclosing import book_file
from hustings.apps.cases.disclosing import hearings as books
from hustings.apps.cases.disclosing.hearings import Asked, Line
from hustings.apps.cases.forms import day, long
from hustings.apps.cases.models import Campaign, Hearing, HearingAnswer, HearingQuestion
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.errors import BadInput
from hustings.report.counting import QUERIES

__all__ = ["as_csv", "as_page", "hearing", "of_case", "question", "say_of_question"]


class HearingForm(forms.Form):
    """Who will ask."""

    title = forms.CharField(max_length=300, label="What it is called")
    body = forms.CharField(max_length=300, label="Who asks", help_text="Committee, court, paper.")
    on = day(required=False, label="On")


class QuestionForm(forms.Form):
    """What is asked."""

    text = long(max_length=2000, label="Question")
    asked_by = forms.CharField(max_length=300, required=False, label="Asked by")
    due_on = day(required=False, label="To be answered by")


class AnswerForm(forms.Form):
    """What is answered, and the figure it rests on. Numbers come from stored queries, with what they do not say."""

    text = long(label="Answer")
    figure = forms.ChoiceField(required=False, label="Figure it rests on")
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), required=False, label="Of which campaign", empty_label="the whole case"
    )
    of = forms.DateTimeField(required=False, label="As of which moment (UTC)", help_text="Left empty it is now.",
                             widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))  # fmt: skip
    election_day = day(required=False, label="Election day", help_text="For figures that ask for one.")

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **named: Any) -> None:
        super().__init__(*args, **named)
        listed = sorted(((name, query.title) for name, query in QUERIES.items()), key=lambda one: one[1])
        self.fields["figure"].choices = [("", "(none)"), *listed]  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["campaign"].label_from_instance = lambda one: one.item.title  # type: ignore[attr-defined]


class CompanyForm(forms.Form):
    """What a company says to the question."""

    company = forms.CharField(max_length=200)
    value = forms.DecimalField(max_digits=24, decimal_places=4, label="Number")
    unit = forms.CharField(max_length=60, help_text="Such as accounts, people, USD.")
    definition = long(
        max_length=1000,
        label="What it counts, in the company's words",
        help_text="Of whom, since when, what is left out.",
    )
    source = forms.CharField(max_length=500, label="Where it says so")
    said_on = day(label="Said on")


class ReconcileForm(forms.Form):
    """What differs and why."""

    words = long(label="What differs, and why")


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def of_case(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Hearings about a case, and a form for another."""
    found = cases.find_case(seat, key)
    require(seat, "read", found.item)
    table = Table(
        request=request,
        caption="Hearings",
        rows=books.hearings(seat).filter(case__in=cases.parts_of(seat, found)),
        columns=[
            Column(key="title", title="Hearing", link=lambda row: reverse("hearing", args=[row.pk])),
            Column(key="body", title="Who asks"),
            Column(key="on", title="On"),
            Column(key="by.person.name", title="Opened by"),
        ],
        find=["title", "body"],
        marking=lambda row: row.case.item,
        empty="Nobody has announced that they will ask.",
    )
    if table.wants_csv:
        return table.csv()
    form = HearingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = books.open_hearing(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Opened. Write down what they may ask.")
            return redirect("hearing", made.pk)
    context = {
        "case": found, "item": found.item, "page_marking": [found.item, *table.shown], "table": table, "form": form,
        "may_keep": can(seat, "keep hearing book", found.item),
    }  # fmt: skip
    return render(request, "cases/disclosing/hearings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def hearing(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One hearing: its questions with their newest answers, and a form for another question."""
    found = books.find_hearing(seat, key)
    item = found.case.item
    require(seat, "read", item)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = books.add_question(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            return redirect("hearing-question", made.pk)
    lines = books.book(found)
    context = {
        "hearing": found, "item": item, "page_marking": [item], "lines": lines, "form": form, "may_keep": can(seat, "keep hearing book", item),
        "may_export": can(seat, "export", item), "open": sum(line.approval is None for line in lines),
    }  # fmt: skip
    return render(request, "cases/disclosing/hearing.html", context, status=422 if form.errors else 200)


def find_question(seat: Seat, key: UUID) -> HearingQuestion:
    """One question. Raises NotKnown."""
    asked = HearingQuestion.objects.filter(pk=key, hearing__in=books.hearings(seat).order_by().values("pk"))
    found = asked.select_related("hearing__case__item__label").first()
    if found is None:
        raise NotKnown
    return found


@require_safe
@seated
def question(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One question: every answer, the figure asked again, what companies say."""
    return render(
        request, "cases/disclosing/question.html", page(seat, find_question(seat, key), again="again" in request.GET)
    )


def page(seat: Seat, found: HearingQuestion, *, again: bool = False) -> dict[str, Any]:
    """What the page of a question shows.

    again   the newest answer's figure is counted once more, which reads all rows of the case
    """
    case = found.hearing.case
    require(seat, "read", case.item)
    answers = list(
        found.answers.select_related(
            "by__person", "approval__by__person", "campaign__item__label", "question__hearing__case__item__label"
        ).order_by("-at", "-id")
    )
    newest = answers[0] if answers else None
    approved = newest is not None and hasattr(newest, "approval")
    campaigns = cases.campaigns(seat).filter(cases__case__in=cases.parts_of(seat, case)).distinct()
    return {
        "question": found, "hearing": found.hearing, "item": case.item,
        "page_marking": [case.item, *(one.campaign.item for one in answers if one.campaign is not None)],
        "answers": answers, "newest": newest, "approved": approved, "again": books.asked_again(newest, seat) if newest and again else None,
        "companies": books.compared(found), "reconciled": found.reconciled.select_related("by__person").order_by("-at", "-id"),
        "may_keep": can(seat, "keep hearing book", case.item),
        "may_approve": newest is not None and not approved and can(seat, "approve hearing answer", case.item, asked_by=newest.by),
        "answer_form": AnswerForm(campaigns=campaigns, auto_id="answer_%s"), "company_form": CompanyForm(auto_id="company_%s"),
        "reconcile_form": ReconcileForm(auto_id="reconcile_%s"), "approve_form": forms.Form(),
    }  # fmt: skip


@require_POST
@seated
def say_of_question(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Answer, approve the newest answer, add what a company says, or say what differs."""
    found = find_question(seat, key)
    form: forms.Form
    match what:
        case "answer":
            studied = cases.campaigns(seat).filter(cases__case__in=cases.parts_of(seat, found.hearing.case)).distinct()
            form = AnswerForm(request.POST, campaigns=studied, auto_id="answer_%s")
        case "company":
            form = CompanyForm(request.POST, auto_id="company_%s")
        case "reconcile":
            form = ReconcileForm(request.POST, auto_id="reconcile_%s")
        case "approve":
            form = forms.Form(request.POST)
        case _:
            raise Http404("There is nothing of this name to say.")
    if form.is_valid():
        try:
            do(found, what, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Done, in your name.")
            return redirect("hearing-question", found.pk)
    context = page(seat, found) | {f"{what}_form": form}
    return render(request, "cases/disclosing/question.html", context, status=422)


def do(found: HearingQuestion, what: str, data: dict[str, Any], seat: Seat) -> None:
    """Do what a form asks."""
    match what:
        case "answer":
            figure = None
            if data["figure"]:
                given = {"election_day": data["election_day"].isoformat()} if data["election_day"] else {}
                figure = Asked(
                    name=data["figure"], of=data["of"] or seat.now, campaign=data["campaign"], parameters=given
                )
            books.answer(found, by=seat, text=data["text"], figure=figure)
        case "company":
            books.say_for_company(found, by=seat, **data)
        case "reconcile":
            books.reconcile(found, by=seat, words=data["words"])
        case _:
            newest = (
                HearingAnswer.objects.filter(question=found)
                .select_related("by", "question__hearing__case__item__label")
                .order_by("-at", "-id")
                .first()
            )
            if newest is None:
                raise NotKnown
            books.approve(newest, by=seat)


def taken(seat: Seat, key: UUID) -> tuple[Hearing, list[Line]]:
    """A book that is taken out, once that stands in the log."""
    found = books.find_hearing(seat, key)
    require(seat, "export", found.case.item)
    record("hearing book taken", by=seat, about=found.case.item, subject=("hearing", found.pk))
    return found, books.book(found)


@require_safe
@seated
def as_csv(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """The book as a table: a line for each answer, then one for each company's figure."""
    found, lines = taken(seat, key)
    answer = HttpResponse(book_file.table(found, lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hearing-{found.pk}.csv"'
    return answer


@require_safe
@seated
def as_page(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:  # noqa: ARG001 - as above
    """The book as one page that asks nobody for anything."""
    found, lines = taken(seat, key)
    answer = HttpResponse(book_file.page(found, lines), content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hearing-{found.pk}.html"'
    return answer
