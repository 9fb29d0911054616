"""Who works on a case, what it is made of, what keeps it, and which cases are read as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.cases import find, working
from hustings.apps.cases.models import Case, Merge
from hustings.apps.cases.pages.whole import opened, tabs_of
from hustings.apps.cases.standing_forms import (
    GiveUpForm,
    HoldEndForm,
    HoldForm,
    MaterialForm,
    MergeForm,
    TeamEndForm,
    TeamForm,
    UndoMergeForm,
)
from hustings.apps.console.refused import say
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, readable
from hustings.apps.sweeps.views import nameable
from hustings.errors import BadInput
from hustings.policy.casework import CaseState

__all__ = ["do", "standing"]

Said = dict[str, Any]


def people(seat: Seat) -> QuerySet[Appointment]:
    """Who can work on a case: everybody of the organisation, oneself included."""
    found: QuerySet[Appointment] = nameable(seat) | Appointment.objects.filter(pk=seat.id)
    return found.select_related("person", "position__organisation").order_by("person__name", "pk")


def merges(seat: Seat, found: Case) -> QuerySet[Merge]:
    """What stands between this case and others, as far as the reader may know both."""
    known = find.cases(seat).order_by().values("pk")
    standing = Merge.objects.filter(Q(case=found) | Q(into=found), undone_at=None, case__in=known, into__in=known)
    return standing.select_related("case__item__label", "into__item__label", "by__person").order_by("at", "id")


def team_form(seat: Seat, found: Case, *sent: Any) -> Form:  # noqa: ARG001 - as its fellows
    return TeamForm(*sent, people=people(seat), auto_id="team_%s")


def team_end_form(seat: Seat, found: Case, *sent: Any) -> Form:  # noqa: ARG001 - as its fellows
    return TeamEndForm(*sent, case=found, auto_id="team_end_%s")


def material_form(seat: Seat, found: Case, *sent: Any) -> Form:  # noqa: ARG001 - as its fellows
    known = readable(seat).exclude(kind__in=working.OF_THEIR_OWN).select_related("label")
    return MaterialForm(*sent, known=known, auto_id="material_%s")


def give_up_form(seat: Seat, found: Case, *sent: Any) -> Form:  # noqa: ARG001 - as its fellows
    return GiveUpForm(*sent, case=found, auto_id="give_up_%s")


def hold_form(seat: Seat, found: Case, *sent: Any) -> Form:  # noqa: ARG001 - as its fellows
    return HoldForm(sent[0] if sent else None, auto_id="hold_%s")


def hold_end_form(seat: Seat, found: Case, *sent: Any) -> Form:  # noqa: ARG001 - as its fellows
    return HoldEndForm(*sent, case=found, auto_id="hold_end_%s")


def merge_form(seat: Seat, found: Case, *sent: Any) -> Form:
    others = find.cases(seat).exclude(pk=found.pk).exclude(state=CaseState.CLOSED)
    return MergeForm(*sent, others=others, auto_id="merge_%s")


def undo_merge_form(seat: Seat, found: Case, *sent: Any) -> Form:
    return UndoMergeForm(*sent, merges=merges(seat, found), auto_id="undo_merge_%s")


# What is done on this page: its form, and the act.
DONE: dict[str, tuple[Callable[..., Form], Callable[[Case, Said, Seat], object]]] = {
    "team": (team_form, lambda found, data, seat: working.add_teammate(found, data["person"], by=seat, part=data["part"])),
    "team-end": (team_end_form, lambda found, data, seat: working.end_teammate(data["mate"], by=seat)),  # noqa: ARG005 - it knows its case
    "material": (material_form, lambda found, data, seat: working.add_material(found, data["item"], by=seat, why=data["why"])),
    "give-up": (give_up_form, lambda found, data, seat: working.give_up(data["hypothesis"], by=seat, why=data["why"])),  # noqa: ARG005
    "hold": (hold_form, lambda found, data, seat: working.hold(found, by=seat, ground=data["ground"])),
    "hold-end": (hold_end_form, lambda found, data, seat: working.end_hold(data["hold"], by=seat, why=data["why"])),  # noqa: ARG005
    "merge": (merge_form, lambda found, data, seat: working.merge(found, data["into"], by=seat, reason=data["reason"])),
    "undo-merge": (undo_merge_form, lambda found, data, seat: working.undo_merge(data["merge"], by=seat, reason=data["reason"])),  # noqa: ARG005
}  # fmt: skip


@require_safe
@seated
def standing(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The page."""
    return render(request, "cases/standing.html", page(seat, opened(seat, key)))


def page(seat: Seat, found: Case, **forms: Form) -> Said:
    """What the page shows, with a form that came back wrong in its place."""
    together = list(merges(seat, found))
    material = list(found.material.filter(material__in=readable(seat)).select_related("material__label", "by__person"))
    others = [one.into.item if one.case_id == found.pk else one.case.item for one in together]
    return {
        "case": found,
        "item": found.item,
        "tabs": tabs_of(found),
        "page_marking": [found.item, *others, *(one.material for one in material)],
        "team": found.team.select_related("appointment__person", "appointment__position", "by__person"),
        "material": material,
        "answers": found.hypotheses.select_related("by__person"),
        "holds": found.holds.select_related("by__person", "ended_by__person"),
        "merges": together,
        "may_work": can(seat, "work on case", found.item) and found.state != CaseState.CLOSED,
        "may_hold": can(seat, "hold case", found.item),
        "may_merge": can(seat, "merge cases", found.item),
    } | {f"{what.replace('-', '_')}_form": make(seat, found) for what, (make, _) in DONE.items()} | forms  # fmt: skip


@require_POST
@seated
def do(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Do one of the things of this page."""
    found = opened(seat, key)
    if what not in DONE:
        raise Http404("There is nothing of this name to do.")
    make, act = DONE[what]
    form = make(seat, found, request.POST)
    if form.is_valid():
        try:
            act(found, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Written down, in your name.")
            return redirect("case-standing", found.pk)
    context = page(seat, found, **{f"{what.replace('-', '_')}_form": form})
    return render(request, "cases/standing.html", context, status=422)
