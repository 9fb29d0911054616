"""The versions of the rule on who may hold access, and the machines that clearances go through."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps import database
from hustings.apps.people import actions
from hustings.apps.people.forms import RuleForm
from hustings.apps.people.models import RuleChange
from hustings.apps.people.records import rules as versions
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.policy.marking import Kind
from hustings.policy.moves import MACHINES
from hustings.policy.rules import in_force

__all__ = ["add", "rules"]


@require_safe
@seated
def rules(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every version, with the one of today told apart; and every machine as its table."""
    known = versions()
    context = {
        "versions": [
            (rule, ", ".join(sorted(rule.holders))) for rule in sorted(known, key=lambda rule: rule.since, reverse=True)
        ],
        "today": in_force(known, database.moment()),
        "machines": MACHINES,
        "may_change": can(seat, "change rule"),
    }
    return render(request, "people/rules.html", context)


@require_http_methods(["GET", "POST"])
@seated
def add(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a version from a future day on."""
    require(seat, "change rule")
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if RuleChange.objects.filter(version=data["version"]).exists():
            form.add_error("version", "There is a version of this name. Choose another.")
        else:
            try:
                actions.add_rule(
                    data["version"],
                    data["since"],
                    [Kind(kind) for kind in data["holders"]],
                    data["months"],
                    reactivation=data["reactivation"],
                    by=seat,
                    document=data["document"],
                    note=data["note"],
                )
            except BadInput as error:
                form.add_error("since", str(error))
            else:
                messages.success(request, "The version is recorded.")
                return redirect("people:rules")
    context = {
        "form": form,
        "title": "Record a version of the rule",
        "back": reverse("people:rules"),
        "act": "Record it",
    }
    context["words"] = (
        "It takes effect on a future day. What was allowed on past days is judged by the rule of that day."
    )
    return render(request, "people/form.html", context, status=422 if form.errors else 200)
