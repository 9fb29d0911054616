"""What is recorded of people who review (languages, who adjudicates), and what they see and say of themselves alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.database import moment
from hustings.apps.people.models import Appointment, Person
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.review.models import Avoided, Dose, Language, Pause, Senior
from hustings.apps.review.rules import in_force
from hustings.errors import BadInput, Problem
from hustings.policy.reviewing import Command, Topic

__all__ = ["Known", "Meter", "avoided", "avoid", "caps_reached", "known", "meter", "record_language", "record_senior"]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is recorded of a person at one organisation, as it holds now; nothing of how fast or how much."""

    person: Person
    languages: list[tuple[str, str]]
    senior: bool


@dataclass(frozen=True, kw_only=True)
class Meter:
    """How much of a topic one saw today and this week, and what the rules allow a day; for one's own eyes."""

    topic: Topic
    items: int
    minutes: int
    week_items: int
    week_minutes: int
    most_items: int | None
    most_minutes: int | None
    enough: bool
    avoided: bool


def colleagues(seat: Seat) -> dict[UUID, Person]:
    """People who hold a position at the supervisor's organisation."""
    rows = Appointment.objects.filter(
        position__organisation=seat.appointment.position.organisation_id, person__is_active=True
    ).select_related("person")
    return {row.person_id: row.person for row in rows}


def known(seat: Seat) -> list[Known]:
    """What is recorded of the people of the supervisor's organisation, by name."""
    organisation = seat.appointment.position.organisation_id
    languages: dict[tuple[UUID, str], str] = {}
    for row in Language.objects.filter(held_by=organisation, at__lte=moment()).order_by("at", "recorded_at"):
        languages[row.person_id, row.language] = row.level
    seniors = {
        row.person_id: row.senior
        for row in Senior.objects.filter(held_by=organisation, at__lte=moment()).order_by("at", "recorded_at")
    }
    told = [
        Known(
            person=person,
            languages=sorted(
                (name, level) for (who, name), level in languages.items() if who == key and level != Command.NONE
            ),
            senior=seniors.get(key, False),
        )
        for key, person in colleagues(seat).items()
        if key in seniors or any(who == key for who, _ in languages)
    ]
    return sorted(told, key=lambda each: (each.person.name, str(each.person.pk)))


def somebody(person: UUID, document: str, problems: list[Problem], by: Seat) -> Person:
    """A colleague of whom something may be recorded. Raises NotKnown, BadInput for oneself or without a source."""
    found = colleagues(by).get(person)
    if found is None:
        raise NotKnown
    if found.pk == by.person.pk:
        problems.append(
            Problem(where="person", found="oneself", expected="a colleague", do="Have another supervisor record it.")
        )
    if not document.strip():
        problems.append(
            Problem(where="document", found="nothing", expected="how it is known", do="For example: test of 3 May.")
        )
    if problems:
        raise BadInput("This cannot be recorded.", problems)
    return found


@transaction.atomic
def record_language(person: UUID, language: str, level: str, *, document: str, by: Seat) -> Language:
    """Record how well a colleague reads a language, from now on. Work in a language goes to who reads it at B2 or better.

    Raises   Refused, NotKnown, BadInput
    """
    from hustings.apps.review.asking import LANGUAGE

    require(by, "keep reviewers")
    problems = []
    if not LANGUAGE.fullmatch(language):
        problems.append(
            Problem(
                where="language", found=repr(language)[:20], expected="a code such as en or pt-BR", do="Correct it."
            )
        )
    if level not in set(Command):
        problems.append(
            Problem(where="level", found=repr(level)[:20], expected=", ".join(Command), do="Choose one of these.")
        )
    found = somebody(person, document, problems, by)
    return Language.objects.create(
        person=found, held_by=by.appointment.position.organisation, language=language, level=level,
        document=document.strip()[:300], by=by.appointment, at=moment(),
    )  # fmt: skip


@transaction.atomic
def record_senior(person: UUID, *, senior: bool, document: str, by: Seat) -> Senior:
    """Record that a colleague adjudicates, or does so no longer.

    Raises   Refused, NotKnown, BadInput
    """
    require(by, "keep reviewers")
    found = somebody(person, document, [], by)
    return Senior.objects.create(
        person=found, held_by=by.appointment.position.organisation, senior=senior, document=document.strip()[:300],
        by=by.appointment, at=moment(),
    )  # fmt: skip


def avoided(seat: Seat) -> set[str]:
    """The topics that one keeps from."""
    latest: dict[str, bool] = {}
    for row in Avoided.objects.filter(person=seat.person, at__lte=moment()).order_by("at", "recorded_at"):
        latest[row.topic] = row.avoided
    return {topic for topic, kept in latest.items() if kept}


@transaction.atomic
def avoid(topics: Collection[str], *, by: Seat) -> None:
    """Keep from exactly these topics from now on. No reason is asked, nobody else is told, and it costs nothing.

    Raises   BadInput for what is no topic
    """
    unknown = sorted(set(topics) - set(Topic))
    if unknown:
        raise BadInput(
            "These are no topics.",
            [Problem(where="topic", found=", ".join(unknown)[:80], expected=", ".join(Topic), do="Choose of these.")],
        )
    before = avoided(by)
    Avoided.objects.bulk_create(
        Avoided(person=by.person, topic=topic, avoided=topic in set(topics), at=moment())
        for topic in Topic
        if (topic in before) != (topic in set(topics))
    )


def meter(seat: Seat) -> tuple[list[Meter], datetime | None]:
    """One's own meter by topic, and until when one has a break; about nobody else."""
    now = moment()
    today = now.date()
    rules = in_force(seat)
    caps = rules.caps if rules is not None else {}
    rows = list(Dose.objects.filter(person=seat.person, day__gt=today - timedelta(days=7), day__lte=today))
    with connection.cursor() as cursor:
        cursor.execute("SELECT review_my_caps()")
        enough = set(cursor.fetchone()[0])
    kept = avoided(seat)
    told = []
    for topic in Topic:
        mine = [row for row in rows if row.topic == topic]
        day = [row for row in mine if row.day == today]
        most = caps.get(topic.value)
        told.append(
            Meter(
                topic=topic,
                items=sum(row.items for row in day),
                minutes=sum(row.seconds for row in day) // 60,
                week_items=sum(row.items for row in mine),
                week_minutes=sum(row.seconds for row in mine) // 60,
                most_minutes=most[0] if most else None,
                most_items=most[1] if most else None,
                enough=topic.value in enough,
                avoided=topic.value in kept,
            )
        )
    pause = Pause.objects.filter(person=seat.person, until__gt=now).first()
    return told, pause.until if pause is not None else None


def caps_reached() -> list[str]:
    """Topics of which somebody at the supervisor's organisation has seen enough today; not who, and not how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM review_caps_reached()")
        return [row[0] for row in cursor.fetchall()]
