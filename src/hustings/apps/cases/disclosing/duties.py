"""What disclosures, legal process and hearings ask of a person by a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from hustings.apps.cases.disclosing import find, hearings, legal
from hustings.apps.cases.models import HearingAnswer, HearingApproval, HearingQuestion, LegalProcess
from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.legal import LegalKind, LegalState

__all__ = ["duties"]

SHOWN = 20  # of one kind
SOON = timedelta(days=7)  # before its end a delay is told of, so that an order for longer can still come
OPEN = [state.value for state in LegalState if state.open]


def end_of(day: date) -> datetime:
    """The last minute of a day."""
    return datetime.combine(day, time(23, 59), UTC)


def duties(seat: Seat) -> list[Attention]:
    """Corrections that are owed, processes to be answered, notices to be passed on, questions without an answer."""
    return [*corrections(seat), *processes(seat), *notices(seat), *questions(seat)]


def corrections(seat: Seat) -> list[Attention]:
    """Corrections that recipients do not have yet, told as one."""
    if not can(seat, "keep register"):
        return []
    owed = find.owed(seat)
    first, count = owed.first(), owed.count()
    if first is None:
        return []
    item = first.disclosure.case.item if first.disclosure.case else None
    words = "recipient is owed a correction" if count == 1 else "recipients are owed corrections"
    return [Attention(sentence=f"{count:,} {words} of what they were told.", url=reverse("disclosures"), since=first.at, until=first.due_at,
                      act="Look", item=item)]  # fmt: skip


def processes(seat: Seat) -> list[Attention]:
    """What was asked and is not answered: for counsel, and for who answers."""
    waiting = []
    for process in legal.processes(seat).filter(state__in=OPEN)[:SHOWN]:
        keeps, state = LegalKind(process.kind).keeps, LegalState(process.state)
        if state is LegalState.RECEIVED:
            if not can(seat, "approve legal process", process.item, asked_by=process.by):
                continue
            sentence, act = f"Waits for counsel: {process.item.title}", "Decide"
        elif keeps:
            if process.due_on > day_of(seat) or not can(
                seat, "approve legal process", process.item, asked_by=process.by
            ):
                continue
            sentence, act = f"The time for which it asks that data is kept is over: {process.item.title}", "End it"
        else:
            if not can(seat, "answer legal process", process.item):
                continue
            sentence, act = (
                f"{'Questioned' if state is LegalState.QUESTIONED else 'To be answered'}: {process.item.title}",
                "Open",
            )
        waiting.append(told(process, sentence, act))
    return waiting


def told(process: LegalProcess, sentence: str, act: str) -> Attention:
    """One thing about a process."""
    return Attention(
        sentence=sentence, url=reverse("legal-process", args=[process.pk]), since=process.at, until=end_of(process.due_on), act=act, item=process.item
    )  # fmt: skip


def notices(seat: Seat) -> list[Attention]:
    """Those whose data it is: to be told now, or soon because a delay ends."""
    today, waiting = day_of(seat), []
    acting = legal.processes(seat).filter(state__in=[*OPEN, LegalState.ANSWERED])
    for process in acting.filter(notices__told_at=None, notices__isnull=False).distinct()[:SHOWN]:
        delayed = legal.delayed_until(process)
        if can(seat, "answer legal process", process.item) and (delayed is None or delayed < today):
            first = process.notices.filter(told_at=None).order_by("made_at").first()
            count = process.notices.filter(told_at=None).count()
            waiting.append(Attention(
                sentence=f"{count:,} {'notice waits' if count == 1 else 'notices wait'} to be passed on: {process.item.title}",
                url=reverse("legal-process", args=[process.pk]), since=first.made_at if first else process.at, act="Pass on", item=process.item,
            ))  # fmt: skip
    for process in acting.filter(delays__until__gte=today, delays__until__lte=today + SOON).distinct()[:SHOWN]:
        delayed = legal.delayed_until(process)
        if delayed is not None and today <= delayed <= today + SOON and can(seat, "answer legal process", process.item):
            waiting.append(Attention(
                sentence=f"The delay of notices ends, and then they are made: {process.item.title}", url=reverse("legal-process", args=[process.pk]),
                since=process.at, until=end_of(delayed), act="Look", item=process.item,
            ))  # fmt: skip
    return waiting


def questions(seat: Seat) -> list[Attention]:
    """Questions of hearings with a day, which nobody has answered, or nobody approved the answer of."""
    newest = HearingAnswer.objects.filter(question=OuterRef(OuterRef("pk"))).order_by("-at", "-id").values("pk")[:1]
    approved = HearingApproval.objects.filter(answer=Subquery(newest))
    asked = HearingQuestion.objects.filter(
        hearing__in=hearings.hearings(seat).order_by().values("pk"), due_on__isnull=False
    )
    open_ones = asked.exclude(Exists(approved)).select_related("hearing__case__item__label").order_by("due_on", "pk")
    return [
        Attention(
            sentence=f"No approved answer to question {one.number} of {one.hearing.title}", url=reverse("hearing-question", args=[one.pk]),
            since=one.at, until=end_of(one.due_on), act="Answer", item=one.hearing.case.item,
        )
        for one in open_ones[:SHOWN] if one.due_on is not None and can(seat, "keep hearing book", one.hearing.case.item)
    ]  # fmt: skip


def day_of(seat: Seat) -> date:
    """The day it is, as windows and delays count days."""
    return seat.now.astimezone(UTC).date()
