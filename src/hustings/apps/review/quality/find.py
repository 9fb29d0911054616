"""Reads about the quality of decisions: how often they are wrong, how far people agree, what waits and will be late.

Nothing here tells how fast anybody is, and no figure rests on fewer than FEWEST looks or speaks of fewer than PEOPLE.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import TruncHour

from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.review.models import (
    Appeal,
    Decision,
    Gold,
    Planted,
    Sample,
    Sampled,
    State,
    Stratum,
    Technical,
    Work,
)
from hustings.policy.reviewing import REMOVES
from hustings.staffing.quality_agreement import Alpha, alpha_of
from hustings.staffing.quality_backlog import Ahead, Due, ahead
from hustings.staffing.quality_double import Common, caught_of, common_of
from hustings.staffing.quality_error import ErrorKind, kind_of
from hustings.staffing.quality_interval import Rate, rate_of
from hustings.staffing.quality_interval import Stratum as Counted
from hustings.staffing.quality_sample import answer_of

__all__ = [
    "BY",
    "FEWEST",
    "PEOPLE",
    "SINCE",
    "Agreement",
    "Backlog",
    "Errors",
    "GoldTold",
    "Overturned",
    "Wrong",
    "agreement",
    "backlog",
    "decision_of",
    "errors",
    "find_sample",
    "gold",
    "gold_told",
    "overturned",
    "samples",
    "snapshot_of",
    "wrong_looks",
]

FEWEST = 10  # looks under a rate
PEOPLE = 3  # who decided what a rate speaks of: of fewer it would speak of a person
SINCE = timedelta(days=90)
MOST_UNITS = 5000  # works under one alpha: more make it no surer than people need, and slower
ENDLESS = 10**9  # gold is not drawn from a few: it stands for all such decisions
BY: dict[str, str] = {"queue": "Queue", "policy": "Policy", "language": "Language"}


def organisation(seat: Seat) -> UUID:
    """Whose review it is."""
    return UUID(str(seat.appointment.position.organisation_id))


# What waits


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What waits of a queue in a language, how old it is, what is due, and what would be late."""

    queue: str
    language: str
    held: int
    oldest: datetime
    day: int
    pace: float
    told: Ahead
    breaks_at: datetime | None


def backlog(seat: Seat) -> list[Backlog]:
    """By queue and language: what is most late first. `pace` is of the last day, works an hour; `day` is due within 24 hours."""
    now, own = moment(), organisation(seat)
    waiting: dict[tuple[str, str], list[tuple[Due, datetime, int]]] = defaultdict(list)
    rows = (
        Work.objects.filter(held_by=own, state=State.OPEN)
        .annotate(hour=TruncHour("due_at"))
        .values("queue", "language", "hour")
        .annotate(
            many=Count("pk"),
            oldest=Min("asked_at"),
            held=Count("pk", filter=Q(lease_until__gt=now)),
            first=Min("due_at"),
        )
        .order_by("queue", "language", "hour")
    )
    for row in rows:
        due = Due(hours=(row["first"] - now) / timedelta(hours=1), many=row["many"])
        waiting[row["queue"], row["language"]].append((due, row["oldest"], row["held"]))
    done: dict[tuple[str, str], int] = {}
    settled = Decision.objects.filter(work__held_by=own, settles=True, decided_at__gt=now - timedelta(days=1))
    for queue, language, many in (
        settled.order_by().values_list("work__queue", "work__language").annotate(many=Count("pk"))
    ):
        done[queue, language] = many
    found = []
    for (queue, language), dues in waiting.items():
        pace = done.get((queue, language), 0) / 24
        told = ahead([due for due, _, _ in dues], pace)
        found.append(
            Backlog(
                queue=queue,
                language=language,
                held=sum(held for _, _, held in dues),
                oldest=min(oldest for _, oldest, _ in dues),
                day=sum(due.many for due, _, _ in dues if 0 < due.hours <= 24),
                pace=pace,
                told=told,
                breaks_at=now + timedelta(hours=told.first) if told.first is not None else None,
            )
        )
    return sorted(found, key=lambda each: (-each.told.past, -each.told.breaks, each.queue, each.language))


# Samples


