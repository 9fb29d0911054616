"""The security officer's desk: who holds what, what lapses when, what waits, who visits; and one person's page."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps import database
from hustings.apps.console.table import Column, Table
from hustings.apps.people import actions
from hustings.apps.people.facts import facts
from hustings.apps.people.forms import DayField, ReasonForm, RecoverForm
from hustings.apps.people.mail import send_link
from hustings.apps.people.models import Appointment, Compartment, Organisation, Person
from hustings.apps.people.moving import preview, serving
from hustings.apps.people.places import in_position
from hustings.apps.people.records import Subject, last, read_into, rules, state
from hustings.apps.people.roster import breaks, holdings
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.people.story import lanes, story
from hustings.apps.people.subjects import change_url
from hustings.apps.people.views.change import endings, visible
from hustings.apps.permission import NotKnown, Refused, can, require
from hustings.policy.level import Level
from hustings.policy.move_guard import lapses_at, standing
from hustings.policy.moves import machine
from hustings.policy.rules_replay import replay as replayed
from hustings.policy.state import Access, AgreementKind, Held

__all__ = ["desk", "me", "off_board", "person", "recover", "replay"]


def only_officers(seat: Seat) -> Organisation:
    """The reader's organisation, if they may read its roster. It is a target list: for others there is no such page."""
    try:
        require(seat, "see roster")
    except Refused as refused:
        raise NotKnown(refused.decision) from refused
    organisation: Organisation = seat.appointment.position.organisation
    return organisation


