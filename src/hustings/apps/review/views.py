"""The pages of review: parse, call, render."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.apps.review import actions, find
from hustings.apps.review.errors import LeaseLost, ReviewError
from hustings.apps.review.functions.deciding import BACK_WITHIN
from hustings.apps.review.holding import LEASE, LONGEST_HOLD, held
from hustings.apps.review.models import Appeal, Decision, Policy, Reason, Work
from hustings.apps.review.outbox import deliver_again
from hustings.apps.review.pages.parts import parts
from hustings.apps.review.registry import HANDLERS, QUEUES
from hustings.apps.review.rules import in_force
from hustings.apps.review.siblings import overturned, waiting_for_siblings
from hustings.errors import BadInput

__all__ = [
    "again",
    "appeals",
    "decide",
    "decision",
    "decisions",
    "deliveries",
    "heartbeat",
    "leave",
    "policy",
    "reviews",
    "statistics",
    "take",
    "take_back",
    "take_up",
    "undo",
    "work",
]

# Keys of reasons, by their place in the policy: none is a key of the page or of the console.
KEYS = "qwrtyioasflzxcvm,."
LAST = "review.last"  # in the session: the decision that could still be taken back
SINCE = timedelta(days=90)  # of the figures
CARD = "review/card.html"  # for a kind whose app is no longer installed: what was seen stays readable


@require_safe
@seated
def reviews(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What waits, what is mine, and where to go on."""
    require(seat, "list reviews")
    waiting = find.waiting(seat)
    context = {
        "waiting": waiting,
        "mine": find.mine(seat),
        "first": next((each.name for each in waiting if each.may_take and each.for_me), None),
        "parts": parts(seat),
        "slip": slip(request, seat),
        "rules": in_force(seat),
        "overturned": waiting_for_siblings(seat),
    }
    return render(request, "review/reviews.html", context)


