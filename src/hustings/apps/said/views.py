"""The pages with which something is told to partners: parse, call, render."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, find, readable
from hustings.apps.said.forms import LeadForm, PublishForm, RelabelForm
from hustings.apps.said.leading import find_received, lead_from, leads_of
from hustings.apps.said.publishing import PUBLISH, look_at, offered, publish_item, publishable
from hustings.apps.said.relabelling import may_relabel, relabel_for_partners
from hustings.apps.sharing import find as sharing
from hustings.apps.sharing.arranging import LEADABLE
from hustings.apps.sweeps.models import Tip
from hustings.apps.taxii.models import StixObject
from hustings.errors import BadInput
from hustings.exchange.stix.marking import Reads
from hustings.policy.marking import Tlp

__all__ = ["item", "items", "received", "relabel"]

SHOWN = 200  # objects that a preview shows whole


@require_safe
@seated
def items(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What has a form that others read."""
    allow(seat, PUBLISH)
    table = Table(
        request=request, name="items", caption="Can be told", rows=publishable(seat), default="-made_at", filterable=False,
        empty="No finding, campaign, known actor or answer is here that you may know.",
        columns=[
            Column(key="title", title="What", link=lambda row: f"/told/{row.pk}/"),
            Column(key="kind", title="Kind"),
            Column(key="made_at", title="Made"),
        ],
        marking=lambda row: row,
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    return render(request, "said/items.html", {"table": table, "page_marking": table.shown or OWN})


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def item(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What of an item would go to whom; a POST publishes it."""
    found = find(seat, key)
    allow(seat, PUBLISH, found)
    asked = request.POST if request.method == "POST" else request.GET if "collection" in request.GET else None
    open_to, closed = offered(found, by=seat)
    form = PublishForm(asked, offered=open_to)
    shown = {
        "item": found,
        "page_marking": found,
        "form": form,
        "offered": open_to,
        "closed": closed,
        "preview": None,
        "objects": [],
        "more": 0,
    }
    if may_relabel(found, by=seat):
        shown["relabel_form"] = RelabelForm(partners=sharing.others(seat), auto_id="id_marking_%s")
    if asked is None or not form.is_valid():
        return render(request, "said/item.html", shown, status=400 if asked is not None else 200)
    collection, reads = form.cleaned_data["collection"], Reads(form.cleaned_data["reads"])
    if request.method == "POST":
        try:
            status = publish_item(found, collection, by=seat, reads=reads)
        except BadInput as error:
            shown["error"] = error
        else:
            went = len(status.successes)
            messages.success(request, f"Published in {collection}: {went} object{'' if went == 1 else 's'}.")
            return redirect("told-item", key=found.pk)
    preview = look_at(found, collection, by=seat, reads=reads)
    shown |= {
        "preview": preview, "relabel_open": bool(preview.refusals),
        "objects": [
            (str(one.get("name") or one.get("user_id") or one.get("value") or one.get("relationship_type") or one["id"]), one["type"],
             json.dumps(one, indent=2, ensure_ascii=False))
            for one in preview.objects[:SHOWN]
        ],
        "more": max(0, len(preview.objects) - SHOWN),
    }  # fmt: skip
    return render(request, "said/item.html", shown, status=400 if "error" in shown else 200)


@require_POST
@seated
def relabel(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Give an item of one's own another marking, from the page that says why it cannot go."""
    found = find(seat, key)
    allow(seat, "relabel", found)
    form = RelabelForm(request.POST, partners=sharing.others(seat), auto_id="id_marking_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            now = relabel_for_partners(
                found, tlp=Tlp(data["tlp"]), group=data["group"], organisations=data["organisations"], by=seat, reason=data["reason"]
            )  # fmt: skip
        except BadInput as error:
            for problem in error.problems:
                form.add_error(problem.where, f"Found {problem.found}; expected {problem.expected}. {problem.do}")
        else:
            kept = now.tlp is not Tlp(data["tlp"])
            more = " What it was made from keeps it stricter than was asked." if kept else ""
            messages.success(request, f"It is marked TLP:{now.tlp.value} now.{more}")
            return redirect("told-item", key=found.pk)
    open_to, closed = offered(found, by=seat)
    shown = {
        "item": found,
        "page_marking": found,
        "form": PublishForm(offered=open_to),
        "offered": open_to,
        "closed": closed,
        "relabel_form": form,
        "relabel_open": True,
    }
    return render(request, "said/item.html", shown, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def received(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """An object that a partner handed in: what it says, who began it, what came of it; a POST makes it a lead."""
    came = find_received(seat, key)
    allow(seat, "read", came.item)
    form = LeadForm(request.POST or None)
    if request.method == "POST":
        allow(seat, "record lead")
        if form.is_valid():
            try:
                lead = lead_from(came, by=seat, reason=form.cleaned_data["reason"])
            except BadInput as error:
                form.add_error(None, "; ".join(str(problem) for problem in error.problems))
            else:
                messages.success(request, "It is a lead now, as restricted as the object and with who began it.")
                return redirect("lead", lead.pk)
    shown = {
        "came": came, "item": came.item, "form": form, "leads": leads_of(seat, came),
        "tips": tips_of(seat, came), "origin": sharing.beginnings_told(came.item, sharing.organisation_of(seat)),
        "text": json.dumps(json.loads(bytes(came.raw)), indent=2, ensure_ascii=False),
        "may_lead": came.type in LEADABLE and can(seat, "record lead"), "page_marking": came.item,
    }  # fmt: skip
    return render(request, "said/received.html", shown, status=400 if form.errors else 200)


def tips_of(seat: Seat, came: StixObject) -> list[Tip]:
    """The tips that were made of it, as far as the seat may know them."""
    rows = Tip.objects.select_related("item__label").filter(
        item__in=readable(seat).values("pk"), item__sources__source=came.item
    )
    return list(rows.order_by("received_at", "pk"))
