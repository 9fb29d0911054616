"""Delivering what follows from decisions, once in effect: retried until it succeeds, given up in plain sight."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.review.models import Message, Planted
from hustings.apps.review.registry import handler_of

__all__ = ["ATTEMPTS", "deliver_again", "deliver_due"]

ATTEMPTS = 10  # with the waits below about a day and a half, so that a weekend's outage is seen by a person
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=12)
SAID = logging.getLogger(__name__)


def deliver_due() -> int:
    """Deliver every message that is due; gives how many were delivered. Several workers may do so at once."""
    many = 0
    while (done := deliver_next()) is not None:
        many += done
    return many


def deliver_next() -> bool | None:
    """Deliver one message: whether it was delivered; None when none is due.

    The row is locked while it is delivered, so nobody else delivers it meanwhile; what the handler writes into this
    database and the mark that it is delivered stand or fall together. What it does elsewhere carries the key.
    """
    with in_role(WORKER):
        now = moment()
        message = (
            Message.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(delivered_at=None, dead_at=None, due_at__lte=now)
            .select_related("decision__work", "decision__reason")
            .order_by("due_at", "key")
            .first()
        )
        if message is None:
            return None
        moves = not Planted.objects.filter(work=message.decision.work_id).exists()
        deliver = handler_of(message.decision.work.subject_kind).deliver if moves else None
        message.attempts += 1
        try:
            with transaction.atomic():
                if deliver is not None:
                    deliver(message)
        except Exception as error:  # noqa: BLE001 - whatever a handler meets, the message waits and the next one goes on
            fail(message, error)
        else:
            message.delivered_at, message.error = now, ""
        message.save(update_fields=["attempts", "delivered_at", "dead_at", "due_at", "error"])
        return message.delivered_at is not None


def fail(message: Message, error: Exception) -> None:
    """Let a message wait twice as long as before, or give it up."""
    now = moment()
    # The kind of the error alone: its words may name people.
    message.error = type(error).__name__
    SAID.warning("message %s failed: %s", message.key, message.error)
    if message.attempts >= ATTEMPTS:
        message.dead_at = now
    else:
        message.due_at = now + min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)


@transaction.atomic
def deliver_again(key: str, *, by: Seat) -> None:
    """Let a message that was given up be tried again.

    Raises   NotKnown for one that is not there, not theirs, or not given up
    """
    message = Message.objects.select_for_update().filter(pk=key, dead_at__isnull=False).first()
    if message is None:
        raise NotKnown
    require(by, "deliver again")
    message.dead_at, message.attempts, message.due_at = None, 0, moment()
    message.save(update_fields=["dead_at", "attempts", "due_at"])
    record("review delivery asked again", by=by, facts={"message": message.key})
