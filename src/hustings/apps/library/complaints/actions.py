"""Taking a complaint from anybody, putting it before people, and what follows from their answer."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q

from hustings.apps.ads.models import Ad
from hustings.apps.ads.moving import move_ad
from hustings.apps.database import moment
from hustings.apps.dated import new_id
from hustings.apps.elections.models import Election
from hustings.apps.library.complaints.models import GROUNDS, Complaint
from hustings.apps.library.models import Shown, Subject
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown
from hustings.apps.review.actions import Harm, ask
from hustings.apps.review.models import Decision, Message, Work
from hustings.apps.review.registry import HANDLERS, Handler
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import AD, AdState
from hustings.policy.complaint import SOON, due
from hustings.policy.reviewing import Risk

__all__ = ["KIND", "POLICY", "Standing", "ad_shown", "announce", "complain", "elections_near", "standing"]

KIND, POLICY, QUEUE = "complaint", "complaints", "complaints"
WRONG = "something is wrong"
FEWEST_WORDS = 3
LONGEST = 2000
HOUR = timedelta(hours=1)
URGENT = 6  # steps of priority in the last month before an election
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read for another
NUMBER = re.compile(f"([{SIGNS}]{{4}}-){{3}}[{SIGNS}]{{4}}")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a complaint stands, for who knows its number: nothing of what it says."""

    ad: int
    at: datetime
    due_at: datetime
    outcome: str
    answer: str
    answered_at: datetime | None


def ad_shown(number: int) -> Shown:
    """The ad as the library shows it now. Raises NotKnown where it has none of that number."""
    found = Shown.objects.filter(number=number, kind="ad", until__isnull=True).defer("search")
    row = found.first() if 0 < number < 2**63 else None
    if row is None:
        raise NotKnown
    return row


@transaction.atomic
def complain(number: int, *, ground: str, words: str, email: str = "") -> tuple[str, datetime]:
    """Take a complaint; gives its number and until when it is to be answered. The same again is the same complaint.

    Raises   NotKnown where the library has no such ad, BadInput naming everything that is missing
    """
    row = ad_shown(number)
    words, email = words.strip(), email.strip()
    problems = []
    if ground not in GROUNDS:
        problems.append(
            Problem(where="ground", found=repr(ground)[:80], expected="one of " + ", ".join(GROUNDS), do="Choose one.")
        )
    if len(words.split()) < FEWEST_WORDS or len(words) > LONGEST or "\0" in words:
        problems.append(Problem(where="words", found=f"{len(words)} characters", expected=f"{FEWEST_WORDS} words or more, at most {LONGEST:,} characters",
                                do="Say what is wrong, and how one can see it."))  # fmt: skip
    if problems:
        raise BadInput("The complaint cannot be taken.", problems)
    code = "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(4))
    until = due(moment(), elections_near(row.body))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM library_complain(%s, %s, %s, %s, %s, %s, %s)",
            [new_id(), code, number, ground, words, email, until],
        )
        key, code, organisation, fresh = cursor.fetchone()
    if fresh:
        put_before_people(key, organisation, row, ground, words, until)
    held = standing(code)
    assert held is not None
    return code, held.due_at


def put_before_people(key: UUID, organisation: UUID, row: Shown, ground: str, words: str, until: datetime) -> None:
    """In the queue of complaints, with the ad as the library shows it."""
    body = row.body
    facts = [
        ["Ad", f"{row.number} of the library: {body.get('title') or body.get('text') or 'no words'}"[:300]],
        ["Page", body.get("page_name") or "not known"],
        ["Disclaimer", body.get("disclaimer") or "none"],
        ["State", body.get("state") or "not known"],
    ]
    ask(
        QUEUE, (KIND, key), snapshot={"title": GROUNDS[ground], "text": words, "facts": facts, "number": row.number},
        priority=URGENT if until - moment() <= SOON else 0, due_at=until, held_by=Organisation(pk=organisation),
        harm=harm_of(body, ground),
    )  # fmt: skip


