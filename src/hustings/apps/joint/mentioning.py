"""Reads which objects an object names, once, soon after it came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from hustings.apps.database import WORKER, in_role
from hustings.apps.joint.models import Mention, Scanned
from hustings.apps.taxii.models import StixObject

__all__ = ["references", "scan"]

PORTION = 500
MOST = 5000  # references of one object


def scan() -> int:
    """Read what was not read yet; gives how many objects that were."""
    done = 0
    while True:
        with transaction.atomic(), in_role(WORKER):
            new = StixObject.objects.exclude(pk__in=Scanned.objects.values("pk")).order_by("received_at", "pk")
            rows = list(new.only("pk", "raw")[:PORTION])
            if not rows:
                return done
            Mention.objects.bulk_create(
                [Mention(object=row, ref=ref) for row in rows for ref in references(json.loads(bytes(row.raw)))], ignore_conflicts=True
            )  # fmt: skip
            Scanned.objects.bulk_create([Scanned(object=row) for row in rows], ignore_conflicts=True)
            done += len(rows)


def references(told: Any) -> list[str]:
    """The identifiers that an object names in its references, in order, each once; markings apart."""
    found = {ref: None for ref in named(told) if 0 < len(ref) <= 300}
    return list(found)[:MOST]


def named(told: Any) -> Iterator[str]:
    """Every value of a property that holds references."""
    waiting = [told]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        if not isinstance(each, dict):
            continue
        for key, value in each.items():
            if key in {"object_marking_refs", "marking_ref"}:
                continue
            if key.endswith("_ref") and isinstance(value, str):
                yield value
            elif key.endswith("_refs") and isinstance(value, list):
                yield from (one for one in value if isinstance(one, str))
            elif isinstance(value, dict | list):
                waiting.append(value)
