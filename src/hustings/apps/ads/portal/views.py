"""The pages of the portal: parse, call, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth import logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.ads.advertiser import advertising
from hustings.apps.ads.challenges import codes
from hustings.apps.ads.challenges.website import look_for_code, place_of_code
from hustings.apps.ads.models import Sponsor
from hustings.apps.ads.portal import actions, find, signing_up
from hustings.apps.ads.portal.forms import (
    BeginForm,
    CodeForm,
    ConfirmForm,
    DisclaimerForm,
    LetInForm,
    OrganisationForm,
    PersonForm,
    SignUpForm,
    schemes,
)
from hustings.apps.people.models import Person
from hustings.errors import BadInput
from hustings.policy.advertising import SponsorClass, SponsorState

__all__ = [
    "advertise", "appeal", "begin", "code", "confirm", "disclaimers", "member", "members", "organisation", "person", "sign_up", "sponsor",
]  # fmt: skip

SLOWLY = "Too many attempts came from where you are. Wait ten minutes, then try again."


def say(form: Form, error: BadInput) -> None:
    """Put what an action refused on top of the form."""
    for problem in error.problems:
        form.add_error(problem.where if problem.where in form.fields else None, f"{error.what} {problem.do}")


def slow(request: HttpRequest, action: str, form: Form | None = None, *, key: str | None = None) -> bool:
    """Whether somebody does this too often; said on the form."""
    if consume(request, action=action, key=key):
        return False
    if form is not None:
        form.add_error(None, SLOWLY)
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """For everybody: ask for an account. The answer is the same whether the address has one."""
    if request.user.is_authenticated:
        return redirect("advertise")
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not slow(request, "advertiser_sign_up", form):
        signing_up.start(request, name=form.cleaned_data["name"], email=form.cleaned_data["email"])
        return redirect("advertise-confirm")
    return render(request, "ads/portal/sign_up.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Answer with the code that was mailed, and choose a password; a second factor is the next step."""
    if request.user.is_authenticated:
        return redirect("advertise")
    pending = signing_up.begun(request)
    if pending is None:
        return render(request, "ads/portal/sign_up_over.html", status=410)
    form = ConfirmForm(request.POST or None, person=Person(email=pending["email"], name=pending["name"]))
    if (
        request.method == "POST"
        and form.is_valid()
        and not slow(request, "advertiser_code", form, key=pending["email"])
    ):
        made = signing_up.complete(request, code=form.cleaned_data["code"], password=form.cleaned_data["password"])
        if made is not None:
            logout(request)
            login = Login(
                user=made, email=made.email, redirect_url=reverse("signin:second_factors") + "?next=/advertise/"
            )
            answer: HttpResponse = perform_password_login(request, {"email": made.email}, login)
            request.session[signing_up.ADVERTISES] = True
            return answer
        if signing_up.begun(request) is None:
            return render(request, "ads/portal/sign_up_over.html", status=410)
        form.add_error("code", "This code is not right. Look at the latest mail.")
    context = {"form": form, "email": pending["email"]}
    return render(request, "ads/portal/confirm.html", context, status=422 if form.errors else 200)


@require_safe
@advertising
def advertise(request: HttpRequest, person: Person) -> HttpResponse:
    """The sponsors this person acts for, and what each waits for."""
    held = [(each, next((step for step in find.steps(each) if not step.done), None)) for each in find.own(person)]
    return render(request, "ads/portal/sponsors.html", {"held": held})


