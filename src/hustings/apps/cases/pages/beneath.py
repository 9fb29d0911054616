"""The page of what lies beneath a statement of a case, where a membership may come to rest on more."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hustings.apps.cases.campaigns import rest_on
from hustings.apps.cases.forms import RestForm
from hustings.apps.cases.pages.campaigns import material
from hustings.apps.cases.pages.whole import opened, tabs_of
from hustings.apps.cases.whole import beneath as statements
from hustings.apps.console.refused import say
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can
from hustings.errors import BadInput

__all__ = ["beneath"]


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def beneath(request: HttpRequest, seat: Seat, key: UUID, what: str, statement: UUID) -> HttpResponse:
    """What a statement rests on, down to the rows; a membership may come to rest on more."""
    found = opened(seat, key)
    told = statements.beneath(seat, found, what, statement)
    form = None
    if told.member is not None and can(seat, "work on case", told.member.campaign.item):
        form = RestForm(request.POST or None, material=material(seat, told.member.campaign))
    if request.method == "POST":
        if form is None or told.member is None:
            raise Http404
        if form.is_valid():
            try:
                rest_on(told.member, form.cleaned_data["item"], by=seat, rows=form.cleaned_data["rows"])
            except BadInput as error:
                say(form, error)
            else:
                messages.success(request, "Written down, in your name.")
                return redirect("beneath", found.pk, what, statement)
    context = {
        "case": found, "item": found.item, "tabs": tabs_of(found), "told": told, "rest_form": form,
        "page_marking": [found.item, *(one.item for one in told.grounds), *([told.campaign.item] if told.campaign else [])],
    }  # fmt: skip
    return render(request, "cases/whole/beneath.html", context, status=422 if request.method == "POST" else 200)
