"""The pages of a researcher: what vetted access is, asking for it, and reading what was granted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit
from uuid import UUID

from allauth.core.ratelimit import consume
from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.ads.advertiser import advertiser_of
from hustings.apps.database import moment
from hustings.apps.library.models import Vetting
from hustings.apps.library.pace.sending import TooManyAtOnce, sent_slowly
from hustings.apps.library.vetted.actions import ask, make_token, standing, take_back
from hustings.apps.library.vetted.cut import COLUMNS, FORMS, Shut, cursor_of, export, place_in, read_cut
from hustings.apps.people.models import Person
from hustings.apps.people.seat import seat_of
from hustings.apps.privacy.find import answering
from hustings.errors import BadInput
from hustings.policy.vetting import LONGEST, Field, State

__all__ = ["about", "ask_for", "cut", "end", "file", "token"]

PAGE, LOOKS = 50, 20
Named = ParamSpec("Named")


def researching(
    view: Callable[Concatenate[HttpRequest, Person, Named], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Hand the view who is signed in and acts in no position; who acts in one is told that nobody is both."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        person = advertiser_of(request)
        if person is not None:
            return view(request, person, *args, **named)
        if seat_of(request) is not None:
            return render(request, "library/vetted/seated.html", status=403)
        return redirect_to_login(request.get_full_path())

    page.without_seat = True  # type: ignore[attr-defined]
    return page


class AskForm(forms.Form):
    """Everything that is decided by."""

    organisation = forms.ChoiceField(label="Whom do you ask?")
    name = forms.CharField(label="Your name", max_length=200)
    institution = forms.CharField(
        label="Institution", max_length=300, help_text="With a page or a person there who can confirm it."
    )
    purpose = forms.CharField(
        label="Research question and purpose", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="And why what everybody reads does not answer it.",
    )  # fmt: skip
    funding = forms.CharField(
        label="Funding and conflicts of interest", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who pays for the work; parties, candidates, advertisers or platforms among them.",
    )  # fmt: skip
    query = forms.CharField(
        label="Which ads",
        max_length=2000,
        help_text="The address of a search of the library. Narrow it down to what the question needs.",
    )
    wanted = forms.MultipleChoiceField(
        label="Which fields", choices=[(one.value, f"{one.value.capitalize()}: {one.sentence}") for one in Field],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    safeguards = forms.CharField(
        label="Safeguards", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who else sees it, where it lies, how it is protected, what is published of it, and when it is deleted.",
    )  # fmt: skip
    days = forms.IntegerField(label="For how many days", min_value=1, max_value=LONGEST.days - 1, initial=90)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        whom = self.fields["organisation"]
        assert isinstance(whom, forms.ChoiceField)
        whom.choices = [(str(key), name) for key, name in answering()]

    def clean_query(self) -> str:
        """The search alone, also where a whole address was put in."""
        text: str = self.cleaned_data["query"].strip()
        return urlsplit(text).query if "?" in text else text


def counts() -> dict[str, int]:
    """How many requests there were, and what became of them; nothing else of them is public."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT asked, granted, refused, withdrawn, open FROM library_vetting_counts()")
        return dict(zip(("asked", "granted", "refused", "withdrawn", "open"), cursor.fetchone(), strict=True))


