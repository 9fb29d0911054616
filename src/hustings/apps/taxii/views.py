"""The pages of the exchange: parse, call, render."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can
from hustings.apps.taxii import keeping
from hustings.apps.taxii.forms import AccountForm, AllowForm, CollectionForm, SubscriptionForm, TokenForm
from hustings.apps.taxii.models import Account, Collection, Direction, Entry, Reaction, Subscription
from hustings.errors import BadInput
from hustings.policy.marking import Tlp

__all__ = [
    "account_end", "account_make", "account_token", "allow_one", "collection", "collection_make", "exchange", "subscription",
    "subscription_make", "subscription_turn",
]  # fmt: skip

SEE, KEEP = "see exchange", "keep exchange"
NEWEST = 200  # objects of a page


def of_ours(seat: Seat) -> QuerySet[Collection]:
    """The collections of one's own organisation."""
    return Collection.objects.filter(owner=seat.appointment.position.organisation)


def own(seat: Seat, key: UUID) -> Collection:
    """One of them. Raises NotKnown."""
    found = of_ours(seat).select_related("group").filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def account_of(seat: Seat, key: UUID) -> Account:
    """An account that one's own organisation keeps. Raises NotKnown."""
    rows = Account.objects.select_related("appointment__position__organisation", "appointment__person")
    found = rows.filter(pk=key, kept_by=seat.appointment.position.organisation).first()
    if found is None:
        raise NotKnown
    return found


