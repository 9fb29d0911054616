"""Making collections, accounts of partners and subscriptions: each asks, changes and records at once."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import transaction

from hustings.apps import database
from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.dated import new_id
from hustings.apps.items.models import SharingGroup
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import (
    Appointment,
    AppointmentChange,
    Organisation,
    Person,
    Position,
    PositionChange,
    Site,
)
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.taxii.models import ROOT, Account, Collection, CollectionPermission, Direction, Subscription
from hustings.apps.taxii.sealing import seal_secret
from hustings.apps.tokens.actions import end_tokens_of, make_token
from hustings.apps.tokens.scope import Scope
from hustings.errors import BadInput, Problem
from hustings.policy.marking import Tlp
from hustings.policy.role import Role

__all__ = [
    "allow_organisation", "end_account", "give_token", "make_account", "make_collection", "pause", "resume", "subscribe"
]  # fmt: skip

KEEP = "keep exchange"
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,38}", re.ASCII)
PLACE = "Exchange"  # the site of service accounts


@transaction.atomic
def make_collection(
    title: str,
    *,
    by: Seat,
    description: str = "",
    alias: str = "",
    root: str = ROOT,
    group: SharingGroup | None = None,
    unmarked: Tlp = Tlp.GREEN,
) -> Collection:
    """Make a collection of one's own organisation; nobody but its own people reads it until they are allowed.

    Raises   Refused, BadInput
    """
    require(by, KEEP)
    problems = []
    if not title.strip():
        problems.append(Problem(where="title", found="nothing", expected="what it holds", do="Name it."))
    for where, word in (("alias", alias), ("root", root)):
        if (word or where == "root") and not SLUG.fullmatch(word):
            expected = "small letters, digits and hyphens, at most 39"
            problems.append(Problem(where=where, found=word, expected=expected, do="Write it so."))
    with in_role(WORKER):  # an alias is one for all organisations of this installation
        taken = bool(alias) and Collection.objects.filter(root=root, alias=alias).exists()
    if taken:
        problems.append(Problem(where="alias", found=alias, expected="one that is not used", do="Take another."))
    if problems:
        raise BadInput("The collection was not made.", problems)
    made = Collection.objects.create(
        title=title.strip(),
        description=description.strip(),
        alias=alias or None,
        root=root,
        owner=by.appointment.position.organisation,
        group=group,
        unmarked=unmarked.value,
        made_by=by.appointment,
    )
    record("taxii collection made", by=by, subject=("taxii collection", made.pk), facts={"unmarked": unmarked.value})
    return made


@transaction.atomic
def allow_organisation(
    collection: Collection, organisation: Organisation, *, can_read: bool, can_write: bool, by: Seat
) -> CollectionPermission:
    """Say what the accounts of an organisation may do with a collection, from the next request on.

    Raises   NotKnown for a collection of others, Refused
    """
    require(by, KEEP)
    own(collection, by)
    made, _ = CollectionPermission.objects.update_or_create(
        collection=collection, organisation=organisation, defaults={"can_read": can_read, "can_write": can_write}
    )
    facts: dict[str, str | int | bool | None] = {
        "organisation": str(organisation.pk),
        "reads": can_read,
        "writes": can_write,
    }
    record("taxii permission given", by=by, subject=("taxii collection", collection.pk), facts=facts)
    return made


def own(collection: Collection, by: Seat) -> None:
    """Raise NotKnown for a collection of another organisation."""
    if collection.owner_id != by.appointment.position.organisation_id:
        raise NotKnown


@transaction.atomic
def make_account(organisation: Organisation, name: str, *, by: Seat) -> Account:
    """Make a service account for an organisation: its own, or a partner's that reads and writes collections here.

    No person signs in by it, and it reaches the collections of the organisation that made it alone.

    Raises   Refused, BadInput
    """
    require(by, KEEP)
    holder = by.appointment.position.organisation
    if not SLUG.fullmatch(name) or Account.objects.filter(kept_by=holder, name=name).exists():
        raise BadInput("The account was not made.", [
            Problem(where="name", found=name or "nothing", expected="small letters, digits and hyphens, not yet used",
                    do="Take another name.")
        ])  # fmt: skip
    document = "account for exchange over TAXII"
    with in_role(WORKER):  # a post at another organisation is made here, and only of this kind
        site, _ = Site.objects.get_or_create(organisation=organisation, name=PLACE)
        position = Position.objects.create(organisation=organisation, site=site, title=f"Service account {name}")
        since = moment()
        PositionChange.objects.create(
            position=position, roles=[Role.SERVICE.value], at=since, document=document, recorded_by=by.appointment
        )
        person = Person.objects.create_user(f"{uuid4()}@service.invalid", None, name=f"{name} (service account)")
        appointment = Appointment.objects.create(person=person, position=position)
        AppointmentChange.objects.create(
            appointment=appointment, at=since, document=document, recorded_by=by.appointment
        )
    made = Account.objects.create(appointment=appointment, name=name, kept_by=holder, made_by=by.appointment)
    facts = {"organisation": str(organisation.pk)}
    record("taxii account made", by=by, subject=("appointment", appointment.pk), facts=facts)
    return made


@transaction.atomic
def give_token(account: Account, *, good_for: timedelta, reads: bool, writes: bool, by: Seat) -> str:
    """A further token of an account: its secret, told only now.

    Raises   NotKnown for an account of others or one that ended, Refused, BadInput for a token that is for nothing
    """
    require(by, KEEP)
    if account.kept_by_id != by.appointment.position.organisation_id or account.ended_at is not None:
        raise NotKnown
    scopes = {scope for scope, wanted in ((Scope.TAXII_READ, reads), (Scope.TAXII_WRITE, writes)) if wanted}
    if not scopes:
        raise BadInput("A token is for reading, for writing, or for both. Say which.")
    database.seat(account.appointment_id, strong=True)  # a token belongs to the seat that uses it
    try:
        seat = seat_for(account.appointment, strong=True)
        if seat is None:
            raise NotKnown
        _, secret = make_token(name=account.name, scopes=scopes, good_for=good_for, by=seat)
    finally:
        database.seat(by.id, strong=by.strong)
    facts = {"scopes": " ".join(sorted(scope.value for scope in scopes))}
    record("taxii token given", by=by, subject=("appointment", account.appointment_id), facts=facts)
    return secret


@transaction.atomic
def end_account(account: Account, *, by: Seat) -> None:
    """End an account and its tokens now, for good.

    Raises   NotKnown, Refused
    """
    require(by, KEEP)
    if account.kept_by_id != by.appointment.position.organisation_id or account.ended_at is not None:
        raise NotKnown
    Account.objects.filter(pk=account.pk).update(ended_at=moment())
    end_tokens_of([account.appointment_id])
    record("taxii account ended", by=by, subject=("appointment", account.appointment_id))


@transaction.atomic
def subscribe(
    collection: Collection,
    account: Account,
    direction: Direction,
    *,
    url: str,
    remote: str,
    username: str = "",
    secret: str = "",
    every_minutes: int = 5,
    by: Seat,
) -> Subscription:
    """Read a partner's collection into one of ours, or bring one of ours to it, from now on.

    What is fetched is handed in by the partner's account here; what is brought is what that account may read.

    Raises   NotKnown, Refused, BadInput
    """
    require(by, KEEP)
    own(collection, by)
    if account.kept_by_id != by.appointment.position.organisation_id or account.ended_at is not None:
        raise NotKnown
    problems = []
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        problems.append(
            Problem(where="url", found=url[:100], expected="https://host/path/ of an API root", do="Ask the partner.")
        )
    if not remote.strip() or len(remote) > 100:
        problems.append(
            Problem(
                where="remote",
                found=remote[:100] or "nothing",
                expected="id or alias of a collection",
                do="Ask the partner.",
            )
        )
    permission = CollectionPermission.objects.filter(
        collection=collection, organisation=account.appointment.position.organisation_id
    ).first()
    needed = "can_write" if direction is Direction.POLL else "can_read"
    if permission is None or not getattr(permission, needed):
        what = "write" if direction is Direction.POLL else "read"
        problems.append(
            Problem(
                where="account",
                found="no permission",
                expected=f"a partner that may {what} the collection",
                do="Allow it first.",
            )
        )
    if problems:
        raise BadInput("Nothing was subscribed.", problems)
    key = new_id()
    made = Subscription.objects.create(
        id=key,
        account=account.appointment,
        collection=collection,
        direction=direction.value,
        url=url if url.endswith("/") else f"{url}/",
        remote=remote.strip(),
        username=username,
        secret=seal_secret(secret, subscription=key) if secret else None,
        every_minutes=every_minutes,
        made_by=by.appointment,
        next_at=moment(),
    )
    facts = {"direction": direction.value, "collection": str(collection.pk)}
    record("taxii subscription made", by=by, subject=("taxii subscription", key), facts=facts, text={"url": url})
    return made


@transaction.atomic
def pause(subscription: Subscription, *, by: Seat) -> None:
    """Stop for now. Raises NotKnown, Refused."""
    require(by, KEEP)
    own(subscription.collection, by)
    Subscription.objects.filter(pk=subscription.pk, paused_at=None).update(paused_at=moment())
    record("taxii subscription paused", by=by, subject=("taxii subscription", subscription.pk))


@transaction.atomic
def resume(subscription: Subscription, *, by: Seat) -> None:
    """Go on, at once, where it stopped. Raises NotKnown, Refused."""
    require(by, KEEP)
    own(subscription.collection, by)
    Subscription.objects.filter(pk=subscription.pk).update(paused_at=None, next_at=moment())
    record("taxii subscription resumed", by=by, subject=("taxii subscription", subscription.pk))
