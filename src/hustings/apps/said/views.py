"""The pages with which something is told to partners: parse, call, render."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, find
from hustings.apps.said.forms import PublishForm
from hustings.apps.said.publishing import PUBLISH, look_at, publish_item, publishable
from hustings.errors import BadInput
from hustings.exchange.stix.marking import Reads

__all__ = ["item", "items"]

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
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    return render(request, "said/items.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def item(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What of an item would go to whom; a POST publishes it."""
    found = find(seat, key)
    allow(seat, PUBLISH, found)
    asked = request.POST if request.method == "POST" else request.GET if "collection" in request.GET else None
    form = PublishForm(asked, seat=seat)
    shown = {"item": found, "form": form, "preview": None, "objects": [], "more": 0}
    if asked is None or not form.is_valid():
        return render(request, "said/item.html", shown, status=400 if asked is not None else 200)
    collection, reads = form.cleaned_data["collection"], Reads(form.cleaned_data["reads"])
    if request.method == "POST":
        try:
            status = publish_item(found, collection, by=seat, reads=reads)
        except BadInput as error:
            shown["error"] = error
        else:
            messages.success(request, f"Published in {collection}: {len(status.successes)} objects.")
            return redirect("told-item", key=found.pk)
    preview = look_at(found, collection, by=seat, reads=reads)
    shown |= {
        "preview": preview,
        "objects": [
            (str(one.get("name") or one.get("user_id") or one.get("value") or one.get("relationship_type") or one["id"]), one["type"],
             json.dumps(one, indent=2, ensure_ascii=False))
            for one in preview.objects[:SHOWN]
        ],
        "more": max(0, len(preview.objects) - SHOWN),
    }  # fmt: skip
    return render(request, "said/item.html", shown, status=400 if "error" in shown else 200)
