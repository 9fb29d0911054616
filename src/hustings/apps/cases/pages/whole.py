"""The parts of a case's page that have addresses of their own: network, timeline, map, everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps.cases import find
from hustings.apps.cases.models import Case, Gathering, Member
from hustings.apps.cases.whole import lines as timeline_of
from hustings.apps.cases.whole import network as picture
from hustings.apps.cases.whole import places as where
from hustings.apps.cases.whole.things import MOST_ADS, Thing, Whole, ads_beneath, whole
from hustings.apps.console import words
from hustings.apps.console.table import Column, Table
from hustings.apps.findings.picture import packed
from hustings.apps.findings.views import packed as sent
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.policy.casework import MemberState

__all__ = ["everything", "network", "network_json", "places", "tabs_of", "thing", "timeline"]


@dataclass(frozen=True, kw_only=True)
class Tied:
    """Another thing that this one is tied to, and why."""

    other: Thing
    why: str


def tabs_of(found: Case) -> list[tuple[str, str]]:
    """The parts of the page of a case, with their addresses."""
    parts = (("The case", "case"), ("Network", "case-network"), ("Timeline", "case-timeline"), ("Map", "case-map"), ("Everything", "case-everything"), ("Reach", "case-reach"), ("People and holds", "case-standing"))  # fmt: skip
    return [(title, reverse(name, args=[found.pk])) for title, name in parts]


def opened(seat: Seat, key: UUID) -> Case:
    """The case, for who may read it."""
    found = find.find_case(seat, key)
    require(seat, "read", found.item)
    return found


def page_of(found: Case, told: Whole, **more: Any) -> dict[str, Any]:
    """What each part shows: its tabs, the marking of all that is on it, and what was left out."""
    return {"case": found, "item": found.item, "tabs": tabs_of(found), "page_marking": [found.item, *told.marked], "left_out": told.left_out} | more  # fmt: skip


def on(at: datetime | date | None) -> str:
    """A moment or a day as a day."""
    return "" if at is None else words.day(at)


def table_of(request: HttpRequest, found: Case, rows: list[picture.Row], *, per_page: int = 25) -> Table:
    """Every thing of a case, sorted, filtered, taken out."""
    return Table(
        request=request,
        caption="Everything in this case",
        name="members",
        rows=rows,
        columns=[
            Column(key="thing", title="Thing", value=lambda row: row.thing.label,
                   link=lambda row: reverse("case-thing", args=[found.pk, row.thing.number])),
            Column(key="kind", title="Kind", value=lambda row: row.thing.kind),
            Column(key="platform", title="Platform", value=lambda row: "" if row.thing.kind == "actor" else row.thing.platform),
            Column(key="name", title="Name or number there", value=lambda row: row.thing.name),
            Column(key="state", title="State", value=lambda row: row.thing.state),
            Column(key="links", title="Tied to", number=True, value=lambda row: row.links),
            Column(key="impressions", title="Impressions", number=True, value=lambda row: row.thing.impressions),
            Column(key="first", title="First", value=lambda row: row.thing.first),
            Column(key="last", title="Last", value=lambda row: row.thing.last),
        ],
        per_page=per_page,
        empty="Take up a lead, add a finding, or propose what belongs to a campaign.",
    )  # fmt: skip


@require_safe
@seated
def network(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The network of a case, and the table in step with it."""
    found = opened(seat, key)
    told = whole(seat, found)
    table = table_of(request, found, picture.rows(told))
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    return render(request, "cases/whole/network.html", page_of(found, told, table=table))


