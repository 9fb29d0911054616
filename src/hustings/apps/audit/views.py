"""The pages of the log, and what its witnesses ask for."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.audit import find
from hustings.apps.audit.actions import accept_cosignatures, witness_request
from hustings.apps.audit.export import export_tar
from hustings.apps.audit.forms import FindForm
from hustings.apps.audit.models import OPEN, Checkpoint, Log, Witness
from hustings.apps.console.table import Column, Table
from hustings.apps.people.models import Appointment, Person
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput

__all__ = ["checkpoint", "checkpoints", "cosignature", "entry", "export", "log", "witness"]

LARGEST_NOTE = 64 * 1024
TEXT = "text/plain; charset=utf-8"


@require_safe
@seated
def log(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The entries this person may read, newest first; the reading is itself one entry."""
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    person = None
    if asked.get("person"):
        person = Person.objects.filter(email=asked["person"].lower()).first()
        if person is None:
            form.add_error("person", "Nobody with this address is known to you. Look at the address again.")
    require(seat, "read log", reason=_asked(asked))
    rows = find.entries(
        seat,
        person=person,
        item=asked.get("item"),
        event=asked.get("event", ""),
        since=asked.get("since"),
        until=asked.get("until"),
    )
    who = _Names()
    table = Table(
        request=request,
        caption="Entries",
        rows=rows if form.is_valid() else rows.none(),
        columns=[
            Column(key="at", title="When", link=lambda leaf: reverse("log-entry", args=[leaf.pk]), order=False),
            Column(key="event", title="Event", value=lambda leaf: _event(leaf.event, leaf.facts), order=False),
            Column(key="actor", title="Who", value=lambda leaf: who.of(leaf.actor, leaf.facts), order=False),
            Column(key="item", title="Item", order=False),
            Column(key="outcome", title="Outcome", value=lambda leaf: _outcome(leaf.facts), order=False),
            Column(key="index", title="Index", number=True, order=False),
        ],
        empty="Nothing that you may read was found.",
        filterable=False,
    )
    if table.wants_csv:
        return table.csv()
    shown = {
        "table": table,
        "form": form,
        "asked": bool(form.errors) or any(asked.values()),
        "may_export": can(seat, "export log"),
        "open": OPEN,
    }
    return render(request, "audit/log.html", shown)


@require_safe
@seated
def entry(request: HttpRequest, seat: Seat, entry: UUID) -> HttpResponse:
    """One entry: what it tells, and the proof that a checkpoint covers it."""
    require(seat, "read log")
    leaf = find.entries(seat).filter(pk=entry).first()
    if leaf is None:
        raise Http404
    proof = find.find_inclusion(leaf)
    shown = {
        "leaf": leaf,
        "event": _event(leaf.event, leaf.facts),
        "who": _Names().of(leaf.actor, leaf.facts),
        "facts": sorted((name, _plain(value)) for name, value in leaf.facts.items() if value is not None),
        "texts": [(name, find.texts_of(leaf).get(name), digest) for name, digest in sorted(leaf.texts.items())],
        "hash": bytes(leaf.hash).hex(),
        "proof": [one.hex() for one in proof.hashes] if proof else None,
        "checkpoint": proof.checkpoint if proof else None,
        "root": bytes(proof.checkpoint.root).hex() if proof else "",
    }
    return render(request, "audit/entry.html", shown)


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """What the open log committed itself to; for everybody, since only what many have seen binds."""
    log = _log(OPEN)
    newest = find.newest_checkpoint(log)
    table = Table(
        request=request,
        caption="Checkpoints",
        rows=Checkpoint.objects.filter(log=log).prefetch_related("cosignatures__witness").order_by("-id"),
        columns=[
            Column(key="at", title="Signed", order=False),
            Column(key="size", title="Entries", number=True, order=False),
            Column(key="root", title="Root", value=lambda one: base64.b64encode(bytes(one.root)).decode(), order=False),
            Column(
                key="witnesses",
                title="Co-signed by",
                value=lambda one: ", ".join(str(signed.witness) for signed in one.cosignatures.all()),
                order=False,
            ),
        ],
        empty="The first checkpoint is signed at the first beat.",
        filterable=False,
        per_page=20,
    )
    if table.wants_csv:
        return table.csv()
    shown = {
        "table": table,
        "newest": newest,
        "note": find.note_of(newest).decode() if newest else "",
        "witnesses": Witness.objects.select_related("organisation").order_by("key"),
    }
    return render(request, "audit/checkpoints.html", shown)


