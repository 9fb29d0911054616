"""Plans by file: orders as JSON Lines, the platform's answers back the same way; and how far a plan is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Order, Plan, PlanAppeal
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.enforcement import Answer

__all__ = ["Progress", "lines", "progress", "take", "try_again"]

LONGEST = 500
TOLD = 50  # problems that are named


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a plan is, in targets. `silent` were handed over and have no answer; `lost` were given up."""

    targets: int
    handed_over: int
    dropped: int
    accepted: int
    done: int
    refused: int
    silent: int
    lost: int
    to_undo: int
    undone: int
    undoing_refused: int
    told: int
    appealed: int


def progress(plan: Plan) -> Progress:
    """Counts of targets and orders, as they stand."""
    do, undo = Q(what="do"), Q(what="undo")
    out = Q(delivered_at__isnull=False) | Q(plan__channel="file")
    counted = Order.objects.filter(plan=plan).aggregate(
        handed_over=Count("pk", filter=do & out),
        accepted=Count("pk", filter=do & Q(answer=Answer.ACCEPTED)),
        done=Count("pk", filter=do & Q(answer=Answer.DONE)),
        refused=Count("pk", filter=do & Q(answer=Answer.REFUSED)),
        silent=Count("pk", filter=do & out & Q(answer="")),
        lost=Count("pk", filter=Q(dead_at__isnull=False) & ~Q(error="called off")),
        undone=Count("pk", filter=undo & Q(answer=Answer.DONE)),
        undoing_refused=Count("pk", filter=undo & Q(answer=Answer.REFUSED)),
        told=Count("pk", filter=Q(what="notice") & out),
    )
    of_targets = plan.targets.aggregate(
        targets=Count("pk"), dropped=Count("pk", filter=~Q(dropped="")), to_undo=Count("pk", filter=Q(undo_at__isnull=False))
    )  # fmt: skip
    return Progress(**counted, **of_targets, appealed=PlanAppeal.objects.filter(target__plan=plan).count())


def lines(plan: Plan) -> Iterator[bytes]:
    """The orders of a plan, a line each, by key: what was made once is the same bytes each time."""
    for body in Order.objects.filter(plan=plan).order_by("key").values_list("body", flat=True):
        yield body.encode() + b"\n"


@transaction.atomic
def take(plan: Plan, told: bytes, *, by: Seat) -> int:
    """Write down what the platform answered, by file; gives how many answers were new. Taken again it changes nothing.

    Reads    a line an order: {"key": "do-...", "answer": "done", "reason": ""}; a refusal has a reason
    Raises   BadInput naming every line that cannot be read; then none is taken
    """
    require(by, "run plan", plan.item)
    orders = {order.key: order for order in Order.objects.select_for_update().filter(plan=plan)}
    read: dict[str, tuple[Answer, str]] = {}
    problems = []
    for number, line in enumerate(told.splitlines(), 1):
        if line.strip():
            try:
                key, answer, reason = answer_of(line)
                if key not in orders:
                    raise ValueError("the key of no order of this plan")
                if key in read and read[key] != (answer, reason):
                    raise ValueError("a second answer to one order")
                read[key] = answer, reason
            except ValueError as error:
                problems.append(
                    Problem(where=f"line {number}", found=str(error)[:100], expected='{"key": "do-...", "answer": "done"}',
                            do="Mend the line; accepted, done and refused with a reason are answers.")
                )  # fmt: skip
    if problems:
        raise BadInput("No answer was taken.", problems[:TOLD])
    fresh = [orders[key] for key, said in read.items() if (orders[key].answer, orders[key].answer_reason) != said]
    for order in fresh:
        order.answer, order.answer_reason = read[order.key][0].value, read[order.key][1]
        order.answered_at = by.now
    Order.objects.bulk_update(fresh, ["answer", "answer_reason", "answered_at"], batch_size=500)
    record("plan answered", by=by, about=plan.item, facts={"lines": len(read), "new": len(fresh)})
    return len(fresh)


def answer_of(line: bytes) -> tuple[str, Answer, str]:
    """One line.

    Raises   ValueError with what is wrong
    """
    said: Any = json.loads(line)
    if not isinstance(said, dict) or not isinstance(said.get("key"), str):
        raise ValueError("no object with a key")  # noqa: TRY004 - the line is wrong, whatever type it has
    answer, reason = Answer(str(said.get("answer"))), str(said.get("reason") or "").strip()
    if answer == Answer.REFUSED and not reason:
        raise ValueError("a refusal without its reason")
    if len(reason) > LONGEST or "\0" in reason:
        raise ValueError(f"a reason of {len(reason)} characters")
    return said["key"], answer, reason


@transaction.atomic
def try_again(plan: Plan, *, by: Seat) -> int:
    """Let what was given up be tried again; gives how many orders."""
    require(by, "run plan", plan.item)
    lost = (
        Order.objects.filter(plan=plan, dead_at__isnull=False)
        .exclude(error="called off")
        .exclude(what="do", target__undo_at__isnull=False)
    )
    many = lost.update(dead_at=None, attempts=1, due_at=by.now)
    record("plan orders tried again", by=by, about=plan.item, facts={"orders": many})
    return many
