"""Making, ending and recognising tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.people.find import seats
from hustings.apps.people.models import Person
from hustings.apps.people.seat import Seat
from hustings.apps.tokens.models import Token
from hustings.apps.tokens.scope import Scope

__all__ = ["BEGINNING", "LONGEST", "Holder", "end_token", "end_tokens_of", "holder_of", "make_token", "open_tokens_of"]

BEGINNING = "hustings_"  # so that scanners of leaked secrets know one when they see it
LONGEST = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who a token acts for, and within what."""

    seat: Seat
    token: UUID
    scopes: frozenset[Scope]
    ends_at: datetime


def digest(secret: str) -> str:
    """What is kept of a token. It has 256 bits of chance in it, so a plain hash cannot be guessed back."""
    return hashlib.sha256(b"hustings.token:" + secret.encode()).hexdigest()


@transaction.atomic
def make_token(*, name: str, scopes: Collection[Scope], good_for: timedelta, by: Seat) -> tuple[Token, str]:
    """A token for the position that `by` acts in, and its secret, told only now."""
    if not scopes or not timedelta(0) < good_for <= LONGEST:
        raise ValueError("a token is for something and ends within a year")
    secret = BEGINNING + secrets.token_urlsafe(32)
    token = Token.objects.create(
        digest=digest(secret),
        appointment=by.appointment,
        stamp=by.person.stamp,
        name=name,
        prefix=secret[: len(BEGINNING) + 3],
        scopes=sorted(scope.value for scope in scopes),
        ends_at=by.now + good_for,
    )
    record("token made", by=by, subject=("token", token.pk), facts={"scopes": " ".join(token.scopes)})
    return token, secret


@transaction.atomic
def end_token(token: Token, *, by: Seat) -> None:
    """End a token now, for good."""
    Token.objects.filter(pk=token.pk, ended_at=None).update(ended_at=by.now)
    record("token ended", by=by, subject=("token", token.pk))


def open_tokens_of(appointments: Iterable[UUID]) -> int:
    """How many tokens of these appointments are good now."""
    return counted("SELECT open_tokens_of(%s)", appointments)


def end_tokens_of(appointments: Iterable[UUID]) -> int:
    """End every token of these appointments now; gives how many. Whoever ends them does not get to see them."""
    return counted("SELECT end_tokens_of(%s)", appointments)


def counted(query: str, appointments: Iterable[UUID]) -> int:
    """Ask the database a number about appointments."""
    with connection.cursor() as cursor:
        cursor.execute(query, [list(appointments)])
        return int(cursor.fetchone()[0])


def holder_of(secret: str) -> Holder | None:
    """Whom this secret acts for now; nothing when it ended, or with the position, or with the person's stamp."""
    if not secret.startswith(BEGINNING):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token_id, appointment_id, person_id, scopes, ends_at FROM holder_of_token(%s)", [digest(secret)]
        )
        found = cursor.fetchone()
    if found is None:
        return None
    token, appointment, person, scopes, ends_at = found
    # Made after a second factor a moment before, so it stands for one.
    held = seats(Person.objects.get(pk=person), strong=True)
    seat = next((seat for seat in held if seat.id == appointment), None)
    if seat is None:
        return None
    return Holder(seat=seat, token=token, scopes=frozenset(Scope(scope) for scope in scopes), ends_at=ends_at)
