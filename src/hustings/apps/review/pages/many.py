"""Pages on which many works are decided alike, or decided afresh: a list is read before anything is done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.apps.review import bulk, siblings
from hustings.apps.review.models import Bulk, BulkItem, Reason, Work
from hustings.apps.review.pages.parts import parts
from hustings.apps.review.policies import newest
from hustings.apps.review.registry import QUEUES
from hustings.errors import BadInput

__all__ = ["alike", "answer", "bulks", "plan", "propose", "release", "reopen", "roll_back"]


def keys(request: HttpRequest, name: str) -> list[UUID]:
    """The keys that a form sends; what is none is left out."""
    found = []
    for each in request.POST.getlist(name):
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def said(request: HttpRequest, error: BadInput) -> None:
    """What was wrong, and what to do about it."""
    for problem in error.problems:
        messages.error(request, f"{error.what} {problem.where.capitalize()}: {problem.found}. {problem.do}")


@require_safe
@seated
def alike(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Decisions of the same cause as one that was overturned, before any is reopened."""
    require(seat, "list reviews")
    decision, instead, found = siblings.siblings(seat, key)
    context = {
        "decision": decision, "instead": instead, "found": found, "may": can(seat, "undo a decision"),
        "was": decision.work.policy.called(decision.outcome), "became": decision.work.policy.called(instead.outcome),
    }  # fmt: skip
    return render(request, "review/siblings.html", context)


@require_POST
@seated
def reopen(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Have those that were left in the list decided afresh."""
    try:
        many = siblings.reopen(key, keys(request, "decision"), by=seat)
    except BadInput as error:
        said(request, error)
    else:
        messages.success(request, f"{many} reopened. Others decide them afresh, one by one.")
    return redirect("review-siblings", key)


@require_safe
@seated
def bulks(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Plans to decide many alike; and with words and a queue, what a new one would be about."""
    require(seat, "list reviews")
    table = Table(
        request=request,
        caption="Decisions in bulk",
        rows=bulk.plans(seat),
        columns=[
            Column(key="reason.title", title="Reason", link=lambda row: reverse("review-bulk", args=[row.pk])),
            Column(key="outcome", title="Outcome", value=lambda row: row.reason.policy.called(row.outcome)),
            Column(key="queue", title="Queue", value=lambda row: QUEUES[row.queue].title),
            Column(key="state", title="Stands"),
            Column(key="by.person.name", title="Proposed by"),
            Column(key="at", title="Proposed"),
        ],
        empty="Where many works are the same, one person proposes one decision about all, and another agrees.",
    )
    if table.wants_csv:
        return table.csv()
    queue, text = request.GET.get("queue", ""), request.GET.get("text", "").strip()[:200]
    takes = [(name, QUEUES[name].title) for name in QUEUES if can(seat, QUEUES[name].act)]
    context = {"table": table, "parts": parts(seat), "takes": takes, "queue": queue, "text": text}
    if queue:
        if queue not in dict(takes):
            raise NotKnown
        works = bulk.preview(seat, queue, text)
        context |= previewed(works) | {"title": QUEUES[queue].title}
    return render(request, "review/bulks.html", context)


def previewed(works: list[Work]) -> dict[str, object]:
    """What the preview of a plan shows: of the works that the newest policy among them covers, and how many others."""
    policy = works[0].policy if works else None
    same = [work for work in works if policy is not None and work.policy_id == policy.pk]
    return {
        "works": same[: bulk.MOST],
        "more": len(same) > bulk.MOST,
        "others": len(works) - len(same),
        "policy": policy,
        "reasons": list(Reason.objects.filter(policy=policy)) if policy is not None else [],
        "most": bulk.MOST,
        "previewing": True,
        "newest": policy is not None and newest(policy.name).pk == policy.pk,
    }


@require_POST
@seated
def propose(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Propose one decision about what was previewed."""
    queue = request.POST.get("queue", "")
    try:
        made = bulk.propose(
            queue,
            keys(request, "work"),
            request.POST.get("outcome", ""),
            request.POST.get("code", ""),
            why=request.POST.get("why", ""),
            by=seat,
        )
    except BadInput as error:
        said(request, error)
        return redirect("review-bulks")
    messages.success(request, "Proposed. Nothing is decided before another person agrees.")
    return redirect("review-bulk", made.pk)


@require_safe
@seated
def plan(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One plan: what it is about, who agreed, and how far it has gone."""
    require(seat, "list reviews")
    found = bulk.find_plan(seat, key)
    items = BulkItem.objects.filter(bulk=found).select_related("work", "decision__undo")
    table = Table(
        request=request,
        caption="Works of this plan",
        rows=items,
        columns=[
            Column(key="place", title="Place", number=True),
            Column(key="says", title="What it says", value=lambda row: title_of(row.work), order=False),
            Column(key="became", title="What became of it", value=became, order=False),
        ],
        filterable=False,
        default="place",
        empty="Nothing.",
    )
    if table.wants_csv:
        return table.csv()
    own = found.by.person_id == seat.person.pk
    context = {
        "plan": found, "table": table, "queue": QUEUES[found.queue], "outcome": found.reason.policy.called(found.outcome),
        "may_answer": found.state == "proposed" and can(seat, "agree to decide in bulk", asked_by=found.by),
        "may_release": own and found.state == "approved" and found.released < len(found.stages),
        "may_roll_back": not own and found.released and found.state in {"approved", "done"} and can(seat, "agree to decide in bulk", asked_by=found.by),
        "next": found.stages[found.released] if found.released < len(found.stages) else None,
        "many": items.count(), "own": own, "parts": parts(seat),
    }  # fmt: skip
    return render(request, "review/bulk.html", context)


def title_of(work: Work) -> str:
    """What a work shows, in a line."""
    snapshot = work.snapshot
    return f"{snapshot.get('title') or work.subject_kind}: {str(snapshot.get('text') or '')[:160]}"


def became(item: BulkItem) -> str:
    """What became of a work of a plan, in words."""
    if item.left_out:
        return f"left out: {item.left_out}"
    if item.decision is None:
        return "waits"
    return "decided, and rolled back" if hasattr(item.decision, "undo") else "decided"


def done(request: HttpRequest, key: UUID, words: str) -> HttpResponse:
    """Back to the plan, with what was done."""
    messages.success(request, words)
    return redirect("review-bulk", key)


@require_POST
@seated
def answer(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Agree to a plan as it was previewed, or not."""
    agrees = request.POST.get("answer") == "agree"
    try:
        found: Bulk = bulk.agree(key, request.POST.get("digest", ""), by=seat, agrees=agrees)
    except BadInput as error:
        said(request, error)
        return redirect("review-bulk", key)
    return done(request, found.pk, "Agreed. Who proposed it decides stage by stage." if agrees else "Refused.")


@require_POST
@seated
def release(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Decide the works of the next stage."""
    try:
        came = bulk.release(key, by=seat)
    except BadInput as error:
        said(request, error)
        return redirect("review-bulk", key)
    return done(
        request, key, f"{came.decided} decided; {came.left_out} left out so far. Look at them before you go on."
    )


@require_POST
@seated
def roll_back(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Undo all that a plan decided."""
    try:
        many = bulk.roll_back(key, by=seat, reason=request.POST.get("reason", ""))
    except BadInput as error:
        said(request, error)
        return redirect("review-bulk", key)
    return done(request, key, f"{many} undone. People decide them afresh, one by one.")
