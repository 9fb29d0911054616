"""The pages of operations rooms, of whom one calls, and of threat assessments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps import database
from hustings.apps.console import registry
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.elections import room, roster_file, threats
from hustings.apps.elections.forms import whom
from hustings.apps.elections.incident_clock import clocked
from hustings.apps.elections.models import AssessmentApproval, Contact, Election, Incident, Shift, Watch
from hustings.apps.elections.planning import colleagues
from hustings.apps.elections.room_forms import (
    AssessmentForm,
    CheckForm,
    ContactForm,
    DecideForm,
    IncidentForm,
    IncidentLineForm,
    LineForm,
    ShiftForm,
    SituationForm,
)
from hustings.apps.elections.situation import clock, figures
from hustings.apps.elections.stated import in_words
from hustings.apps.elections.work import in_days, watched
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can, require
from hustings.errors import BadInput
from hustings.exchange.disarm import SOURCE, by_tactic
from hustings.policy.operations import IncidentState, Severity

__all__ = [
    "assessment", "check_contact", "contacts", "decide", "do_room", "end_contact", "end_shift", "incident", "room_of", "roster", "situation",
    "threats_of",
]  # fmt: skip

LINES = 30


@require_safe
@seated
def room_of(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The room: who is there, what happened, how it stands."""
    found, watch = watched(seat, key)
    return room_page(request, seat, found, watch)


def room_page(request: HttpRequest, seat: Seat, found: Election, watch: Watch, status: int = 200, **forms: Form) -> HttpResponse:  # fmt: skip
    """The page of the room, with a form that came back wrong in its place."""
    now = database.moment()
    shifts = list(room.roster(watch).filter(ends__gt=now))
    incidents = watch.incidents.select_related("by__person")
    stands = room.open_time(watch)
    shown: dict[str, Any] = {
        "election": found, "watch": watch, "in_days": in_days((found.on - now.date()).days if found.on else None), "now": now, "stands": stands,
        "is_open": stands is not None and stands[0] <= now < stands[1],
        "on_duty": [one for one in shifts if one.starts <= now], "shifts": shifts, "gaps": room.staffing(watch),
        "open": clocked(incidents.exclude(state=IncidentState.CLOSED.value).order_by("-severity", "at", "pk"), now),
        "closed": incidents.filter(state=IncidentState.CLOSED.value).order_by("-at", "pk")[:20],
        "figures": figures(watch, by=seat, then=clock()), "reports": watch.situations.select_related("by__person").order_by("-number")[:10],
        "lines": watch.lines.select_related("by__person").order_by("-at", "pk")[:LINES],
        "contacts": room.contacts(seat, found.country)[:40], "stale": now.date() - room.STALE, "scale": list(Severity),
        "beside": registry.beside(seat, found),
        "may_run": can(seat, room.ACT), "shift_form": ShiftForm(people=colleagues(seat), auto_id="shift_%s"),
        "line_form": LineForm(auto_id="line_%s"), "situation_form": SituationForm(auto_id="situation_%s"), "incident_form": IncidentForm(auto_id="incident_%s"),
    }  # fmt: skip
    return render(request, "elections/room.html", shown | forms, status=status)


@require_safe
@seated
def roster(request: HttpRequest, seat: Seat, key: UUID, form: str) -> HttpResponse:
    """The roster as iCalendar or CSV, of everybody or with `?mine` of the reader."""
    found, watch = watched(seat, key)
    shifts = room.roster(watch)
    if "mine" in request.GET:
        shifts = shifts.filter(who=seat.appointment)
    if form == "ics":
        content: bytes | str = roster_file.as_icalendar(found, shifts, now=database.moment())
        kind = "text/calendar; charset=utf-8"
    else:
        content, kind = roster_file.as_csv(shifts), "text/csv; charset=utf-8"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="roster.{form}"'
    return answer


