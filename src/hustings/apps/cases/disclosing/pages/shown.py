"""The page on which a reviewer lets whom a plan acts against see evidence, and the address where they open a copy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core.ratelimit import consume
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hustings.apps.cases.disclosing import contests
from hustings.apps.cases.enforcing import appeals
from hustings.apps.cases.models import Evidence, ShownEvidence
from hustings.apps.cases.pages.plans import find_plan
from hustings.apps.cases.store import store
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.errors import BadInput

__all__ = ["of_plan", "opened"]


class TargetForm(forms.Form):
    """Which target it is about."""

    number = forms.IntegerField(min_value=1, label="Number of the target", help_text="As the plan's table shows it.")


class ShowForm(forms.Form):
    """What is shown to whom a target belongs."""

    evidence = forms.ModelChoiceField(Evidence.objects.none(), label="Which sealed object")
    called = forms.CharField(
        max_length=200, label="What it is called there", help_text="Without names of people, sources or cases."
    )
    why = forms.CharField(max_length=500, min_length=3, label="On which ground they may see it")

    def __init__(self, *args: Any, pieces: QuerySet[Evidence], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["evidence"].queryset = pieces  # type: ignore[attr-defined]
        self.fields["evidence"].label_from_instance = lambda one: f"{one.name}, {one.how}"  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def of_plan(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """What whom each target belongs to is shown, and a form to show more."""
    plan = find_plan(seat, key)
    require(seat, "read", plan.item)
    table = Table(
        request=request,
        caption="Evidence that is shown",
        rows=ShownEvidence.objects.filter(target__plan=plan).select_related("target", "evidence__item__label", "by__person").order_by("target__place", "number"),
        columns=[
            Column(key="target", title="Target", value=lambda row: f"{row.target.place + 1}: {row.target.kind} {row.target.name}", order="target__place"),
            Column(key="number", title="Piece", number=True),
            Column(key="called", title="Called there"),
            Column(key="evidence.name", title="Sealed object", link=lambda row: reverse("evidence", args=[row.evidence_id])),
            Column(key="why", title="Ground"),
            Column(key="by.person.name", title="By"),
            Column(key="at", title="Since"),
        ],
        find=["called", "target__name", "why"],
        empty="Nobody is shown anything beyond the words of their notice.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    choose = TargetForm(request.GET if "number" in request.GET else None)
    target, form = None, None
    if choose.is_valid():
        target = plan.targets.filter(place=choose.cleaned_data["number"] - 1).first()
        if target is None:
            choose.add_error("number", f"The plan has {plan.targets.count():,} targets.")
    if target is not None:
        form = ShowForm(request.POST or None, pieces=contests.about(target, by=seat))
        if request.method == "POST" and form.is_valid():
            try:
                contests.show(target, form.cleaned_data["evidence"], by=seat, called=form.cleaned_data["called"], why=form.cleaned_data["why"])  # fmt: skip
            except BadInput as error:
                say(form, error)
            else:
                messages.success(
                    request, "They can see it as soon as their notice was sent. It stands in the register."
                )
                return redirect(f"{reverse('plan-shown', args=[plan.pk])}?number={target.place + 1}")
    context = {
        "plan": plan, "item": plan.item, "page_marking": [plan.item, *(one.evidence.item for one in table.page)], "table": table,
        "choose": choose, "target": target, "form": form, "may_show": can(seat, "show evidence", plan.item),
    }  # fmt: skip
    wrong = bool(choose.errors) or (form is not None and bool(form.errors))
    return render(request, "cases/disclosing/shown.html", context, status=422 if wrong else 200)


@never_cache
@require_POST
def opened(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """For whoever knows the number of a notice: a copy of one piece, after it is written down that it was opened."""
    appeals.told(code)
    piece = next((one for one in contests.shown(code) if one.number == number), None)
    if piece is None:
        raise NotKnown
    if not consume(request, action="enforcement_evidence"):
        return render(request, "cases/disclosing/later.html", {"code": code}, status=429)
    if not store().intact(piece.sha256):
        return render(request, "cases/disclosing/later.html", {"code": code, "gone": True}, status=503)
    sha256, size = contests.opened(code, number)
    answer = StreamingHttpResponse(store().read(sha256), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{sha256[:16]}.sealed"'
    answer["Content-Length"] = str(size)
    return answer  # type: ignore[return-value] # a stream is a response in all that middleware and browser ask


opened.without_seat = True  # type: ignore[attr-defined]
