"""What supervisors do for the quality of review: items with a known answer, samples to look at again, and errors that were technical."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow
from hustings.apps.review.frozen import freeze
from hustings.apps.review.models import Decision, Gold, GoldEnd, Planted, Sample, Sampled, State, Stratum, Technical
from hustings.apps.review.quality.planting import FIT, answers
from hustings.errors import BadInput, Problem
from hustings.staffing.quality_sample import draw, shared_out

__all__ = [
    "LONGEST",
    "MOST_LOOKS",
    "call_technical",
    "Known",
    "drawn_from",
    "end_gold",
    "make_gold",
    "sample",
    "settled",
]

MOST_LOOKS = 5000
LONGEST = timedelta(days=180)
WORDS = 500
TEXT = 20_000  # characters of a text changed by hand


@dataclass(frozen=True, kw_only=True)
class Known:
    """The right answer and how it is known."""

    outcome: str
    code: str
    why: str


def said(what: str, words: str, problems: list[Problem]) -> str:
    """Words in one line of at most WORDS; what is wrong with them is added to the problems."""
    words = " ".join(words.split())
    if not words or len(words) > WORDS:
        found = "nothing" if not words else f"{len(words)} characters"
        problems.append(Problem(where=what, found=found, expected=f"a sentence of at most {WORDS} characters", do="Write why, in a sentence."))  # fmt: skip
    return words


@transaction.atomic
def make_gold(decision: UUID, known: Known, *, text: str | None = None, by: Seat) -> Gold:
    """Make an item with a known answer from what was decided: as it was seen, or with its text changed by hand.

    text     the changed text; None leaves it
    Raises   NotKnown, Refused; BadInput for work of a queue that cannot have gold, for one that was planted itself, for
             an answer that the policy does not have, for a text where there is none, or no reason
    """
    allow(by, "keep gold")
    found = settled(by).filter(pk=decision).first()
    if found is None:
        raise NotKnown
    work = found.work
    problems: list[Problem] = []
    why = said("why", known.why, problems)
    if work.queue not in FIT or hasattr(work, "appeal"):
        problems.append(Problem(where="decision", found=f"work of '{work.queue}'" if work.queue not in FIT else "an appeal", expected=f"one of {', '.join(sorted(FIT))}, not on an appeal", do="Choose another: its page would tell what it is."))  # fmt: skip
    if not answers(work.policy, known.outcome, known.code):
        problems.append(Problem(where="answer", found=f"'{known.code[:60]}' for '{known.outcome[:30]}'", expected="a reason of the policy that grounds the outcome", do="Choose one of those on the page."))  # fmt: skip
    frozen, by_hand = work.frozen, False
    if text is not None:
        snapshot = work.snapshot
        if not isinstance(snapshot.get("text"), str) or not text.strip() or len(text) > TEXT:
            problems.append(Problem(where="text", found="none to change" if not isinstance(snapshot.get("text"), str) else f"{len(text.strip()):,} characters", expected=f"1 to {TEXT:,} characters, in place of the text that was seen", do="Leave it as it is, or choose another."))  # fmt: skip
        elif text != snapshot["text"]:
            # What rules marked stood at places of the old text.
            snapshot = snapshot | {"text": text} | ({"hits": []} if "hits" in snapshot else {})
            frozen, by_hand = freeze(snapshot), True
    if problems:
        raise BadInput("The item cannot be made.", problems)
    made = Gold.objects.create(
        held_by_id=work.held_by_id, template=work, queue=work.queue, frozen=frozen, by_hand=by_hand,
        outcome=known.outcome, code=known.code, why=why, by=by.appointment,
    )  # fmt: skip
    # Neither the work nor the answer: the log is read by others too.
    record("review gold made", by=by, subject=("gold", made.pk), facts={"queue": made.queue})
    return made


def settled(by: Seat) -> QuerySet[Decision]:
    """Decisions of one's organisation that stand, and none on what was planted."""
    return (
        Decision.objects.filter(
            settles=True,
            undo__isnull=True,
            round=F("work__round"),
            work__state=State.SETTLED,
            work__held_by=by.appointment.position.organisation_id,
        )
        .exclude(work_id__in=Planted.objects.values("work_id"))
        .select_related("work__policy", "reason", "work__appeal")
    )


@transaction.atomic
def end_gold(gold: UUID, *, right: bool, reason: str, by: Seat) -> None:
    """Put an item among the work no more; where its answer was not right, looks at it count for nothing.

    Raises   NotKnown, also for one that has ended; BadInput without a reason
    """
    allow(by, "keep gold")
    found = Gold.objects.filter(pk=gold, end__isnull=True).first()
    if found is None:
        raise NotKnown
    problems: list[Problem] = []
    words = said("reason", reason, problems)
    if problems:
        raise BadInput("The item cannot be taken out.", problems)
    GoldEnd.objects.create(gold=found, right=right, reason=words, by=by.appointment)
    record("review gold ended", by=by, subject=("gold", found.pk), facts={"right": right})


