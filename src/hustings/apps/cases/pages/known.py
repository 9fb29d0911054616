"""The pages of known actors: who acted before, what came back and how fast it was found, and one profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases import find
from hustings.apps.cases import known as acts
from hustings.apps.cases.known_forms import ActorClaimForm, HabitForm, PartForm, ProfileForm, RemovalForm, WatchForm
from hustings.apps.cases.marks import LIMIT
from hustings.apps.cases.models import ActorPartHeld, KnownActor
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, require
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.casework import ActorPart, Confidence, SignatureKind

__all__ = ["known_actor", "known_actors", "make_profile", "say_of_actor"]


@require_safe
@seated
def known_actors(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every profile this person may know, and what came back."""
    require(seat, "list known actors")
    held = acts.actors(seat)
    table = Table(
        request=request,
        caption="Known actors",
        rows=held.annotate(
            parts=Count("actorparthelds", distinct=True),
            removed=Count("actorparthelds", filter=Q(actorparthelds__removed_on__isnull=False), distinct=True),
            came_back=Count("returns", distinct=True),
        ),
        columns=[
            Column(key="item.title", title="Name for work", link=lambda row: f"/known-actors/{row.pk}/"),
            Column(key="parts", title="Names and assets", number=True),
            Column(key="removed", title="Removed", number=True),
            Column(key="came_back", title="Returns", number=True),
            Column(key="watched", title="Watched", value=lambda row: "yes" if row.watched else "no"),
            Column(key="item.made_at", title="Kept since"),
        ],
        find=["item__title"],
        marking=lambda row: row.item,
        empty="A profile is made of somebody who acted before: names, assets and habits with their dates and sources.",
    )
    if table.wants_csv:
        return table.csv()
    context = {
        "table": table,
        "page_marking": table.shown or OWN,
        "figures": acts.figures(held),
        "may_make": can(seat, "keep known actors"),
    }
    return render(request, "cases/known_actors.html", context | of_matching())


def of_matching() -> dict[str, Any]:
    """How newcomers are compared, for a page."""
    return {"limit": LIMIT, "enough": acts.ENOUGH, "weights": [(kind.value, kind.weight) for kind in SignatureKind]}


@require_http_methods(["GET", "POST"])
@seated
def make_profile(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make a profile."""
    allow(seat, "keep known actors")
    form = ProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.make_profile(by=seat, marking=own_marking(seat), **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The profile is kept. Add names and assets, each with its source.")
            return redirect("known-actor", made.pk)
    context = {"form": form, "page_marking": OWN}
    return render(request, "cases/make_profile.html", context, status=422 if form.errors else 200)


@require_safe
@seated
def known_actor(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One profile."""
    found = acts.find_actor(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/known_actor.html", profile(seat, found))


def profile(seat: Seat, found: KnownActor, **forms: Form) -> dict[str, Any]:
    """What a profile shows, with a form that came back wrong in its place."""
    returns = list(found.returns.all())
    leads = {lead.pk: lead for lead in find.leads(seat).filter(pk__in=[one.lead for one in returns])}
    marks = found.signatures.values("kind").annotate(count=Count("pk")).order_by("kind")
    return {
        "actor": found,
        "item": found.item,
        "page_marking": [found.item, *(lead.item for lead in leads.values())],
        "parts": found.actorparthelds.select_related("by__person"),
        "habits": found.actorhabits.select_related("by__person"),
        "claims": found.actorclaims.select_related("by__person"),
        "marks": marks,
        "returns": [(one, leads.get(one.lead)) for one in returns],
        "figures": acts.figures(KnownActor.objects.filter(pk=found.pk)),
        "may_change": can(seat, "change known actor", found.item),
        "part_form": PartForm(auto_id="part_%s"),
        "habit_form": HabitForm(auto_id="habit_%s"),
        "claim_form": ActorClaimForm(auto_id="claim_%s"),
        "removal_form": RemovalForm(auto_id="removal_%s"),
        "watch_form": WatchForm(auto_id="watch_%s"),
    } | of_matching() | forms  # fmt: skip


Said = dict[str, Any]


def the_part(found: KnownActor, data: Said) -> ActorPartHeld:
    """The part that a form names."""
    held = found.actorparthelds.filter(pk=data["part"]).first()
    if held is None:
        raise Http404("There is no such part.")
    return held


# What can be said of an actor: the form, and what it does.
SAID: dict[str, tuple[type[Form], Callable[[KnownActor, Said, Seat], object]]] = {
    "part": (PartForm, lambda found, data, seat: acts.add_part(
        found, ActorPart(data["kind"]), data["name"], by=seat, source=data["source"], platform=data["platform"],
        since=data["since"], until=data["until"])),
    "habit": (HabitForm, lambda found, data, seat: acts.add_habit(found, data["what"], data["value"], by=seat, source=data["source"])),
    "claim": (ActorClaimForm, lambda found, data, seat: acts.add_claim(
        found, by=seat, says=data["says"], said_on=data["said_on"], claim=data["claim"], source=data["source"],
        confidence=Confidence(data["confidence"]) if data["confidence"] else None)),
    "removal": (RemovalForm, lambda found, data, seat: acts.remove(the_part(found, data), by=seat, on=data["on"], why=data["why"])),
    "watch": (WatchForm, lambda found, data, seat: acts.watch(found, by=seat, watched=data["watched"])),
}  # fmt: skip


@require_POST
@seated
def say_of_actor(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Add to a profile, say that something was removed, or whether new ones are compared with it."""
    found = acts.find_actor(seat, key)
    if what not in SAID:
        raise Http404("There is nothing of this name to say.")
    kind, do = SAID[what]
    form = kind(request.POST, auto_id=f"{what}_%s")
    if form.is_valid():
        try:
            do(found, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Written down, in your name.")
            return redirect("known-actor", found.pk)
    return render(request, "cases/known_actor.html", profile(seat, found, **{f"{what}_form": form}), status=422)
