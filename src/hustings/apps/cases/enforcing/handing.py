"""Orders: made for what was released and what was taken back, each once, and handed to the platform's own systems."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from hustings.apps.cases.enforcing.notices import address, new_code, words
from hustings.apps.cases.enforcing.planning import handed_over_up_to
from hustings.apps.cases.enforcing.webhook import Said, post
from hustings.apps.cases.models import Notice, Order, Plan, Target
from hustings.apps.database import WORKER, in_role, moment
from hustings.ledger.verify_log import canonical
from hustings.policy.casework import MemberState
from hustings.policy.enforcement import Answer, PlanState

__all__ = ["ATTEMPTS", "PORTION", "deliver_due", "hand_over", "make_due"]

PORTION = 500  # targets in one transaction
DELIVERED = 100  # orders that are claimed in one transaction, and whose answers are written down in one
CALLS = 8  # at once
ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)  # longer than a call may take, so that nobody sends what another is sending
LATEST_CALL = 40  # seconds after a claim: begun then, a call that takes its whole time ends before another may try
LONGEST_WAIT = timedelta(hours=12)
SAID = logging.getLogger(__name__)


def hand_over() -> int:
    """Make the orders that are due and deliver them; gives how many were delivered. Run again it does nothing twice."""
    many = 0
    # What is answered makes further orders due: whom it concerns is told.
    while make_due() + (delivered := deliver_due()):
        many += delivered
    return many


def make_due() -> int:
    """Make every order that is due; gives how many were made."""
    with in_role(WORKER):
        acting = Plan.objects.filter(state__in=[PlanState.RUNNING, PlanState.DONE, PlanState.ROLLED_BACK])
        keys = list(acting.order_by("at", "pk").values_list("pk", flat=True))
    many = 0
    for key in keys:
        for make in (make_doing, make_undoing, make_notices):
            while made := in_portions(key, make):
                many += made
    return many


def in_portions(key: UUID, make: Any) -> int:
    """One portion of one plan in a transaction of its own: whatever ends the worker, it is made whole or not at all."""
    with in_role(WORKER):
        plan = Plan.objects.select_for_update().get(pk=key)
        many: int = make(plan)
        return many


def order_of(what: str) -> Exists:
    """Whether a target has an order of this kind."""
    return Exists(Order.objects.filter(target=OuterRef("pk"), what=what))


def make_doing(plan: Plan) -> int:
    """Orders of the released stages. What is no member any more is dropped, and told so."""
    if plan.state != PlanState.RUNNING:
        return 0
    due = plan.targets.filter(
        ~order_of("do"), approved=True, dropped="", undo_at__isnull=True, place__lt=handed_over_up_to(plan)
    )
    portion = list(due.select_related("member").order_by("place")[:PORTION])
    gone = [target.pk for target in portion if target.member.state != MemberState.ACCEPTED]
    if gone:
        Target.objects.filter(pk__in=gone).update(dropped="It is no accepted member of the campaign any more.")
    put(plan, "do", {target: {} for target in portion if target.pk not in gone})
    return len(portion)


def make_undoing(plan: Plan) -> int:
    """Orders that take back what was sent, or may have been. What nobody was sent yet is called off instead.

    What is being tried is tried no more; its undoing waits until no call that began before can still arrive.
    """
    asked = plan.targets.filter(~order_of("undo"), order_of("do"), undo_at__isnull=False, dropped="")
    portion = list(asked.order_by("place")[:PORTION])
    called_off: set[UUID] = set()
    later: dict[UUID, datetime] = {}
    if plan.channel == "webhook":
        under_way = Order.objects.select_for_update().filter(target__in=portion, what="do", delivered_at__isnull=True)
        for order in under_way.order_by("key"):
            if order.attempts:
                later[order.target_id] = order.due_at
            else:
                called_off.add(order.target_id)
        stopped = Order.objects.filter(target__in=[*called_off, *later], what="do", dead_at__isnull=True)
        stopped.update(dead_at=moment(), error="called off")
        Target.objects.filter(pk__in=called_off).update(dropped="It was taken back before it was sent.")
    put(plan, "undo", {target: {} for target in portion if target.pk not in called_off}, later)
    return len(portion)


def make_notices(plan: Plan) -> int:
    """What whom it concerns is told, once the platform says that it acts, and no notice waits on a ground."""
    if not settings.PUBLIC_URL or (plan.notices_after is not None and plan.notices_after > moment()):
        return 0
    acted = Order.objects.filter(target=OuterRef("pk"), what="do", answer__in=[Answer.ACCEPTED, Answer.DONE])
    portion = list(plan.targets.filter(~order_of("notice"), Exists(acted)).order_by("place")[:PORTION])
    made = [
        Notice(target=target, plan=plan, code=(code := new_code()), text=words(plan, target, address(code)))
        for target in portion
    ]
    Notice.objects.bulk_create(made)
    put(plan, "notice", {notice.target: {"text": notice.text, "appeal": address(notice.code)} for notice in made})
    return len(portion)


def put(
    plan: Plan, what: str, targets: dict[Target, dict[str, str]], later: dict[UUID, datetime] | None = None
) -> None:
    """Write orders down, with the bytes that are sent."""
    now = moment()
    Order.objects.bulk_create(
        [
            Order(key=key, plan=plan, target=target, what=what, due_at=max(now, (later or {}).get(target.pk, now)), body=canonical(body(plan, target, key, what) | more).decode())
            for target, more in targets.items()
            for key in [f"{what}-{target.pk}"]
        ]
    )  # fmt: skip


def body(plan: Plan, target: Target, key: str, what: str) -> dict[str, Any]:
    """What the platform is told: nothing of who decided, nothing of the evidence."""
    return {
        "key": key, "order": what, "plan": str(plan.pk), "target": str(target.pk), "action": target.action,
        "asset": {"kind": target.kind, "platform": target.platform, "name": target.name},
        "ground": plan.ground, "rule": plan.rule, "begins": plan.begins_on.isoformat(),
        "ends": plan.ends_on.isoformat() if plan.ends_on else None,
    }  # fmt: skip


def deliver_due() -> int:
    """Deliver every order that is due; gives how many were. Several workers may do so at once."""
    if not (settings.ENFORCEMENT_URL and settings.ENFORCEMENT_KEY):
        return 0
    many = 0
    while (done := deliver_next()) is not None:
        many += done
    return many


def deliver_next() -> int | None:
    """Deliver the next portion of orders: how many were delivered; None when none is due.

    That they are tried is written down before anything is sent, and what was answered once all were: whoever dies in
    between leaves a portion that is tried again under the same keys, by which the platform knows a repeat.
    """
    begun, orders = time.monotonic(), claim()
    if not orders:
        return None
    with ThreadPoolExecutor(CALLS) as calling:
        told = list(calling.map(lambda order: called(order, begun), orders))
    settle(dict(zip(orders, told, strict=True)))
    return sum(isinstance(one, Said) for one in told)


def called(order: Order, begun: float) -> Said | str | None:
    """What the platform said to an order, or the kind of the error; None where there was no time left to ask."""
    if time.monotonic() - begun > LATEST_CALL:
        return None
    try:
        return post(settings.ENFORCEMENT_URL, settings.ENFORCEMENT_KEY, order.key, order.body.encode())
    except (OSError, ValueError) as error:
        # The kind of the error alone: its words may name an asset.
        SAID.warning("order %s failed: %s", order.key, type(error).__name__)
        return type(error).__name__


def claim() -> list[Order]:
    """The next orders, kept from others for a while. An undoing waits until what it undoes was delivered or given up."""
    with in_role(WORKER):
        now = moment()
        done = Order.objects.filter(target=OuterRef("target"), what="do").filter(
            Q(delivered_at__isnull=False) | Q(dead_at__isnull=False)
        )
        due = (
            Order.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(
                Q(what="do") | Exists(done), delivered_at=None, dead_at=None, due_at__lte=now, plan__channel="webhook"
            )
            .order_by("due_at", "key")
        )
        orders = list(due[:DELIVERED])
        for attempts, alike in grouped((order.attempts + 1, order) for order in orders).items():
            wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
            Order.objects.filter(pk__in=alike).update(attempts=attempts, due_at=now + wait)
        return orders


def grouped(told: Iterable[tuple[Any, Order]]) -> dict[Any, list[str]]:
    """Keys of orders by what is alike of them: a portion is written down in few statements."""
    found: dict[Any, list[str]] = {}
    for kind, order in told:
        found.setdefault(kind, []).append(order.key)
    return found


def settle(told: dict[Order, Said | str | None]) -> None:
    """Write down what was answered; leave what failed for later, or give it up in plain sight."""
    with in_role(WORKER):
        now = moment()
        waiting = Order.objects.filter(pk__in=[order.pk for order in told], delivered_at=None)
        fresh = list(waiting.select_for_update().order_by("key"))
        for said, alike in grouped((told[order], order) for order in fresh).items():
            those = Order.objects.filter(pk__in=alike)
            if isinstance(said, Said):
                those.update(
                    delivered_at=now, error="", answer=said.answer.value, answer_reason=said.reason, answered_at=now
                )
            elif said is None:
                those.update(attempts=F("attempts") - 1, due_at=now)
            else:
                those.update(error=said)
                those.filter(attempts__gte=ATTEMPTS).update(dead_at=now)
