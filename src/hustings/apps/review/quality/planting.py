"""Putting work among the others that moves nothing: gold in its turn, and the looks of a sample. Done by the worker."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta
from math import floor
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q

from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.review.asking import mark_of
from hustings.apps.review.models import Decision, Gold, Planted, Policy, Reason, Sampled, State, Work
from hustings.apps.review.policies import newest

__all__ = ["FIT", "GOLD_SHARE", "answers", "plant", "plant_all"]

# Queues whose cards show the snapshot and lead nowhere: a link to the thing itself would say how it was decided.
FIT = frozenset({"door", "undeclared", "complaints"})
GOLD_SHARE = 0.03  # of what is asked in a day: enough to learn from, and hardly anybody's day
DAY = timedelta(hours=24)
PORTION = 100  # of one run and organisation, so that a sample does not push other work back


def plant_all() -> int:
    """Put what is due among the work of every organisation; gives how much that was."""
    with in_role(WORKER):
        return plant_gold() + plant_samples()


def plant(
    template: Work,
    frozen: str,
    *,
    gold: Gold | None = None,
    sampled: Sampled | None = None,
    pair: UUID | None = None,
    without: Collection[UUID] = (),
) -> UUID | None:
    """Ask about a snapshot as about the template's, as the worker; a decision on it moves nothing.

    without   persons who may not decide it; who supervises or audits is kept out anyhow
    Edges     None where too few people are left who could decide it: it would wait for ever, and be told by that
    """
    policy = newest(template.policy.name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT review_who_could(%s, %s::uuid[])", [template.pk, [str(each) for each in without]])
        (many,) = cursor.fetchone()
        # Where two look at it, a third decides if they differ.
        if many < (3 if template.risk or template.people == 2 else 1):
            return None
        cursor.execute(
            "SELECT review_plant(%s, %s, %s, %s, %s, %s, %s::uuid[], %s)",
            [
                template.pk,
                frozen,
                policy.pk,
                gold.pk if gold else None,
                sampled.pk if sampled else None,
                pair,
                [str(each) for each in without],
                mark_of(json.loads(frozen)),
            ],
        )
        made: UUID = cursor.fetchone()[0]
        return made


def answers(policy: Policy, outcome: str, code: str) -> bool:
    """Whether a version of a policy has an answer at all."""
    return Reason.objects.filter(policy=policy, code=code, outcomes__contains=[outcome]).exists()


@transaction.atomic
def plant_gold() -> int:
    """Gold, so that of what was asked in the last day GOLD_SHARE are gold: what was seen least and longest ago first."""
    since = moment() - DAY
    many = 0
    for queue, held_by in sorted(set(Gold.objects.filter(end__isnull=True).values_list("queue", "held_by")), key=str):
        asked = Work.objects.filter(queue=queue, held_by=held_by, asked_at__gte=since).count()
        there = Planted.objects.filter(gold__isnull=False, work__queue=queue, held_by=held_by, at__gte=since).count()
        wanted = min(floor(GOLD_SHARE * asked) - there, PORTION)
        waiting = (
            Gold.objects.filter(end__isnull=True, queue=queue, held_by=held_by)
            .exclude(planted__work__state=State.OPEN)
            .annotate(times=Count("planted"), last=Max("planted__at"))
            .select_related("template__policy", "by")
            .order_by("times", "last", "id")
        )
        for gold in waiting:
            if wanted <= 0:
                break
            # An answer that the newest words of the policy do not have is nobody's error.
            if not answers(newest(gold.template.policy.name), gold.outcome, gold.code):
                continue
            works = [gold.template_id, *gold.planted.values_list("work_id", flat=True)]
            if plant(gold.template, gold.frozen, gold=gold, without=[*deciders(works), gold.by.person_id]) is not None:
                wanted -= 1
                many += 1
    return many


@transaction.atomic
def plant_samples() -> int:
    """A look for each decision that was drawn; a second where the first differs from what was decided."""
    many = 0
    waiting = (
        Sampled.objects.annotate(
            looks=Count("planted"),
            open=Count("planted", filter=Q(planted__work__state=State.OPEN)),
            alike=Count("planted", filter=Q(planted__work__outcome=F("decision__outcome"))),
        )
        .filter(open=0, alike=0, looks__lt=2)
        .select_related("decision__work__policy", "stratum")
        .order_by("stratum__sample__at", "id")
    )
    for sampled in waiting.iterator(chunk_size=500):
        if many >= PORTION:
            break
        work, before = sampled.decision.work, sampled.planted.values_list("work_id", flat=True)
        without = deciders([work.pk, *before])
        if plant(work, work.frozen, sampled=sampled, without=without) is not None:
            many += 1
    return many


def deciders(works: Collection[UUID]) -> list[UUID]:
    """Persons who ever decided on one of some works, or keep out of them."""
    decided = Decision.objects.filter(work__in=works).values_list("decided_by__person_id", flat=True)
    barred = Work.objects.filter(pk__in=works).values_list("without", flat=True)
    return sorted({*decided, *(person for each in barred for person in each)})
