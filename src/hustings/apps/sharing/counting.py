"""What the worker does by itself: it lets requests expire, and tells the public each quarter once its delay is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Order
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.items.models import Item
from hustings.apps.sharing.find import SORTS
from hustings.apps.sharing.models import COUNTS, ActionRequest, PublicCount, RefusedTip, Step
from hustings.policy.capacity import GOVERNMENT, Capacity, Sort
from hustings.policy.origin import COUNT_FLOOR, counted, due_period
from hustings.policy.requests import Party, RequestState

__all__ = ["expire_overdue", "publish_counts"]

UNSAID = "a government of unknown capacity"
OUTCOMES = ("acted", "partly", "declined", "not answered or taken back")
NOBODY = "Nobody answered by the deadline."


def expire_overdue() -> int:
    """Let what nobody answered by its deadline expire; gives how many."""
    many = 0
    with in_role(WORKER):
        now = moment()
        for model in (model for sort, model in SORTS.items() if sort is not Sort.SHARE):
            for one in model.objects.filter(deadline__lt=now).order_by("deadline", "pk"):  # type: ignore[attr-defined]
                last = Step.objects.filter(of=one.pk).order_by("-number").first()
                state = RequestState(last.state) if last is not None else RequestState.SENT
                if not state.waits:
                    continue
                Step.objects.create(
                    of_id=one.pk, number=last.number + 1 if last is not None else 1, code="expire", state=RequestState.EXPIRED,
                    party=Party.CLOCK, reason=NOBODY, at=now,
                )  # fmt: skip
                record(f"{one.sort.value}: expire", by=None, about=Item.objects.get(pk=one.pk))
                many += 1
    return many


def since_and_after(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of a day to the first moment after another, in UTC."""
    return datetime.combine(first, datetime.min.time(), UTC), datetime.combine(
        last + timedelta(days=1), datetime.min.time(), UTC
    )


def capacities() -> dict[str, int]:
    """A count of none for every capacity of governments."""
    return {**{one.value: 0 for one in Capacity if one in GOVERNMENT}, UNSAID: 0}


def actions(first: date, last: date) -> dict[str, int]:
    """What was done that a government had a part in beginning, by its capacity."""
    cells = capacities()
    with connection.cursor() as cursor:
        cursor.execute("SELECT capacity, number FROM sharing_done(%s, %s)", [first, last])
        for capacity, number in cursor.fetchall():
            cells[capacity if capacity in cells else UNSAID] += number
    return cells


def asked_by_governments(first: date, last: date) -> list[Any]:
    """Requests for action of governments that were sent in these days."""
    since, after = since_and_after(first, last)
    return list(ActionRequest.objects.filter(government=True, sent_at__gte=since, sent_at__lt=after).order_by("pk"))


def requests(first: date, last: date) -> dict[str, int]:
    """Requests for action by capacity of the government that asked."""
    cells = capacities()
    for one in asked_by_governments(first, last):
        cells[one.capacity if one.capacity in cells else UNSAID] += 1
    return cells


def answers(first: date, last: date) -> dict[str, int]:
    """The same requests by what came of them."""
    cells = dict.fromkeys(OUTCOMES, 0)
    for one in asked_by_governments(first, last):
        states = Step.objects.filter(of=one.pk, state__in=OUTCOMES).order_by("number").values_list("state", flat=True)
        cells[next(iter(states), OUTCOMES[-1])] += 1
    return cells


def tips_refused(first: date, last: date) -> dict[str, int]:
    """Tips that were refused on their form, by capacity of who sent them."""
    since, after = since_and_after(first, last)
    found = Counter(
        RefusedTip.objects.filter(at__gte=since, at__lt=after).order_by("pk").values_list("capacity", flat=True)
    )
    cells = {**capacities(), "others": 0}
    for capacity, number in found.items():
        cells[capacity if capacity in cells else "others"] += number
    return cells


CELLS: dict[str, Callable[[date, date], dict[str, int]]] = {
    "actions": actions, "requests": requests, "answers": answers, "tips refused": tips_refused,
}  # fmt: skip
assert tuple(CELLS) == COUNTS, "a count that nobody works out"


def first_of_all() -> date | None:
    """The first day of which there is anything to tell: the same for every count, so that none tells when it began."""
    begun = [
        Order.objects.aggregate(at=Min("made_at"))["at"], ActionRequest.objects.aggregate(at=Min("sent_at"))["at"],
        RefusedTip.objects.aggregate(at=Min("at"))["at"], PublicCount.objects.aggregate(at=Min("since"))["at"],
    ]  # fmt: skip
    days = [at if not isinstance(at, datetime) else at.astimezone(UTC).date() for at in begun if at is not None]
    return min(days, default=None)


@transaction.atomic
def publish_counts() -> int:
    """Tell every quarter that is due and was not told, of each count; gives how many numbers were told.

    What was told is never changed: a row is added once, and a trigger refuses the rest.
    """
    many = 0
    with in_role(WORKER):
        today = moment().astimezone(UTC).date()
        first = first_of_all()
        if first is None:
            return 0
        for what, cells in CELLS.items():
            told = {row.since: not row.numbers for row in PublicCount.objects.filter(what=what)}
            # A quarter that was told is closed: what comes to be known of earlier days later is counted with no other.
            begun = min([first, *told])
            while (due := due_period(begun, today, told)) is not None:
                counts_from, since, until = due
                numbers = counted(cells(counts_from, until), floor=COUNT_FLOOR)
                PublicCount.objects.create(
                    what=what, counts_from=counts_from, since=since, until=until, floor=COUNT_FLOOR,
                    numbers=[{"groups": list(one.groups), "number": one.number} for one in numbers],
                )  # fmt: skip
                told[since] = not numbers
                many += 1
    return many
