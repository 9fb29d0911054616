"""The pages of sign-in that are ours: choosing a position, sessions, taking up an invitation."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hustings.apps.people.find import seats
from hustings.apps.people.models import Person
from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin import invitation as invitations
from hustings.apps.people.signin.forms import TakeUp
from hustings.apps.people.signin.models import SignedIn
from hustings.apps.people.signin.session import APPOINTMENT, ORGANISATION, Now, end_sessions
from hustings.apps.people.signin.told import told

__all__ = ["by_invitation", "end", "invitation", "seat", "sessions"]


def where_next(request: HttpRequest) -> str:
    """The page of ours that the person wanted, else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else reverse("home")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest) -> HttpResponse:
    """Choose the position to act in. Each choice is a new session under a new key: nothing open carries over."""
    person = request.user
    assert isinstance(person, Person)
    only = request.session.get(ORGANISATION)
    held = [
        each
        for each in seats(person, strong=True)
        if only is None or str(each.appointment.position.organisation_id) == only
    ]
    if not held and advertises(request, person):
        return redirect("advertise")
    if request.method == "POST":
        chosen = next((each for each in held if str(each.id) == request.POST.get("appointment")), None)
        if chosen is not None:
            request.session[APPOINTMENT] = str(chosen.id)
            request.session.cycle_key()
            rotate_token(request)
            told("position chosen", person, facts={"appointment": str(chosen.id)})
            return HttpResponseRedirect(where_next(request))
    return render(
        request,
        "signin/seat.html",
        {"held": held, "now": seat_of(request), "next": where_next(request)},
        status=409 if request.method == "POST" else 200,
    )


def advertises(request: HttpRequest, person: Person) -> bool:
    """Whether who holds no position acts for advertisers, or has just signed up to."""
    from hustings.apps.ads.models import SponsorMember
    from hustings.apps.ads.portal.signing_up import ADVERTISES

    acts = SponsorMember.objects.filter(person=person, ended=None)
    return bool(request.session.get(ADVERTISES)) or acts.exists()


@never_cache
@login_required
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Where this person is signed in."""
    person = request.user
    assert isinstance(person, Person)
    idle = timedelta(minutes=settings.HUSTINGS_SESSION_IDLE_MINUTES)
    held = SignedIn.objects.filter(person=person, ends_at__gt=Now(), seen_at__gt=Now() - idle).select_related(
        "appointment__position__organisation"
    )
    current = getattr(request.session, "row", None)
    return render(
        request, "signin/sessions.html", {"held": held.order_by("-seen_at"), "current": current.id if current else None}
    )


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all but this one."""
    person = request.user.pk
    assert isinstance(person, UUID)
    named = request.POST.get("session", "")
    if named == "others":
        end_sessions(person=person, but=request.session.session_key)
    else:
        try:
            session = UUID(named)
        except ValueError:
            return redirect("signin:sessions")
        row = getattr(request.session, "row", None)
        if row is not None and row.id == session:
            logout(request)
            return redirect("account_login")
        end_sessions(person=person, session=session)
    return redirect("signin:sessions")


@never_cache
@require_GET
def by_invitation(request: HttpRequest) -> HttpResponse:
    """There is no sign-up."""
    return render(request, "signin/by_invitation.html")


@never_cache
@sensitive_post_parameters("password", "again")
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up an invitation: set name and password; a second factor is the next step."""
    found = invitations.invited(secret)
    if found is None:
        return render(request, "signin/invitation_over.html", status=410)
    person = Person.objects.get(pk=found[0])
    form = TakeUp(request.POST or None, person=person, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        taken = invitations.take_up(secret, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
        if taken is None:  # used in another window a moment ago
            return render(request, "signin/invitation_over.html", status=410)
        logout(request)
        login = Login(user=taken, email=taken.email, redirect_url=reverse("signin:second_factors"))
        answer: HttpResponse = perform_password_login(request, {"email": taken.email}, login)
        return answer
    return render(request, "signin/invitation.html", {"form": form, "person": person, "kind": found[1]})
