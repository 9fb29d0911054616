"""The page of one's own tokens."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin.fresh import asks_again
from hustings.apps.tokens.actions import end_token, make_token
from hustings.apps.tokens.forms import MakeToken
from hustings.apps.tokens.models import Token
from hustings.apps.tokens.scope import Scope

__all__ = ["end", "tokens"]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@asks_again
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens of this position; make one, and show its secret this once."""
    seat = seat_of(request)
    if seat is None:
        return redirect("signin:seat")
    form = MakeToken(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        _, secret = make_token(
            name=form.cleaned_data["name"],
            scopes={Scope(scope) for scope in form.cleaned_data["scopes"]},
            good_for=timedelta(days=form.cleaned_data["days"]),
            by=seat,
        )
        form = MakeToken()
    held = Token.objects.filter(appointment=seat.appointment).order_by(F("ended_at").desc(nulls_first=True), "-made_at")
    return render(request, "tokens/tokens.html", {"form": form, "secret": secret, "held": held, "now": seat.now})


@login_required
@require_POST
def end(request: HttpRequest, token: UUID) -> HttpResponse:
    """End one of one's own tokens."""
    seat = seat_of(request)
    found = Token.objects.filter(pk=token, appointment=seat.appointment).first() if seat is not None else None
    if seat is None or found is None:
        raise Http404
    end_token(found, by=seat)
    return redirect("tokens:tokens")
