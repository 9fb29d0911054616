"""The pages of leads."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases import find
from hustings.apps.cases.forms import DisposeForm, LeadForm
from hustings.apps.cases.leads import About, dismiss, record_lead
from hustings.apps.cases.models import Case, Lead
from hustings.apps.cases.working import take_up
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can, require
from hustings.apps.permission import find as item_of
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.casework import CaseState, Disposition, LeadSource, LeadState

__all__ = ["dispose", "lead", "leads", "record"]


@require_safe
@seated
def leads(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every lead this person may know."""
    require(seat, "list leads")
    table = Table(
        request=request,
        caption="Leads",
        rows=find.leads(seat),
        columns=[
            Column(key="item.title", title="About", link=lambda row: f"/leads/{row.pk}/"),
            Column(key="source", title="Told by"),
            Column(key="state", title="State"),
            Column(key="score", title="Score", number=True),
            Column(key="item.made_at", title="Recorded"),
        ],
        find=["item__title", "source", "state"],
        marking=lambda row: row.item,
        empty="What findings, rules, people, partners and the press say should be looked at appears here.",
    )
    if table.wants_csv:
        return table.csv()
    context = {
        "table": table,
        "page_marking": table.shown or OWN,
        "may_record": can(seat, "record lead"),
        "precision": find.precision(seat),
    }
    return render(request, "cases/leads.html", context)


@require_http_methods(["GET", "POST"])
@seated
def record(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a lead, of something by name or, from its page, of an item such as a finding."""
    allow(seat, "record lead")
    item = about_item(request, seat)
    form = LeadForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        about = [About(what=what, platform=platform, name=name) for what, platform, name in data["about"]]
        key = f"{about[0].what} {about[0].platform} {about[0].name}"[:300] if len(about) == 1 else ""
        if item is not None:
            about, key = [About(what=item.kind, item=item), *about], f"item {item.pk}"
        try:
            made = record_lead(
                by=seat, source=LeadSource(data["source"]), title=data["title"], text=data["text"], marking=own_marking(seat),
                key=key, about=about,
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The lead is recorded. Take it up in a case, or dismiss it with the reason.")
            return redirect("lead", made.pk)
    context = {"form": form, "item": item, "page_marking": item or OWN}
    return render(request, "cases/record.html", context, status=422 if form.errors else 200)


def about_item(request: HttpRequest, seat: Seat) -> Item | None:
    """The item that the address names. An unreadable key is as unknown as any other."""
    key = request.GET.get("about", "")
    if not key:
        return None
    try:
        return item_of(seat, UUID(key))
    except ValueError:
        raise NotKnown from None


@require_safe
@seated
def lead(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One lead: who told it, what it is about, what became of it."""
    found = find.find_lead(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/lead.html", lead_page(seat, found))


def lead_page(seat: Seat, found: Lead, form: DisposeForm | None = None) -> dict[str, object]:
    """What the page of a lead shows, with a form that came back wrong in its place."""
    open_cases = find.cases(seat).exclude(state=CaseState.CLOSED)
    return {
        "lead": found,
        "item": found.item,
        "page_marking": found.item,
        "about": found.about.select_related("item__label"),
        "told": found.told.select_related("by__person"),
        "cases": find.cases(seat).filter(leads__lead=found),
        "may_dispose": found.state != LeadState.DISMISSED and can(seat, "dispose of lead", found.item),
        "may_open": can(seat, "open case"),
        "form": form or DisposeForm(cases=open_cases),
        "disposition": Disposition(found.disposition).sentence if found.disposition else "",
    }


@require_POST
@seated
def dispose(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take a lead up in a case, or dismiss it."""
    found = find.find_lead(seat, key)
    form = DisposeForm(request.POST, cases=find.cases(seat).exclude(state=CaseState.CLOSED))
    if form.is_valid():
        case: Case | None = form.cleaned_data["case"]
        try:
            if case is not None:
                take_up(case, found, by=seat)
                messages.success(request, "Taken up: the case has it now, and what it is about.")
                return redirect("case", case.pk)
            dismiss(found, Disposition(form.cleaned_data["disposition"]), by=seat, reason=form.cleaned_data["reason"])
            messages.success(request, "Dismissed, with your reason. It is kept for 180 days.")
            return redirect("lead", found.pk)
        except BadInput as error:
            say(form, error)
    return render(request, "cases/lead.html", lead_page(seat, found, form), status=422)
