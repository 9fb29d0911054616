"""The pages of cyber incidents: parse, call, render."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console import context
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.lookalikes import find
from hustings.apps.lookalikes import incidents as doing
from hustings.apps.lookalikes.forms import OWN, CollectionForm, IncidentForm, IndicatorForm, LeakForm, StepForm
from hustings.apps.lookalikes.views import tell
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can
from hustings.apps.permission import find as find_item
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.taxii.models import Collection
from hustings.errors import BadInput
from hustings.exchange.stix.names import Reads
from hustings.exchange.stix.objects import bundled
from hustings.policy.lookalike import NEXT, CyberState
from hustings.policy.marking import Marking, Tlp
from hustings.policy.operations import Severity

__all__ = ["add", "incident", "incidents", "marking_of_reach", "new", "publish", "stix"]

SEE, KEEP = "see look-alikes", "keep cyber incidents"


def marking_of_reach(reach: str, seat: Seat) -> Marking:
    """The marking behind a choice of who may know."""
    if reach == OWN:
        return own_marking(seat)
    return Marking(tlp=Tlp(reach), owner=str(find.own(seat)))


@require_safe
@seated
def incidents(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Cyber incidents that the reader may know."""
    allow(seat, SEE)
    table = Table(
        request=request, name="incidents", caption="Cyber incidents", rows=find.incidents(seat), default="-severity", find=["item__title", "affected", "kind"],
        marking=lambda row: row.item, empty="None that you may know is recorded.",
        columns=[
            Column(key="item.title", title="Incident", link=lambda row: f"/lookalikes/incidents/{row.pk}/"), Column(key="kind", title="Kind"),
            Column(key="severity", title="Severity", number=True), Column(key="state", title="State"), Column(key="affected", title="Affected"),
            Column(key="election", title="Election", value=lambda row: row.election.name if row.election else "", order=False),
            Column(key="seen_at", title="Seen"),
        ],
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    shown = {"table": table, "may_keep": can(seat, KEEP), "page_marking": table.shown or context.OWN}
    return render(request, "lookalikes/incidents.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record one."""
    allow(seat, KEEP)
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        marking = marking_of_reach(given.pop("reach"), seat)
        try:
            made = doing.record_incident(**given, marking=marking, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded.")
            return redirect("cyber-incident", made.pk)
    return render(request, "lookalikes/new_incident.html", {"form": form}, status=422 if form.errors else 200)


def collections(seat: Seat) -> QuerySet[Collection]:
    """The organisation's own collections."""
    return Collection.objects.filter(owner=find.own(seat)).order_by("title", "pk")


@require_safe
@seated
def incident(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One incident: its history, and by what it is known."""
    allow(seat, SEE)
    return page(request, seat, key)


def page(request: HttpRequest, seat: Seat, key: UUID, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of an incident, with a form that came back wrong in its place."""
    found = find.find_incident(seat, key)
    may = can(seat, KEEP, found.item)
    step = StepForm(initial={"state": found.state, "severity": found.severity}, auto_id="step_%s")
    open_still = found.state not in {CyberState.CLOSED, CyberState.UNFOUNDED}
    states = sorted(NEXT[CyberState(found.state)] | ({CyberState(found.state)} if open_still else set()))
    step.fields["state"].choices = [(one.value, one.value) for one in states]  # type: ignore[attr-defined]
    shown: dict[str, Any] = {
        "incident": found, "page_marking": found.item, "severity": Severity(found.severity), "steps": found.steps.select_related("by__person").order_by("at", "pk"),
        "indicators": found.indicators.select_related("item__label").order_by("at", "pk"), "leaks": found.leaks.order_by("at", "pk"),
        "may_keep": may, "step_form": step, "indicator_form": IndicatorForm(auto_id="indicator_%s"), "leak_form": LeakForm(auto_id="leak_%s"),
        "collection_form": CollectionForm(collections=collections(seat), auto_id="collection_%s") if may and collections(seat).exists() else None,
    }  # fmt: skip
    return render(request, "lookalikes/incident.html", shown | forms, status=status)


@require_POST
@seated
def add(request: HttpRequest, seat: Seat, key: UUID, do: str) -> HttpResponse:
    """Add a step, an indicator or how many accounts were leaked."""
    found = find.find_incident(seat, key)
    made: dict[str, Any] = {
        "step": lambda: StepForm(request.POST, auto_id="step_%s"),
        "indicator": lambda: IndicatorForm(request.POST, auto_id="indicator_%s"),
        "leak": lambda: LeakForm(request.POST, auto_id="leak_%s"),
    }
    if do not in made:
        raise NotKnown
    form = made[do]()
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            if do == "step":
                doing.step(found, given.pop("state"), given.pop("severity"), **given, by=seat)
            elif do == "leak":
                doing.add_leak(found, **given, by=seat)
            else:
                item = find_item(seat, given["item"]) if given["item"] else None
                doing.add_indicator(found, domain=given["domain"], item=item, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded.")
            return redirect("cyber-incident", found.pk)
    allow(seat, KEEP, found.item)
    if do == "leak":  # what was pasted is shown to nobody again
        messages.error(request, " ".join(text for texts in form.errors.values() for text in texts))
        return redirect("cyber-incident", found.pk)
    return page(request, seat, key, 422, **{f"{do}_form": form})


@require_safe
@seated
def stix(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The incident as a STIX bundle, where its marking has words that the other side understands."""
    found = find.find_incident(seat, key)
    reads = Reads.HUSTINGS if request.GET.get("for") == "hustings" else Reads.TLP
    try:
        objects = doing.objects_of(found, by=seat, reads=reads)
    except BadInput as error:
        tell(request, error)
        return redirect("cyber-incident", found.pk)
    text = json.dumps(bundled(objects), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/stix+json;version=2.1")
    answer["Content-Disposition"] = f'attachment; filename="incident-{found.pk}.json"'
    return answer


@require_POST
@seated
def publish(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Put it into a collection of one's own."""
    found = find.find_incident(seat, key)
    form = CollectionForm(request.POST, collections=collections(seat), auto_id="collection_%s")
    if form.is_valid():
        try:
            status = doing.tell(found, form.cleaned_data["collection"], by=seat)
        except BadInput as error:
            tell(request, error)
        else:
            messages.success(
                request, f"Published. Objects taken: {len(status.successes)}, not taken: {len(status.failures)}."
            )
        return redirect("cyber-incident", found.pk)
    allow(seat, KEEP, found.item)
    return page(request, seat, key, 422, collection_form=form)