def harm_of(body: dict[str, Any], ground: str) -> Harm | None:
    """What an ad does while a complaint waits, by how often it was shown an hour so far; None where nobody knows.

    Limits   half of the complaints are taken to be right, and an ad to be shown half as often each day: guesses
    """
    shown, starts, now = body.get("impressions"), body.get("starts"), moment()
    if shown is None or not starts:
        return None
    began = datetime.fromisoformat(starts)
    hours = max((now - (began if began.tzinfo else began.replace(tzinfo=UTC))) / HOUR, 24.0)
    return Harm(
        probability=0.5, views_an_hour=shown / hours if body.get("state") == AdState.DELIVERING else 0.0, half_life=24 * HOUR,
        severity="VOTING" if ground == "voting" else "NUISANCE" if ground == "record" else "DECEPTION",
        election_on=min(elections_near(body), default=None), counted_at=now,
    )  # fmt: skip


def elections_near(body: dict[str, Any]) -> list[date]:
    """The days of the elections that an ad names, or that are held where it is aimed."""
    named = body.get("election") or {}
    days = [date.fromisoformat(named["on"])] if named.get("on") else []
    today = moment().date()
    held = Election.objects.filter(Q(country__in=body.get("countries") or []), on__gte=today).exclude(
        status="cancelled"
    )
    return days + [day for day in held.order_by("on").values_list("on", flat=True)[:20] if day is not None]


def standing(code: str) -> Standing | None:
    """How a complaint stands; None where there is none of that number."""
    code = code.strip().upper()
    if not NUMBER.fullmatch(code):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM library_complaint_state(%s)", [code])
        found = cursor.fetchone()
    if found is None:
        return None
    ad, at, due_at, outcome, answer, answered_at = found
    return Standing(ad=ad, at=at, due_at=due_at, outcome=outcome, answer=answer, answered_at=answered_at)


def answered(key: UUID, outcome: str, answer: str) -> None:
    """Keep what was decided, for who asks by the number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_complaint_answer(%s, %s, %s)", [key, outcome, answer])


def decided(work: Work, decision: Decision, by: Seat) -> None:
    """Answer it; an ad of this door that something is wrong with is stopped, and waits for a decision by the door's policy."""
    answered(work.subject_id, decision.outcome, decision.reason.told)
    if decision.outcome != WRONG or decision.reason.code == "record wrong":
        return
    ad = Ad.objects.filter(pk=Subject.objects.get(pk=work.snapshot["number"]).source).first()
    if ad is not None and ad.state in AD.move("hold").sources:
        move_ad(ad, "hold", by=by, reason_code="complaint upheld", decision=decision.pk)


def undone(work: Work, decision: Decision, by: Seat) -> None:  # noqa: ARG001 - the ad waits at the door either way
    """Take the answer back: somebody else looks again. An ad that was stopped waits at the door all the same."""
    answered(work.subject_id, "", "")


def deliver(message: Message) -> None:
    """Write the answer to who wanted one, and forget the address."""
    complaint = Complaint.objects.filter(pk=message.decision.work.subject_id).first()
    if complaint is None or not complaint.email or message.event != "settled":
        return
    EmailMessage(
        subject=f"Your complaint {complaint.code}",
        body=f"About ad {complaint.number} of the library of political ads: {message.decision.reason.told}\n\n"
        "Your address is not kept any longer.\n",
        to=[complaint.email],
    ).send()
    Complaint.objects.filter(pk=complaint.pk).update(email="")


def announce() -> None:
    """Tell review how complaints are shown and what follows."""
    HANDLERS[KIND] = Handler(
        decided=decided,
        undone=undone,
        card="library/complaint_card.html",
        reasons=POLICY,
        deliver=deliver,
        risk=Risk.REST,
    )
