"""Meetings with partners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, readable, require
from hustings.apps.sharing import find
from hustings.apps.sharing import meetings as book
from hustings.apps.sharing.forms import ActionForm, AttendeeForm, FinishForm, MeetingForm, MinuteForm, PointForm
from hustings.apps.sharing.models import Attendee, Meeting, MeetingAction, Minute, Point
from hustings.apps.sharing.views.partners import chosen, wrong
from hustings.errors import BadInput
from hustings.policy.marking import Tlp

__all__ = ["calendar", "meeting", "meetings", "point"]

BOTH = ["GET", "HEAD", "POST"]


def organisations(seat: Seat) -> QuerySet[Organisation]:
    """Our partners."""
    return Organisation.objects.filter(pk__in=find.partners(seat).values("organisation")).order_by("name")


def appointments(seat: Seat) -> QuerySet[Appointment]:
    """Who can be asked: whoever has a position at a partner or with us."""
    rows = Appointment.objects.filter(position__organisation__in=organisations(seat))
    return rows.select_related("person", "position__organisation").order_by(
        "position__organisation__name", "person__name", "pk"
    )


@require_http_methods(BOTH)
@seated
def meetings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Meetings, and a form to call one."""
    require(seat, "see meetings")
    may = can(seat, "hold meetings")
    form = (
        chosen(request, "meeting", MeetingForm, groups=find.groups(), organisations=organisations(seat))
        if may
        else None
    )
    if form is not None and form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            made = book.call(
                by=seat, title=data["title"], starts_at=data["starts_at"], ends_at=data["ends_at"], place=data["place"], tlp=Tlp(data["tlp"]),
                group=data["group"], others=list(data["others"]),
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Called. Put points on the agenda, and ask who is to attend.")
            return redirect("meeting", made.pk)
    table = Table(
        request=request, caption="Meetings", rows=book.meetings(seat), find=["item__title", "place"], marking=lambda row: row.item,
        columns=[
            Column(key="item.title", title="Meeting", link=lambda row: reverse("meeting", args=[row.pk])),
            Column(key="starts_at", title="Begins"),
            Column(key="place", title="Where"),
            Column(key="held_by.name", title="Held by"),
        ],
        empty="No meeting that you may know of was called.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    context = {"table": table, "form": form, "page_marking": table.shown or OWN}
    return render(request, "sharing/meetings.html", context, status=wrong(form))


def points_of(seat: Seat, found: Meeting) -> list[Point]:
    """The points that the reader may know, in order; the numbers of others are not told."""
    rows = Point.objects.filter(meeting=found, item__in=readable(seat).values("pk")).select_related("item__label")
    return list(rows.order_by("place", "pk"))


@require_http_methods(BOTH)
@seated
def meeting(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One meeting: agenda, who may hear what, minutes, and who is to do what."""
    found = book.find_meeting(seat, key)
    require(seat, "see meetings", found.item)
    may = can(seat, "hold meetings", found.item) and found.held_by_id == find.organisation_of(seat).pk
    points = points_of(seat, found)
    forms: dict[str, Any] = {}
    if may:
        forms["point"] = chosen(request, "point", PointForm, groups=find.groups(), organisations=organisations(seat))
        forms["attendee"] = chosen(
            request, "attendee", AttendeeForm, appointments=appointments(seat), partners=find.partners(seat)
        )
    sent = next((name for name, form in forms.items() if form.is_bound), "")
    if sent and forms[sent].is_valid():
        try:
            did(sent, found, forms[sent].cleaned_data, seat)
        except BadInput as error:
            say(forms[sent], error)
        else:
            messages.success(request, "Recorded.")
            return redirect("meeting", found.pk)
    if request.method == "POST" and request.POST.get("form") in {"off", "done"}:
        return short(request, seat, found, may=may)
    minutes = Minute.objects.filter(point__in=points, item__in=readable(seat).values("pk")).select_related(
        "item__label", "item__made_by__person"
    )
    actions = MeetingAction.objects.filter(point__in=points).select_related(
        "owner__person", "organisation", "done__by__person"
    )
    said = [
        (
            each, [row for row in minutes.order_by("item__made_at", "pk") if row.point_id == each.pk],
            [row for row in actions.order_by("due", "at", "pk") if row.point_id == each.pk],
        )
        for each in points
    ]  # fmt: skip
    context = {
        "meeting": found, "item": found.item, "points": said, "hearing": book.hearing(found, points, by=seat), "forms": forms, "may": may,
        "seat_id": seat.id, "page_marking": [found.item, *(each.item for each in points), *(row.item for row in minutes)],
    }  # fmt: skip
    return render(request, "sharing/meeting.html", context, status=wrong(*forms.values()))


def did(name: str, found: Meeting, data: dict[str, Any], seat: Seat) -> None:
    """Do what a form of the meeting's page asks."""
    if name == "point":
        book.add_point(
            found,
            by=seat,
            title=data["title"],
            text=data["text"],
            tlp=Tlp(data["tlp"]),
            group=data["group"],
            others=list(data["others"]),
        )
    else:
        partner = data["partner"]
        book.ask_to_attend(
            found,
            by=seat,
            appointment=data["appointment"],
            organisation=partner.organisation if partner else None,
            name=data["name"],
        )


def short(request: HttpRequest, seat: Seat, found: Meeting, *, may: bool) -> HttpResponse:
    """Take somebody off the list, or say what came of an action."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        raise NotKnown from None
    try:
        if request.POST["form"] == "off":
            attendee = Attendee.objects.filter(pk=key, meeting=found).first()
            if attendee is None or not may:
                raise NotKnown
            book.take_off(attendee, by=seat)
        else:
            action = MeetingAction.objects.filter(
                pk=key, point__meeting=found, point__item__in=readable(seat).values("pk")
            ).first()
            if action is None:
                raise NotKnown
            form = FinishForm(request.POST)
            book.finish(action, by=seat, result=form.cleaned_data["result"] if form.is_valid() else "")
    except BadInput as error:
        messages.error(request, " ".join(str(problem) for problem in error.problems))
    else:
        messages.success(request, "Recorded.")
    return redirect("meeting", found.pk)


@require_http_methods(BOTH)
@seated
def point(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One point: what is said on it, and who is to do what."""
    found = (
        Point.objects.filter(pk=key, item__in=readable(seat).values("pk"))
        .select_related("item__label", "meeting__item__label")
        .first()
    )
    if found is None:
        raise NotKnown
    require(seat, "see meetings", found.item)
    may = can(seat, "hold meetings", found.item) and found.meeting.held_by_id == find.organisation_of(seat).pk
    forms: dict[str, Any] = {}
    if may:
        forms["minute"] = chosen(request, "minute", MinuteForm)
        forms["action"] = chosen(
            request, "action", ActionForm, appointments=appointments(seat), partners=find.partners(seat)
        )
    sent = next((name for name, form in forms.items() if form.is_bound), "")
    if sent and forms[sent].is_valid():
        data = forms[sent].cleaned_data
        try:
            if sent == "minute":
                book.minute(found, by=seat, text=data["text"], tlp=Tlp(data["tlp"]) if data["tlp"] else None)
            else:
                partner = data["partner"]
                book.add_action(
                    found,
                    by=seat,
                    what=data["what"],
                    due=data["due"],
                    owner=data["owner"],
                    organisation=partner.organisation if partner else None,
                )
        except BadInput as error:
            say(forms[sent], error)
        else:
            messages.success(request, "Recorded.")
            return redirect("meeting", found.meeting_id)
    minutes = Minute.objects.filter(point=found, item__in=readable(seat).values("pk")).select_related(
        "item__label", "item__made_by__person"
    )
    context = {
        "point": found, "item": found.item, "meeting": found.meeting, "minutes": minutes.order_by("item__made_at", "pk"), "forms": forms,
        "page_marking": [found.item, *(row.item for row in minutes)],
    }  # fmt: skip
    return render(request, "sharing/point.html", context, status=wrong(*forms.values()))


@require_safe
@seated
def calendar(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The meeting for a calendar."""
    found = book.find_meeting(seat, key)
    require(seat, "see meetings", found.item)
    base = request.build_absolute_uri("/").rstrip("/")
    body = book.as_icalendar(found, points_of(seat, found), base=base, now=seat.now)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer
