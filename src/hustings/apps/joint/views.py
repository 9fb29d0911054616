"""The pages of joint work: parse, call, render."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.joint import actions, find
from hustings.apps.joint.forms import RemarkForm
from hustings.apps.joint.models import Remark
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, readable, require
from hustings.errors import BadInput
from hustings.policy.marking import Marking, Tlp
from hustings.policy.remark import RemarkKind, Word

__all__ = ["joint_work", "one", "remark"]

# As pages here call what STIX has two types for.
KINDS = {"intrusion-set": "known actor", "threat-actor": "known actor"}


@require_safe
@seated
def joint_work(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everything that several follow, as far as this person may know it."""
    allow(seat, actions.SEE)
    table = Table(
        request=request, caption="Followed jointly", rows=find.followed(seat), default="-last",
        columns=[
            Column(key="name", title="What", link=lambda row: f"/joint/{row.row.stix_id}/"),
            Column(key="type", title="Type", value=lambda row: KINDS.get(row.row.type, row.row.type)),
            Column(key="said_by", title="Told by"),
            Column(key="organisations", title="Who says something of it", value=lambda row: ", ".join(f"{name} ({many})" for name, many in row.parts.items()) or "nobody else"),
            Column(key="held", title="Together", value=lambda row: row.held or "no opinion"),
            Column(key="sightings", title="Seen", number=True, unit="times"),
            Column(key="last", title="As of", value=lambda row: row.row.version),
        ],
        marking=lambda row: row.row.item,
        empty="Campaigns, actors and incidents that partners told of over TAXII, or that we told of, appear here.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    return render(request, "joint/list.html", {"table": table, "page_marking": table.shown or OWN})


@require_safe
@seated
def one(request: HttpRequest, seat: Seat, stix_id: str) -> HttpResponse:
    """One of them, and what each says."""
    allow(seat, actions.SEE)
    return page(request, seat, stix_id)


def page(
    request: HttpRequest, seat: Seat, stix_id: str, status: int = 200, form: RemarkForm | None = None
) -> HttpResponse:
    """The page, with a form that came back wrong in its place."""
    row = find.subject(stix_id, seat)
    require(seat, "read", row.item)
    parts = find.parts_of(stix_id, seat)
    table = Table(
        request=request, name="parts", caption="What is said of it", rows=parts, default="-at", per_page=100,
        columns=[
            Column(key="said_by", title="Who"),
            Column(key="words", title="Says"),
            Column(key="type", title="Kind", value=lambda part: part.type.replace("-", " ")),
            Column(key="at", title="As of"),
        ],
        find=["said_by", "type", "words"], marking=lambda part: part.item, empty="Nobody says anything of it that you may know.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    remarks = (
        Remark.objects.filter(refs__contains=[stix_id], item__in=readable(seat))
        .select_related("item__label", "by__person")
        .order_by("-item__made_at", "pk")
    )
    said = [(each, each.word.replace("-", " ")) for each in remarks]
    context = {
        "followed": find.summed(row, parts), "item": row.item, "page_marking": row.item, "table": table, "remarks": said,
        "ours": readable(seat).filter(pk=key_of(stix_id)).exclude(pk=row.item_id).first(),
        "may_remark": can(seat, actions.REMARK, row.item), "may_tell": can(seat, "publish in collection"), "form": form or RemarkForm(),
    }  # fmt: skip
    return render(request, "joint/one.html", context, status=status)


def key_of(stix_id: str) -> UUID:
    """The key of our own item of which the object was made, if it was made here: the address has no other form."""
    return UUID(stix_id.rpartition("--")[2])


@require_POST
@seated
def remark(request: HttpRequest, seat: Seat, stix_id: str) -> HttpResponse:
    """Say something of it."""
    form = RemarkForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        word = Word(data["word"]) if data["word"] else None
        marking = Marking(tlp=Tlp(data["tlp"]), owner=str(seat.appointment.position.organisation_id))
        try:
            made = actions.remark(
                stix_id, kind=RemarkKind.OPINION if word else RemarkKind.NOTE, words=data["words"], word=word, by=seat, marking=marking
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It stands here. Partners read it once it is told to them.")
            return redirect(f"/joint/{stix_id}/#remark-{made.pk}")
    return page(request, seat, stix_id, 422, form)