@require_safe
@seated
def exchange(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Collections, accounts and subscriptions of one's own organisation."""
    allow(seat, SEE)
    return overview(request, seat)


def overview(request: HttpRequest, seat: Seat, status: int = 200, **more: Any) -> HttpResponse:
    """The first page, with a form that came back wrong in its place."""
    collections = Table(
        request=request, name="collections", caption="Collections", rows=of_ours(seat).annotate(partners=Count("permissions")),
        default="title", filterable=False, empty="None yet. Partners read and write what you put into a collection.",
        columns=[
            Column(key="title", title="Collection", link=lambda row: reverse("exchange-collection", args=[row.pk])),
            Column(key="alias", title="Alias"),
            Column(key="partners", title="Organisations", number=True),
            Column(key="last_added", title="Last added", value=lambda row: row.last_added or "nothing yet"),
        ],
    )  # fmt: skip
    if collections.wants_csv:
        return collections.csv()
    accounts = Account.objects.filter(kept_by=seat.appointment.position.organisation)
    shown = {
        "collections": collections,
        "accounts": accounts.select_related("appointment__position__organisation").order_by("ended_at", "name"),
        "subscriptions": subscriptions(seat),
        "may_keep": can(seat, KEEP),
        "collection_form": CollectionForm(auto_id="collection_%s"),
        "account_form": AccountForm(auto_id="account_%s"),
        "token_form": TokenForm(auto_id="token_%s"),
        "address": request.build_absolute_uri("/taxii2/"),
    }
    return render(request, "taxii/exchange.html", shown | more, status=status)


def subscriptions(seat: Seat) -> QuerySet[Subscription]:
    """What is fetched and brought for one's own organisation."""
    rows = Subscription.objects.filter(collection__in=of_ours(seat)).defer("secret")
    return rows.select_related("collection", "account__position__organisation").order_by("made_at", "pk")


@require_safe
@seated
def collection(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One collection: who may do what, and the newest of what stands in it."""
    allow(seat, SEE)
    return one(request, seat, own(seat, key))


def one(request: HttpRequest, seat: Seat, found: Collection, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of a collection."""
    rows = (
        Entry.objects.filter(collection=found)
        .select_related("object__item__label", "object__received_from")
        .defer("object__raw")
    )
    newest = Table(
        request=request, name="objects", caption=f"The newest {NEWEST} objects that you may know",
        rows=list(rows.order_by("-date_added")[:NEWEST]), empty="Nothing that you may know stands in it.",
        columns=[
            Column(
                key="title", title="Object", value=lambda row: row.object.item.title,
                link=lambda row: reverse("received", args=[row.object_id]) if row.object.received_from_id else None,
            ),
            Column(key="type", title="Type", value=lambda row: row.object.type),
            Column(key="from", title="From", value=lambda row: row.object.received_from.name if row.object.received_from else "us"),
            Column(key="date_added", title="Added"),
        ],
        marking=lambda row: row.object.item,
    )  # fmt: skip
    if newest.wants_csv:
        return newest.csv()
    stuck = Reaction.objects.filter(object__entries__collection=found, done_at=None).exclude(error="")
    shown = {
        "collection": found, "newest": newest, "may_keep": can(seat, KEEP), "page_marking": newest.shown or OWN,
        "permissions": found.permissions.select_related("organisation").order_by("organisation__name"),
        "stuck": stuck.select_related("object__item").order_by("-made_at", "pk")[:20],
        "subscriptions": subscriptions(seat).filter(collection=found),
        "allow_form": AllowForm(auto_id="allow_%s"), "subscription_form": SubscriptionForm(auto_id="subscription_%s"),
        "unmarked": Tlp(found.unmarked).value.upper(),
        "address": request.build_absolute_uri(f"/taxii2/{found.root}/collections/{found.alias or found.pk}/"),
    }  # fmt: skip
    return render(request, "taxii/collection.html", shown | forms, status=status)


def done(form: Form, act: Callable[[], Any]) -> Any:
    """What an action gives, or nothing, with every problem beside the field that it is about."""
    try:
        return act()
    except BadInput as error:
        say(form, error)
    return None


@require_POST
@seated
def collection_make(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make a collection."""
    form = CollectionForm(request.POST, auto_id="collection_%s")
    if form.is_valid():
        given = form.cleaned_data | {"unmarked": Tlp(form.cleaned_data["unmarked"])}
        made = done(form, lambda: keeping.make_collection(by=seat, **given))
        if made is not None:
            messages.success(request, "Made. Say now which organisations may read or add.")
            return redirect("exchange-collection", made.pk)
    allow(seat, SEE)
    return overview(request, seat, 422, collection_form=form)


@require_POST
@seated
def allow_one(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Say what an organisation may do with a collection."""
    allow(seat, SEE)
    found = own(seat, key)
    form = AllowForm(request.POST, auto_id="allow_%s")
    if form.is_valid():
        keeping.allow_organisation(found, by=seat, **form.cleaned_data)
        messages.success(request, "Said. It holds from the next request on.")
        return redirect("exchange-collection", found.pk)
    return one(request, seat, found, 422, allow_form=form)


@require_POST
@seated
def account_make(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make an account, and show its first token this once."""
    form = AccountForm(request.POST, auto_id="account_%s")
    if form.is_valid():
        made = done(
            form, lambda: keeping.make_account(form.cleaned_data["organisation"], form.cleaned_data["name"], by=seat)
        )
        if made is not None:
            messages.success(request, "Made. Give it a token, with which its programs log in.")
            return redirect("exchange")
    allow(seat, SEE)
    return overview(request, seat, 422, account_form=form)


@require_POST
@seated
def account_token(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Give an account a token, and show its secret this once."""
    allow(seat, SEE)
    found = account_of(seat, key)
    form = TokenForm(request.POST, auto_id="token_%s")
    if form.is_valid():
        days = timedelta(days=form.cleaned_data["days"])
        reads, writes = form.cleaned_data["reads"], form.cleaned_data["writes"]
        secret = done(form, lambda: keeping.give_token(found, good_for=days, reads=reads, writes=writes, by=seat))
        if secret is not None:
            return overview(request, seat, secret=secret, told=found)
    return overview(request, seat, 422, token_form=form)


@require_POST
@seated
def account_end(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """End an account."""
    allow(seat, SEE)
    keeping.end_account(account_of(seat, key), by=seat)
    messages.success(request, "Ended, with all its tokens.")
    return redirect("exchange")


@require_POST
@seated
def subscription_make(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Fetch from a partner into this collection, or bring it to them."""
    allow(seat, SEE)
    found = own(seat, key)
    form = SubscriptionForm(request.POST, auto_id="subscription_%s")
    if form.is_valid():
        given = dict(form.cleaned_data)
        direction, account = Direction(given.pop("direction")), given.pop("account")
        made = done(form, lambda: keeping.subscribe(found, account, direction, by=seat, **given))
        if made is not None:
            messages.success(request, "It begins within a minute.")
            return redirect("exchange-subscription", made.pk)
    return one(request, seat, found, 422, subscription_form=form)


def subscription_of(seat: Seat, key: UUID) -> Subscription:
    """One of one's own organisation. Raises NotKnown."""
    found = subscriptions(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


@require_safe
@seated
def subscription(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """How far one subscription is, and what went wrong last."""
    allow(seat, SEE)
    return render(request, "taxii/subscription.html", {"each": subscription_of(seat, key), "may_keep": can(seat, KEEP)})


@require_POST
@seated
def subscription_turn(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Pause a subscription, or go on at once."""
    allow(seat, SEE)
    found = subscription_of(seat, key)
    if request.POST.get("turn") == "pause":
        keeping.pause(found, by=seat)
    else:
        keeping.resume(found, by=seat)
    return redirect("exchange-subscription", found.pk)