@require_POST
@seated
def take(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take the next work of a queue."""
    queue = request.POST.get("queue", "")
    if queue not in QUEUES:
        raise NotKnown
    return led_to(request, queue, actions.claim(seat, queue))


def led_to(request: HttpRequest, queue: str, claim: actions.Claimed | None) -> HttpResponse:
    """Lead to the work that was taken from a queue, or say that nothing waits."""
    if claim is None:
        messages.info(request, f"Nothing waits for you in “{QUEUES[queue].title}” now.")
        return redirect("reviews")
    return redirect("review-work", claim.work)


@require_safe
@seated
def work(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One work that this person holds, to decide."""
    require(seat, "list reviews")
    try:
        found = held(seat, key)
    except LeaseLost as lost:
        return render(request, "review/lost.html", {"error": lost, "parts": parts(seat)}, status=409)
    return render(request, "review/work.html", work_page(seat, found, slip=slip(request, seat)))


def work_page(seat: Seat, found: Work, **more: Any) -> dict[str, Any]:
    """What the page of a held work shows, with what was chosen where that could not be taken."""
    reasons = list(Reason.objects.filter(policy=found.policy_id))
    choices = list(zip(reasons, [*KEYS, *[""] * len(reasons)], strict=False))
    return {
        "work": found,
        "queue": QUEUES[found.queue],
        "snapshot": found.snapshot,
        "card": card_of(found),
        "appeal": Appeal.objects.filter(work=found).select_related("decision__reason").first(),
        "choices": choices,
        "outcomes": list(enumerate(found.policy.outcomes, 1)),
        "waiting": [each for each in find.waiting(seat) if each.may_take],
        "lease": LEASE,
        "longest_hold": int(LONGEST_HOLD / timedelta(hours=1)),
    } | more


def card_of(found: Work) -> str:
    """The template that shows what a work is about."""
    handler = HANDLERS.get(found.subject_kind)
    return handler.card if handler is not None else CARD


def claimed(request: HttpRequest, key: UUID) -> actions.Claimed:
    """The claim that a form speaks of."""
    fence = request.POST.get("fence", "")
    if not (fence.isascii() and fence.isdigit() and len(fence) < 18):
        raise LeaseLost
    return actions.Claimed(work=key, fence=int(fence), digest=request.POST.get("digest", ""))


@require_POST
@seated
def heartbeat(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Hold a work for another lease; answers with the line that says until when."""
    try:
        kept = actions.heartbeat(claimed(request, key), by=seat)
    except LeaseLost as lost:
        return render(request, "review/parts/lease.html", {"lost": lost})
    return render(request, "review/parts/lease.html", {"kept": kept, "key": key})


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Decide, and go on to the next."""
    outcome, code = request.POST.get("outcome", ""), request.POST.get("code", "")
    note = request.POST.get("note", "")
    goes_on = request.POST.get("then") != "stop"
    following = None
    try:
        if goes_on:
            made, following = actions.decide_and_claim(claimed(request, key), outcome, code, note, by=seat)
        else:
            made = actions.decide(claimed(request, key), outcome, code, note, by=seat)
    except ReviewError as error:
        messages.error(request, str(error))
        return redirect("reviews")
    except BadInput as error:
        said = {"problems": error.problems, "outcome": outcome, "code": code, "note": note}
        return render(request, "review/work.html", work_page(seat, held(seat, key), **said), status=422)
    request.session[LAST] = str(made.pk)
    follows = "" if made.settles else " Another person decides too, without seeing yours."
    messages.success(request, f"Decided: {made.reason.title.lower()}.{follows}")
    return led_to(request, made.work.queue, following) if goes_on else redirect("reviews")


@dataclass(frozen=True, kw_only=True)
class Slip:
    """The decision that its maker can still take back; `seconds` are left of the `within`."""

    pk: UUID
    seconds: int
    within: int


def slip(request: HttpRequest, seat: Seat) -> Slip | None:
    """What this person decided last, while it can be taken back."""
    key = request.session.get(LAST)
    if key is None:
        return None
    left = timedelta(0)
    if (made := Decision.objects.filter(pk=key, decided_by=seat.id, undo__isnull=True).first()) is not None:
        left = made.decided_at + timedelta(seconds=BACK_WITHIN) - moment()
    if made is None or left <= timedelta(0):
        del request.session[LAST]
        return None
    return Slip(pk=made.pk, seconds=int(left.total_seconds()) + 1, within=BACK_WITHIN)


@require_POST
@seated
def take_back(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take one's own decision back, within seconds, and have the work again."""
    claim = actions.take_back(key, by=seat)
    request.session.pop(LAST, None)
    if claim is None:
        messages.error(request, "It was too late for that, or somebody looks at it already. A colleague can undo it.")
        return redirect("reviews")
    messages.success(request, "Taken back. Decide it again; what was next is still yours.")
    return redirect("review-work", claim.work)


@require_POST
@seated
def take_up(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Go on with what one keeps for later."""
    try:
        claim = actions.take_up(key, by=seat)
    except LeaseLost as lost:
        messages.error(request, str(lost))
        return redirect("reviews")
    return redirect("review-work", claim.work)


@require_POST
@seated
def leave(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Put a work back, keep it for later, pass it on to a senior, or keep out of its subject."""
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("how") == "keep out":
            actions.recuse(claimed(request, key), by=seat, reason=reason)
            messages.success(request, "You keep out of this from now on; somebody else decides it.")
        elif request.POST.get("how") == "keep for later":
            hours = request.POST.get("hours", "")
            later = timedelta(hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 4 else 0)
            actions.put_on_hold(claimed(request, key), by=seat, reason=reason, until=moment() + later)
            messages.success(request, "Kept for you till then. You find it under what you hold.")
        elif request.POST.get("how") == "pass on":
            actions.escalate(claimed(request, key), by=seat, reason=reason)
            messages.success(request, "Passed on. Somebody who adjudicates decides it.")
        else:
            actions.release(claimed(request, key), by=seat)
            messages.success(request, "Put back. Nothing was decided.")
    except ReviewError as error:
        messages.error(request, str(error))
    except BadInput as error:
        messages.error(request, f"{error.what} {error.problems[0].do}")
        return redirect("review-work", key)
    return redirect("reviews")


@require_safe
@seated
def decisions(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was decided at this organisation, newest first."""
    require(seat, "list reviews")
    table = Table(
        request=request,
        caption="Decisions",
        rows=find.decisions(seat),
        columns=[
            Column(key="reason.title", title="Reason", link=lambda row: reverse("review-decision", args=[row.pk])),
            Column(key="outcome", title="Outcome", value=lambda row: row.work.policy.called(row.outcome)),
            Column(key="decided_at", title="Decided"),
            Column(key="work.subject_kind", title="About"),
            Column(key="decided_by.person.name", title="By"),
            Column(key="undone", title="Undone", value=lambda row: hasattr(row, "undo"), order=False),
            Column(key="appealed", title="Appealed", value=lambda row: hasattr(row, "appeal"), order=False),
        ],
        find=["reason__title", "reason__code", "outcome", "decided_by__person__name", "note"],
        empty="What people decide appears here, with the reason, the policy's version and what was seen.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "review/decisions.html", {"table": table, "parts": parts(seat)})


@require_safe
@seated
def decision(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One decision: what was seen, what was decided by which reason, and what became of it."""
    require(seat, "list reviews")
    return render(request, "review/decision.html", decision_page(seat, key))


def decision_page(seat: Seat, key: UUID) -> dict[str, Any]:
    """What the page of a decision shows."""
    found = find.find_decision(seat, key)
    undone = getattr(found, "undo", None)
    stands = found.settles and undone is None and found.work.round == found.round
    return {
        "decision": found,
        "outcome": found.work.policy.called(found.outcome),
        "work": found.work,
        "snapshot": found.work.snapshot,
        "card": card_of(found.work),
        "undone": undone,
        "appeal": getattr(found, "appeal", None),
        "may_undo": stands and can(seat, "undo a decision", asked_by=found.decided_by),
        "own": stands and found.decided_by_id == seat.id,
        "taken_back": undone is not None and undone.by_id == found.decided_by_id,
        "overturned": overturned(found) is not None,
    }


@require_POST
@seated
def undo(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Undo another person's decision."""
    try:
        actions.undo(key, by=seat, reason=request.POST.get("reason", ""))
    except BadInput as error:
        messages.error(request, error.problems[0].do)
        return redirect("review-decision", key)
    messages.success(request, "Undone. Somebody else decides it afresh.")
    return redirect("review-decisions")


@require_safe
@seated
def appeals(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Appeals: what was decided, who looks again, with which outcome."""
    require(seat, "list reviews")
    table = Table(
        request=request,
        caption="Appeals",
        rows=find.appeals(seat),
        columns=[
            Column(key="words", title="What it says", value=lambda row: row.words[:120], order=False),
            Column(key="at", title="Received"),
            Column(
                key="decision.reason.title",
                title="Against",
                link=lambda row: reverse("review-decision", args=[row.decision_id]),
            ),
            Column(key="decision.outcome", title="Decided then"),
            Column(key="work.outcome", title="Decided on appeal"),
            Column(key="work.due_at", title="Due"),
        ],
        find=["words", "decision__reason__title"],
        empty="When an advertiser appeals, it appears here and waits for somebody who never decided on it.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "review/appeals.html", {"table": table, "parts": parts(seat)})


@require_safe
@seated
def statistics(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Decisions by reason, and how far two people agree."""
    require(seat, "list reviews")
    since = seat.now - SINCE
    reasons = Table(
        request=request,
        name="r",
        caption="Decisions by reason",
        rows=find.by_reason(seat, since),
        columns=[
            Column(key="reason__title", title="Reason"),
            Column(key="reason__code", title="Code"),
            Column(key="outcome", title="Outcome"),
            Column(key="work__queue", title="Queue"),
            Column(key="reason__policy__version", title="Policy of"),
            Column(key="many", title="Decisions", number=True),
            Column(key="appealed", title="Appealed", number=True),
            Column(key="undone", title="Undone", number=True),
        ],
        empty="Decisions of the last 90 days are counted here by their reason code.",
    )
    agreements = Table(
        request=request,
        name="a",
        caption="Agreement of two people",
        rows=find.agreement(seat, since),
        columns=[
            Column(key="queue", title="Queue", value=lambda row: QUEUES[row.queue].title),
            Column(key="pairs", title="Looked at by two", number=True),
            Column(key="same", title="Decided alike", number=True),
            Column(key="share", title="Alike", unit="%", number=True),
            Column(key="alpha", title="Beyond chance (alpha)", number=True),
        ],
        empty="Where two people decide without seeing each other's outcome, how often they agree is told here.",
    )
    for table in (reasons, agreements):
        if table.wants_csv:
            return table.csv()
    context = {"reasons": reasons, "agreements": agreements, "since": since, "parts": parts(seat)}
    return render(request, "review/statistics.html", context)


@require_safe
@seated
def policy(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One version of a policy, with its reasons."""
    require(seat, "list reviews")
    found = Policy.objects.filter(pk=key).first()
    if found is None:
        raise NotKnown
    return render(request, "review/policy.html", {"policy": found, "reasons": found.reasons.all()})


@require_safe
@seated
def deliveries(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What follows from decisions and could not be delivered."""
    require(seat, "list reviews")
    context = {"lost": find.given_up(seat), "parts": parts(seat), "may_again": can(seat, "deliver again")}
    return render(request, "review/deliveries.html", context)


@require_POST
@seated
def again(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let a delivery that was given up be tried again."""
    deliver_again(request.POST.get("key", ""), by=seat)
    messages.success(request, "It is tried again within a minute.")
    return redirect("review-deliveries")
