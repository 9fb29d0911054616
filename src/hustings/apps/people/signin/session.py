"""Where sessions are kept: one row each, found by the digest of the cookie, ended by idleness, age or a person."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from hustings.apps.remembered import remembered

__all__ = ["ADDRESS", "AGENT", "APPOINTMENT", "BEGAN", "ORGANISATION", "STRONG", "Now", "SessionStore", "end_sessions"]

# What a session says of itself. An organisation is there when its provider signed the person in: the session then
# reaches positions of that organisation only.
APPOINTMENT, STRONG, ORGANISATION = "appointment", "strong", "organisation"
BEGAN, ADDRESS, AGENT = "began", "address", "agent"

NOBODY_YET = timedelta(minutes=30)  # for a sign-in under way


class Now(models.Func):
    """The moment by the clock that decides."""

    function = "hustings_now"
    arity = 0
    output_field = models.DateTimeField()


def rows() -> QuerySet[Any]:
    """The table, which exists only after the apps are loaded."""
    from hustings.apps.people.signin.models import SignedIn

    return SignedIn.objects.all()


def digest(key: str) -> str:
    """What is kept of a cookie. It has 160 bits of chance in it, so a plain hash cannot be guessed back."""
    return hashlib.sha256(key.encode()).hexdigest()


def end_sessions(
    *, person: UUID | None = None, appointment: UUID | None = None, session: UUID | None = None, but: str | None = None
) -> int:
    """End the sessions that fit everything that is given, except the one of the cookie `but`; gives how many."""
    chosen = {"person": person, "appointment": appointment, "id": session}
    named = {name: value for name, value in chosen.items() if value is not None}
    if not named:
        raise ValueError("Say whose sessions end.")
    ended = rows().filter(**named)
    if but is not None:
        ended = ended.exclude(key=digest(but))
    return int(ended.delete()[0])


class SessionStore(SessionBase):
    """Django's session, in our table. `row` is what was loaded, with `now`, the moment of the request."""

    row: Any = None

    def load(self) -> dict[str, Any]:
        """The session's data, if it has not ended."""
        self.row = self._find()
        if self.row is None:
            self._session_key = None
            return {}
        row = self.row
        # The row brought the moment and the person along; who asks for them in this request has them already.
        remembered("moment", lambda: row.now)
        if row.person is not None:
            remembered(("person", str(row.person_id)), lambda: row.person)
        return self.decode(row.data)

    def _find(self) -> Any:
        idle = timedelta(minutes=settings.HUSTINGS_SESSION_IDLE_MINUTES)
        return (
            rows()
            .filter(key=digest(self.session_key or ""), ends_at__gt=Now(), seen_at__gt=Now() - idle)
            .select_related("person")
            .annotate(now=Now())
            .first()
        )

    def exists(self, session_key: str) -> bool:
        """Whether a row has this key."""
        return rows().filter(key=digest(session_key)).exists()

    def create(self) -> None:
        """Begin a session under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write what the session says now; a session that was ended meanwhile stays ended."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        began = data.get(BEGAN)
        oldest = timedelta(hours=settings.HUSTINGS_SESSION_HOURS)
        values = {
            "data": self.encode(data),
            "person_id": data.get(PERSON),
            "appointment_id": data.get(APPOINTMENT),
            "strong": bool(data.get(STRONG)),
            "address": data.get(ADDRESS),
            "agent": data.get(AGENT, ""),
            "ends_at": datetime.fromisoformat(began) + oldest if began else Now() + NOBODY_YET,
        }
        key = digest(self.session_key)
        if not must_create:
            if not rows().filter(key=key).update(**values):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                rows().create(key=key, began_at=Now(), seen_at=Now(), **values)
        except IntegrityError as error:
            raise CreateError from error

    def touch(self) -> None:
        """Note that somebody is there. Not with every request: a write each would be dear, and a minute is enough."""
        if self.row is not None and self.row.now - self.row.seen_at > timedelta(minutes=1):
            rows().filter(key=self.row.key, seen_at__lt=self.row.now).update(seen_at=self.row.now)

    def delete(self, session_key: str | None = None) -> None:
        """End the session."""
        if key := session_key or self.session_key:
            rows().filter(key=digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Remove what has ended."""
        rows().filter(ends_at__lte=Now()).delete()
