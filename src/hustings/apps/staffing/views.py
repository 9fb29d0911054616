"""The pages of staffing: parse, call, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, require
from hustings.apps.staffing import actions, find
from hustings.apps.staffing.example import EXAMPLE
from hustings.apps.staffing.forms import AssumptionsForm, FileForm, PlanForm, said_of
from hustings.apps.staffing.models import Plan
from hustings.apps.staffing.picture import crowds
from hustings.apps.staffing.shifts import as_calendar, as_table, gaps, posts_of
from hustings.errors import BadInput
from hustings.staffing.plan_document import plan_rows

__all__ = ["assumptions", "files", "plan", "shifts", "staffing"]

SEE = "see staffing"


@require_safe
@seated
def staffing(request: HttpRequest, seat: Seat) -> HttpResponse:
    """How many more people, of which kind, by when: the newest plan and what it rests on."""
    allow(seat, SEE)
    shown = find.plans(seat).filter(done_at__isnull=False, failed="").first()
    key = request.GET.get("plan")
    if key:
        try:
            shown = find.find_plan(seat, UUID(key))
        except ValueError:
            raise Http404 from None
    return page(request, seat, shown)


def page(request: HttpRequest, seat: Seat, shown: Plan | None, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of staffing, with a form that came back wrong in its place."""
    said = shown.said if shown is not None and shown.said else None
    weeks = Table(
        request=request, name="weeks", caption="Week by week", rows=plan_rows(said) if said else [], per_page=400,
        columns=[
            Column(key="monday", title="Week of"),
            Column(key="crew", title="Crew"),
            Column(key="have", title="There", number=True),
            Column(key="low", title="Needed, low", number=True),
            Column(key="middle", title="Middle", number=True),
            Column(key="high", title="High", number=True),
            Column(key="short", title="Missing", number=True),
        ],
    )  # fmt: skip
    if weeks.wants_csv:
        return weeks.csv()
    earlier = Table(
        request=request, name="plans", caption="Plans", rows=find.plans(seat), filterable=False, default="-recorded_at",
        empty="No plan was asked for yet.",
        columns=[
            Column(key="recorded_at", title="Asked", link=lambda row: f"/staffing/?plan={row.pk}"),
            Column(key="recorded_by.person.name", title="By", order=False),
            Column(key="weeks", title="Weeks", number=True),
            Column(key="state", title="State", order=False, value=lambda row: "failed" if row.failed else "made" if row.done_at else "being made"),
        ],
    )  # fmt: skip
    if earlier.wants_csv:
        return earlier.csv()
    roster, assumed = find.roster(seat), find.assumed(seat)
    open_posts: list[dict[str, Any]] = []
    if said and shown is not None and roster is not None:
        open_posts = gaps(posts_of(said, shown.assumptions.document["rules"]["shift_hours"]), roster.shifts)
    return render(
        request,
        "staffing/staffing.html",
        {
            "plan": shown, "said": said, "crews": crowds(said) if said else [], "weeks": weeks, "plans": earlier,
            "under_way": find.under_way(seat), "assumed": assumed, "history": find.history(seat), "roster": roster,
            "differs": find.differs(seat, assumed.document) if assumed is not None else [],
            "open_posts": open_posts[:50], "lacking": len(open_posts), "may_plan": can(seat, actions.ACT),
            "plan_form": PlanForm(auto_id="plan_%s"), "file_form": FileForm(auto_id="file_%s"),
        } | forms,
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@seated
def assumptions(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Write the assumptions anew; what was assumed before stays."""
    allow(seat, actions.ACT)
    assumed = find.assumed(seat)
    begun = AssumptionsForm.begun(assumed.document if assumed is not None else EXAMPLE)
    form = AssumptionsForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_assumptions(said_of(form.cleaned_data), why=form.cleaned_data["why"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Kept. The next plan goes by them.")
            return redirect("staffing")
    shown = {"form": form, "assumed": assumed}
    return render(request, "staffing/assumptions.html", shown, status=422 if form.errors else 200)


@require_POST
@seated
def plan(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for a plan."""
    form = PlanForm(request.POST, auto_id="plan_%s")
    if form.is_valid():
        try:
            actions.ask_for_plan(weeks=form.cleaned_data["weeks"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The plan is being made; it stands here in about a minute.")
            return redirect("staffing")
    allow(seat, SEE)
    return page(request, seat, find.plans(seat).filter(done_at__isnull=False, failed="").first(), 422, plan_form=form)


@require_POST
@seated
def files(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take in earlier work or shifts."""
    form = FileForm(request.POST, request.FILES, auto_id="file_%s")
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            keep = actions.keep_history if form.cleaned_data["what"] == "history" else actions.keep_roster
            keep(given.read(actions.LARGEST + 1), source=form.cleaned_data["source"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Kept; the next plan goes by it.")
            return redirect("staffing")
    allow(seat, SEE)
    return page(request, seat, find.plans(seat).filter(done_at__isnull=False, failed="").first(), 422, file_form=form)


@require_safe
@seated
def shifts(request: HttpRequest, seat: Seat, key: UUID, form: str) -> HttpResponse:  # noqa: ARG001 - what a view is handed
    """The posts of a plan as iCalendar or CSV."""
    require(seat, SEE)
    found = find.find_plan(seat, key)
    if found.said is None or form not in {"ics", "csv"}:
        raise Http404
    posts = posts_of(found.said, found.assumptions.document["rules"]["shift_hours"])
    if form == "ics":
        content: bytes | str = as_calendar(posts, key=str(found.pk), made_at=found.done_at or found.recorded_at)
        kind = "text/calendar; charset=utf-8"
    else:
        content, kind = as_table(posts), "text/csv; charset=utf-8"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="shifts-{found.day}.{form}"'
    return answer