@require_safe
@seated
def desk(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everybody at the reader's organisation."""
    organisation = only_officers(seat)
    rows = holdings(organisation, database.moment(), by=seat)
    table = Table(
        request=request,
        caption="Who holds what",
        rows=rows,
        default="person",
        columns=[
            Column(
                key="person",
                title="Person",
                value=lambda row: row.person.name,
                link=lambda row: reverse("people:person", args=[row.person.pk]),
            ),
            Column(
                key="position",
                title="Position",
                value=lambda row: row.position.title,
                link=lambda row: reverse("people:position", args=[row.position.pk]),
            ),
            Column(key="in_post", title="Now"),
            Column(key="required", title="Requires"),
            Column(key="access", title="Access"),
            Column(key="level", title="Up to"),
            Column(key="since", title="Since"),
            Column(key="eligibility", title="Eligibility"),
            Column(key="eligible_to", title="Found up to"),
            Column(key="facility", title="Facility"),
            Column(key="lapses_at", title="Next lapse"),
            Column(key="lapses", title="What lapses"),
        ],
        empty="Who takes a position up at your organisation appears here.",
    )
    if table.wants_csv:
        return table.csv()
    here = [row for row in rows if row.here]
    context = {
        "organisation": organisation,
        "table": table,
        "people": len({row.person.pk for row in here}),
        "active": sum(row.access == Access.ACTIVE for row in rows),
        "requested": [row for row in rows if row.access == Access.REQUESTED],
        "suspended": sum(row.access == Access.SUSPENDED for row in rows),
        "lapsing": sorted(
            ((row.lapses_at, row.person.name, row) for row in rows if row.lapses_at), key=itemgetter(0, 1)
        )[:5],
        "officer": can(seat, "keep clearances"),
    }
    return render(request, "people/desk.html", context)


@require_safe
@seated
def me(request: HttpRequest, seat: Seat) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """One's own page."""
    return redirect("people:person", seat.person.pk)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A person as this reader may see them: which positions, and whether what belongs to the person is shown."""

    person: Person
    appointments: list[Appointment]
    whole: bool
    own: bool


def seen_by(seat: Seat, key: UUID) -> Seen:
    """The person themself sees all; officers and auditors what is of their organisation; for others nobody is there."""
    own = key == seat.person.pk
    organisation = None if own else only_officers(seat)
    every = Appointment.objects.filter(person=key).select_related("person", "position__organisation", "position__site")
    if organisation is not None:
        every = every.filter(position__organisation=organisation)
    appointments = list(every.order_by("position__organisation__name", "position__title"))
    if not own and not appointments:
        raise NotKnown
    found = get_object_or_404(Person, pk=key)
    now = database.moment()
    inside = any(state("appointment", {"appointment": each}, now) == Held.IN_FORCE for each in appointments)
    return Seen(person=found, appointments=appointments, whole=own or inside, own=own)


@require_safe
@seated
def person(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One person: what they hold, since when, by which document, and what can be recorded."""
    seen = seen_by(seat, key)
    now = database.moment()
    named = {code for each in seen.appointments if seen.own for code in named_to(each, now)}
    named |= set(read_into(seat.appointment, now))
    steps = story(seen.person, seen.appointments, now, whole=seen.whole, named=named)
    table = Table(
        request=request,
        caption="Everything recorded",
        rows=steps,
        columns=[
            Column(key="at", title="From"),
            Column(key="about", title="About"),
            Column(key="sentence", title="What"),
            Column(key="document", title="Source document"),
            Column(key="by", title="Recorded by"),
            Column(key="recorded_at", title="Recorded"),
        ],
    )
    if table.wants_csv:
        return table.csv()
    context = {
        "seen": seen,
        "person": seen.person,
        "standing": standing_of(seen, now, seat) if seen.whole else None,
        "steps": steps[:8],
        "table": table,
        "lanes": lanes(seen.person, seen.appointments, now, whole=seen.whole),
        "posts": [post_row(each, now, seat) for each in seen.appointments],
        "person_moves": person_moves(seen, now, seat),
        "may_off_board": can(seat, "off-board") and not seen.own and bool(here(seen, seat)),
        "may_recover": can(seat, "recover account") and not seen.own and bool(here(seen, seat)),
        "offers": seen.person.offers.filter(taken_at=None, withdrawn_at=None, ends_at__gt=now) if seen.own else [],
    }
    return render(request, "people/person.html", context)


def named_to(appointment: Appointment, now: Any) -> list[str]:
    """Every compartment the person was ever read into here: they know its name."""
    return [change.compartment_id for change in appointment.read_ins.filter(at__lte=now)]


def here(seen: Seen, seat: Seat) -> list[Appointment]:
    """The person's positions in force at the reader's organisation."""
    own = seat.appointment.position.organisation_id
    return [each for each in in_position(seen.person) if each.position.organisation_id == own]


def standing_of(seen: Seen, now: Any, seat: Seat) -> dict[str, Any]:
    """Eligibility as people speak of it, with the end of the break."""
    change = last("eligibility", {"person": seen.person}, now)
    between = breaks([seen.person], now, by=seat).get(seen.person.pk)
    with serving(seat):
        stand = facts("eligibility", {"person": seen.person}, now, {}, recorder=None)
    return {
        "word": standing(stand, active=between.active if between is not None else False),
        "level": Level(change.level).title if change is not None and change.level else "",
        "since": change.at if change is not None else None,
        "ended_at": stand.ended_at,
        "lapses_at": lapses_at(stand.ended_at, stand.rules),
        "nda": stand.nda,
        "briefing": stand.briefing,
    }


def post_row(appointment: Appointment, now: Any, seat: Seat) -> dict[str, Any]:
    """One position of the person: access, and what can be recorded about it."""
    subject = {"appointment": appointment}
    access = last("access", subject, now)
    post = last("position", {"position": appointment.position}, now)
    moves = [*moves_of("appointment", subject, now, seat), *moves_of("access", subject, now, seat)]
    for compartment in Compartment.objects.filter(code__in=post.compartments if post is not None else []):
        moves += moves_of("read-in", subject | {"compartment": compartment}, now, seat, compartment.code)
    return {
        "appointment": appointment,
        "state": state("appointment", subject, now) or "never taken up",
        "access": str(access.state) if access is not None else str(Access.NOT_HELD),
        "level": Level(access.level).title if access is not None and access.level else "",
        "since": access.at if access is not None else None,
        "required": Level(post.level).title if post is not None and post.level else "",
        "read_ins": sum(code is not None for code in read_into(appointment, now)),
        "moves": moves,
    }


def person_moves(seen: Seen, now: Any, seat: Seat) -> list[tuple[str, str, str]]:
    """What can be recorded about the person: the government's finding, and agreements."""
    if not seen.whole:
        return []
    moves = moves_of("eligibility", {"person": seen.person}, now, seat)
    for kind in AgreementKind:
        moves += moves_of("agreement", {"person": seen.person, "kind": kind.value}, now, seat, kind.value)
    return moves


def moves_of(code: str, subject: Subject, now: Any, seat: Seat, said: str = "") -> list[tuple[str, str, str]]:
    """Words, address and sentence of each move that this seat may record out of the state that stands."""
    possible = {move.code: move for move in machine(code).possible(state(code, subject, now))}
    return [
        (f"{code}: {name}" + (f" ({said})" if said else ""), change_url(code, name, subject), possible[name].sentence)
        for name in actions.may_make(code, possible, subject, by=seat)
    ]


@require_safe
@seated
def replay(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What each version of the rule would have allowed this person in each position on a day."""
    seen = seen_by(seat, key)
    if not seen.whole:
        raise NotKnown
    now = database.moment()
    day = DayField(required=False)
    try:
        at = day.clean(request.GET.get("on") or None) or now
    except ValidationError as error:
        raise BadRequest("The day cannot be read. Write it as 2021-09-26.") from error
    answers = []
    for appointment in seen.appointments:
        with serving(seat):
            stand = facts("access", {"appointment": appointment}, at, asked_for(appointment, at), recorder=None)
            answers.append((appointment, replayed(stand, rules()), stand))
    return render(
        request,
        "people/replay.html",
        {"person": seen.person, "answers": answers, "at": at, "on": f"{at:%Y-%m-%d}", "future": at > now},
    )


def asked_for(appointment: Appointment, at: Any) -> dict[str, int]:
    """The level that the position required on the day."""
    post = last("position", {"position": appointment.position}, at)
    return {"level": post.level if post is not None else 0}


@require_http_methods(["GET", "POST"])
@seated
def off_board(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """End every position of a person here, after showing what that ends."""
    person = get_object_or_404(Person, pk=key)
    inside = [
        each
        for each in in_position(person)
        if each.position.organisation_id == seat.appointment.position.organisation_id
    ]
    if not inside:
        raise NotKnown
    require(seat, "off-board")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.off_board(person, by=seat, document=data["document"], note=data["reason"])
        messages.success(request, f"{person.name} has left every position here.")
        return redirect("people:organisation")
    shown = [
        each
        for appointment in inside
        for each in visible(preview("appointment", "leave", {"appointment": appointment}, by=seat), seat)
    ]
    context = {"form": form, "person": person, "inside": inside, "consequences": shown, "endings": endings(shown)}
    return render(request, "people/off_board.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@seated
def recover(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Send a colleague the link with which they get back into their account."""
    person = get_object_or_404(Person, pk=key)
    if not any(
        each.position.organisation_id == seat.appointment.position.organisation_id for each in in_position(person)
    ):
        raise NotKnown
    require(seat, "recover account")
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = actions.recover(person, by=seat, reason=form.cleaned_data["reason"])
        send_link(request, person, secret, seat)
        messages.success(request, f"A link was sent to {person.email}. It is good once, for a day.")
        return redirect("people:organisation")
    return render(request, "people/recover.html", {"form": form, "person": person}, status=422 if form.errors else 200)
