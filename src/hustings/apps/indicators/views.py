"""The pages of indicators: parse, call, render."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.indicators import actions, find
from hustings.apps.indicators.forms import DecideForm, ListForm, PatternForm, TellForm
from hustings.apps.indicators.keeping import KEEP, Given, read_list, record_list
from hustings.apps.indicators.models import Indicator, Match, MatchState
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can, require
from hustings.errors import BadInput
from hustings.policy.marking import Marking, Tlp

__all__ = ["decide", "indicator", "indicators", "matches", "record", "record_file", "tell"]


def marking_as(tlp: str, seat: Seat) -> Marking:
    """A marking of one's own organisation."""
    return Marking(tlp=Tlp(tlp), owner=str(seat.appointment.position.organisation_id))


@require_safe
@seated
def indicators(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is looked for."""
    allow(seat, actions.SEE)
    return page(request, seat)


def page(request: HttpRequest, seat: Seat, status: int = 200, **forms: Form) -> HttpResponse:
    """The list, with a form that came back wrong in its place."""
    table = Table(
        request=request, caption="Indicators", rows=find.indicators(seat), default="-recorded_at",
        columns=[
            Column(key="item.title", title="Sign of", link=lambda row: f"/indicators/{row.pk}/"),
            Column(key="given_by.name", title="Given by"),
            Column(key="pattern", title="Pattern", value=lambda row: row.pattern[:120]),
            Column(key="state", title="Looked for", value=state, order=False),
            Column(key="open_matches", title="Matches that wait", number=True),
            Column(key="relevant", title="Relevant", number=True),
            Column(key="recorded_at", title="Recorded"),
        ],
        find=["item__title", "pattern", "given_by__name"], marking=lambda row: row.item,
        empty="What partners send, and what you record, is looked for in our own ads and traces within a minute.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    waiting = find.matches(seat).filter(state=MatchState.OPEN).count()
    shown = {
        "table": table, "page_marking": table.shown or OWN, "waiting": waiting, "may_keep": can(seat, KEEP),
        "pattern_form": PatternForm(auto_id="pattern_%s"), "list_form": ListForm(auto_id="list_%s"),
    }  # fmt: skip
    return render(request, "indicators/indicators.html", shown | forms, status=status)


def state(row: Indicator) -> str:
    """Whether it is looked for, in a word or the reason why not."""
    if row.revoked:
        return "no: its giver took it back"
    return f"no: {row.not_matched}" if row.tree is None else "yes"


@require_POST
@seated
def record(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record one."""
    form = PatternForm(request.POST, auto_id="pattern_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            kept = record_list(
                [Given(pattern=data["pattern"], title=data["title"])], marking=marking_as(data["tlp"], seat), by=seat
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It is recorded, and looked for within a minute.")
            return redirect("indicator", kept[0].pk)
    allow(seat, actions.SEE)
    return page(request, seat, 422, pattern_form=form)


@require_POST
@seated
def record_file(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a list."""
    require(seat, KEEP)
    form = ListForm(request.POST, request.FILES, auto_id="list_%s")
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = record_list(
                read_list(file.read(), file.name or "the list"),
                marking=marking_as(form.cleaned_data["tlp"], seat),
                by=seat,
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, f"{len(kept):,} recorded, and looked for within a minute.")
            return redirect("indicators")
    return page(request, seat, 422, list_form=form)


@require_safe
@seated
def matches(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Where they were seen."""
    allow(seat, actions.SEE)
    table = Table(
        request=request, caption="Matches", rows=find.matches(seat), columns=MATCH, default="-found_at",
        find=["indicator__item__title", "state"], marking=lambda row: row.indicator.item,
        empty="Nothing that is looked for was seen here.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    return render(request, "indicators/matches.html", {"table": table, "page_marking": table.shown or OWN})


def where(row: Match) -> str:
    """The ad or table in words."""
    if row.ad is not None:
        page = f" of {row.ad.page.name}" if row.ad.page is not None else ""
        return f"ad {row.ad.archive} {row.ad.number}{page}"
    return f"table {row.table.item.title}" if row.table is not None else ""


def seen(row: Match) -> str:
    """The object by which it holds."""
    return "; ".join(f"{path} {value}" for path, value in row.seen.items() if path != "type")


MATCH = [
    Column(
        key="indicator.item.title", title="Sign of", link=lambda row: f"/indicators/{row.indicator_id}/#match-{row.pk}"
    ),
    Column(
        key="where",
        title="Seen in",
        value=where,
        order=False,
        link=lambda row: f"/ads/{row.ad_id}/" if row.ad_id else None,
    ),
    Column(key="seen", title="By", value=seen, order=False),
    Column(key="rows", title="Rows", number=True),
    Column(key="at", title="When"),
    Column(key="state", title="State"),
    Column(key="found_at", title="Found"),
]


@require_safe
@seated
def indicator(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One indicator and its matches."""
    allow(seat, actions.SEE)
    return one(request, seat, find.find_indicator(seat, key))


def one(request: HttpRequest, seat: Seat, found: Indicator, status: int = 200, **forms: object) -> HttpResponse:
    """The page of an indicator, with a form that came back wrong in its place."""
    require(seat, "read", found.item)
    rows = list(find.matches(seat).filter(indicator=found)[:200])
    shown = {
        "indicator": found, "item": found.item, "page_marking": found.item, "state": state(found),
        "matches": [(row, where(row), seen(row)) for row in rows],
        "more": max(find.matches(seat).filter(indicator=found).count() - len(rows), 0),
        "tellings": found.tellings.select_related("by__person"),
        "may_decide": can(seat, actions.DECIDE, found.item), "may_tell": can(seat, actions.TELL, found.item),
        "relevant_matches": any(row.state == MatchState.RELEVANT for row in rows),
        "decide_form": DecideForm(auto_id=False), "tell_form": TellForm(auto_id="tell_%s"),
    }  # fmt: skip
    return render(request, "indicators/indicator.html", shown | forms, status=status)


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Say what a match is."""
    asked = {"relevant": actions.relevant, "by-chance": actions.by_chance}.get(what)
    match = find.matches(seat).filter(pk=key).first()
    if asked is None or match is None:
        raise NotKnown
    try:
        asked(key, by=seat, reason=request.POST.get("reason", ""))
    except BadInput as error:
        form = DecideForm(request.POST, auto_id=False)
        form.is_valid()
        say(form, error)
        return one(request, seat, find.find_indicator(seat, match.indicator_id), 422, wrong=key, wrong_form=form)
    messages.success(
        request, "Recorded." if what == "by-chance" else "A lead is recorded; its page says what was seen."
    )
    return redirect(f"/indicators/{match.indicator_id}/#match-{key}")


@require_POST
@seated
def tell(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Let who gave it know that it was seen."""
    found = find.find_indicator(seat, key)
    form = TellForm(request.POST, auto_id="tell_%s")
    if form.is_valid():
        try:
            actions.tell(
                found, by=seat, words=form.cleaned_data["words"], marking=marking_as(form.cleaned_data["tlp"], seat)
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(
                request,
                "The sighting is written down. It reaches who gave the indicator once it is published under Tell partners.",
            )
            return redirect("indicator", found.pk)
    return one(request, seat, found, 422, tell_form=form)
