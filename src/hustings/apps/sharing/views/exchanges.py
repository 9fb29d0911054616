"""What passes between partners: the list, a form to send, one with its steps, as a document, and all for oversight."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps.cases.models import Evidence
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can, readable, require
from hustings.apps.sharing import find, oversight, paper, passing
from hustings.apps.sharing.crossing import why_not_there
from hustings.apps.sharing.evidence import gathered_without
from hustings.apps.sharing.forms import EvidenceForm, OpinionForm, SendForm, SightingForm, StepForm
from hustings.apps.sharing.models import GatheredWithout, Sighting
from hustings.apps.sharing.views.partners import chosen, wrong
from hustings.errors import BadInput, EnvironmentLacks
from hustings.policy.capacity import CAPACITIES, Matter, Sort
from hustings.policy.marking import Tlp
from hustings.policy.requests import Opinion, Party, RequestState, open_moves

__all__ = ["document", "evidence", "exchange", "exchanges", "export", "new"]

BOTH = ["GET", "HEAD", "POST"]
MOST_CARRIED = 50


@require_safe
@seated
def exchanges(request: HttpRequest, seat: Seat) -> HttpResponse:
    """All that passed, newest first."""
    require(seat, "list exchanges")
    rows = [one for sort in Sort for one in find.passed(seat, sort)]
    rows.sort(key=lambda one: (one.sent_at, str(one.pk)), reverse=True)
    table = Table(
        request=request, caption="Requests and shares", rows=rows,
        columns=[
            Column(key="item.title", title="About", link=lambda row: reverse("exchange", args=[row.pk])),
            Column(key="sort.value", title="What"),
            Column(key="sender.name", title="From"),
            Column(key="receiver.name", title="To"),
            Column(key="state", title="State"),
            Column(key="sent_at", title="Sent"),
            Column(key="deadline", title="Answer until"),
        ],
        marking=lambda row: row.item, empty="Nothing has passed between a partner and your organisation.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    context = {
        "table": table, "page_marking": table.shown or OWN, "may_send": can(seat, "send to partners"), "may_export": can(seat, "export exchanges"),
    }  # fmt: skip
    return render(request, "sharing/exchanges.html", context)


def carried_by(request: HttpRequest, seat: Seat) -> list[Item]:
    """The items that are to be carried, as the address names them.

    Raises   NotKnown for one that the seat may not know
    """
    told = (request.POST if request.method == "POST" else request.GET).getlist("item")
    try:
        keys = [UUID(word) for word in told[:MOST_CARRIED]]
    except ValueError:
        raise NotKnown from None
    found = list(readable(seat).select_related("label").filter(pk__in=keys).order_by("pk"))
    if len(found) != len(set(keys)):
        raise NotKnown
    return found


@require_http_methods(BOTH)
@seated
def new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Send something to a partner, or write down what one sent on paper."""
    allow(seat, "send to partners")
    carried = carried_by(request, seat)
    known = find.partners(seat).exclude(organisation=find.organisation_of(seat))
    asked = request.GET.get("sort", "")
    begun = {"sort": asked} if asked in {one.value for one in Sort} else {}
    if request.GET.get("partner"):
        begun["partner"] = request.GET["partner"]
    capacity, paper = find.capacity_of(seat, find.organisation_of(seat).pk), "paper" in request.GET
    form = SendForm(
        request.POST or None, partners=known, groups=find.groups(), carried=carried, capacity=capacity, paper=paper, initial=begun
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = passing.send(
                passing.Sending(
                    sort=Sort(data["sort"]), other=data["partner"].organisation, title=data["title"], text=data["text"], ground=data["ground"],
                    matters=frozenset(map(Matter, data["matters"])), tlp=Tlp(data["tlp"]), group=data["group"], handling=data["handling"],
                    legal_ground=data["legal_ground"], deadline=data["deadline"], content=data["content"], carried=carried,
                    exception=data.get("exception", ""), how=data.get("how", ""), sent_at=data.get("sent_at"),
                ),
                by=seat,
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(
                request, "Written down." if paper else "Sent. It stands in the log, and nothing of it can be deleted."
            )
            return redirect("exchange", made.pk)
    context = {
        "form": form, "carried": carried, "page_marking": carried or OWN, "capacity": capacity, "paper": paper,
        "dealing": CAPACITIES[capacity] if capacity else None,
    }  # fmt: skip
    return render(request, "sharing/new.html", context, status=422 if form.errors else 200)


@require_http_methods(BOTH)
@seated
def exchange(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One of them: what it says, how it went, what both make of it, and what can be done."""
    found = find.find_passed(seat, key)
    require(seat, "list exchanges", found.item)
    party = find.our_side(seat, found)
    other = found.receiver if party is Party.SENDER else found.sender
    partner = find.partner_of(seat, other.pk)
    by_hand = partner is not None and partner.way == "document"
    act = {Party.RECEIVER: "answer partners", Party.SENDER: "send to partners"}
    theirs = Party.SENDER if party is Party.RECEIVER else Party.RECEIVER
    moves = [
        move
        for side in ([party, theirs] if by_hand else [party])
        for move in open_moves(RequestState(found.state), found.sort, side)
        if can(seat, act[side], found.item)
    ]
    content = found.item.named_content.order_by("what", "platform", "name", "ref", "pk")
    forms: dict[str, Any] = {}
    if moves:
        forms["step"] = chosen(request, "step", StepForm, moves=moves, content=content, by_hand=by_hand)
    if can(seat, "give opinion", found.item):
        forms["opinion"] = chosen(request, "opinion", OpinionForm)
        forms["sighting"] = chosen(request, "sighting", SightingForm)
    sent = next((name for name, form in forms.items() if form.is_bound), "")
    if sent and forms[sent].is_valid():
        try:
            did(sent, found, forms[sent].cleaned_data, seat)
        except BadInput as error:
            say(forms[sent], error)
        else:
            messages.success(request, "Recorded.")
            return redirect("exchange", found.pk)
    opinions, together = find.opinions_of(found.item)
    carried = [row.carried for row in found.item.carries.select_related("carried__label").order_by("pk")]
    context = {
        "one": found, "item": found.item, "ours": party is Party.SENDER, "other": other, "partner": partner, "by_hand": by_hand,
        "steps": find.steps_of(found.item), "content": content, "carried": carried, "opinions": opinions, "together": together,
        "sightings": Sighting.objects.filter(of=found.item).select_related("organisation").order_by("first", "pk"),
        "origin": find.beginnings_told(found.item, find.organisation_of(seat)), "forms": forms, "now": seat.now, "page_marking": [found.item, *carried],
        "not_there": why_not_there(found.item, (found.sender if party is Party.SENDER else found.receiver).pk),
    }  # fmt: skip
    return render(request, "sharing/exchange.html", context, status=wrong(*forms.values()))


def did(name: str, found: Any, data: dict[str, Any], seat: Seat) -> None:
    """Do what a form of its page asks."""
    if name == "step":
        opinion = Opinion(data["opinion"]) if data["opinion"] else None
        passing.take_step(
            found,
            data["code"],
            by=seat,
            reason=data["reason"],
            how=data.get("how", ""),
            acted_on=list(data.get("acted_on", ())),
            opinion=opinion,
        )
    elif name == "opinion":
        passing.give_opinion(found, Opinion(data["opinion"]), by=seat, words=data["words"], how=data["how"])
    else:
        passing.report_sighting(
            found,
            by=seat,
            times=data["times"],
            first=data["first"],
            last=data["last"],
            where=data["where"],
            how=data["how"],
        )


KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "txt": "text/plain; charset=utf-8"}


@require_safe
@seated
def document(request: HttpRequest, seat: Seat, key: UUID, form: str) -> HttpResponse:
    """It as a page to print, a PDF, or the text of a mail; to take it away is recorded."""
    found = find.find_passed(seat, key)
    if form not in KINDS:
        raise NotKnown
    require(seat, "send to partners", found.item)
    require(seat, "export", found.item)
    try:
        body = paper.as_file(found, form, by=seat)
    except EnvironmentLacks as error:
        messages.error(request, str(error))
        return redirect("exchange", found.pk)
    answer = HttpResponse(body, content_type=KINDS[form])
    if form != "html":
        answer["Content-Disposition"] = (
            f'attachment; filename="{found.sort.value.replace(" ", "-")}-{str(found.known_as)[:8]}.{form}"'
        )
    return answer


@require_safe
@seated
def export(request: HttpRequest, seat: Seat, form: str) -> HttpResponse:  # noqa: ARG001 - what a view is handed
    """Everything for oversight, as CSV or JSON."""
    if form not in {"csv", "json"}:
        raise NotKnown
    rows = oversight.rows(seat)
    body = oversight.as_csv(rows) if form == "csv" else oversight.as_json(rows)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8" if form == "csv" else "application/json")
    answer["Content-Disposition"] = f'attachment; filename="exchanges.{form}"'
    return answer


@require_http_methods(BOTH)
@seated
def evidence(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Stand by it that a piece of evidence was gathered without what a government told."""
    found = Evidence.objects.filter(item__in=readable(seat).values("pk"), pk=key).select_related("item__label").first()
    if found is None:
        raise NotKnown
    require(seat, "state evidence", found.item)
    stands = GatheredWithout.objects.filter(evidence=found).select_related("by__person").first()
    form = EvidenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gathered_without(found, by=seat, how=form.cleaned_data["how"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded under your name.")
            return redirect("gathered-without", found.pk)
    context = {"evidence": found, "item": found.item, "stands": stands, "form": form, "page_marking": found.item,
               "origin": find.beginnings_told(found.item, find.organisation_of(seat))}  # fmt: skip
    return render(request, "sharing/evidence.html", context, status=422 if form.errors else 200)
