"""One form for every move: what it is, what it would end, what does not hold, and its document."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hustings.apps import database
from hustings.apps.people import actions
from hustings.apps.people.ends import Consequence
from hustings.apps.people.forms import FIELDS, MoveForm
from hustings.apps.people.models import Compartment
from hustings.apps.people.moving import CannotMove, Preview, preview, serving
from hustings.apps.people.records import Subject, last, read_into
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.people.subjects import find_subject, page_of, unslug, words
from hustings.apps.permission import readable
from hustings.errors import BadInput
from hustings.policy.moves import machine

__all__ = ["Ending", "change", "endings", "own_compartments"]

EVERYWHERE = {"eligibility", "agreement"}
KINDS = {
    "appointment": "positions left",
    "access": "accesses",
    "read-in": "read-ins",
    "sessions": "open sessions and tokens",
    "grant": "need-to-know grants",
    "visit": "booked visits",
    "recusal": "recusals",
}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How many of one kind a move reaches."""

    what: str
    count: int


@require_http_methods(["GET", "POST"])
@seated
def change(request: HttpRequest, seat: Seat, code: str, name: str, key: UUID) -> HttpResponse:
    """Show what a move would do; do it when the person has seen just that."""
    wanted = unslug(code, name)
    subject = find_subject(code, key, request.GET.get("of", ""))
    actions.permit(code, wanted, subject, by=seat)
    before, offered = initial(code, wanted, subject), own_compartments(seat, subject)
    first = before | ({"compartments": list(offered)} if before.get("compartments") else {})
    form = MoveForm(code, wanted, request.POST or None, initial=first, compartments=offered)
    refused: Exception | None = None
    posted = request.method == "POST" and form.is_valid()
    given = given_by(form, seat) if posted else stated(code, wanted, before)
    looked = preview(code, wanted, subject, by=seat, **given)
    if posted and request.POST.get("seen") == digest(visible(looked, seat)):
        try:
            data = form.cleaned_data
            actions.make(code, wanted, subject, by=seat, document=data["document"], note=data["note"], **given)
        except (BadInput, CannotMove) as error:
            refused = error
        else:
            messages.success(request, f"Recorded: {machine(code).title.lower()}, {wanted}.")
            return redirect("home" if gone(code, wanted, subject, seat) else page_of(subject))
    shown = visible(looked, seat)
    context = {
        "form": form,
        "machine": machine(code),
        "move": looked.move,
        "subject": words(subject),
        "back": page_of(subject),
        "preview": looked,
        "impossible": not looked.possible,
        "wrong_state": looked.state not in looked.move.sources,
        "consequences": shown,
        "endings": endings(shown),
        "everywhere": code in EVERYWHERE and bool(looked.move.effects),
        "seen": digest(shown),
        "again": posted and refused is None,
        "refused": refused,
    }
    return render(request, "people/change.html", context, status=422 if form.errors or refused else 200)


def initial(code: str, name: str, subject: Subject) -> dict[str, Any]:
    """What stands, for the fields that a change may leave as they are."""
    now = database.moment()
    before = last(code, subject, now)
    found = {field: getattr(before, field, None) for field in FIELDS.get((code, name), ())}
    if code == "position":
        found["required"] = before.level if before is not None else 0
    if (code, name) == ("access", "request"):
        post = last("position", {"position": subject["appointment"].position}, now)
        found["level"] = post.level if post is not None else 0
    return {field: value for field, value in found.items() if value not in (None, "")}


def stated(code: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """The initial values as the move takes them."""
    return as_given({field: values[field] for field in FIELDS.get((code, name), ()) if field in values})


def given_by(form: MoveForm, seat: Seat) -> dict[str, Any]:
    """What the form says, and nothing but its own fields."""
    said = {field: value for field, value in form.cleaned_data.items() if field not in {"document", "note"}}
    if "email" in said:
        said["candidate"] = actions.candidate(said.pop("email"), by=seat)
    if "compartments" in said:
        said["compartments"] = codes_of(said["compartments"], seat)
    return as_given(said)


def as_given(said: dict[str, Any]) -> dict[str, Any]:
    """Under the names of the change's columns."""
    if "required" in said:
        said["level"] = said.pop("required")
    return said


def visible(looked: Preview, seat: Seat) -> tuple[Consequence, ...]:
    """What happens at the officer's own organisation, and of grants those for items that the officer may know.

    What happens elsewhere is not theirs to know, and that somebody is named for an item would tell of the item.
    """
    own = seat.appointment.position.organisation_id
    items = {each.subject["grant"].item_id for each in looked.consequences if each.kind == "grant"}
    known = set(readable(seat).filter(pk__in=items).values_list("pk", flat=True)) if items else set()
    return tuple(
        each
        for each in looked.consequences
        if (each.kind != "grant" or each.subject["grant"].item_id in known)
        and (
            each.organisation is None
            or each.organisation.pk == own
            or (each.appointment is not None and each.appointment.person_id == seat.person.pk)
        )
    )


def endings(shown: Sequence[Consequence]) -> list[Ending]:
    """Counted by kind."""
    counted: Counter[str] = Counter()
    for each in shown:
        counted[each.kind] += each.count
    return [Ending(what=KINDS[kind], count=count) for kind, count in counted.items()]


def digest(shown: Sequence[Consequence]) -> str:
    """A name for exactly this list: whoever presses the button has seen it."""
    text = "\n".join(f"{each.key} {each.move} {each.was} {each.becomes} {each.count}" for each in shown)
    return hashlib.sha256(text.encode()).hexdigest()


def gone(code: str, name: str, subject: Subject, seat: Seat) -> bool:
    """Whether who pressed the button has just left the position they acted in."""
    return code == "appointment" and name == "leave" and subject["appointment"] == seat.appointment


def own_compartments(seat: Seat, subject: Subject) -> dict[str, str]:
    """Compartments of the form, by key: those the officer is read into by name, those the post requires without."""
    now = database.moment()
    with serving(seat):
        known = set(read_into(seat.appointment, now))
        before = last("position", subject, now) if "position" in subject else None
        required = set(before.compartments) if before is not None else set()
        every = Compartment.objects.filter(code__in=known | required)
        return {
            str(each.pk): each.code if each.code in known else f"a compartment you are not in ({str(each.pk)[:8]})"
            for each in every
        }


def codes_of(keys: Sequence[str], seat: Seat) -> list[str]:
    """The codes of compartments chosen by key; the form offered no others."""
    with serving(seat):
        return sorted(Compartment.objects.filter(pk__in=keys).values_list("code", flat=True))
