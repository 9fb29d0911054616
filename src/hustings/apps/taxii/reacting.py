"""What waits to react to objects that came: one by one, each in a transaction of its own, errors kept with the object."""

from __future__ import annotations

import logging

from django.db import transaction

from hustings.apps.blind_log import code_of
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.people.find import seat_for
from hustings.apps.taxii.models import Reaction
from hustings.apps.taxii.receivers import named

__all__ = ["TRIES", "react"]

logger = logging.getLogger(__name__)

TRIES = 5
PORTION = 200


def react(*, again: bool = True) -> int:
    """Let every receiver that waits react, in the order in which objects came; gives how many did.

    again   also those that failed before, after the others
    """
    done = 0
    with in_role(WORKER):
        rows = Reaction.objects.filter(done_at__isnull=True, tries__lt=TRIES if again else 1)
        rows = rows.order_by("tries", "made_at", "pk")
        keys = list(rows.values_list("pk", flat=True)[:PORTION])
    for key in keys:
        with in_role(WORKER):
            waiting = Reaction.objects.select_for_update(of=("self",), skip_locked=True).filter(
                pk=key, done_at__isnull=True
            )
            found = waiting.select_related("object__item__made_by__person").first()
            if found is not None:
                done += one(found)
    return done


def one(found: Reaction) -> bool:
    """Let one react. What it did is undone where it failed, and what failed is written down."""
    receiver = named(found.receiver)
    maker = found.object.item.made_by
    seat = seat_for(maker, strong=True) if maker is not None else None
    found.tries += 1
    if receiver is None or seat is None:
        found.error = "nothing here reacts to it" if receiver is None else "the account that handed it in has ended"
        found.tries = TRIES
    else:
        try:
            with transaction.atomic():
                receiver(found.object, seat)
        except Exception as error:
            # A part of the platform that fails must not keep the others from what came; the page tells it.
            logger.exception("receiver %s failed for %s", found.receiver, found.object_id)
            found.error = code_of(error)[:1000]
        else:
            found.done_at, found.error = moment(), ""
    found.save(update_fields=["done_at", "tries", "error"])
    return found.done_at is not None
