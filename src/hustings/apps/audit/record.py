"""Writing into the log: one entry, in the transaction of what it tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.ledger.verify_log import canonical

__all__ = ["record"]


def record(
    event: str,
    *,
    by: Seat | None,
    about: Item | None = None,
    subject: tuple[str, UUID] | None = None,
    outcome: str = "done",
    conditions: Sequence[str] = (),
    reason: str = "",
    facts: Mapping[str, str | int | bool | None] | None = None,
    text: Mapping[str, str] | None = None,
) -> None:
    """Add an entry; it stands or falls with the transaction around it.

    `about` decides which log tells of it and who may read it. `facts` are identifiers, codes and whole numbers;
    whatever a person wrote or is called goes into `text` (or `reason`, which is one of them) and is kept by a
    salted hash, so that it can be erased. A list that was shown is one entry.
    """
    told: dict[str, object] = {"outcome": outcome}
    if conditions:
        told["conditions"] = list(conditions)
    if subject is not None:
        told["subject"] = f"{subject[0]}:{subject[1]}"
    if facts:
        told["with"] = dict(facts)
    texts = dict(text or {}) | ({"reason": reason} if reason else {})
    if "row" in texts:
        raise ValueError("the text name 'row' belongs to changes of rows")
    canonical({"facts": told, "texts": dict.fromkeys(texts)})  # what has no canonical form fails here, not later
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT log_append(%s, %s, %s, %s::jsonb, %s::jsonb)",
            [event, by.id if by else None, about.pk if about else None, json.dumps(told), json.dumps(texts)],
        )