@dataclass(frozen=True, kw_only=True)
class Errors:
    """How often decisions of one kind were wrong; None where too few were looked at, or too few people decided them.

    all        wrong, of all decisions
    removed    taken away wrongly, of what was taken away
    left       left wrongly, of what was left
    violates   what does violate, of everything
    """

    name: str
    all: Rate | None
    removed: Rate | None
    left: Rate | None
    violates: Rate | None
    looked: int
    decisions: int


@dataclass
class Tally:
    """Looks of one stratum."""

    stratum: Stratum
    looked: int = 0
    wrong: int = 0
    violates: int = 0


def samples(seat: Seat) -> QuerySet[Sample]:
    """Samples of the reader's organisation, newest first, with how many looks are done or still wait."""
    return (
        Sample.objects.filter(held_by=organisation(seat))
        .select_related("by__person")
        .annotate(waits=Count("strata__drawn__planted", filter=Q(strata__drawn__planted__work__state=State.OPEN)))
        .order_by("-at", "id")
    )


def find_sample(seat: Seat, key: UUID) -> Sample | None:
    """One of them."""
    return samples(seat).filter(pk=key).first()


def looks_of(chosen: Iterable[Sample]) -> list[tuple[Sampled, str | None]]:
    """What was drawn, and what was found to be right; None where that is open."""
    drawn = (
        Sampled.objects.filter(stratum__sample__in=list(chosen))
        .select_related("stratum", "decision__reason", "decision__work__policy")
        .order_by("stratum_id", "id")
    )
    looks: dict[UUID, list[str]] = defaultdict(list)
    planted = Planted.objects.filter(sampled__stratum__sample__in=list(chosen), work__state=State.SETTLED)
    for sampled, outcome in planted.order_by("at").values_list("sampled_id", "work__outcome"):
        looks[sampled].append(outcome)
    return [(each, answer_of(each.decision.outcome, looks[each.pk])) for each in drawn]


def errors(chosen: Sequence[Sample], by: str = "") -> list[Errors]:
    """Rates of error of some samples, with intervals, by queue, policy or language, or of everything together.

    Limits   two looks that agree are taken for the truth; what is drawn and not yet looked at is taken to be like the rest
    """
    tallies = {each.pk: Tally(each) for each in Stratum.objects.filter(sample__in=list(chosen)).order_by("id")}
    for sampled, answer in looks_of(chosen):
        if answer is None:
            continue
        tally = tallies[sampled.stratum_id]
        tally.looked += 1
        tally.wrong += answer != sampled.decision.outcome
        tally.violates += answer in REMOVES
    groups: dict[str, list[Tally]] = defaultdict(list)
    for each in tallies.values():
        groups[(getattr(each.stratum, by) or "not told") if by else "Everything"].append(each)
    return [errors_of(name, group) for name, group in sorted(groups.items())]


def errors_of(name: str, group: list[Tally]) -> Errors:
    """The rates of some strata."""
    removing = [each for each in group if each.stratum.outcome in REMOVES]
    leaving = [each for each in group if each.stratum.outcome not in REMOVES]
    return Errors(
        name=name,
        all=told(group, lambda each: each.wrong),
        removed=told(removing, lambda each: each.wrong),
        left=told(leaving, lambda each: each.wrong),
        violates=told(group, lambda each: each.violates),
        looked=sum(each.looked for each in group),
        decisions=sum(each.stratum.size for each in group),
    )


def told(group: Sequence[Tally], count: Callable[[Tally], int]) -> Rate | None:
    """A rate, unless it rests on too little or speaks of too few people."""
    people = {(each.stratum.sample_id, each.stratum.reviewer) for each in group if each.looked}
    if sum(each.looked for each in group) < FEWEST or len({person for _, person in people}) < PEOPLE:
        return None
    return rate_of([Counted(size=each.stratum.size, looked=each.looked, found=count(each)) for each in group])


# Gold


@dataclass(frozen=True, kw_only=True)
class Look:
    """One decision on a gold item, and how it was wrong, if it was."""

    gold: UUID
    queue: str
    policy: str
    language: str
    removes: bool
    decision: UUID
    person: UUID
    outcome: str
    right: str
    kind: ErrorKind | None


def gold(seat: Seat) -> QuerySet[Gold]:
    """Items with a known answer, in use first, with how often each was put among the work."""
    return (
        Gold.objects.filter(held_by=organisation(seat))
        .select_related("template__policy", "by__person", "end")
        .annotate(times=Count("planted"), waits=Count("planted", filter=Q(planted__work__state=State.OPEN)))
        .order_by(F("end__at").asc(nulls_first=True), "-at", "id")
    )


