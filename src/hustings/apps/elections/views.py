"""The pages of elections: parse, call, render."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps import database
from hustings.apps.console import registry
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.elections import actions, claims, find
from hustings.apps.elections.forms import ChoiceForm, ClaimForm, ElectionForm, RuleAgainForm, VotingRuleForm
from hustings.apps.elections.models import Election
from hustings.apps.elections.stated import ACT, in_words
from hustings.apps.elections.work import work_of
from hustings.apps.people.seat import Seat, seat_of
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can
from hustings.errors import BadInput
from hustings.policy.election import Status, unlike, unsettled

__all__ = ["change", "choose", "election", "elections", "new", "page", "rule_again", "voting_rule"]


def country(row: Election) -> str:
    """The country in words."""
    return in_words(row.country)


@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """The calendar: what comes, and what was."""
    today = database.moment().date()
    columns = [
        Column(key="on", title="Day", value=lambda row: row.on or "not known", order="on"),
        Column(key="name", title="Election", link=lambda row: f"/elections/{row.pk}/"),
        Column(key="country", title="Country", value=country, order="country"),
        Column(key="level", title="Level"),
        Column(key="kind", title="Kind"),
        Column(key="status", title="Status"),
    ]
    among = ["name", "country", "kind", "level", "status"]
    tables = [
        Table(request=request, name="coming", caption="To come", rows=find.coming(today), columns=columns, find=among, default="on",
              empty="No election to come is recorded. Record the next one with its source."),
        Table(request=request, name="past", caption="Held and past", rows=find.past(today), columns=columns, find=among, default="-on"),
    ]  # fmt: skip
    for table in tables:
        if table.wants_csv:
            return table.csv()
    seat = seat_of(request)
    may = seat is not None and can(seat, ACT)
    return render(
        request,
        "elections/elections.html",
        {"tables": tables, "may_keep": may, "sees_work": seat is not None and can(seat, "see election work")},
    )


@require_safe
def election(request: HttpRequest, key: UUID) -> HttpResponse:
    """One election: its day and what says so, how people may vote, and what screening does with it."""
    return page(request, find.find_election(key))


def page(request: HttpRequest, found: Election, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of an election, with a form that came back wrong in its place."""
    seat = seat_of(request)
    said = claims.claims_of(found)[::-1]
    last = found.followed.select_related("claim", "by__person").order_by("-at", "-pk").first()
    shown = {
        "election": found,
        "country": country(found),
        "claims": said,
        "followed": last,
        "unlike": unlike([claim.as_said for claim in said]),
        "unsettled": unsettled(found.on, Status(found.status), database.moment().date()),
        "rules": find.rules_for(found),
        "may_keep": seat is not None and can(seat, ACT),
        "change_form": ClaimForm(initial={"on": found.on, "status": found.status}, auto_id="change_%s"),
        "choice_form": ChoiceForm(
            election=found, initial={"claim": last.claim_id if last else None}, auto_id="choice_%s"
        ),
        "again_form": RuleAgainForm(auto_id="again_%s"),
        "rule_form": VotingRuleForm(auto_id="rule_%s"),
        "beside": registry.beside(seat, found),
    }
    work = work_of(request, seat, found, **forms)
    for table in (work.get("open_tasks"), work.get("ended_tasks")):
        if table is not None and table.wants_csv:
            return table.csv()
    return render(request, "elections/election.html", shown | work | forms, status=status)


@require_http_methods(["GET", "POST"])
@seated
def new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record an election."""
    allow(seat, ACT)
    form = ElectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_election(**form.cleaned_data, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The election is in the calendar.")
            return redirect("election", made.pk)
    return render(request, "elections/new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@seated
def change(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Record what a source now says."""
    found = find.find_election(key)
    form = ClaimForm(request.POST, auto_id="change_%s")
    if form.is_valid():
        try:
            claims.record_claim(found, **form.cleaned_data, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(
                request, "Recorded; what was said before stays below, and the page says which of them the plan goes by."
            )
            return redirect("election", found.pk)
    return page(request, found, 422, change_form=form)


@require_POST
@seated
def choose(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Say which claim the plan goes by."""
    found = find.find_election(key)
    form = ChoiceForm(request.POST, election=found, auto_id="choice_%s")
    if form.is_valid():
        try:
            claims.choose_claim(form.cleaned_data["claim"], why=form.cleaned_data["why"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The plan goes by this claim from now on; every open task has moved with it.")
            return redirect("election", found.pk)
    return page(request, found, 422, choice_form=form)


@require_POST
@seated
def rule_again(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take a choice back."""
    found = find.find_election(key)
    form = RuleAgainForm(request.POST, auto_id="again_%s")
    if form.is_valid():
        claims.follow_the_rule(found, why=form.cleaned_data["why"], by=seat)
        messages.success(request, "The plan goes by the rule again.")
        return redirect("election", found.pk)
    return page(request, found, 422, again_form=form)


@require_POST
@seated
def voting_rule(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Record how people may vote in this election."""
    found = find.find_election(key)
    form = VotingRuleForm(request.POST, auto_id="rule_%s")
    if form.is_valid():
        try:
            actions.record_voting_rule(
                country=found.country, place=found.place, election=found, **form.cleaned_data, by=seat
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded. Ads about this election are read by it from now on.")
            return redirect("election", found.pk)
    return page(request, found, 422, rule_form=form)
