"""What becomes of people's requests: handed in by anybody, then moved on by who may, each step recorded with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.findings.names import pseudonyms
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.privacy.held import NEITHER, names_of
from hustings.apps.privacy.models import ExemptActor, SubjectRequest
from hustings.errors import BadInput, Problem
from hustings.policy.subject_request import REFUSE, WORK, State, Wanted, due, moves_from

__all__ = ["answer", "ask", "decide_refusal", "extend", "propose_refusal", "show_identity"]

KEPT_AFTER = timedelta(days=365)  # as policy.retention says of closed requests


@transaction.atomic
def ask(
    *, organisation: UUID, wanted: Wanted, platform: str, account: str, contact: str, showing: str, words: str
) -> UUID:
    """Hand in a request; gives its reference. Nothing is looked up, so nothing can be learnt from handing one in."""
    by = due(moment(), extended=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hand_in_request(%s, %s, %s, %s, %s, %s, %s, %s)",
            [organisation, wanted.value, platform, account, contact, showing, words, by],
        )
        reference: UUID = cursor.fetchone()[0]
        return reference


@transaction.atomic
def show_identity(request: SubjectRequest, *, by: Seat, how: str) -> SubjectRequest:
    """Record that the person showed that the account is theirs."""
    request = moved(request, State.SHOWN, WORK, by=by)
    said(how, "how", "what they did to show it, such as a post with our word in it")
    request.shown_by, request.shown_at, request.shown_how = by.appointment, by.now, how.strip()
    return saved(request, "shown_by", "shown_at", "shown_how", by=by, reason=how)


@transaction.atomic
def answer(request: SubjectRequest, *, by: Seat, text: str, upheld: bool) -> SubjectRequest:
    """Record the answer that was sent. An objection or erasure that is upheld keeps the account out of later loads."""
    request = moved(request, State.ANSWERED, WORK, by=by)
    said(text, "answer", "the words as they were sent")
    if not text.replace("\r\n", "\n").strip().endswith(NEITHER):
        raise BadInput("The answer does not end as every answer does.", [Problem(
            where="answer", found="other last words", expected=f"the words: {NEITHER}", do="Put them back.")])  # fmt: skip
    request.answer, request.decided_by, request.decided_at = text.strip(), by.appointment, by.now
    if upheld and request.wanted in (Wanted.OBJECTION, Wanted.ERASURE):
        shown = pseudonyms([(request.platform, name) for name in names_of(request.account)])
        ExemptActor.objects.bulk_create(
            (
                ExemptActor(organisation_id=request.organisation_id, pseudonym=pseudonym, added_by=by.appointment)
                for pseudonym in shown
            ),
            ignore_conflicts=True,
        )
    ends(request, by.now)
    return saved(request, "answer", "decided_by", "decided_at", by=by, facts={"upheld": upheld})


@transaction.atomic
def propose_refusal(request: SubjectRequest, *, by: Seat, ground: str) -> SubjectRequest:
    """Propose to refuse, on a ground; a second person decides."""
    request = moved(request, State.PROPOSED, WORK, by=by)
    said(ground, "ground", "the provision and why it applies here")
    request.proposed_by, request.ground = by.appointment, ground.strip()
    return saved(request, "proposed_by", "ground", by=by, reason=ground)


@transaction.atomic
def decide_refusal(request: SubjectRequest, *, by: Seat, agree: bool, reason: str = "") -> SubjectRequest:
    """Agree that a request is refused, or send it back to be worked on again."""
    to = State.REFUSED if agree else State.RECEIVED
    request = moved(request, to, REFUSE, by=by, asked_by=request.proposed_by)
    if agree:
        request.decided_by, request.decided_at = by.appointment, by.now
        ends(request, by.now)
    else:
        said(reason, "reason", "why it is not refused")
    return saved(request, "decided_by", "decided_at", by=by, reason=reason)


@transaction.atomic
def extend(request: SubjectRequest, *, by: Seat, reason: str) -> SubjectRequest:
    """Take two months more, once, and say what the person was told of it."""
    request = locked(request)
    require(by, WORK, request.item)
    if request.extended_for or not State(request.state).open:
        raise BadInput("The time cannot be extended.", [Problem(
            where="request", found="extended before" if request.extended_for else request.state,
            expected="an open request that was not extended", do="Answer it.")])  # fmt: skip
    said(reason, "reason", "why it takes longer, as the person was told")
    request.extended_for, request.due_at = reason.strip(), due(request.received_at, extended=True)
    request.save(update_fields=["extended_for", "due_at"])
    record("request extended", by=by, about=request.item, reason=reason)
    return request


def locked(request: SubjectRequest) -> SubjectRequest:
    """The row as it stands now, held until the end of the transaction."""
    held = SubjectRequest.objects.select_for_update(of=("self",)).select_related("item__label").filter(pk=request.pk)
    found = held.first()
    if found is None:
        raise NotKnown
    return found


def moved(
    request: SubjectRequest, to: State, act: str, *, by: Seat, asked_by: Appointment | None = None
) -> SubjectRequest:
    """The row in its next state, if this seat may and the step exists."""
    require(by, act, request.item, asked_by=asked_by)
    request = locked(request)
    if not any(move.after is to and move.act == act for move in moves_from(State(request.state))):
        raise BadInput("Somebody else has moved this request on.", [Problem(
            where="request", found=request.state, expected=f"a state before '{to.value}'", do="Look at it again.")])  # fmt: skip
    request.state = to.value
    return request


def saved(
    request: SubjectRequest, *fields: str, by: Seat, reason: str = "", facts: dict[str, str | int | bool | None] | None = None
) -> SubjectRequest:  # fmt: skip
    """Keep it, and say so in the log."""
    request.save(update_fields=["state", *fields])
    record(f"request {request.state}", by=by, about=request.item, reason=reason.strip(), facts=facts)
    return request


def ends(request: SubjectRequest, now: datetime) -> None:
    """From now on its time runs."""
    request.item.expires_at = now + KEPT_AFTER
    request.item.save(update_fields=["expires_at"])


def said(text: str, where: str, expected: str) -> None:
    """What has to be said has been said."""
    if not text.strip():
        raise BadInput(
            "Something is missing.", [Problem(where=where, found="nothing", expected=expected, do="Say it.")]
        )
