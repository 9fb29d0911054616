"""Fetching from a partner's collection and bringing to it: each page stands here or there once, whatever breaks between."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from hustings.apps.blind_log import code_of
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.people.find import seat_for
from hustings.apps.people.seat import Seat
from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.find import contents, entries_of
from hustings.apps.taxii.models import Direction, StixObject, Subscription
from hustings.apps.taxii.sealing import CannotOpenSecret, open_secret
from hustings.connectors.taxii.client import Client, Page
from hustings.connectors.taxii.transport import TaxiiFailed, Transport, over_http
from hustings.exchange.taxii.instant import instant, said
from hustings.exchange.taxii.query import Filters, Which

__all__ = ["due", "move"]

logger = logging.getLogger(__name__)

LIMIT = 500  # objects asked for, or brought, at once
PAGES = 400  # of one run; the next goes on
MICROSECOND = timedelta(microseconds=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
# What a server says to a place it does not know any more.
FORGOTTEN = {400, 404, 410}


class Overtaken(Exception):
    """Another process moved this subscription on meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One subscription at work."""

    subscription: Subscription
    seat: Seat
    client: Client


def move(key: UUID, transport: Transport | None = None) -> int:
    """Move what there is to move over one subscription; gives how many objects did.

    A failure is written down with when it is tried again: after 30 seconds, doubled each time, an hour at most, or
    later where the partner's server asks for it.
    """
    with in_role(WORKER):
        rows = Subscription.objects.select_related("collection", "account__position__organisation", "account__person")
        subscription = rows.filter(pk=key, paused_at=None).first()
        if subscription is None:
            return 0
        seat = seat_for(subscription.account, strong=True)
    moved = 0
    try:
        if seat is None:
            raise TaxiiFailed("The account of the partner has ended here.")
        sealed = subscription.secret
        secret = open_secret(bytes(sealed), subscription=key) if sealed is not None else ""
        client = Client(
            transport=transport or over_http(settings.HUSTINGS_TAXII_HOSTS),
            username=subscription.username,
            secret=secret,
        )
        run = Run(subscription=subscription, seat=seat, client=client)
        portions = poll(run) if subscription.direction == Direction.POLL else push(run)
        for _, many in zip(range(PAGES), portions, strict=False):
            moved += many
    except Overtaken:
        return moved
    except (TaxiiFailed, CannotOpenSecret) as error:
        failed(key, str(error), getattr(error, "retry_after", None))
        return moved
    except Exception as error:
        # Whatever a partner sends that trips us waits like a server that is down, and the worker's log gets none of it.
        logger.exception("subscription %s failed", key)
        failed(key, f"Something failed here: {code_of(error)}.", None)
        return moved
    with in_role(WORKER):
        now = moment()
        Subscription.objects.filter(pk=key).update(
            last_ok_at=now, last_error="", failures=0, next_at=now + timedelta(minutes=subscription.every_minutes)
        )
    return moved


def failed(key: UUID, why: str, retry_after: int | None) -> None:
    """Write a failure down, and when it is tried again."""
    with in_role(WORKER):
        held = Subscription.objects.select_for_update(of=("self",)).get(pk=key)
        wait = min(FIRST_WAIT * 2 ** min(held.failures, 10), LONGEST_WAIT)
        if retry_after is not None:
            wait = max(wait, timedelta(seconds=min(retry_after, 86_400)))
        held.failures, held.last_error, held.next_at = held.failures + 1, why[:500], moment() + wait
        held.save(update_fields=["failures", "last_error", "next_at"])


def moved_on(run: Run, place: dict[str, Any], many: int) -> None:
    """Write how far it is, in the transaction around; raises Overtaken where another process did."""
    held = Subscription.objects.select_for_update(of=("self",)).get(pk=run.subscription.pk)
    if held.place != run.subscription.place or held.paused_at is not None:
        raise Overtaken
    held.place, held.objects_moved = place, held.objects_moved + many
    held.save(update_fields=["place", "objects_moved"])


def poll(run: Run) -> Iterator[int]:
    """Fetch page by page. A page and how far it goes stand together, so a page that is cut off is fetched again."""
    subscription = run.subscription
    while True:
        place = dict(subscription.place)
        page = fetched(run, place)
        new = onward(place, page)
        with in_role(WORKER):
            moved_on(run, new, len(page.objects))
            if page.objects:
                add_objects(subscription.collection, page.objects, by=run.seat, echo=False)
        subscription.place = new
        yield len(page.objects)
        if not page.more:
            return


def fetched(run: Run, place: dict[str, Any]) -> Page:
    """The page of a place; where the server has forgotten what it called `next`, from the last moment it told."""
    after = instant(place["added_after"]) if "added_after" in place else None

    def ask(added_after: datetime | None, following: str | None) -> Page:
        return run.client.page(
            run.subscription.url,
            run.subscription.remote,
            added_after=added_after,
            following=following,
            limit=LIMIT,
            filters={"match[version]": "all"},
        )

    following = place.get("next")
    try:
        return ask(after, following)
    except TaxiiFailed as error:
        if following is None or error.status not in FORGOTTEN:
            raise
        # Objects of that very moment may stand on both sides of the page's end; what is fetched twice stands once.
        last = instant(place["last"]) - MICROSECOND if "last" in place else after
        return ask(last, None)


def onward(place: dict[str, Any], page: Page) -> dict[str, Any]:
    """Where to go on after a page."""
    after = place.get("added_after")
    last = said(page.last) if page.last is not None else place.get("last", after)
    if page.more and page.following is not None:
        return {
            name: value for name, value in (("added_after", after), ("next", page.following), ("last", last)) if value
        }
    if page.last is None:
        return {"added_after": last} if last else {}
    if page.more:
        # Without `next` only the moment is left, which objects that were added together share.
        closed = said(page.last - MICROSECOND)
        return {"added_after": closed if after is None or closed > after else said(page.last)}
    return {"added_after": said(page.last)}


def push(run: Run) -> Iterator[int]:
    """Bring portion by portion what the partner may read and did not hand in itself.

    A portion whose answer was lost is brought again: what a server has already is no error there.
    """
    subscription, seat = run.subscription, run.seat
    partner = seat.appointment.position.organisation_id
    wanted = Filters(versions=frozenset({Which.ALL}), spec_versions=frozenset({"2.0", "2.1"}))
    largest = None
    while True:
        sent = instant(subscription.place["sent"]) if "sent" in subscription.place else None
        with in_role(WEB, seat.id, strong=True):
            rows = entries_of(subscription.collection_id, wanted, after=sent, limit=LIMIT)
            keys = [row.object for row in rows]
            theirs = set(StixObject.objects.filter(pk__in=keys, received_from=partner).values_list("pk", flat=True))
        if not rows:
            return
        ours = [key for key in keys if key not in theirs]
        many = 0
        if ours:
            largest = largest or run.client.largest(subscription.url)
            for portion in portions(list(contents(subscription.collection_id, ours, seat)), largest):
                many += bring(run, portion)
        new = {"sent": said(rows[-1].added)}
        with in_role(WORKER):
            moved_on(run, new, many)
        subscription.place = new
        yield many


def portions(objects: list[bytes], largest: int) -> Iterator[list[bytes]]:
    """Objects in requests of the size that the other side takes; one that is larger by itself is left out."""
    held: list[bytes] = []
    size = 0
    for content in objects:
        if len(content) + 20 > largest:
            continue
        if held and size + len(content) + 20 > largest:
            yield held
            held, size = [], 0
        held.append(content)
        size += len(content) + 2
    if held:
        yield held


def bring(run: Run, portion: list[bytes]) -> int:
    """Add objects there; what the other side refuses stays refused and is told on the page."""
    try:
        told = run.client.add(run.subscription.url, run.subscription.remote, portion)
    except TaxiiFailed as error:
        if error.status not in {400, 422} or len(portion) == 1:
            if error.status in {400, 422}:
                return 0
            raise
        # One that cannot be read there does not hold up the others.
        return sum(bring(run, [content]) for content in portion)
    failures = told.get("failure_count")
    return len(portion) - (failures if isinstance(failures, int) else 0)


def due() -> list[UUID]:
    """The subscriptions whose time has come, the longest waiting first."""
    with in_role(WORKER):
        rows = Subscription.objects.filter(paused_at=None, next_at__lte=moment()).order_by("next_at", "pk")
        return list(rows.values_list("pk", flat=True)[:100])
