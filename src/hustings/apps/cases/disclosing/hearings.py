"""The hearing book: questions, answers with the figure they rest on, and what several companies say to the same question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from hustings.apps.audit.record import record
from hustings.apps.cases import find
from hustings.apps.cases.models import (
    Campaign,
    Case,
    CompanyFigure,
    Hearing,
    HearingAnswer,
    HearingApproval,
    HearingQuestion,
    Reconciled,
)
from hustings.apps.cases.reporting.gathered import gather
from hustings.apps.cases.working import said, working
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.errors import BadInput, Problem
from hustings.report.counting import ask as ask_figure
from hustings.report.counting.figure import Figure

__all__ = ["Asked", "Compared", "add_question", "answer", "approve", "asked_again", "book", "compared", "find_hearing", "hearings",
           "open_hearing", "reconcile", "say_for_company"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A stored query to be asked for an answer: its name, of which moment, of the case or of one campaign."""

    name: str
    of: datetime
    campaign: Campaign | None = None
    parameters: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What companies say to a question in one unit: the newest of each, the smallest and the largest of them.

    Limits   a difference between definitions is not a difference between facts; the sum of them counts nobody twice only
             where no two companies mean the same people
    """

    unit: str
    figures: tuple[CompanyFigure, ...]
    least: Decimal
    most: Decimal
    definitions: int

    @property
    def span(self) -> str:
        """The smallest and the largest, for people."""
        return f"{self.least.normalize():,f} to {self.most.normalize():,f}"

    @property
    def alike(self) -> bool:
        """Whether all count by the same words: only then can the numbers be put beside each other as they are."""
        return self.definitions == 1


def hearings(seat: Seat) -> QuerySet[Hearing]:
    """Hearings about cases this person may know, newest first."""
    found = Hearing.objects.filter(case__in=find.cases(seat).values("pk"))
    return found.select_related("case__item__label", "by__person").order_by("-at", "pk")


def find_hearing(seat: Seat, key: UUID) -> Hearing:
    """One hearing. Raises NotKnown."""
    found = hearings(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


@transaction.atomic
def open_hearing(case: Case, *, by: Seat, title: str, body: str, on: date | None = None) -> Hearing:
    """Begin a book for somebody who will ask."""
    case = working(case, by=by, closed=True)
    require(by, "keep hearing book", case.item)
    said(title=title, body=body)
    made = Hearing.objects.create(case=case, title=title.strip(), body=body.strip(), on=on, by=by.appointment)
    record("hearing opened", by=by, about=case.item, subject=("hearing", made.pk))
    return made


@transaction.atomic
def add_question(hearing: Hearing, *, by: Seat, text: str, asked_by: str = "", due_on: date | None = None) -> HearingQuestion:  # fmt: skip
    """Write a question down; questions have their number for good."""
    require(by, "keep hearing book", hearing.case.item)
    said(question=text)
    working(hearing.case, by=by, closed=True)  # held, so that two questions do not get one number
    last = HearingQuestion.objects.filter(hearing=hearing).aggregate(last=Max("number"))["last"] or 0
    made = HearingQuestion.objects.create(
        hearing=hearing, number=last + 1, text=text.strip(), asked_by=asked_by.strip(), due_on=due_on, by=by.appointment
    )
    record("question written down", by=by, about=hearing.case.item, subject=("question", made.pk))
    return made


def figure_of(case: Case, asked: Asked, by: Seat) -> Figure:
    """The figure, counted over what this person may know of that moment."""
    scope = asked.campaign.item.title if asked.campaign else case.item.title
    parameters = dict(asked.parameters or {})
    basis = gather(case, asked.campaign, by=by, then=asked.of, parameters=parameters, scope=scope)
    return ask_figure(asked.name, basis, parameters)


@transaction.atomic
def answer(question: HearingQuestion, *, by: Seat, text: str, figure: Asked | None = None) -> HearingAnswer:
    """Answer a question; a number in it is a stored query's, with its moment, its rows and what it does not say.

    Raises   BadInput without words, for a query that is not there, a moment to come or a campaign of another case
    """
    case = question.hearing.case
    require(by, "keep hearing book", case.item)
    said(answer=text)
    given: dict[str, object] = {}
    if figure is not None:
        problems = []
        if figure.of > by.now:
            problems.append(Problem(where="moment", found=figure.of.isoformat(), expected="one that is past", do="Ask of an earlier one."))  # fmt: skip
        if figure.campaign is not None and not figure.campaign.cases.filter(case__in=find.parts_of(by, case)).exists():
            problems.append(Problem(where="campaign", found=figure.campaign.item.title, expected="one that is studied in the case", do="Choose another."))  # fmt: skip
        if problems:
            raise BadInput("The answer was not kept.", problems)
        told = figure_of(case, figure, by)
        scope = figure.campaign.item.title if figure.campaign else case.item.title
        given = {
            "figure": told.name, "figure_at": figure.of, "campaign": figure.campaign, "parameters": dict(figure.parameters or {}),
            "value": told.text()[:300], "rows": told.rows, "query": f"{told.title}, over {scope}. {told.how}",
            "caveat": told.caveat or told.why_not or "No limit of this figure is known.",
        }  # fmt: skip
    made = HearingAnswer.objects.create(question=question, text=text.strip(), by=by.appointment, **given)
    record(
        "question answered",
        by=by,
        about=case.item,
        subject=("question", question.pk),
        facts={"figure": str(given.get("figure", ""))},
    )
    return made


def asked_again(said_so: HearingAnswer, by: Seat) -> Figure | None:
    """The figure of an answer, counted again of the same moment; None for an answer without one."""
    if said_so.figure_at is None:
        return None
    asked = Asked(name=said_so.figure, of=said_so.figure_at, campaign=said_so.campaign, parameters=said_so.parameters)
    return figure_of(said_so.question.hearing.case, asked, by)


@transaction.atomic
def approve(said_so: HearingAnswer, *, by: Seat) -> HearingApproval:
    """Agree that the newest answer to a question is said so. Another person than who wrote it.

    Raises   BadInput for one that was approved or answered anew since, NotKnown, Refused
    """
    question = said_so.question
    require(by, "approve hearing answer", question.hearing.case.item, asked_by=said_so.by)
    newest = question.answers.order_by("-at", "-id").first()
    problems = []
    if newest is None or newest.pk != said_so.pk:
        problems.append(Problem(where="answer", found="an earlier one", expected="the newest", do="Load the page again."))  # fmt: skip
    if HearingApproval.objects.filter(answer=said_so).exists():
        problems.append(Problem(where="answer", found="approved already", expected="one that waits", do="Load the page again."))  # fmt: skip
    if problems:
        raise BadInput("It was not approved.", problems)
    made = HearingApproval.objects.create(answer=said_so, by=by.appointment)
    record("answer approved", by=by, about=question.hearing.case.item, subject=("question", question.pk))
    return made


@transaction.atomic
def say_for_company(
    question: HearingQuestion, *, by: Seat, company: str, value: Decimal, unit: str, definition: str, source: str, said_on: date
) -> CompanyFigure:  # fmt: skip
    """Keep what a company says to a question, by its own definition and where it says so; the newest of a company counts."""
    require(by, "keep hearing book", question.hearing.case.item)
    said(company=company, unit=unit, definition=definition, source=source)
    made = CompanyFigure.objects.create(
        question=question, company=company.strip(), value=value, unit=unit.strip(), definition=definition.strip(), source=source.strip(),
        said_on=said_on, by=by.appointment,
    )  # fmt: skip
    record("company's figure kept", by=by, about=question.hearing.case.item, subject=("question", question.pk))
    return made


@transaction.atomic
def reconcile(question: HearingQuestion, *, by: Seat, words: str) -> Reconciled:
    """Say what differs between the companies' figures and why.

    Raises   BadInput where fewer than two companies have said something
    """
    require(by, "keep hearing book", question.hearing.case.item)
    said(words=words)
    if question.companies.order_by().values("company").distinct().count() < 2:
        raise BadInput("Nothing can be compared.", [
            Problem(where="companies", found="fewer than two", expected="what two of them say", do="Add the other's figure first."),
        ])  # fmt: skip
    made = Reconciled.objects.create(question=question, words=words.strip(), by=by.appointment)
    record("figures reconciled", by=by, about=question.hearing.case.item, subject=("question", question.pk))
    return made


def compared(question: HearingQuestion) -> list[Compared]:
    """What companies say, the newest of each, apart by unit."""
    newest: dict[str, CompanyFigure] = {}
    for one in question.companies.order_by("said_on", "at", "id"):
        newest[one.company] = one
    units = sorted({one.unit for one in newest.values()})
    found = []
    for unit in units:
        these = tuple(sorted((one for one in newest.values() if one.unit == unit), key=lambda one: one.company))
        values = [one.value for one in these]
        words = {" ".join(one.definition.casefold().split()) for one in these}
        found.append(Compared(unit=unit, figures=these, least=min(values), most=max(values), definitions=len(words)))
    return found


@dataclass(frozen=True, kw_only=True)
class Line:
    """A question with its newest answer, who approved that, and what companies say."""

    question: HearingQuestion
    answer: HearingAnswer | None
    approval: HearingApproval | None
    companies: list[Compared]
    reconciled: Reconciled | None


def book(hearing: Hearing) -> list[Line]:
    """All questions of a hearing, in the order of their numbers."""
    lines = []
    for question in HearingQuestion.objects.filter(hearing=hearing).select_related("by__person").order_by("number"):
        newest = question.answers.select_related("by__person", "campaign__item__label").order_by("-at", "-id").first()
        approval = (
            HearingApproval.objects.filter(answer=newest).select_related("by__person").first() if newest else None
        )
        lines.append(Line(
            question=question, answer=newest, approval=approval, companies=compared(question),
            reconciled=question.reconciled.select_related("by__person").order_by("-at", "-id").first(),
        ))  # fmt: skip
    return lines
