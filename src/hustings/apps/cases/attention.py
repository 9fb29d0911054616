"""What of casework waits for a person: new leads, tasks that are theirs, members that another proposed, duties with a day."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.urls import reverse

from hustings.apps.cases import find
from hustings.apps.cases.afteraction.waiting import look_backs_waiting
from hustings.apps.cases.disclosing.duties import duties
from hustings.apps.cases.fixity import damaged
from hustings.apps.cases.models import Member, Task
from hustings.apps.cases.reporting.waiting import reports_waiting
from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.casework import LeadState, MemberState, TaskState

__all__ = ["attention"]


def attention(seat: Seat) -> list[Attention]:
    """Leads nobody looked at, told as one; tasks by name; proposals that wait for a second person, by campaign."""
    waiting = []
    if can(seat, "dispose of lead"):
        fresh = find.leads(seat).filter(state=LeadState.OPEN)
        oldest, count = fresh.order_by("item__made_at").first(), fresh.count()
        if oldest is not None:
            waiting.append(
                Attention(
                    sentence=f"{count:,} {'lead waits' if count == 1 else 'leads wait'} to be taken up or dismissed.",
                    url=reverse("leads"), since=oldest.item.made_at, act="Look", item=oldest.item,
                )
            )  # fmt: skip
    mine = Task.objects.filter(case__in=find.cases(seat), for_whom=seat.appointment, state=TaskState.OPEN)
    waiting += [
        Attention(
            sentence=f"Yours to do: {task.title}", url=reverse("case", args=[task.case_id]), since=task.at, act="Open the case",
            until=datetime.combine(task.due, time(23, 59), UTC) if task.due else None, item=task.case.item,
        )
        for task in mine.select_related("case__item__label")[:20]
    ]  # fmt: skip
    for campaign in find.campaigns(seat).filter(members__state=MemberState.PROPOSED).distinct()[:20]:
        proposed = Member.objects.filter(campaign=campaign, state=MemberState.PROPOSED).exclude(by__person=seat.person)
        first, count = proposed.order_by("at").select_related("by").first(), proposed.count()
        if first is not None and can(seat, "accept member", campaign.item, asked_by=first.by):
            waiting.append(
                Attention(
                    sentence=f"{count:,} proposed for {campaign.item.title}: does it belong?", url=reverse("campaign", args=[campaign.pk]),
                    since=first.at, act="Decide", item=campaign.item,
                )
            )  # fmt: skip
    return waiting + evidence_at_risk(seat) + duties(seat) + reports_waiting(seat) + look_backs_waiting(seat)


def evidence_at_risk(seat: Seat) -> list[Attention]:
    """Sealed objects that are not whole any more, and those that no time authority stamped when it was asked."""
    if not can(seat, "seal evidence"):
        return []
    known = find.evidence(seat)
    waiting = [
        Attention(
            sentence=f"Sealed evidence is missing or changed: {kept.name}", url=reverse("evidence", args=[kept.pk]), act="Look",
            since=kept.checked_at or kept.sealed_at, item=kept.item,
        )
        for kept in known.filter(pk__in=damaged())[:20]
    ]  # fmt: skip
    bare = known.filter(leaf__head__tries__gt=0, leaf__head__stamps__isnull=True)
    first, count = bare.last(), bare.count()
    if first is not None:
        waiting.append(
            Attention(
                sentence=f"No time authority stamped {count:,} sealed {'object' if count == 1 else 'objects'}. Tell the administrator.",
                url=reverse("evidence", args=[first.pk]), act="Look", since=first.sealed_at, item=first.item,
            )
        )  # fmt: skip
    return waiting
