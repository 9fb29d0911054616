"""The pages of enforcement plans, and the public one where whoever is affected reads a notice and answers it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.core.ratelimit import consume
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.audit.record import record
from hustings.apps.cases import find
from hustings.apps.cases.disclosing import contests
from hustings.apps.cases.disclosing.contests import Shown
from hustings.apps.cases.enforcing import answers, appeals, planning, reasons
from hustings.apps.cases.enforcing.planning import Terms
from hustings.apps.cases.enforcing.preview import Touched, preview, totals
from hustings.apps.cases.forms import day, long
from hustings.apps.cases.models import Campaign, Case, Member, Order, Plan
from hustings.apps.choices import choices
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, readable, require
from hustings.errors import BadInput
from hustings.exchange.dsa import words
from hustings.exchange.dsa.made import BATCH, batches
from hustings.policy.casework import MemberState
from hustings.policy.enforcement import ACTIONS, Action, Ground, PlanState, open_moves

__all__ = ["answer", "appeal", "find_plan", "move", "of_campaign", "of_case", "orders", "plan", "plans", "statements"]

LARGEST = 20_000_000  # bytes of a file of answers
CIVIC = "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"
DO = {
    "undo": "Taken back: the platform is told within a minute or two.",
    "notices": "Put off; the end and the ground stand on this page.",
    "again": "They are tried again.",
}


def plainly(word: str, prefix: str) -> str:
    """A word of the interface for people."""
    return word.removeprefix(prefix).replace("_", " ").capitalize()


def listed(of: Any, prefix: str) -> list[tuple[str, str]]:
    """Words of the interface as a choice."""
    return [(word, plainly(word, prefix)) for word in sorted(of)]


class PlanForm(forms.Form):
    """What is to be done, to whom, on which ground."""

    title = forms.CharField(max_length=300, label="What the plan is called")
    case = forms.ModelChoiceField(Case.objects.none(), label="In which case")
    actions = forms.MultipleChoiceField(choices=choices(Action), label="What is done")
    members = forms.ModelMultipleChoiceField(
        Member.objects.none(), required=False, label="To which accepted members",
        help_text="None chosen is all of them to which an action can be done.",
    )  # fmt: skip
    ground = forms.ChoiceField(choices=[("terms", "our terms"), ("law", "the law")], label="By which ground")
    rule = forms.CharField(max_length=500, label="Which clause or article")
    explanation = long(max_length=2000, label="Why what was found falls under it")
    facts = long(max_length=5000, label="What was found", help_text="Public: no names, addresses or handles.")
    reason = forms.CharField(max_length=500, label="Why it is done, for who approves")
    category = forms.ChoiceField(choices=listed(words.CATEGORIES, "STATEMENT_CATEGORY_"), initial=CIVIC)
    keywords = forms.MultipleChoiceField(choices=listed(words.KEYWORDS, "KEYWORD_"), required=False)
    source = forms.ChoiceField(
        choices=listed(words.SOURCES, "SOURCE_"), initial="SOURCE_VOLUNTARY", label="What led to it"
    )
    found_by_machine = forms.BooleanField(required=False, label="A machine took part in finding it")
    places = forms.CharField(max_length=200, label="Countries where it is done", initial=", ".join(words.EUROPEAN_UNION),
                             help_text="Codes, with commas between.")  # fmt: skip
    begins_on = day(label="From")
    ends_on = day(label="Until", required=False, help_text="Left empty it has no end.")
    stages = forms.CharField(max_length=60, initial="1, 100", label="A look after so many percent",
                             help_text="Percents that rise to 100.")  # fmt: skip
    channel = forms.ChoiceField(
        choices=[("file", "by file"), ("webhook", "by signed calls")], label="How it is handed over"
    )

    def __init__(self, *args: Any, cases: QuerySet[Case], members: QuerySet[Member], **named: Any) -> None:
        super().__init__(*args, **named)
        for name, rows in (("case", cases), ("members", members)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["case"].label_from_instance = lambda case: case.item.title  # type: ignore[attr-defined]
        self.fields["members"].label_from_instance = lambda one: f"{one.kind} {one.platform} {one.name}"  # type: ignore[attr-defined]

    def clean_places(self) -> list[str]:
        """The codes; which of them exist, the check of the statements says."""
        return [code.strip().upper() for code in self.cleaned_data["places"].split(",") if code.strip()]

    def clean_stages(self) -> list[int]:
        """The percents."""
        try:
            return [int(one) for one in self.cleaned_data["stages"].split(",")]
        except ValueError:
            raise forms.ValidationError("Whole numbers with commas between, such as 1, 100.") from None


class MoveForm(forms.Form):
    """One step, and why."""

    code = forms.CharField(max_length=20)
    reason = forms.CharField(max_length=500, label="Why")


class UndoForm(forms.Form):
    """Which targets are taken back, by their numbers in the plan."""

    places = forms.CharField(
        max_length=4000, label="Numbers of the targets", help_text="As the table shows them, with commas between."
    )
    reason = forms.CharField(max_length=500, label="Why")

    def clean_places(self) -> list[int]:
        """The numbers, counted from nothing as the plan does."""
        try:
            return [int(one) - 1 for one in self.cleaned_data["places"].split(",")]
        except ValueError:
            raise forms.ValidationError("Whole numbers with commas between, such as 1, 7.") from None


class NoticesForm(forms.Form):
    """Until when nobody affected is told, and on which ground."""

    until = day(label="Until")
    ground = forms.CharField(max_length=500, label="On which ground", help_text="An order of a court, a proceeding.")


class AnswersForm(forms.Form):
    """What the platform answered."""

    file = forms.FileField(label="Answers, a line each", help_text='{"key": "do-...", "answer": "done"}')


class AppealForm(forms.Form):
    """What is wrong. The last field is seen by programs that fill in everything, and by nobody else."""

    words = forms.CharField(label="What is wrong?", max_length=appeals.LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
                            help_text="Read by people who had no part in the decision; never published.")  # fmt: skip
    contested = forms.TypedMultipleChoiceField(coerce=int, required=False, label="Which of the pieces above do you say are wrong?",
                                               widget=forms.CheckboxSelectMultiple)  # fmt: skip
    website = forms.CharField(
        required=False, label="Leave this empty", widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, shown: Sequence[Shown], **named: Any) -> None:
        super().__init__(*args, **named)
        if shown:
            self.fields["contested"].choices = [(one.number, f"{one.number}: {one.called}") for one in shown]  # type: ignore[attr-defined]
        else:
            del self.fields["contested"]


def plans(seat: Seat) -> QuerySet[Plan]:
    """Plans this person may know, newest first."""
    known = Plan.objects.filter(item__in=readable(seat).values("pk"))
    return known.select_related("item__label", "by__person", "approved_by__person", "campaign__item__label").order_by(
        "-at", "pk"
    )


def find_plan(seat: Seat, key: UUID) -> Plan:
    """One plan. Raises NotKnown for one that is not there or not for this reader."""
    found = plans(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def table_of(request: HttpRequest, rows: QuerySet[Plan]) -> Table:
    """Plans as a list."""
    return Table(
        request=request,
        caption="Plans",
        rows=rows,
        columns=[
            Column(key="item.title", title="Plan", link=lambda row: f"/plans/{row.pk}/"),
            Column(key="state", title="State"),
            Column(key="by.person.name", title="Made by"),
            Column(key="approved_by.person.name", title="Approved by"),
            Column(key="begins_on", title="From"),
            Column(key="at", title="Made"),
        ],
        find=["item__title", "state", "by__person__name"],
        marking=lambda row: row.item,
        empty="Nothing is planned. A plan is made on the page of a campaign.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def of_campaign(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The plans about a campaign, and a form for another."""
    campaign = find.find_campaign(seat, key)
    require(seat, "read", campaign.item)
    table = table_of(request, plans(seat).filter(campaign=campaign))
    if table.wants_csv:
        return table.csv()
    accepted = find.members(seat, campaign).filter(state=MemberState.ACCEPTED)
    form = PlanForm(request.POST or None, cases=find.cases(seat).filter(campaigns__campaign=campaign), members=accepted)
    if request.method == "POST" and form.is_valid():
        try:
            made = draft(campaign, list(accepted), form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Planned. Look at what it touches, then ask another person to approve it.")
            return redirect("plan", made.pk)
    context = {
        "campaign": campaign, "item": campaign.item, "page_marking": [campaign.item, *table.shown], "table": table, "form": form,
        "may_plan": can(seat, "plan enforcement", campaign.item), "accepted": len(accepted),
    }  # fmt: skip
    return render(request, "cases/enforcing/plans.html", context, status=422 if form.errors else 200)


def draft(campaign: Campaign, accepted: list[Member], data: dict[str, Any], seat: Seat) -> Plan:
    """The plan that a form asks for."""
    named, doing = list(data["members"]), [Action(one) for one in data["actions"]]
    # Of those that somebody named, what cannot be done is a mistake; of all of them, it is what is left out.
    wanted = [
        (member, action)
        for member in named or accepted
        for action in doing
        if named or member.kind in ACTIONS[action].applies
    ]
    terms = Terms(ground=Ground(data["ground"]), **{
        name: data[name] for name in ("rule", "explanation", "facts", "reason", "category", "source", "found_by_machine", "begins_on",
                                      "ends_on", "keywords", "places", "stages", "channel")
    })  # fmt: skip
    return planning.draft(campaign, data["case"], by=seat, title=data["title"], wanted=wanted, terms=terms)


@require_safe
@seated
def of_case(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The plans of a case."""
    case = find.find_case(seat, key)
    require(seat, "read", case.item)
    table = table_of(request, plans(seat).filter(case=case))
    if table.wants_csv:
        return table.csv()
    context = {"case": case, "item": case.item, "page_marking": [case.item, *table.shown], "table": table}
    return render(request, "cases/enforcing/plans.html", context)


@require_safe
@seated
def plan(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One plan: what it does, what it touches, how far it is."""
    context = plan_page(request, seat, find_plan(seat, key))
    for table in (context["preview"], context["orders"]):
        if table.wants_csv:
            told: HttpResponse = table.csv()
            return told
    return render(request, "cases/enforcing/plan.html", context)


def others_of(seat: Seat, found: Plan) -> dict[tuple[str, str, str], Campaign]:
    """Of each asset that is a member of another campaign which the reader may know, the first of these."""
    others = Member.objects.filter(campaign__in=find.campaigns(seat), name__in=found.targets.values("name"))
    others = others.exclude(campaign=found.campaign).exclude(state=MemberState.WITHDRAWN)
    first: dict[tuple[str, str, str], Campaign] = {}
    for member in others.select_related("campaign__item__label").order_by("campaign__item__made_at", "campaign", "pk"):
        first.setdefault((member.kind, member.platform, member.name), member.campaign)
    return first


def preview_table(
    request: HttpRequest, touched: list[Touched], elsewhere: dict[tuple[str, str, str], Campaign]
) -> Table:
    """What each target touches, those that need a look first."""

    def ads(row: Touched) -> str | None:
        return f"{reverse('ads')}?{urlencode({'t.find': row.name})}" if row.ads else None

    def campaign(row: Touched) -> str | None:
        other = elsewhere.get((row.kind, row.platform, row.name))
        return reverse("campaign", args=[other.pk]) if other else None

    def sponsors(row: Touched) -> str | None:
        return reverse("desk-sponsors") if row.sponsors else None

    return Table(
        request=request,
        caption="What each target touches",
        name="t",
        rows=sorted(touched, key=lambda one: (*(-each for each in one.weight), one.place)),
        columns=[
            Column(key="number", title="Number", value=lambda row: row.place + 1, number=True),
            Column(key="kind", title="What"),
            Column(key="platform", title="Platform"),
            Column(key="name", title="Name"),
            Column(key="action", title="Action"),
            Column(key="sealed", title="Sealed", value=lambda row: "yes" if row.sealed else "no"),
            Column(key="protected", title="Protected", value=lambda row: "yes" if row.protected else ""),
            Column(key="ads", title="Ads", link=ads, number=True),
            Column(key="running", title="Running", link=ads, number=True),
            Column(key="posts", title="Posts", number=True),
            Column(key="campaigns", title="Other campaigns", link=campaign, number=True),
            Column(key="other_members", title="Their members", number=True),
            Column(key="sponsors", title="Sponsors in force", link=sponsors, number=True),
            Column(key="disclaimers", title="Running disclaimers", link=ads, number=True),
        ],
        empty="The plan has no targets.",
    )


def orders_table(request: HttpRequest, found: Plan) -> Table:
    """What the platform was told of each target, and what it answered."""
    return Table(
        request=request,
        caption="Orders and answers",
        name="o",
        rows=Order.objects.filter(plan=found).select_related("target").order_by("target__place", "key"),
        columns=[
            Column(
                key="number", title="Number", value=lambda row: row.target.place + 1, order="target__place", number=True
            ),
            Column(key="target.name", title="Name"),
            Column(key="what", title="Order"),
            Column(key="attempts", title="Attempts", number=True),
            Column(key="delivered_at", title="Delivered"),
            Column(key="answer", title="Answer"),
            Column(key="answer_reason", title="Reason"),
            Column(key="error", title="Failed by"),
        ],
        find=["target__name", "what", "answer", "answer_reason", "error"],
        empty="Nothing was handed over yet; the worker does so within a minute of a stage.",
    )


def plan_page(request: HttpRequest, seat: Seat, found: Plan, **forms_of: forms.Form) -> dict[str, Any]:
    """What the page of a plan shows, with a form that came back wrong in its place."""
    touched = preview(found, by=seat)
    elsewhere = others_of(seat, found)
    steps = [
        step for step in open_moves(PlanState(found.state))
        if can(seat, step.act, found.item, asked_by=found.by if step.act == "approve plan" else None)
        and not (step.code == "go on" and found.released >= len(found.stages))
    ]  # fmt: skip
    acting = found.state in {PlanState.RUNNING, PlanState.DONE, PlanState.ROLLED_BACK}
    may_run = can(seat, "run plan", found.item)
    return {
        "plan": found,
        "item": found.item,
        "page_marking": [found.item, *(campaign.item for campaign in elsewhere.values())],
        "preview": preview_table(request, touched, elsewhere),
        "orders": orders_table(request, found),
        "targets": len(touched),
        "sealed": sum(one.sealed for one in touched),
        "totals": totals(touched),
        "steps": steps,
        "moves": found.moves.select_related("by__person"),
        "progress": answers.progress(found) if acting else None,
        "batches": range(1, -(-len(touched) // BATCH) + 1),
        "may_run": may_run and acting,
        "may_put_off": may_run and found.state not in {PlanState.REFUSED, PlanState.WITHDRAWN},
        "may_undo": found.state in {PlanState.RUNNING, PlanState.DONE} and can(seat, "roll back plan", found.item),
        "move_form": MoveForm(auto_id="move_%s"),
        "undo_form": UndoForm(auto_id="undo_%s"),
        "notices_form": NoticesForm(auto_id="notices_%s"),
        "answers_form": AnswersForm(auto_id="answers_%s"),
        "tells": bool(settings.PUBLIC_URL),
        "wrong": [form for form in forms_of.values() if form.errors],
    } | forms_of  # fmt: skip


@require_POST
@seated
def move(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take one step."""
    found, form = find_plan(seat, key), MoveForm(request.POST, auto_id="move_%s")
    if form.is_valid():
        if form.cleaned_data["code"] not in {step.code for step in open_moves(PlanState(found.state))}:
            messages.error(request, "The plan has moved meanwhile. This is how it stands now.")
            return redirect("plan", found.pk)
        try:
            planning.move(found, form.cleaned_data["code"], by=seat, reason=form.cleaned_data["reason"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Done, in your name.")
            return redirect("plan", found.pk)
    return render(
        request, "cases/enforcing/plan.html", plan_page(request, seat, find_plan(seat, key), move_form=form), status=422
    )


@require_POST
@seated
def answer(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Take some targets back, put notices off, read answers in, try again what was given up."""
    found = find_plan(seat, key)
    match what:
        case "undo":
            form: forms.Form = UndoForm(request.POST, auto_id="undo_%s")
        case "notices":
            form = NoticesForm(request.POST, auto_id="notices_%s")
        case "answers":
            form = AnswersForm(request.POST, request.FILES, auto_id="answers_%s")
        case "again":
            form = forms.Form(request.POST)
        case _:
            raise Http404("There is nothing of this name to do.")
    if form.is_valid():
        try:
            said = answered(found, what, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, said)
            return redirect("plan", found.pk)
    return render(
        request, "cases/enforcing/plan.html", plan_page(request, seat, found, **{f"{what}_form": form}), status=422
    )


def answered(found: Plan, what: str, data: dict[str, Any], seat: Seat) -> str:
    """Do what a form asks, and say what was done."""
    match what:
        case "undo":
            planning.undo(found, list(found.targets.filter(place__in=data["places"])), by=seat, reason=data["reason"])
        case "notices":
            planning.put_notices_off(
                found, datetime.combine(data["until"], time.max, UTC), by=seat, ground=data["ground"]
            )
        case "answers":
            many = answers.take(found, data["file"].read(LARGEST), by=seat)
            return f"{many:,} new answers."
        case _:
            answers.try_again(found, by=seat)
    return DO[what]


@require_safe
@seated
def orders(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """The orders as JSON Lines, for a platform that is not called."""
    found = find_plan(seat, key)
    require(seat, "run plan", found.item)
    record("plan orders taken", by=seat, about=found.item)
    told = StreamingHttpResponse(list(answers.lines(found)), content_type="application/jsonl")
    told["Content-Disposition"] = f'attachment; filename="orders-{found.pk}.jsonl"'
    return told  # type: ignore[return-value] # a stream is a response in all that middleware and browser ask


@require_safe
@seated
def statements(request: HttpRequest, seat: Seat, key: UUID, number: int) -> HttpResponse:  # noqa: ARG001 - as above
    """One batch of statements of reasons, as the interface takes them."""
    found = find_plan(seat, key)
    require(seat, "run plan", found.item)
    batch = next(islice(batches(reasons.statements(found)), number - 1, None), None) if number else None
    if batch is None:
        raise Http404("There is no such batch.")
    told = HttpResponse(json.dumps(batch, ensure_ascii=False, indent=1), content_type="application/json")
    told["Content-Disposition"] = f'attachment; filename="statements-{found.pk}-{number}.json"'
    return told


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever knows the number: what was decided, and how to say that it is wrong."""
    held = appeals.told(code)
    pieces = contests.shown(code)
    form = AppealForm(request.POST or None, shown=pieces)
    context = {"held": held, "form": form, "shown": pieces, "code": code}
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/enforcing/appeal.html", context, status=422 if form.is_bound else 200)
    if form.cleaned_data["website"]:
        # Told nothing is wrong, a program does not try otherwise; nothing was kept.
        return redirect("enforcement-appeal", code)
    if not consume(request, action="enforcement_appeal"):
        form.add_error(None, "Too much came from where you are within the hour. Try again later.")
        return render(request, "cases/enforcing/appeal.html", context, status=429)
    try:
        appeals.appeal(code, form.cleaned_data["words"], form.cleaned_data.get("contested", ()))
    except BadInput as error:
        say(form, error)
        return render(request, "cases/enforcing/appeal.html", context, status=422)
    return redirect("enforcement-appeal", code)


appeal.without_seat = True  # type: ignore[attr-defined]
