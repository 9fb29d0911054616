"""All that passed between partners and us, for oversight: complete, with the numbers under which the log tells of it."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from typing import Any

from django.db import transaction

from hustings.apps.audit.models import Leaf
from hustings.apps.audit.record import record
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.sharing import find
from hustings.apps.sharing.models import Content, OpinionGiven, Sighting
from hustings.policy.capacity import Sort

__all__ = ["COLUMNS", "as_csv", "as_json", "rows"]

COLUMNS = (
    "id", "sort", "sent_at", "from", "to", "capacity", "government", "title", "ground", "legal_ground", "matters", "deadline", "content",
    "carried", "handling", "how", "state", "steps", "opinions", "sightings", "log",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@transaction.atomic
def rows(seat: Seat) -> list[dict[str, Any]]:
    """One row for each that the reader may know, oldest first; nothing of it is left out.

    `log` are the numbers (origin of the log, index) of the entries about it that the reader may read: an auditor's all,
    anybody else's own acts.
    """
    require(seat, "export exchanges")
    told: list[dict[str, Any]] = []
    every = [one for sort in Sort for one in find.passed(seat, sort)]
    numbers: dict[Any, list[str]] = defaultdict(list)
    for leaf in (
        Leaf.objects.filter(item__in=[one.pk for one in every]).select_related("log").order_by("log__origin", "index")
    ):
        numbers[leaf.item].append(f"{leaf.log.origin}#{leaf.index}")
    for one in sorted(every, key=lambda one: (one.sent_at, str(one.pk))):
        told.append(
            {
                "id": str(one.known_as), "sort": one.sort.value, "sent_at": one.sent_at.isoformat(), "from": one.sender.name,
                "to": one.receiver.name, "capacity": one.capacity, "government": one.government, "title": one.item.title,
                "ground": one.ground, "legal_ground": getattr(one, "legal_ground", ""), "matters": list(one.matters),
                "deadline": one.deadline.isoformat() if one.deadline else None,
                "content": [
                    {"what": each.what, "platform": each.platform, "name": each.name, "ref": each.ref}
                    for each in Content.objects.filter(of=one.pk).order_by("what", "platform", "name", "ref", "pk")
                ],
                "carried": [str(key) for key in one.item.carries.order_by("pk").values_list("carried", flat=True)],
                "handling": one.handling, "how": one.how, "state": one.state,
                "steps": [
                    {"number": step.number, "code": step.code, "state": step.state, "by": step.party, "at": step.at.isoformat(),
                     "reason": step.reason, "how": step.how, "acted_on": [each.content.name or each.content.ref for each in step.acted_on.all()]}
                    for step in find.steps_of(one.item)
                ],
                "opinions": [
                    {"by": each.organisation.name, "opinion": each.opinion, "at": each.at.isoformat(), "words": each.words}
                    for each in OpinionGiven.objects.filter(of=one.pk).select_related("organisation").order_by("at", "pk")
                ],
                "sightings": [
                    {"by": each.organisation.name, "times": each.times, "first": each.first.isoformat(), "last": each.last.isoformat(),
                     "where": each.where}
                    for each in Sighting.objects.filter(of=one.pk).select_related("organisation").order_by("at", "pk")
                ],
                "log": numbers[one.pk],
            }
        )  # fmt: skip
    record("exchanges exported", by=seat, facts={"rows": len(told)})
    return told


def as_json(told: list[dict[str, Any]]) -> str:
    """The rows as one document."""
    return json.dumps({"columns": list(COLUMNS), "rows": told}, ensure_ascii=False, indent=1)


def as_csv(told: list[dict[str, Any]]) -> str:
    """The same rows and columns; lists as JSON within a cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in told:
        writer.writerow([safe(row[name] if isinstance(row[name], str) else cell(row[name])) for name in COLUMNS])
    return text.getvalue()


def cell(value: Any) -> str:
    """What is no text, as JSON; nothing as an empty cell."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def safe(word: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{word}" if word.startswith(FORMULA) else word