@require_http_methods(["GET", "POST"])
@advertising
def begin(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin a sponsor."""
    doors = find.doors()
    form = BeginForm(request.POST or None, doors=doors)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.begin(by_person=person, door=UUID(form.cleaned_data["door"]), name=form.cleaned_data["name"])
        except BadInput as error:
            say(form, error)
        else:
            return redirect("advertise-person", made.pk)
    context = {"form": form, "doors": doors}
    return render(request, "ads/portal/begin.html", context, status=422 if form.errors else 200)


@require_safe
@advertising
def sponsor(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """One sponsor: where its authorisation stands, what is missing and what comes next."""
    found = find.find_sponsor(person, key)
    return render(request, "ads/portal/sponsor.html", sponsor_page(person, found))


def sponsor_page(person: Person, found: Sponsor) -> dict[str, Any]:
    """What the page of a sponsor shows its members."""
    steps = find.steps(found)
    state = SponsorState(found.state)
    missing = [step for step in steps if not step.done]
    mine = next((step for step in missing if step.url_name and not step.waits), None)
    last = found.changes.order_by("-at", "-id").first()
    return {
        "sponsor": found,
        "steps": steps,
        "next": mine if state not in (SponsorState.SUSPENDED, SponsorState.REVOKED) else None,
        "waits": mine is None and bool(missing),
        "last": last,
        "may_appeal": state in (SponsorState.REJECTED, SponsorState.SUSPENDED, SponsorState.REVOKED),
        "authorised": SponsorClass(found.sponsor_class).sentence if found.sponsor_class and state.may_run else "",
        "renewing": state in (SponsorState.RENEWAL_DUE, SponsorState.LAPSED),
        "person": find.last_person(found),
        "organisation": find.last_organisation(found),
        "disclaimers": found.disclaimers.order_by("-made_at"),
        "checks": found.checks.filter(superseded_at=None)
        .exclude(what__in=["near", "behind"])
        .select_related("edition"),
        "changes": [{"at": each.at, "sentence": told(each)} for each in found.changes.order_by("-at", "-id")],
        "administers": find.membership(person, found).administers,
    }


def told(change: Any) -> str:
    """A move as its advertiser reads it."""
    from hustings.apps.ads.desk.reasons import told as reason
    from hustings.policy.advertising import SPONSOR

    sentence = SPONSOR.move(change.move).sentence
    why = reason(change.reason_code)
    return f"{sentence} {why}" if why else sentence


@require_http_methods(["GET", "POST"])
@advertising
def person(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Say who one is and where one lives."""
    found = find.find_sponsor(person, key)
    form = PersonForm(request.POST or None, request.FILES or None, initial={"legal_name": person.name})
    if (
        request.method == "POST"
        and form.is_valid()
        and not slow(request, "advertiser_hands_in", form, key=str(person.pk))
    ):
        try:
            actions.hand_in_person(found, by_person=person, said=form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Handed in. A letter with a code is on its way to the address where you live.")
            return redirect("advertise-sponsor", found.pk)
    context = {"form": form, "sponsor": found}
    return render(request, "ads/portal/person.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@advertising
def organisation(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Say which organisation it is."""
    found = find.find_sponsor(person, key)
    form = OrganisationForm(
        request.POST or None,
        schemes=schemes(find.loaded_schemes(found)),
        initial={"registered_name": found.registered_name},
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and not slow(request, "advertiser_hands_in", form, key=str(person.pk))
    ):
        try:
            actions.hand_in_organisation(found, by_person=person, said=form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Handed in. A code is on its way to the business mail.")
            return redirect("advertise-sponsor", found.pk)
    context = {"form": form, "sponsor": found}
    return render(request, "ads/portal/organisation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@advertising
def code(request: HttpRequest, person: Person, key: UUID, means: str) -> HttpResponse:
    """Answer a code, have it looked for on the website, or ask for another one."""
    found = find.find_sponsor(person, key)
    to = actions.place_of(found, means)
    asked = request.POST.get("do", "")
    form = CodeForm(request.POST if request.method == "POST" and asked == "answer" else None)
    if request.method == "POST":
        if slow(request, "advertiser_code", key=str(person.pk)):
            messages.error(request, SLOWLY)
            return redirect("advertise-sponsor", found.pk)
        try:
            if asked == "again":
                actions.send_code(found, means, by_person=person)
                messages.success(request, "Another code is on its way; the one before does not count any more.")
                return redirect(f"advertise-{means}", found.pk)
            if asked == "look" and means == "website":
                seen = look_for_code(to)
                if actions.answer_code(found, means, seen, by_person=person):
                    messages.success(request, "The code stands on the website.")
                    return redirect("advertise-sponsor", found.pk)
                messages.error(request, "The address answered, but with another text. Put exactly the code there.")
            elif form.is_valid():
                if actions.answer_code(found, means, form.cleaned_data["code"], by_person=person):
                    messages.success(request, "The code is right: the address is yours.")
                    return redirect("advertise-sponsor", found.pk)
                form.add_error("code", "This code is not right. Look at the latest one that was sent.")
        except BadInput as error:
            messages.error(request, f"{error.what} {error.problems[0].do}")
    context = {
        "form": form, "sponsor": found, "means": means, "to": to, "done": codes.answered(found, means, to) if to else None,
        "place": place_of_code(to) if means == "website" and to else "", "website_code": codes.website_code(found, to) if means == "website" and to else "",
    }  # fmt: skip
    return render(request, "ads/portal/code.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@advertising
def disclaimers(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """The words that say who paid: proposed here, approved at the desk."""
    found = find.find_sponsor(person, key)
    form = DisclaimerForm(request.POST or None, initial={"text": f"Paid for by {found.registered_name}"})
    if (
        request.method == "POST"
        and form.is_valid()
        and not slow(request, "advertiser_hands_in", form, key=str(person.pk))
    ):
        try:
            actions.propose_disclaimer(found, by_person=person, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Proposed. A verifier decides.")
            return redirect("advertise-disclaimers", found.pk)
    context = {"form": form, "sponsor": found, "held": found.disclaimers.order_by("-made_at")}
    return render(request, "ads/portal/disclaimers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@advertising
def members(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Who acts for the sponsor; whoever administers lets others in."""
    found = find.find_sponsor(person, key)
    form = LetInForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and not slow(request, "advertiser_hands_in", form, key=str(person.pk))
    ):
        try:
            actions.let_in(found, by_person=person, email=form.cleaned_data["email"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "If this address has an account, it acts for the sponsor from now on.")
            return redirect("advertise-members", found.pk)
    held = found.members.filter(ended=None).select_related("person").order_by("since")
    mine = find.membership(person, found)
    context = {"form": form, "sponsor": found, "held": held, "mine": mine}
    return render(request, "ads/portal/members.html", context, status=422 if form.errors else 200)


@require_POST
@advertising
def member(request: HttpRequest, person: Person, key: UUID, which: UUID) -> HttpResponse:
    """End a membership."""
    found = find.find_sponsor(person, key)
    try:
        actions.end_membership(found, which, by_person=person)
    except BadInput as error:
        messages.error(request, f"{error.what} {error.problems[0].do}")
    else:
        messages.success(request, "Ended.")
    return (
        redirect("advertise-members", found.pk) if find.own(person).filter(pk=key).exists() else redirect("advertise")
    )


@require_POST
@advertising
def appeal(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Ask somebody who has not decided before to look again."""
    from hustings.apps.ads.desk.appealing import appeal_sponsor

    found = find.find_sponsor(person, key)
    if slow(request, "advertiser_hands_in", key=str(person.pk)):
        messages.error(request, SLOWLY)
        return redirect("advertise-sponsor", found.pk)
    try:
        appeal_sponsor(found, request.POST.get("words", "")[:4000], by_person=person)
    except BadInput as error:
        messages.error(request, f"{error.what} {error.problems[0].do}")
    else:
        messages.success(request, "Handed in. Somebody who has not decided before looks again.")
    return redirect("advertise-sponsor", found.pk)
