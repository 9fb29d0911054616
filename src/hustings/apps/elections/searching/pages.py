"""The page of what was searched for an election: where nobody looked, every search, and those that are due again and again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.choices import choices
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.database import moment
from hustings.apps.elections.find import find_election
from hustings.apps.elections.models import StandingSearch, Watch
from hustings.apps.elections.planning import open_task, watch_of
from hustings.apps.elections.red_team.block import told as told_of_trials
from hustings.apps.elections.searching import standing
from hustings.apps.elections.searching.covered import coverage_of, drawn, rows_of, searches_of, standing_of, summary_of
from hustings.apps.elections.searching.standing import tables_known
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.errors import BadInput
from hustings.policy.searching import State, What
from hustings.screening.spoken import language_name

__all__ = ["ask", "do", "searched"]


class AskForm(forms.Form):
    """What is to be searched again and again, why, and on which ground."""

    what = forms.TypedChoiceField(choices=choices(What), coerce=What, label="What is searched")
    source = forms.CharField(max_length=300, required=False, label="Source",
        help_text="For posts the title of a registered table; for ads the archive, or nothing for all.")  # fmt: skip
    languages = forms.CharField(max_length=100, label="Languages of the source", help_text="Codes, as: da en")
    purpose = forms.CharField(max_length=500, label="What is looked for, and why")
    legal_ground = forms.CharField(
        max_length=300,
        label="Legal ground",
        help_text="The law, contract or mandate that permits it, with its article.",
    )
    population = forms.CharField(
        max_length=500, label="Population", help_text="The rule by which it was collected; never a list of people."
    )

    def __init__(self, *args: Any, titles: list[str], **named: Any) -> None:
        super().__init__(*args, **named)
        self.titles = titles
        self.fields["source"].widget.attrs["list"] = "search-sources"


class ReasonForm(forms.Form):
    """Why it is refused or ended."""

    reason = forms.CharField(max_length=500, label="Why")


def of_election(seat: Seat, key: UUID) -> Watch:
    """What the own organisation does for the election. Raises NotKnown where it did not take it on."""
    found = find_election(key)
    require(seat, "see election work")
    watch = watch_of(seat, found)
    if watch is None:
        raise NotKnown
    return watch


@require_safe
@seated
def searched(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What was searched for an election."""
    watch = of_election(seat, key)
    table = table_of(request, watch)
    if table.wants_csv:
        return table.csv()
    return render(request, "elections/searching/searched.html", page(seat, watch, table))


def table_of(request: HttpRequest, watch: Watch) -> Table:
    """Every search as a list."""
    return Table(
        request=request, name="searches", caption="Searches", rows=searches_of(watch), default="-began_at",
        find=["source", "outcome", "reason", "what"], per_page=25,
        empty="Nothing was searched for this election yet.",
        columns=[
            Column(key="began_at", title="When"),
            Column(key="due_on", title="Due on"),
            Column(key="what", title="What"),
            Column(key="source", title="Source", value=lambda row: row.source or "every archive", order="source"),
            Column(key="platforms", title="Platforms", value=lambda row: ", ".join(row.platforms), order=False),
            Column(key="languages", title="Languages", value=lambda row: ", ".join(map(language_name, row.languages)), order=False),
            Column(key="outcome", title="Outcome"),
            Column(key="looked_at", title="Looked at", number=True),
            Column(key="found", title="Found", number=True),
            Column(key="last", title="Its newest is from"),
            Column(key="reason", title="Why not"),
            Column(key="sweep", title="Sweep", value=lambda row: "open" if row.sweep else "", link=lambda row: f"/sweeps/{row.sweep}/" if row.sweep else None,
                   order=False),
        ],
    )  # fmt: skip


def page(seat: Seat, watch: Watch, table: Table, **forms_: Any) -> dict[str, Any]:
    """What the page shows, with a form that came back wrong in its place."""
    told = coverage_of(seat, watch)
    titles = list(dict.fromkeys(one.item.title for one in tables_known(seat)))
    trials = told_of_trials(seat, watch.election)
    return {
        # What trials say is as restricted as the tables they were made in.
        "page_marking": trials["items"] if trials and trials["items"] else OWN,
        "election": watch.election, "watch": watch, "table": table, "summary": summary_of(seat, watch), "coverage": told, "rows": rows_of(watch, told),
        "columns": [f"{what.value.capitalize()}: {platform}" for what, platform in told.platforms],
        "drawn": drawn(watch, moment().date()), "may_ask": can(seat, "ask for a sweep"), "titles": titles,
        "standing": [
            {
                "search": one, "languages": ", ".join(map(language_name, one.languages)),
                "may_decide": one.state == State.ASKED.value and can(seat, "second a sweep", asked_by=one.asked_by),
                "may_end": one.state in {State.ASKED.value, State.RUNNING.value} and can(seat, "ask for a sweep"),
            }
            for one in standing_of(watch)
        ],
        "ask_form": AskForm(titles=titles, auto_id="ask_%s"), "red_team": trials,
        "to_look": open_task(watch, "coverage") if can(seat, "work on election") else None,
    } | forms_  # fmt: skip


@require_POST
@seated
def ask(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Ask for a standing search."""
    watch = of_election(seat, key)
    form = AskForm(request.POST, titles=[], auto_id="ask_%s")
    if form.is_valid():
        try:
            standing.ask(
                watch,
                by=seat,
                **form.cleaned_data | {"languages": form.cleaned_data["languages"].replace(",", " ").split()},
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Asked for. It begins when another person agrees.")
            return redirect("election-searched", watch.election_id)
    return render(
        request,
        "elections/searching/searched.html",
        page(seat, watch, table_of(request, watch), ask_form=form),
        status=422,
    )


@require_POST
@seated
def do(request: HttpRequest, seat: Seat, key: UUID, search: UUID, what: str) -> HttpResponse:
    """Agree to a standing search, refuse it, or end it."""
    watch = of_election(seat, key)
    held = StandingSearch.objects.filter(watch=watch, pk=search).select_related("asked_by__person").first()
    if held is None:
        raise NotKnown
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        match what:
            case "agree":
                standing.agree(held, by=seat)
            case "refuse":
                standing.refuse(held, by=seat, reason=reason)
            case "end":
                standing.end(held, by=seat, reason=reason)
            case _:
                raise Http404("There is nothing of this name to do.")
    except BadInput as error:
        messages.error(request, f"{error.what} {error.problems[0].do}")
    else:
        messages.success(
            request,
            "Agreed; the first search begins now."
            if what == "agree"
            else "Written down; nothing more is searched by it.",
        )
    return redirect("election-searched", watch.election_id)
