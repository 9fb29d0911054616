"""The pages of gatherings: those of a case in the order of their days, and one with all that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.cases import find
from hustings.apps.cases import gatherings as acts
from hustings.apps.cases.gathering_forms import (
    ContactForm,
    FigureForm,
    GatherForm,
    GatheringForm,
    HeldForm,
    LinkForm,
    NoticeForm,
    OpposeForm,
    ToldForm,
    UnwittingForm,
)
from hustings.apps.cases.models import (
    Case,
    Evidence,
    Gathering,
    GatheringFigure,
    GatheringHeld,
    GatheringNotice,
    OpposedPair,
    SafetyContact,
)
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.library.pages.tiles import UNITED_STATES, drawn
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.errors import BadInput
from hustings.policy.casework import CaseState, Contact, Counted, TookPlace

__all__ = ["add", "gathering", "gatherings", "say_of_gathering"]


def of_case(seat: Seat, case: Case) -> QuerySet[Gathering]:
    """The gatherings of a case and of its parts in the order of their days, each with its latest figures and answer."""
    held = GatheringHeld.objects.filter(gathering=OuterRef("pk")).order_by("-at", "-id")
    figures = GatheringFigure.objects.filter(gathering=OuterRef("pk")).order_by("-at", "-id")
    rows = Gathering.objects.filter(case__in=find.parts_of(seat, case))
    return rows.annotate(
        ad_count=Count("ads", distinct=True), against=Count("opposes", distinct=True) + Count("opposed_by", distinct=True),
        answer=Subquery(held.values("answer")[:1]),
        **{what.value: Subquery(figures.filter(what=what).values("value")[:1]) for what in Counted},
    ).order_by(F("day").asc(nulls_last=True), F("starts").asc(nulls_last=True), "site", "number", "id")  # fmt: skip


@require_safe
@seated
def gatherings(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The gatherings of a case."""
    found = find.find_case(seat, key)
    require(seat, "read", found.item)
    context = list_page(request, seat, found)
    if context["table"].wants_csv:
        answer: HttpResponse = context["table"].csv()
        return answer
    return render(request, "cases/gatherings.html", context)


def list_page(request: HttpRequest, seat: Seat, found: Case, **forms: Form) -> dict[str, Any]:
    """What the list shows, with a form that came back wrong in its place."""
    rows = of_case(seat, found)
    table = Table(
        request=request,
        caption="Gatherings",
        rows=rows,
        columns=[
            Column(key="day", title="Day"),
            Column(key="title", title="Called to", link=lambda row: f"/cases/gatherings/{row.pk}/"),
            Column(key="place", title="Place"),
            Column(key="country", title="Country"),
            Column(key="site", title="Site"),
            Column(key="number", title="Number there"),
            Column(key="hosts", title="By", value=lambda row: ", ".join(row.hosts), order=False),
            Column(key="ad_count", title="Ads", number=True),
            Column(key="viewers", title="Viewers", number=True),
            Column(key="interested", title="Interested", number=True),
            Column(key="going", title="Going", number=True),
            Column(key="against", title="Opposed", number=True),
            Column(key="answer", title="Held", value=lambda row: row.answer or TookPlace.UNKNOWN.value, order=False),
        ],
        find=["title", "place", "number"],
        empty="Take gatherings from ads, or add one that is known by other means.",
    )
    every: list[Any] = list(rows)
    states: Counter[str] = Counter()
    for one in every:
        if one.region.startswith("US-"):
            states[one.region.removeprefix("US-")] += one.ad_count
    shown = {code: (ads, f"#{table.id}") for code, ads in states.items() if ads}
    return {
        "case": found,
        "page_marking": [found.item],
        "table": table,
        "map": drawn("Ads that call to gatherings in each state", "states", UNITED_STATES, shown) if shown else None,
        "gatherings": len(every),
        "dated": sum(one.day is not None for one in every),
        "held": sum(one.answer == TookPlace.YES for one in every),
        "ads": sum(one.ad_count for one in every),
        "pairs": OpposedPair.objects.filter(gathering__in=every).select_related("gathering", "other"),
        "contact": SafetyContact.objects.filter(organisation=seat.appointment.position.organisation).order_by("-at", "-id").first(),
        "may_work": can(seat, "work on case", found.item) and found.state != CaseState.CLOSED,
        "may_name": can(seat, "name safety contact"),
        "gather_form": GatherForm(auto_id="gather_%s"),
        "gathering_form": GatheringForm(auto_id="gathering_%s"),
        "contact_form": ContactForm(auto_id="contact_%s"),
    } | forms  # fmt: skip


