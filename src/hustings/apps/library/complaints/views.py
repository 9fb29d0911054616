"""The pages of complaints: a form for each ad, and how a complaint stands by its number."""

from __future__ import annotations

from typing import Any

from allauth.core.ratelimit import consume
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps.library.complaints.actions import LONGEST, ad_shown, complain, standing
from hustings.apps.library.complaints.models import GROUNDS
from hustings.apps.library.pages.telling import card
from hustings.apps.permission import NotKnown
from hustings.errors import BadInput

__all__ = ["about_ad", "state"]


class ComplainForm(forms.Form):
    """What is wrong. The last field is seen by programs that fill in everything, and by nobody else."""

    ground = forms.ChoiceField(label="What is wrong?", choices=[("", "Choose one"), *GROUNDS.items()])
    words = forms.CharField(
        label="How can one see it?", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Read by the people who decide; never published.",
    )  # fmt: skip
    email = forms.EmailField(
        label="E-mail address", required=False, max_length=254,
        help_text="Only if you want the answer as a letter. It is deleted once that was sent.",
    )  # fmt: skip
    website = forms.CharField(
        required=False, label="Leave this empty", widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def about_ad(request: HttpRequest, number: int) -> HttpResponse:
    """For everybody: say what is wrong with an ad."""
    row = ad_shown(number)
    form = ComplainForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "card": card(row.body), "number": number}
    if request.method != "POST" or not form.is_valid():
        return render(request, "library/complain.html", context, status=422 if form.is_bound else 200)
    if form.cleaned_data["website"]:
        # Told nothing is wrong, a program does not try otherwise; nothing was kept.
        return redirect("library")
    if not consume(request, action="library_complaint", key=str(number)):
        form.add_error(
            None, "Too many complaints came from where you are, or about this ad, within the hour. Try again later."
        )
        return render(request, "library/complain.html", context, status=429)
    try:
        code, _ = complain(
            number,
            ground=form.cleaned_data["ground"],
            words=form.cleaned_data["words"],
            email=form.cleaned_data["email"],
        )
    except BadInput as error:
        for problem in error.problems:
            form.add_error(problem.where, f"Expected: {problem.expected}. {problem.do}")
        return render(request, "library/complain.html", context, status=422)
    return redirect("library-complaint", code)


@never_cache
@require_safe
def state(request: HttpRequest, code: str) -> HttpResponse:
    """For who knows the number: how the complaint stands. What it says is not shown here either."""
    held = standing(code)
    if held is None:
        raise NotKnown
    return render(request, "library/complaint.html", {"held": held, "code": code.upper()})


about_ad.without_seat = True  # type: ignore[attr-defined]
state.without_seat = True  # type: ignore[attr-defined]
