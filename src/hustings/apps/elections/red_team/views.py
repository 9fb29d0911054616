"""The pages of trials with planted campaigns: parse, call, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.elections.find import find_election
from hustings.apps.elections.models import RedTeamTrial
from hustings.apps.elections.red_team import actions, find
from hustings.apps.elections.red_team.block import told
from hustings.apps.elections.red_team.forms import AskForm
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, require
from hustings.errors import BadInput
from hustings.exchange.disarm import by_tactic
from hustings.policy.red_team import LIMITS, Found
from hustings.policy.scenario import Style, ready
from hustings.policy.sweep import State

__all__ = ["ask", "move", "trial", "trials"]


def percent(share: float | None) -> str | None:
    """A share for people."""
    return None if share is None else f"{share:.0%}".replace("%", " %")


def recall_of(row: RedTeamTrial) -> str | None:
    """The share found of a trial, with its interval."""
    share = row.trial.recall if row.trial is not None else None
    return share.words if share is not None else None


@require_safe
@seated
def trials(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Every trial for an election that this person may know."""
    require(seat, "list red-team trials")
    election = find_election(key)
    table = Table(
        request=request,
        caption="Trials",
        rows=find.trials(seat, election),
        columns=[
            Column(key="scenario", title="Scenario", value=lambda row: row.asked.title, order="name", link=lambda row: f"/elections/red-team/{row.pk}/"),
            Column(key="style", title="Style"),
            Column(key="strength", title="Acts a day", number=True),
            Column(key="seeds", title="Campaigns", number=True),
            Column(key="state", title="State"),
            Column(key="found", title="Found", value=recall_of, order=False),
            Column(key="asked_by", title="Asked for by", value=lambda row: row.asked_by.person.name, order="asked_by__person__name"),
            Column(key="ended_at", title="Ended"),
        ],
        find=["name", "style", "state", "asked_by__person__name"],
        marking=lambda row: row.item,
        empty="Nobody has tried yet what the search misses here. Ask for a trial: a made-up campaign is planted, and two searches tell.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    said = told(seat, election)
    shown = {
        "election": election, "table": table, "red_team": said, "may_ask": can(seat, "ask for a red-team trial"),
        "page_marking": [*table.shown, *(said["items"] if said else [])] or OWN,
    }  # fmt: skip
    return render(request, "elections/red_team/trials.html", shown)


@require_http_methods(["GET", "POST"])
@seated
def ask(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Ask for a trial."""
    allow(seat, "ask for a red-team trial")
    election = find_election(key)
    form = AskForm(request.POST or None, tables=find.tables(seat))
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask(by=seat, election=election, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Asked for. A second person has to agree before it runs.")
            return redirect("red-team-trial", asked.pk)
    scenarios = [
        {"scenario": one, "techniques": by_tactic(one.techniques), "sentence": one.style.sentence}
        for one in ready().values()
    ]
    shown = {"form": form, "election": election, "scenarios": scenarios, "page_marking": OWN}
    return render(request, "elections/red_team/ask.html", shown, status=422 if form.errors else 200)


@require_safe
@seated
def trial(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One trial: what was planted where, who agreed, what was found and missed."""
    found = find.find_trial(seat, key)
    require(seat, "read", found.item)
    tries: list[Found] = list(found.trial.tries) if found.trial is not None else []
    table = Table(
        request=request,
        caption="Campaigns",
        rows=tries,
        columns=[
            Column(key="seed", title="Seed", number=True),
            Column(key="planted", title="Accounts planted", number=True),
            Column(key="acts", title="Acts", number=True),
            Column(key="posts", title="Rows", number=True),
            Column(key="found", title="Found", number=True),
            Column(key="recall", title="Share found", value=lambda one: percent(one.recall), number=True),
            Column(key="together", title="In one finding", number=True),
            Column(key="beside", title="Named beside", number=True),
            Column(key="beside_anew", title="Of them anew", number=True),
            Column(key="others", title="Other findings", number=True),
            Column(key="lost", title="No longer named", number=True),
            Column(key="seconds", title="Took", unit="s", number=True),
        ],
        filterable=False,
        empty="Figures stand here when the trial is done.",
    )
    if table.wants_csv:
        return table.csv()
    waits = found.state == State.ASKED.value
    shown = {
        "trial": found,
        "scenario": found.asked,
        "sentence": Style(found.style).sentence,
        "techniques": by_tactic(found.asked.techniques),
        "outcome": found.trial,
        "settings": sorted(found.trial.searched["settings"].items()) if found.trial else [],
        "table": table,
        "tries": tries,
        "page_marking": found.item,
        "limits": LIMITS,
        "may_second": waits and can(seat, "second a red-team trial", found.item, asked_by=found.asked_by),
        "may_withdraw": waits and found.asked_by_id == seat.id,
        "steps": steps(found),
    }
    return render(request, "elections/red_team/trial.html", shown)


def steps(found: RedTeamTrial) -> list[dict[str, Any]]:
    """The dated history of a trial, newest first."""
    said = [(found.item.made_at, f"Asked for by {found.asked_by.person.name}.")]
    if found.seconded_at and found.seconded_by:
        refused = found.state == State.REFUSED.value
        said.append((
            found.seconded_at,
            f"Refused by {found.seconded_by.person.name}: {found.reason}" if refused else f"Agreed to by {found.seconded_by.person.name}.",
        ))  # fmt: skip
    if found.started_at:
        said.append((found.started_at, "The searches began."))
    if found.ended_at:
        said.append(
            (found.ended_at, "Done." if found.state == State.DONE.value else f"Ended without a result: {found.reason}")
        )
    return [{"at": at, "sentence": sentence} for at, sentence in reversed(said)]


@require_POST
@seated
def move(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Agree to a trial, refuse it, or take it back."""
    found = find.find_trial(seat, key)
    reason = request.POST.get("reason", "")
    try:
        match request.POST.get("move"):
            case "agree":
                actions.agree(found, by=seat)
                messages.success(request, "Agreed. The searches start now; this page tells when they are done.")
            case "refuse":
                actions.refuse(found, by=seat, reason=reason)
                messages.success(request, "Refused, with your reason.")
            case "withdraw":
                actions.withdraw(found, by=seat, reason=reason)
                messages.success(request, "Taken back.")
            case other:
                messages.error(request, f"There is no step '{(other or '')[:20]}'. Use the buttons of the page.")
    except BadInput as error:
        messages.error(request, error.problems[0].do if error.problems else str(error))
    return redirect("red-team-trial", found.pk)