Alike = tuple[str, str, str, str, UUID]


def drawn_from(since: datetime, until: datetime, *, by: Seat) -> dict[Alike, list[UUID]]:
    """Decisions of a time by queue, policy, language, outcome and person; of queues in which looks can be planted."""
    members: dict[Alike, list[UUID]] = defaultdict(list)
    rows = (
        settled(by)
        .filter(decided_at__gte=since, decided_at__lt=until, work__queue__in=FIT)
        .values_list("work__queue", "work__policy__name", "work__language", "outcome", "decided_by__person_id", "pk")
    )
    for queue, policy, language, outcome, person, key in rows.order_by("pk"):
        members[queue, policy, language, outcome, person].append(key)
    return dict(members)


@transaction.atomic
def sample(since: datetime, until: datetime, looks: int, *, why: str, by: Seat) -> Sample:
    """Draw decisions of a time to be looked at again, from each kind in proportion to how many there are, at least one.

    Raises   Refused; BadInput for a time that has not passed or is too long, too many looks, none to draw from, no reason
    """
    allow(by, "sample decisions")
    problems: list[Problem] = []
    words = said("why", why, problems)
    now = moment()
    if not since < until <= now or until - since > LONGEST:
        problems.append(Problem(where="time", found=f"{since:%Y-%m-%d} to {until:%Y-%m-%d}", expected=f"a time that has passed, of at most {LONGEST.days} days", do="Choose other days."))  # fmt: skip
    if not 1 <= looks <= MOST_LOOKS:
        problems.append(Problem(where="looks", found=f"{looks:,}", expected=f"1 to {MOST_LOOKS:,}", do="Draw fewer, or at all."))  # fmt: skip
    members = drawn_from(since, until, by=by) if not problems else {}
    if not problems and not members:
        problems.append(Problem(where="time", found="no decision", expected="decisions that stand", do="Choose a longer time."))  # fmt: skip
    if problems:
        raise BadInput("The sample cannot be drawn.", problems)
    sizes = {name: len(keys) for name, keys in members.items()}
    given = shared_out(sizes, looks)
    # Chosen by nobody, short enough for every reader of JSON, kept with the sample: whoever has the same decisions draws the same again.
    seed = secrets.randbits(52)
    chosen = draw(members, given, seed=seed)
    made = Sample.objects.create(
        held_by_id=by.appointment.position.organisation_id, since=since, until=until, seed=seed, looks=len(chosen),
        decisions=sum(sizes.values()), why=words, by=by.appointment,
    )  # fmt: skip
    strata = strata_of(made, sizes, given)
    Stratum.objects.bulk_create(strata.values(), batch_size=1000)
    Sampled.objects.bulk_create(
        [Sampled(stratum=strata[name], decision_id=key) for name, key in chosen], batch_size=1000
    )
    record("review sample drawn", by=by, subject=("sample", made.pk), facts={"looks": made.looks, "of": made.decisions})
    return made


def strata_of(made: Sample, sizes: Mapping[Alike, int], given: Mapping[Alike, int]) -> dict[Alike, Stratum]:
    """The strata of a sample; people by a number that is drawn anew for each sample."""
    people = sorted({name[4] for name in sizes}, key=lambda _: secrets.randbits(62))
    return {
        name: Stratum(
            sample=made, queue=name[0], policy=name[1], language=name[2], outcome=name[3],
            reviewer=people.index(name[4]) + 1, size=sizes[name], looks=given[name],
        )
        for name in sorted(sizes, key=lambda name: (name[:4], people.index(name[4])))
    }  # fmt: skip


@transaction.atomic
def call_technical(decision: UUID, *, reason: str, by: Seat) -> None:
    """Say that a wrong decision was a slip or the page's fault: it counts as technical from then on.

    Raises   NotKnown for one that is not known to be wrong, or was called so already; BadInput without a reason
    """
    from hustings.apps.review.quality.find import wrong_looks

    allow(by, "sample decisions")
    if Technical.objects.filter(decision=decision).exists() or decision not in {
        each.decision for each in wrong_looks(by)
    }:
        raise NotKnown
    problems: list[Problem] = []
    words = said("reason", reason, problems)
    if problems:
        raise BadInput("It cannot be called technical.", problems)
    organisation = by.appointment.position.organisation_id
    Technical.objects.create(decision_id=decision, held_by_id=organisation, reason=words, by=by.appointment)
    record("review called technical", by=by, subject=("decision", decision))