def own(person: Person) -> list[Vetting]:
    """What this researcher asked."""
    return list(
        Vetting.objects.filter(person=person)
        .select_related("received_by", "decided_by", "held_by")
        .order_by("-asked_at", "id")
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """For everybody: what a researcher can ask for, how it is decided, and how many were granted. For a researcher also their own."""
    person = advertiser_of(request)
    now = moment()
    context = {
        "counts": counts(),
        "fields": list(Field),
        "longest": LONGEST.days,
        "person": person,
        "seated": seat_of(request) is not None,
        "own": [(asked, standing(asked, now)) for asked in own(person)] if person is not None else [],
    }
    return render(request, "library/vetted/about.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@researching
def ask_for(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask."""
    initial = {"query": request.GET.urlencode(), "name": person.name}
    form = AskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if not consume(request, action="advertiser_hands_in", key=str(person.pk)):
            form.add_error(None, "Too many requests in an hour. Wait, then try again.")
        else:
            told = form.cleaned_data
            try:
                asked = ask(
                    person=person, organisation=UUID(told.pop("organisation")), fields=told.pop("wanted"), **told
                )
            except BadInput as error:
                for problem in error.problems:
                    form.add_error(
                        problem.where if problem.where in form.fields else None,
                        f"Expected: {problem.expected}. {problem.do}",
                    )
            else:
                messages.success(
                    request, "Handed in. Two people look at it, one after the other; nothing is opened until then."
                )
                return redirect("library-vetted-cut", asked.pk)
    return render(request, "library/vetted/ask.html", {"form": form}, status=422 if form.errors else 200)


def asked_by(person: Person, key: UUID) -> Vetting:
    """A request of this researcher; anybody else's is not there."""
    asked = Vetting.objects.select_related("received_by", "decided_by", "held_by").filter(pk=key, person=person).first()
    if asked is None:
        raise Http404
    return asked


@never_cache
@require_safe
@researching
def cut(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """One request, and where it was granted a page of what it opens."""
    asked = asked_by(person, key)
    state = standing(asked, moment())
    return render(request, "library/vetted/cut.html", shown(request, asked, state))


def shown(request: HttpRequest, asked: Vetting, state: State) -> dict[str, Any]:
    """What its page tells. Nothing is read, and no look noted, where nothing is open."""
    context: dict[str, Any] = {
        "asked": asked,
        "state": state,
        "fields": [(name, Field(name).sentence) for name in asked.fields],
    }
    context["looks"] = asked.looks.order_by("-at", "-id")[:LOOKS]
    if state is not State.GRANTED:
        return context
    below = None
    if cursor := request.GET.get("after", ""):
        below = place_in(asked.pk, cursor)
        if below is None:
            raise Http404
    try:
        rows, more = read_cut(asked, below=below, most=PAGE, way="page")
    except Shut:
        return context | {"state": State.WITHDRAWN}
    return context | {
        "rows": [(row, [told(row.vetted.get(name)) for name in asked.fields]) for row in rows],
        "next": cursor_of(asked.pk, rows[-1].number) if more else None,
    }


def told(value: Any) -> str:
    """A field in a cell."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, dict):
        return " ".join(part for part in value.values() if part)
    return ", ".join(value) if isinstance(value, list) else str(value)


@never_cache
@require_safe
@researching
def file(request: HttpRequest, person: Person, key: UUID, form: str) -> HttpResponseBase:
    """The whole cut in a file, for a browser."""
    asked = asked_by(person, key)
    if form not in FORMS or standing(asked, moment()) is not State.GRANTED:
        raise Http404
    try:
        return sent(request, asked, form)
    except TooManyAtOnce as busy:
        return HttpResponse(
            f"{busy.detail}\n", status=429, content_type="text/plain; charset=utf-8", headers=busy.headers
        )


def sent(request: HttpRequest, asked: Vetting, form: str) -> StreamingHttpResponse:
    """The file, sent while it is read. Raises TooManyAtOnce."""
    response = StreamingHttpResponse(sent_slowly(request, export(asked, form=form)), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="vetted-{asked.pk}-{asked.place}.{form}"'
    return response


@never_cache
@require_POST
@researching
def token(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """A secret for a program, shown this once."""
    asked = asked_by(person, key)
    secret = make_token(asked)
    if secret is None:
        messages.error(request, "Nothing is open here, so a program could read nothing.")
        return redirect("library-vetted-cut", key)
    return render(request, "library/vetted/token.html", {"asked": asked, "secret": secret, "columns": COLUMNS})


@never_cache
@require_POST
@researching
def end(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Take it back."""
    asked = asked_by(person, key)
    if standing(asked, moment()) in (State.ASKED, State.RECEIVED, State.GRANTED):
        take_back(asked, person=person)
        messages.success(request, "Taken back. It opens nothing any more.")
    return redirect("library-vetted-cut", key)


about.without_seat = True  # type: ignore[attr-defined]