def gold_looks(seat: Seat, since: datetime) -> list[Look]:
    """Decisions on gold whose answer holds, in order; none that its maker took back within seconds."""
    planted = dict(
        Planted.objects.filter(held_by=organisation(seat), gold__isnull=False, work__state=State.SETTLED)
        .exclude(gold__end__right=False)
        .values_list("work_id", "gold_id")
    )
    known = {each.pk: each for each in Gold.objects.filter(pk__in=set(planted.values()))}
    technical = set(Technical.objects.filter(held_by=organisation(seat)).values_list("decision_id", flat=True))
    rows = (
        Decision.objects.filter(work__in=planted, round=1, decided_at__gte=since)
        .exclude(undo__by=F("decided_by"))
        .order_by("decided_at", "id")
        .values_list(
            "pk", "work_id", "outcome", "reason__code", "decided_by__person_id", "work__queue", "work__policy__name",
            "work__language",
        )
    )  # fmt: skip
    looks = []
    for key, work, outcome, code, person, queue, policy, language in rows:
        item = known[planted[work]]
        looks.append(
            Look(
                gold=item.pk, queue=queue, policy=policy, language=language, removes=item.outcome in REMOVES, decision=key,
                person=person, outcome=outcome, right=item.outcome,
                kind=kind_of((outcome, code), (item.outcome, item.code), removing=REMOVES, technical=key in technical),
            )
        )  # fmt: skip
    return looks


@dataclass(frozen=True, kw_only=True)
class GoldTold:
    """What gold tells of one kind of decisions; a rate is None where it would rest on too few looks or people."""

    name: str
    looks: int
    wrong: Rate | None
    kinds: dict[ErrorKind, int] = field(default_factory=dict)


def gold_told(seat: Seat, by: str = "") -> tuple[list[GoldTold], Common, Rate | None]:
    """How often gold was decided wrongly, by kind of error; how far two people err alike; what a second look catches.

    Two looks at one item are paired in order, each in one pair. A wrong selection is counted by its kind; common errors
    and what is caught are of outcomes alone, as is what two people are compared by.
    """
    looks = gold_looks(seat, moment() - SINCE)
    groups: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        groups[(getattr(look, by) or "not told") if by else "Everything"].append(look)
    rows = []
    for name, group in sorted(groups.items()):
        enough = len(group) >= FEWEST and len({look.person for look in group}) >= PEOPLE
        counted = [Counted(size=ENDLESS, looked=len(group), found=sum(look.kind is not None for look in group))]
        kinds = {kind: sum(look.kind is kind for look in group) for kind in ErrorKind} if enough else {}
        rows.append(GoldTold(name=name, looks=len(group), wrong=rate_of(counted) if enough else None, kinds=kinds))
    pairs = paired(looks)
    common = common_of(
        [("violates" if a.removes else "does not", a.outcome != a.right, b.outcome != b.right) for a, b in pairs],
        seed=1,
    )
    enough = sum(a.outcome != a.right for a, _ in pairs) >= FEWEST
    caught = caught_of([(a.outcome != a.right, a.outcome == b.outcome) for a, b in pairs]) if enough else None
    return rows, common, caught


