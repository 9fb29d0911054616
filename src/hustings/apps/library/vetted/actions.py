"""What becomes of a researcher's request: asked from an account without a position, received by one person, decided by another."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection, transaction
from django.http import QueryDict

from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.library.find import present
from hustings.apps.library.models import Vetting
from hustings.apps.library.pages.question import read
from hustings.apps.people.models import Appointment, Person
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.vetting import LONGEST, Field, Hurdle, Look, Request, State, Step, hurdles, may_decide, state_of

__all__ = [
    "BEGINNING",
    "MOST",
    "ask",
    "decide",
    "digest",
    "failing",
    "make_token",
    "receive",
    "request_of",
    "standing",
    "take_back",
    "withdraw",
]

MOST = 100_000  # ads that one request may open; who needs more asks for less at a time
FEWEST_WORDS = 5
BEGINNING = "hustings_vetted_"
SAID = {
    "purpose": "the question, and why the public library cannot answer it",
    "funding": "who pays, and which interests conflict, or that none do",
    "safeguards": "who else sees it, where it lies, and when it is deleted",
}


def request_of(asked: Vetting) -> Request:
    """The request as the rule reads it. Which ads it opens is asked of the database alone.

    A researcher may not know who at the platform received or decided it: to them the positions stand for the persons,
    and the database, which knows both, asks again.
    """
    return Request(
        researcher=str(asked.person_id),
        received_by=acted(asked.received_by_id, asked.received_by),
        outcome=asked.outcome,
        decided_by=acted(asked.decided_by_id, asked.decided_by),
        until=asked.until,
        withdrawn=asked.withdrawn_at is not None,
        fields=frozenset(asked.fields),
    )


def acted(key: UUID | None, appointment: Appointment | None) -> str | None:
    """The person who acted, or the position where the reader may not know the person."""
    return None if key is None else str(key if appointment is None else appointment.person_id)


def standing(asked: Vetting, now: datetime) -> State:
    """Where it stands now."""
    return state_of(request_of(asked), now)


@transaction.atomic
def ask(
    *, person: Person, organisation: UUID, name: str, institution: str, purpose: str, funding: str, safeguards: str, query: str,
    fields: Collection[str], days: int,
) -> Vetting:  # fmt: skip
    """Hand a request in; it opens nothing. `days` are counted from the end of this day.

    Raises   BadInput naming everything that is missing
    """
    texts = {"name": name, "institution": institution, "purpose": purpose, "funding": funding, "safeguards": safeguards}
    texts = {part: text.strip() for part, text in texts.items()}
    problems = [
        Problem(where=part, found="nothing", expected="who you are, and where you work", do="Say it.")
        for part in ("name", "institution") if not texts[part]
    ]  # fmt: skip
    problems += [
        Problem(where=part, found=f"{len(texts[part].split())} words", expected=expected, do="Say it in a sentence or more.")
        for part, expected in SAID.items() if len(texts[part].split()) < FEWEST_WORDS
    ]  # fmt: skip
    question, wrong = read(QueryDict(query))
    pairs = question.search_pairs()
    if wrong or not pairs or len(urlencode(pairs)) > 2000:
        problems.append(Problem(where="query", found=query[:80] or "nothing", expected="the address of a search of the library that asks for something",
                                do=" ".join(wrong) or "Search, narrow down, and ask from there."))  # fmt: skip
    known = {one.value for one in Field}
    if not fields or not set(fields) <= known:
        problems.append(Problem(where="fields", found=", ".join(sorted(fields)) or "none", expected="one or more of " + ", ".join(sorted(known)),
                                do="Choose what the question needs, and no more."))  # fmt: skip
    if not 1 <= days <= LONGEST.days - 1:
        problems.append(
            Problem(
                where="days",
                found=str(days),
                expected=f"1 to {LONGEST.days - 1}",
                do="Ask anew for a longer time when it is over.",
            )
        )
    if problems:
        raise BadInput("The request cannot be handed in.", problems)
    today = datetime.combine(moment().astimezone(UTC).date(), time.min, UTC)
    asked = Vetting.objects.create(
        held_by_id=organisation, person=person, **texts, query=urlencode(pairs), fields=sorted(set(fields)),
        until=today + timedelta(days=days + 1),
    )  # fmt: skip
    record("library vetting asked", by=None, subject=("vetting", asked.pk), facts={"fields": ", ".join(asked.fields)})
    return asked


def failing(asked: Vetting, person: Person | None, fields: Collection[str], now: datetime) -> tuple[Hurdle, ...]:
    """Every condition that keeps this person from these fields now. Which ads are opened is for the database to say."""
    look = Look(
        person=None if person is None else str(person.pk),
        enabled=person is not None and person.is_active,
        fields=frozenset(fields),
    )
    return hurdles(request_of(asked), look, now)


def stepped(asked: Vetting, step: Step, *, by: Seat) -> None:
    """Ask the rule. Raises BadInput with its words."""
    why = may_decide(request_of(asked), step, person=str(by.person.pk), now=by.now, until=asked.until)
    if why:
        raise BadInput(why, [Problem(where="request", found=standing(asked, by.now).value, expected="a request that waits for this step",
                                     do="Look at the list, or let another person take it.")])  # fmt: skip


def said(text: str, where: str, expected: str) -> str:
    """A reason in words. Raises BadInput without one."""
    if len(text.split()) < FEWEST_WORDS:
        raise BadInput(
            "It says too little.",
            [Problem(where=where, found=repr(text), expected=expected, do="Say it in a sentence.")],
        )
    return text.strip()


@transaction.atomic
def receive(asked: Vetting, *, found: str, by: Seat) -> None:
    """Say what was looked at: the institution, who pays, how it is kept. Nothing is opened by it."""
    require(by, "receive vetted access", reason=found)
    stepped(asked, Step.RECEIVE, by=by)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT library_vetting_receive(%s, %s)", [asked.pk, said(found, "found", "what was looked at, and where")]
        )
    record("library vetting received", by=by, subject=("vetting", asked.pk), reason=found)


@transaction.atomic
def decide(asked: Vetting, *, grant: bool, reason: str, by: Seat) -> int:
    """Grant or refuse what another person received; gives how many ads it opens. The reason goes to the researcher.

    What its query finds now is what it opens, for good: later ads are another request's.

    Raises   Refused for who received it, BadInput where it cannot be decided, or would open too much
    """
    require(by, "decide on vetted access", asked_by=asked.received_by, reason=reason)
    stepped(asked, Step.GRANT if grant else Step.REFUSE, by=by)
    reason = said(reason, "reason", "why, for the researcher and for who looks later")
    place = present()
    numbers = found_by(asked, place) if grant else []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT library_vetting_decide(%s, %s, %s, %s, %s::bigint[])", [asked.pk, grant, reason, place, numbers]
        )
        opened: int = cursor.fetchone()[0]
    record(
        "library vetting granted" if grant else "library vetting refused", by=by, subject=("vetting", asked.pk), reason=reason,
        facts={"ads": opened, "place": place, "fields": ", ".join(asked.fields), "until": asked.until.isoformat()},
    )  # fmt: skip
    asked.refresh_from_db()
    return opened


def found_by(asked: Vetting, place: int) -> list[int]:
    """The ads that the query of a request finds. Raises BadInput where they are too many."""
    question, _ = read(QueryDict(asked.query))
    numbers = list(question.found(place).exclude(hidden="expunged").values_list("number", flat=True)[: MOST + 1])
    if len(numbers) > MOST:
        raise BadInput("It would open too much.", [Problem(where="query", found=f"more than {MOST:,} ads", expected="what the question needs",
                                                           do="Refuse it, and say how to narrow it down.")])  # fmt: skip
    return numbers


@transaction.atomic
def withdraw(asked: Vetting, *, reason: str, by: Seat) -> None:
    """End it now: the next request for a page or a portion of a file is refused."""
    require(by, "withdraw vetted access", reason=reason)
    stepped(asked, Step.WITHDRAW, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_vetting_withdraw(%s, %s)", [asked.pk, said(reason, "reason", "why it ends")])
    record("library vetting withdrawn", by=by, subject=("vetting", asked.pk), reason=reason)


@transaction.atomic
def take_back(asked: Vetting, *, person: Person) -> None:
    """What the researcher needs no more."""
    assert asked.person_id == person.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_vetting_withdraw(%s, %s)", [asked.pk, "Taken back by who asked."])
    record("library vetting taken back", by=None, subject=("vetting", asked.pk))


def digest(secret: str) -> str:
    """What is kept of a secret. It has 256 bits of chance in it, so a plain hash cannot be guessed back."""
    return hashlib.sha256(b"hustings.vetted:" + secret.encode()).hexdigest()


@transaction.atomic
def make_token(asked: Vetting) -> str | None:
    """A secret with which a program reads in the researcher's name, told only now; an earlier one is good no more.

    None where the request opens nothing now.
    """
    secret = BEGINNING + secrets.token_urlsafe(32)
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_vetting_token(%s, %s)", [asked.pk, digest(secret)])
        made: bool = cursor.fetchone()[0]
    if made:
        record("library vetting token made", by=None, subject=("vetting", asked.pk))
    return secret if made else None