@require_POST
@seated
def do_room(request: HttpRequest, seat: Seat, key: UUID, do: str) -> HttpResponse:
    """Add a shift, a line, a report or an incident."""
    found, watch = watched(seat, key)
    made: dict[str, Any] = {
        "shift": lambda: ShiftForm(request.POST, people=colleagues(seat), auto_id="shift_%s"), "line": lambda: LineForm(request.POST, auto_id="line_%s"),
        "situation": lambda: SituationForm(request.POST, auto_id="situation_%s"), "incident": lambda: IncidentForm(request.POST, auto_id="incident_%s"),
    }  # fmt: skip
    acts: dict[str, Any] = {
        "shift": room.add_shift, "line": room.write_line, "situation": room.report_situation, "incident": room.open_incident
    }  # fmt: skip
    form = made[do]()
    if form.is_valid():
        try:
            acts[do](watch, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            return redirect("election-room", found.pk)
    return room_page(request, seat, found, watch, 422, **{f"{do}_form": form})


@require_POST
@seated
def end_shift(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take a shift off the roster."""
    shift = (
        Shift.objects.select_related("watch__election").filter(pk=key).first()
        if can(seat, "see election work")
        else None
    )
    if shift is None:
        raise NotKnown
    room.end_shift(shift, by=seat)
    messages.success(request, "The shift is off the roster.")
    return redirect("election-room", shift.watch.election_id)


@require_http_methods(["GET", "POST"])
@seated
def incident(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One incident: everything that was written of it, and a further line."""
    found = (
        Incident.objects.select_related("watch__election", "by__person").filter(pk=key).first()
        if can(seat, "see election work")
        else None
    )
    if found is None:
        raise NotKnown
    form = IncidentLineForm(request.POST or None, initial={"severity": found.severity, "state": found.state})
    if request.method == "POST" and form.is_valid():
        try:
            room.write_incident(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            return redirect("election-incident", found.pk)
    (clock_of,) = clocked(Incident.objects.filter(pk=found.pk), database.moment())
    shown = {
        "clock": clock_of, "incident": found, "severity": Severity(found.severity), "election": found.watch.election, "form": form, "may_run": can(seat, room.ACT),
        "lines": found.lines.select_related("by__person").order_by("at", "pk"),
    }  # fmt: skip
    return render(request, "elections/incident.html", shown, status=422 if form.errors else 200)


@require_safe
@seated
def situation(request: HttpRequest, seat: Seat, key: UUID, number: int) -> HttpResponse:
    """One report as it was given: its figures are those of its moment."""
    found, watch = watched(seat, key)
    report = watch.situations.select_related("by__person").filter(number=number).first()
    if report is None:
        raise NotKnown
    return render(request, "elections/situation.html", {"election": found, "report": report})


@require_http_methods(["GET", "POST"])
@seated
def contacts(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Whom the own organisation calls."""
    allow(seat, "see election work")
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            room.add_contact(by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The contact is recorded. It is worth something once somebody tried it.")
            return redirect("election-contacts")
    table = Table(
        request=request, name="contacts", caption="Whom we call", rows=room.contacts(seat), default="kind", find=["office", "name", "place", "country"],
        columns=[
            Column(key="office", title="Office", link=lambda row: f"/elections/contacts/{row.pk}/"),
            Column(key="kind", title="Who it is"),
            Column(key="country", title="Country", value=lambda row: in_words(row.country) if row.country else "all"),
            Column(key="name", title="Who answers"),
            Column(key="reach", title="How", order=False),
            Column(key="verified", title="Last answered", value=lambda row: row.verified or "never", order="verified"),
        ],
        empty="Nobody is recorded. Begin with the electoral authority and the platforms.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    shown = {"table": table, "form": form, "may_run": can(seat, room.ACT)}
    return render(request, "elections/contacts.html", shown, status=422 if form.errors else 200)


def find_contact(seat: Seat, key: UUID) -> Contact:
    """A contact of the own organisation. Raises NotKnown."""
    found = room.contacts(seat).filter(pk=key).first() if can(seat, "see election work") else None
    if found is None:
        raise NotKnown
    return found


@require_http_methods(["GET", "POST"])
@seated
def check_contact(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One contact: when somebody tried it, and a further try."""
    found = find_contact(seat, key)
    form = CheckForm(request.POST or None, initial={"on": database.moment().date()})
    if request.method == "POST" and form.is_valid():
        try:
            room.check_contact(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            return redirect("election-contact", found.pk)
    shown = {
        "contact": found, "country": in_words(found.country) if found.country else "", "form": form, "may_run": can(seat, room.ACT),
        "checks": found.checks.select_related("by__person").order_by("-on", "-at", "pk"),
    }  # fmt: skip
    return render(request, "elections/contact.html", shown, status=422 if form.errors else 200)


@require_POST
@seated
def end_contact(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take a contact off the list."""
    room.end_contact(find_contact(seat, key), by=seat)
    messages.success(request, "The contact is off the list.")
    return redirect("election-contacts")


@require_http_methods(["GET", "POST"])
@seated
def threats_of(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The assessments of an election, and writing the first."""
    found, watch = watched(seat, key)
    form = AssessmentForm(request.POST or None, known=threats.known_actors(seat))
    if request.method == "POST":
        allow(seat, "assess threats")
        if form.is_valid():
            try:
                version = threats.write(watch, by=seat, **form.written)
            except BadInput as error:
                say(form, error)
            else:
                messages.success(request, "Version 1 stands; another person has to read it.")
                return redirect("threat-assessment", version.assessment_id)
    held = threats.assessments(seat).filter(watch=watch)
    shown = {
        "election": found,
        "held": held,
        "form": form,
        "may_write": can(seat, "assess threats"),
        "page_marking": [one.item for one in held] or None,
    }
    return render(request, "elections/threats.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@seated
def assessment(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One assessment as a briefing: its latest version, who stands by it, what was said before; and the next version."""
    found = threats.find_assessment(seat, key)
    require(seat, "read", found.item)
    versions = list(
        found.versions.select_related("by__person", "approval__by__person")
        .prefetch_related("actors__actor")
        .order_by("-number")
    )
    latest = versions[0]
    form = AssessmentForm(request.POST or None, known=threats.known_actors(seat), initial=begins(latest))
    if request.method == "POST" and form.is_valid():
        try:
            threats.write(found.watch, by=seat, assessment=found, **form.written)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The next version stands; another person has to read it.")
            return redirect("threat-assessment", found.pk)
    return briefing(request, seat, found, versions, form)


def briefing(
    request: HttpRequest, seat: Seat, found: Any, versions: list[Any], form: Form, **forms: Form
) -> HttpResponse:
    """The page of an assessment."""
    latest = versions[0]
    decided = AssessmentApproval.objects.filter(version=latest).select_related("by__person").first()
    shown = {
        "assessment": found, "item": found.item, "election": found.watch.election, "latest": latest, "versions": versions, "decided": decided,
        "methods": by_tactic(latest.methods), "source": SOURCE, "form": form, "may_write": can(seat, "assess threats", found.item),
        "may_decide": decided is None and can(seat, "approve assessment", found.item, asked_by=latest.by), "decide_form": DecideForm(auto_id="decide_%s"),
        "people": whom(latest.by),
    } | forms  # fmt: skip
    wrong = form.errors or any(each.errors for each in forms.values())
    return render(request, "elections/assessment.html", shown, status=422 if wrong else 200)


def begins(latest: Any) -> dict[str, Any]:
    """The form of the next version begins with what the last one said."""
    said = {name: getattr(latest, name) for name in ("summary", "gaps", "confidence", "why", "methods")}
    for number, one in enumerate(latest.actors.order_by("name", "pk")[:4], 1):
        said |= {f"actor_{number}": one.actor_id, f"name_{number}": "" if one.actor_id else one.name, f"capability_{number}": one.capability, f"why_{number}": one.why}  # fmt: skip
    return said


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Stand by the latest version, or send it back."""
    found = threats.find_assessment(seat, key)
    versions = list(
        found.versions.select_related("by__person", "approval__by__person")
        .prefetch_related("actors__actor")
        .order_by("-number")
    )
    form = DecideForm(request.POST, auto_id="decide_%s")
    if form.is_valid():
        try:
            threats.approve(
                versions[0],
                by=seat,
                approved=form.cleaned_data["decision"] == "approve",
                note=form.cleaned_data["note"],
            )
        except BadInput as error:
            say(form, error)
        else:
            return redirect("threat-assessment", found.pk)
    begin = AssessmentForm(known=threats.known_actors(seat), initial=begins(versions[0]))
    return briefing(request, seat, found, versions, begin, decide_form=form)