@require_POST
@seated
def add(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Take gatherings from ads, add one, or name the safety contact."""
    found = find.find_case(seat, key)
    kinds: dict[str, tuple[str, type[Form]]] = {
        "ads": ("gather_form", GatherForm),
        "one": ("gathering_form", GatheringForm),
        "contact": ("contact_form", ContactForm),
    }
    if what not in kinds:
        raise Http404("There is nothing of this name to add.")
    name, kind = kinds[what]
    form = kind(request.POST, auto_id=name.removesuffix("form") + "%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            match what:
                case "ads":
                    told = acts.gather(found, by=seat, **data)
                    done = f"{told.gatherings:,} gatherings in {told.ads:,} ads, {told.new:,} new here; {told.opposed:,} opposed."
                case "one":
                    acts.add(found, by=seat, **data)
                    done = "Added. Say what is counted, by which source."
                case _:
                    acts.name_safety_contact(data["words"], by=seat)
                    done = "Alerts name it from now on."
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, done)
            return redirect("gatherings", found.pk)
    return render(request, "cases/gatherings.html", list_page(request, seat, found, **{name: form}), status=422)


def find_gathering(seat: Seat, key: UUID) -> Gathering:
    """One gathering of a case that the reader may know. Raises NotKnown."""
    held = Gathering.objects.filter(pk=key, case__in=find.cases(seat)).select_related("case__item__label").first()
    if held is None:
        raise NotKnown
    return held


@require_safe
@seated
def gathering(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One gathering."""
    found = find_gathering(seat, key)
    require(seat, "read", found.case.item)
    return render(request, "cases/gathering.html", one_page(seat, found))


def sealed_of(seat: Seat, found: Gathering) -> QuerySet[Evidence]:
    """The sealed evidence of its case, as far as the reader may know it."""
    return find.evidence(seat).filter(case__in=find.parts_of(seat, found.case))


def one_page(seat: Seat, found: Gathering, **forms: Form) -> dict[str, Any]:
    """What its page shows, with a form that came back wrong in its place."""
    answers = list(found.held.select_related("by__person"))
    unwitting = list(found.unwitting.select_related("by__person"))
    keys = {key for one in answers for key in one.rests_on} | {one.rests_on for one in unwitting}
    known = {one.pk: one for one in find.evidence(seat).filter(pk__in=keys)}
    pairs = OpposedPair.objects.filter(Q(gathering=found) | Q(other=found)).select_related("gathering", "other")
    return {
        "gathering": found,
        "case": found.case,
        "page_marking": [found.case.item, *(one.item for one in known.values())],
        "figures": found.figures.select_related("by__person"),
        "ads": found.ads.all(),
        "pairs": [(pair, pair.other if pair.gathering_id == found.pk else pair.gathering) for pair in pairs],
        "answers": [(one, [known[key] for key in one.rests_on if key in known]) for one in answers],
        "answer": answers[-1].answer if answers else TookPlace.UNKNOWN.value,
        "unwitting": [(one, known.get(one.rests_on)) for one in unwitting],
        "notices": found.notices.select_related("by__person", "told_by__person"),
        "may_work": can(seat, "work on case", found.case.item) and found.case.state != CaseState.CLOSED,
        **fresh_forms(seat, found),
    } | forms


def fresh_forms(seat: Seat, found: Gathering, data: Any = None) -> dict[str, Form]:
    """The forms of its page, empty or with what was sent."""
    sealed = sealed_of(seat, found)
    others = Gathering.objects.filter(case=found.case).exclude(pk=found.pk)
    return {
        "figure_form": FigureForm(data, auto_id="figure_%s"),
        "link_form": LinkForm(data, auto_id="link_%s"),
        "oppose_form": OpposeForm(data, others=others, auto_id="oppose_%s"),
        "held_form": HeldForm(data, evidence=sealed, auto_id="held_%s"),
        "unwitting_form": UnwittingForm(data, evidence=sealed, auto_id="unwitting_%s"),
        "notice_form": NoticeForm(data, auto_id="notice_%s"),
        "told_form": ToldForm(data, auto_id="told_%s"),
    }


def the_notice(found: Gathering, data: dict[str, Any]) -> GatheringNotice:
    """The notice that a form names."""
    held = found.notices.filter(pk=data["notice"]).first()
    if held is None:
        raise Http404("There is no such notice.")
    return held


SAID: dict[str, Callable[[Gathering, dict[str, Any], Seat], object]] = {
    "figure": lambda found, data, seat: acts.count(found, Counted(data["what"]), data["value"], by=seat, source=data["source"]),
    "link": lambda found, data, seat: acts.link_ad(found, data["archive"], data["number"], by=seat, buyer=data["buyer"]),
    "oppose": lambda found, data, seat: acts.oppose(found, data["other"], by=seat, matter=data["matter"], sentence=data["sentence"]),
    "held": lambda found, data, seat: acts.say_held(
        found, TookPlace(data["answer"]), by=seat, says=data["says"], rests_on=list(data["rests_on"])
    ),
    "unwitting": lambda found, data, seat: acts.say_unwitting(found, data["people"], by=seat, rests_on=data["rests_on"]),
    "notice": lambda found, data, seat: acts.notify(found, Contact(data["contact"]), by=seat, words=data["words"]),
    "told": lambda found, data, seat: acts.told(the_notice(found, data), by=seat),
}  # fmt: skip


@require_POST
@seated
def say_of_gathering(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Say something of a gathering: a figure, an ad, what opposes it, whether it was held, whom to tell."""
    found = find_gathering(seat, key)
    if what not in SAID:
        raise Http404("There is nothing of this name to say.")
    form = fresh_forms(seat, found, request.POST)[f"{what}_form"]
    if form.is_valid():
        try:
            SAID[what](found, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Written down, in your name.")
            return redirect("gathering", found.pk)
    return render(request, "cases/gathering.html", one_page(seat, found, **{f"{what}_form": form}), status=422)