@require_safe
@seated
def network_json(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The network of a case, for the picture."""
    return sent(request, packed(picture.body(whole(seat, opened(seat, key)))))


@require_safe
@seated
def thing(request: HttpRequest, seat: Seat, key: UUID, number: int) -> HttpResponse:
    """One thing of a case: what it is, to what it is tied and why."""
    found = opened(seat, key)
    told = whole(seat, found)
    this = next((one for one in told.things.values() if one.number == number), None)
    if this is None:
        raise Http404
    ties = sorted(
        (
            Tied(other=tie.b if tie.a is this else tie.a, why=tie.why if tie.a is this else f"{tie.why} (from there)")
            for tie in told.ties
            if tie.a is this or tie.b is this
        ),
        key=lambda one: (one.why, one.other.key),
    )
    table = Table(
        request=request,
        caption=f"What {this.label} is tied to",
        name="ties",
        rows=ties,
        columns=[
            Column(key="other", title="Tied to", value=lambda row: row.other.label,
                   link=lambda row: reverse("case-thing", args=[found.pk, row.other.number])),
            Column(key="why", title="Why"),
            Column(key="first", title="First", value=lambda row: row.other.first),
        ],
        per_page=25,
        empty="Nothing in this case is tied to it.",
    )  # fmt: skip
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    facts = [("Kind", this.kind), ("Platform", "" if this.kind == "actor" else this.platform), ("Name or number", this.name),
             ("State", this.state), ("First", on(this.first)), ("Last", on(this.last))]  # fmt: skip
    return render(
        request, "cases/whole/thing.html", page_of(found, told, thing=this, table=table, facts=[one for one in facts if one[1]])
    )  # fmt: skip


@require_safe
@seated
def timeline(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What happened, as a picture and a table in step, between two days where they are asked for."""
    found = opened(seat, key)
    told = whole(seat, found)
    begin, end = day_asked(request, "from"), day_asked(request, "to")
    lines = [
        line
        for line in timeline_of.lines(seat, found, told)
        if (begin is None or line.at.date() >= begin) and (end is None or line.at.date() <= end)
    ]
    table = Table(
        request=request,
        caption="What happened",
        name="lines",
        rows=lines,
        columns=[
            Column(key="at", title="When", value=lambda row: row.at.date() if row.day else row.at),
            Column(key="lane", title="Kind", value=lambda row: row.lane),
            Column(key="sentence", title="What", value=lambda row: row.sentence, link=lambda row: row.page or None),
        ],
        per_page=50,
        empty="Nothing with a day is in this case.",
    )
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    return render(
        request, "cases/whole/timeline.html",
        page_of(found, told, table=table, drawn=timeline_of.drawn(lines), begin=begin, end=end, lines=len(lines)),
    )  # fmt: skip


def day_asked(request: HttpRequest, name: str) -> date | None:
    """A day of the address; what is no day asks for nothing."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


@require_safe
@seated
def places(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Where ads were aimed or shown and people were called, as maps and a table in step."""
    found = opened(seat, key)
    told = whole(seat, found)
    parts = find.parts_of(seat, found)
    campaigns = find.campaigns(seat).filter(cases__case__in=parts).order_by().values("pk")
    members = Member.objects.filter(campaign__in=campaigns).exclude(state=MemberState.WITHDRAWN).order_by("pk")
    ads = list(ads_beneath(list(members))[:MOST_ADS])
    rows = where.places(ads, list(Gathering.objects.filter(case__in=parts)))
    table = Table(
        request=request,
        caption="Places",
        name="places",
        rows=rows,
        columns=[
            Column(key="name", title="Place"),
            Column(key="code", title="Code"),
            Column(key="ads", title="Ads aimed at it or shown there", number=True),
            Column(key="gatherings", title="Gatherings called there", number=True),
        ],
        default="-ads",
        empty="No ad of its members and no gathering names a country or a state.",
    )  # fmt: skip
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    return render(request, "cases/whole/map.html", page_of(found, told, table=table, maps=where.maps(rows, f"#{table.id}"), ads=len(ads)))  # fmt: skip


@require_safe
@seated
def everything(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Everything of a case as one table."""
    found = opened(seat, key)
    told = whole(seat, found)
    table = table_of(request, found, picture.rows(told), per_page=100)
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    return render(
        request, "cases/whole/everything.html",
        page_of(found, told, table=table, kinds=kinds(told), may_export=can(seat, "export", found.item)),
    )  # fmt: skip


def kinds(told: Whole) -> list[tuple[str, int]]:
    """How many of each kind."""
    counted: dict[str, int] = {}
    for one in told.things.values():
        counted[one.kind] = counted.get(one.kind, 0) + 1
    return sorted(counted.items())