@require_safe
@seated  # type: ignore[arg-type]  # streamed, which its type does not foresee
def export(_: HttpRequest, seat: Seat, name: str) -> HttpResponseBase:
    """The whole log as a .tar that `hustings verify-log` checks."""
    log = _log(name)
    require(seat, "export log")
    try:
        packed = export_tar(log)
    except BadInput as error:
        return HttpResponse(str(error), status=409, content_type=TEXT)
    return FileResponse(packed, as_attachment=True, filename=f"log-{name[:12]}.tar", content_type="application/x-tar")


@require_safe
def checkpoint(_: HttpRequest, name: str) -> HttpResponse:
    """The newest checkpoint with its co-signatures, as a signed note."""
    newest = find.newest_checkpoint(_log(name))
    if newest is None:
        raise Http404
    return HttpResponse(find.note_of(newest), content_type=TEXT)


@require_safe
def witness(request: HttpRequest, name: str) -> HttpResponse:
    """For a witness that saw the log at `old` entries: the proof that nothing changed since, and the checkpoint."""
    log = _log(name)
    newest = find.newest_checkpoint(log)
    old = request.GET.get("old", "0")
    if newest is None:
        raise Http404
    if not (old.isascii() and old.isdigit() and len(old) < 19 and int(old) <= newest.size):
        words = f"old: found {old[:40]!r}; expected a whole number up to {newest.size}, the size you co-signed last."
        return HttpResponse(words, status=400, content_type=TEXT)
    return HttpResponse(witness_request(log, newest, int(old)), content_type=TEXT)


@csrf_exempt  # no session is asked: a co-signature speaks for itself
@require_POST
def cosignature(request: HttpRequest, name: str) -> HttpResponse:
    """Take the co-signatures of known witnesses from a checkpoint handed in."""
    log = _log(name)
    try:
        taken = accept_cosignatures(log, request.read(LARGEST_NOTE))
    except BadInput as error:
        return HttpResponse(str(error), status=422, content_type=TEXT)
    return HttpResponse("".join(f"{one.witness} {one.seconds}\n" for one in taken), content_type=TEXT)


def _log(name: str) -> Log:
    """The log of this name, as far as the reader may know it."""
    found = Log.objects.filter(name=name).first()
    if found is None:
        raise Http404
    return found


def _asked(asked: Mapping[str, object]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in asked.items() if value)


def _event(event: str, facts: Mapping[str, object]) -> str:
    """The event with what it was done to."""
    with_ = facts.get("with")
    about = facts.get("table") or (with_.get("act") if isinstance(with_, dict) else None)
    return f"{event}: {about}" if about else event


def _outcome(facts: Mapping[str, object]) -> str:
    conditions = facts.get("conditions")
    missing = f" ({', '.join(map(str, conditions))})" if isinstance(conditions, list) else ""
    return f"{facts.get('outcome', '')}{missing}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(part)}" for name, part in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return str(value)


class _Names:
    """Who acted, by the person's name where the reader may know it; each is asked for once."""

    def __init__(self) -> None:
        self.known: dict[UUID, str] = {}

    def of(self, actor: UUID | None, facts: Mapping[str, object]) -> str:
        if actor is None:
            return str(facts.get("role", "")).removeprefix("hustings_")
        if actor not in self.known:
            found = Appointment.objects.select_related("person").filter(pk=actor).first()
            self.known[actor] = found.person.name if found else str(actor)
        return self.known[actor]