def paired(looks: Sequence[Look]) -> list[tuple[Look, Look]]:
    """Looks at one item by two people, in order."""
    waiting: dict[UUID, Look] = {}
    pairs = []
    for look in looks:
        first = waiting.pop(look.gold, None)
        if first is None:
            waiting[look.gold] = look
        elif first.person != look.person:
            pairs.append((first, look))
        else:
            waiting[look.gold] = first
    return pairs


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A decision that was found wrong: by a sample, or on an item whose answer is known."""

    decision: UUID
    queue: str
    policy: str
    language: str
    outcome: str
    right: str
    kind: ErrorKind
    found_by: str


def wrong_looks(seat: Seat) -> list[Wrong]:
    """What was found wrong of late; not who decided it."""
    since = moment() - SINCE
    technical = set(Technical.objects.filter(held_by=organisation(seat)).values_list("decision_id", flat=True))
    found = []
    for sampled, answer in looks_of(samples(seat).filter(at__gte=since)):
        decision, stratum = sampled.decision, sampled.stratum
        if answer is None or answer == decision.outcome:
            continue
        kind = kind_of((decision.outcome, ""), (answer, ""), removing=REMOVES, technical=decision.pk in technical)
        assert kind is not None
        found.append(
            Wrong(
                decision=decision.pk, queue=stratum.queue, policy=stratum.policy, language=stratum.language,
                outcome=decision.outcome, right=answer, kind=kind, found_by="a sample",
            )
        )  # fmt: skip
    for look in gold_looks(seat, since):
        if look.kind is not None:
            found.append(
                Wrong(
                    decision=look.decision, queue=look.queue, policy=look.policy, language=look.language,
                    outcome=look.outcome, right=look.right, kind=look.kind, found_by="a known answer",
                )
            )  # fmt: skip
    return found


def decision_of(seat: Seat, key: UUID) -> Decision:
    """A decision that is known to be there, with what was seen."""
    return Decision.objects.select_related("work__policy", "reason").get(pk=key, work__held_by=organisation(seat))


def snapshot_of(item: Gold) -> dict[str, Any]:
    """What a reviewer sees of an item."""
    shown: dict[str, Any] = json.loads(item.frozen)
    return shown


# Agreement and appeals


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far first and second looks agree under one policy in one language; `alpha` is None where it would say too little."""

    policy: str
    language: str
    units: int
    alike: Rate | None
    alpha: Alpha | None


def agreement(seat: Seat) -> list[Agreement]:
    """By policy and language, of what two looked at without seeing each other's outcome in the last 90 days, lowest first.

    Limits   of what was looked at by two at all: where only removals are, it says nothing of what was left
    """
    looks: dict[tuple[str, str], dict[tuple[UUID, int], list[tuple[str, UUID]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    rows = (
        Decision.objects.exclude(undo__by=F("decided_by"))
        .filter(
            pass_no__lte=2, decided_at__gte=moment() - SINCE, work__people=2, work__state=State.SETTLED,
            work__held_by=organisation(seat),
        )
        .order_by("-decided_at", "work_id", "round", "pass_no")
        .values_list("work__policy__name", "work__language", "work_id", "round", "outcome", "decided_by__person_id")
    )  # fmt: skip
    for policy, language, work, round_, outcome, person in rows[: 4 * MOST_UNITS]:
        looks[policy, language][work, round_].append((outcome, person))
    found = []
    for (policy, language), works in sorted(looks.items()):
        units = [each for each in works.values() if len(each) == 2]
        people = {person for unit in units for _, person in unit}
        same = sum(unit[0][0] == unit[1][0] for unit in units)
        enough = len(units) >= FEWEST and len(people) >= PEOPLE
        found.append(
            Agreement(
                policy=policy,
                language=language,
                units=len(units),
                alike=rate_of([Counted(size=ENDLESS, looked=len(units), found=same)]) if enough else None,
                alpha=alpha_of([[outcome for outcome, _ in unit] for unit in units[:MOST_UNITS]], seed=1)
                if enough
                else None,
            )
        )
    return sorted(found, key=lambda each: (lowest(each), each.policy, each.language))


def lowest(each: Agreement) -> float:
    """What to look at first: the lowest alpha, and last what none is told of."""
    return each.alpha.alpha if each.alpha is not None and each.alpha.alpha is not None else 2.0


@dataclass(frozen=True, kw_only=True)
class Overturned:
    """Appeals against one cause: how many were decided, and how many overturned; the share None of too few."""

    queue: str
    code: str
    title: str
    decided: int
    overturned: int | None
    share: Rate | None


def overturned(seat: Seat) -> list[Overturned]:
    """By queue and reason, of appeals of the last 90 days that were decided; the most first."""
    counts: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    rows = Appeal.objects.filter(at__gte=moment() - SINCE, work__held_by=organisation(seat), work__state=State.SETTLED)
    for queue, code, title, before, after in rows.order_by("at").values_list(
        "work__queue", "decision__reason__code", "decision__reason__title", "decision__outcome", "work__outcome"
    ):
        counts[queue, code, title].append(before != after)
    found = []
    for (queue, code, title), each in sorted(counts.items(), key=lambda item: (-len(item[1]), item[0])):
        enough = len(each) >= FEWEST
        share = rate_of([Counted(size=ENDLESS, looked=len(each), found=sum(each))]) if enough else None
        found.append(
            Overturned(
                queue=queue,
                code=code,
                title=title,
                decided=len(each),
                overturned=sum(each) if enough else None,
                share=share,
            )
        )
    return found
