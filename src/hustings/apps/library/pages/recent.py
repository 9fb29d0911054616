"""What the library says lately, and what it hides: every version in the order of publication, and every removal with its ground."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.library.find import present
from hustings.apps.library.models import KINDS, Shown
from hustings.apps.library.pages.ad import decided
from hustings.apps.library.pages.changes import changes
from hustings.apps.library.pages.question import NUMBER
from hustings.apps.library.pages.telling import card, place_name
from hustings.apps.library.patience import patiently

__all__ = ["changed", "removed"]

PAGE = 30
HIDDEN = 1_000


@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    """For everybody: what the library said anew, the newest first."""
    before, kind = request.GET.get("before", ""), request.GET.get("kind", "")
    wrong = (bool(before) and not NUMBER.fullmatch(before)) or (bool(kind) and kind not in KINDS)
    found = Shown.objects.order_by("-seq").defer("search")
    if before and not wrong:
        found = found.filter(seq__lt=int(before))
    if kind and not wrong:
        found = found.filter(kind=kind)
    rows = patiently(lambda: list(found[: PAGE + 1])) or []
    numbers, places = [row.number for row in rows], [row.seq for row in rows]
    earlier = {row.until: row for row in Shown.objects.filter(number__in=numbers, until__in=places).defer("search")}
    told = [
        {
            "row": row,
            "at": datetime.fromisoformat(row.body["at"]),
            "name": name_of(row),
            "link": reverse(f"library-{row.kind}", args=[row.number]),
            "version": row.body["version"],
            "changes": changes(earlier[row.seq].body, row.body) if row.seq in earlier else [],
        }
        for row in rows[:PAGE]
    ]
    context = {
        "told": told,
        "wrong": wrong,
        "kind": kind,
        "kinds": [("", "Everything"), *((one, f"{one.capitalize()}s") for one in KINDS)],
        "further": rows[PAGE - 1].seq if len(rows) > PAGE else None,
        "place": present(),
    }
    return render(request, "library/changed.html", context, status=400 if wrong else 200)


def name_of(row: Shown) -> str:
    """What a record is called in a list."""
    return (
        card(row.body).heading if row.kind == "ad" else row.body.get("name") or f"{row.kind.capitalize()} {row.number}"
    )


@require_safe
def removed(request: HttpRequest) -> HttpResponse:
    """For everybody: which ads were removed or expunged, when and on which ground."""
    found = Shown.objects.filter(kind="ad", until__isnull=True).exclude(hidden="")
    rows = patiently(lambda: list(found.order_by("-number").defer("search")[:HIDDEN]))
    told = [ground(row) for row in rows or []]
    table = Table(
        request=request,
        name="removed",
        caption="Ads that were removed or expunged",
        rows=told,
        default="-at",
        columns=[
            Column(key="number", title="Ad", value=lambda one: f"Ad {one['number']}", link=lambda one: reverse("library-ad", args=[one["number"]])),
            Column(key="how", title="How"),
            Column(key="at", title="When"),
            Column(key="reason", title="Ground"),
            Column(key="policy", title="Policy"),
            Column(key="page", title="Page"),
            Column(key="countries", title="Shown in"),
            Column(key="impressions", title="Impressions", number=True),
            Column(key="spend", title="Spend", number=True),
        ],
        empty="No ad was removed. One that is stands here from that minute, with the ground; its figures stay.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    return render(
        request, "library/removed.html", {"table": table, "many": len(told), "too_much": rows is None, "most": HIDDEN}
    )


def ground(row: Shown) -> dict[str, Any]:
    """Why an ad is hidden, as a line of the table."""
    shown = card(row.body)
    steps = [one for one in decided(row.body.get("decisions") or []) if one.reason]
    last = steps[-1] if steps and row.hidden == "removed" else None
    return {
        "number": row.number,
        "how": row.hidden,
        "at": last.at if last else datetime.fromisoformat(row.body["at"]),
        "reason": last.reason
        if last
        else "two people destroyed its key on a named ground"
        if row.hidden == "expunged"
        else "not stated",
        "policy": last.policy if last else "",
        "page": row.body.get("page_name", ""),
        "countries": ", ".join(map(place_name, row.body.get("countries") or [])),
        "impressions": shown.impressions,
        "spend": shown.spend,
    }


changed.without_seat = True  # type: ignore[attr-defined]
removed.without_seat = True  # type: ignore[attr-defined]
