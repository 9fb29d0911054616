"""Asking people for a decision, taking the question back, and asking for another look."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.database import moment
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.apps.review.frozen import freeze
from hustings.apps.review.harm import Harm
from hustings.apps.review.models import Work
from hustings.apps.review.policies import newest
from hustings.apps.review.registry import QUEUES, handler_of
from hustings.errors import BadInput, Problem
from hustings.policy.reviewing import Topic

__all__ = ["APPEAL_DUE", "STEP", "appeal", "ask", "cancel"]

STEP = timedelta(hours=1)  # how far each step of priority brings a turn forward
APPEAL_DUE = timedelta(hours=48)  # the shortest clock that a law sets for complaints about political ads (EU 2024/900)
APPEAL_PRIORITY = 12
LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z]{2,4})?")
FEWEST = 12  # letters and digits; "Vote!" is alike in everything


@transaction.atomic
def ask(
    queue: str,
    subject: tuple[str, UUID],
    *,
    snapshot: Mapping[str, Any],
    priority: int,
    due_at: datetime,
    people: int = 1,
    without: Collection[Appointment] = (),
    held_by: Organisation,
    harm: Harm | None = None,
    topics: Collection[Topic] = (),
    item: UUID | None = None,
    bundle: UUID | None = None,
) -> Work:
    """Ask people to decide about a subject as the snapshot shows it; stands or falls with the caller's transaction.

    Asked again with an equal snapshot it is the same open work, with the more urgent of both due times. A newer
    snapshot takes the place of an older one that nobody decided: who held that is told when they decide.

    people     1, or 2 who decide without seeing each other's outcome; a third where they differ
    without    whose persons may not decide it
    harm       what it does while it waits; it brings the turn forward, never back
    topics     what in it is hard to look at
    item       who may be given it is who may know this item
    bundle     what it belongs to; with what it says, it finds decisions of the same cause
    The snapshot's `lang` says who can read it.
    Raises     BadInput for a snapshot that cannot be kept, KeyError for a queue or kind that nobody announced
    """
    kind, key = subject
    assert queue in QUEUES, f"no such queue: {queue}"
    handler = handler_of(kind)
    policy = newest(handler.reasons)
    turn = due_at - priority * STEP
    if harm is not None:
        turn = min(turn, harm.turn_at(moment(), due_at))
    more = {
        "language": language_of(snapshot),
        "topics": sorted({topic.value for topic in topics}),
        "item": str(item) if item is not None else None,
        "risk": handler.risk.value if handler.risk is not None else "",
        "harm": harm.said() if harm is not None else None,
        "text_mark": mark_of(snapshot),
        "bundle": str(bundle) if bundle is not None else None,
    }
    return Work.objects.raw(
        "SELECT * FROM review_ask(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s, %s::jsonb)",
        [
            queue,
            kind,
            key,
            freeze(snapshot),
            policy.pk,
            priority,
            due_at,
            turn,
            people,
            [str(appointment.person_id) for appointment in without],
            held_by.pk,
            json.dumps(more),
        ],
    )[0]


def language_of(snapshot: Mapping[str, Any]) -> str:
    """The language that a snapshot names, where it is one that people can be recorded for."""
    named = snapshot.get("lang")
    return named if isinstance(named, str) and LANGUAGE.fullmatch(named) else ""


def mark_of(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of what a snapshot says, without case, signs and spaces; nothing where it says hardly anything."""
    words = "".join(each for each in str(snapshot.get("text") or "").casefold() if each.isalnum())
    return hashlib.sha256(words.encode()).hexdigest() if len(words) >= FEWEST else ""


def cancel(subject: tuple[str, UUID]) -> int:
    """Take back what is asked about a subject, in every queue: it is gone, or nobody need decide. Gives how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT review_cancel(%s, %s)", list(subject))
        return int(cursor.fetchone()[0])


@transaction.atomic
def appeal(subject: tuple[str, UUID], words: str, *, by_person: Person) -> Work:
    """Ask for another look at the last decision on a subject, by somebody who never decided on it.

    Whether this person may speak for the subject is the caller's to ask. The new look sees the snapshot that was
    decided on, and what the appeal says.

    Raises   BadInput without words, and where no decision stands that can be appealed: there is none, it was made on
             an appeal itself, or somebody is looking again already
    """
    if not words.strip():
        raise BadInput(
            "An appeal says what is wrong.",
            [Problem(where="words", found="nothing", expected="what was overlooked", do="Write it in a sentence.")],
        )
    due_at = moment() + APPEAL_DUE
    found = list(
        Work.objects.raw(
            "SELECT * FROM review_appeal(%s, %s, %s, %s, %s, %s, %s)",
            [*subject, words.strip(), by_person.pk, APPEAL_PRIORITY, due_at, due_at - APPEAL_PRIORITY * STEP],
        )
    )
    if not found:
        raise BadInput(
            "There is nothing to appeal.",
            [
                Problem(
                    where="decision",
                    found="none that can be appealed",
                    expected="a decision that stands, was not made on an appeal, and that nobody is looking at again",
                    do="Wait for the decision, or submit a changed version.",
                )
            ],
        )
    return found[0]
