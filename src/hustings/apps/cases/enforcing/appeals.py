"""What whoever was told of an action says against it: into review's queue, for people who had no part."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.cases.disclosing import contests
from hustings.apps.database import moment
from hustings.apps.dated import new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown
from hustings.apps.review.actions import ask
from hustings.apps.review.models import Decision, Work
from hustings.apps.review.registry import HANDLERS, Handler
from hustings.errors import BadInput, Problem
from hustings.policy.reviewing import Risk

__all__ = ["KIND", "LONGEST", "Told", "announce", "appeal", "told"]

KIND, POLICY, QUEUE = "enforcement appeal", "enforcement-appeals", "enforcement"
WRONG = "it was wrong"
DUE = timedelta(hours=48)  # as for appeals of ads; the Digital Services Act says "in a timely manner"
PRIORITY = 12
LONGEST = 4000
CODE = re.compile(r"[A-Za-z0-9_-]{24}")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice, for who knows its number, and how their appeal stands."""

    target: UUID
    text: str
    at: datetime
    organisation: UUID
    what: str
    appealed_at: datetime | None
    due_at: datetime | None
    outcome: str
    answer: str
    answered_at: datetime | None


def told(code: str) -> Told:
    """The notice of a number, once it was sent. Raises NotKnown otherwise: nobody can tell which it is."""
    found = None
    if CODE.fullmatch(code):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM enforcement_notice(%s)", [code])
            found = cursor.fetchone()
    if found is None:
        raise NotKnown
    target, text, at, organisation, what, appealed_at, due_at, outcome, answer, answered_at = found
    return Told(
        target=target, text=text, at=at, organisation=organisation, what=what, appealed_at=appealed_at, due_at=due_at,
        outcome=outcome or "", answer=answer or "", answered_at=answered_at,
    )  # fmt: skip


@transaction.atomic
def appeal(code: str, words: str, contested: Collection[int] = ()) -> datetime:
    """Say that what a notice tells is wrong; gives until when it is answered. Once for each notice.

    contested   numbers of the pieces of evidence shown there that are said to be wrong
    Raises   NotKnown, BadInput without words, for a piece that is not shown, and where it was appealed before
    """
    notice, words = told(code), words.strip()
    problems = []
    pieces = {one.number: one for one in contests.shown(code)}
    unknown = sorted(set(contested) - set(pieces))
    if unknown:
        problems.append(Problem(where="evidence", found=", ".join(map(str, unknown)), expected="numbers of what is shown here", do="Load the page again."))  # fmt: skip
    if len(words.split()) < 3 or len(words) > LONGEST or "\0" in words:
        problems.append(Problem(where="words", found=f"{len(words)} characters", expected=f"three words or more, at most {LONGEST:,} characters",
                                do="Say what is wrong."))  # fmt: skip
    key, until = new_id(), moment() + DUE
    if not problems:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM enforcement_appeal(%s, %s, %s, %s)", [key, code, words, until])
            kept = cursor.fetchone()
        if kept is None:
            problems.append(Problem(where="appeal", found="one before", expected="one for each notice", do="Read on this page how it stands."))  # fmt: skip
    if problems:
        raise BadInput("The appeal cannot be taken.", problems)
    if contested:
        contests.contest(key, code, contested)
    organisation, people = kept
    ask(
        QUEUE, (KIND, key), priority=PRIORITY, due_at=until, held_by=Organisation(pk=organisation),
        without=[Appointment(person_id=person) for person in people if person is not None],
        snapshot={"title": notice.what, "text": words, "notice": notice.text,
                  "contested": [f"{pieces[number].called} (SHA-256 {pieces[number].sha256})" for number in sorted(set(contested))]},
    )  # fmt: skip
    return until


def answered(key: UUID, outcome: str, answer: str, *, upheld: bool = False) -> None:
    """Keep what was decided, and take the action back where it was wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT enforcement_appeal_answer(%s, %s, %s, %s)", [key, outcome, answer, upheld])


def decided(work: Work, decision: Decision, by: Seat) -> None:  # noqa: ARG001 - the database knows who
    """Answer it; what was wrong is taken back by the worker's next round, and whoever was told of it is owed a correction."""
    answered(work.subject_id, decision.outcome, decision.reason.told, upheld=decision.outcome == WRONG)
    if decision.outcome == WRONG:
        contests.upheld(work.subject_id)


def undone(work: Work, decision: Decision, by: Seat) -> None:  # noqa: ARG001 - the database knows who
    """Take the answer back. What was taken back of the action stays so until another plan says otherwise."""
    answered(work.subject_id, "", "")
    if decision.outcome == WRONG:
        contests.undone(work.subject_id)


def announce() -> None:
    """Tell review how appeals are shown and what follows."""
    HANDLERS[KIND] = Handler(
        decided=decided, undone=undone, card="cases/enforcing/appeal_card.html", reasons=POLICY, risk=Risk.ACTOR
    )
