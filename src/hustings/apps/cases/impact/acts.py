"""What people say of the impact of a campaign: what they saw, and which category they judge it to be."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Campaign, ImpactJudgement, ImpactObservation
from hustings.apps.cases.working import said
from hustings.apps.items.actions import part_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.impact import BREAKOUT, Step, category, claims_of_votes, missing

__all__ = ["judge", "observe"]


def votes_refused(**texts: str) -> list[Problem]:
    """A problem for each passage that says what the campaign did to votes."""
    return [
        Problem(
            where=where, found=f"'{passage[:80]}'", expected="what was seen, by whom and how often",
            do="Nobody can know from what was seen whether anybody voted otherwise: say who saw it and who passed it on.",
        )
        for where, text in texts.items()
        for passage in claims_of_votes(text)
    ]  # fmt: skip


@transaction.atomic
def observe(
    campaign: Campaign, step: Step, *, by: Seat, text: str, source: str, seen_on: date | None = None, times: int | None = None,
    unit: str = "", rests_on: Item | None = None,
) -> ImpactObservation:  # fmt: skip
    """Write down that a campaign was taken up, where it can be seen, and how often where somebody counted.

    Raises   BadInput for words that say what it did to votes, and for a number that counts nothing
    """
    require(by, "work on case", campaign.item)
    said(text=text, source=source)
    problems = votes_refused(text=text)
    if (times is None) != (not unit.strip()):
        problems.append(
            Problem(where="unit" if times is not None else "times", found="nothing", expected="both a number and what it counts, or neither",
                    do="Say what was counted, such as shares; or leave both empty.")
        )  # fmt: skip
    if times is not None and times < 0:
        problems.append(Problem(where="times", found=f"{times:,}", expected="zero or more", do="Look at it again."))
    if seen_on is not None and seen_on > by.now.date():
        problems.append(Problem(where="seen on", found=str(seen_on), expected=f"{by.now:%Y-%m-%d} or before", do="Say when it was seen."))  # fmt: skip
    if problems:
        raise BadInput("The observation was not written down.", problems)
    if rests_on is not None:
        require(by, "read", rests_on)
        part_of(campaign.item, rests_on, by=by)
    made = ImpactObservation.objects.create(
        campaign=campaign, step=step, text=text.strip(), source=source.strip(), seen_on=seen_on, times=times, unit=unit.strip(),
        rests_on=rests_on, by=by.appointment,
    )  # fmt: skip
    record("impact observed", by=by, about=campaign.item, subject=("observation", made.pk), facts={"step": step.value})
    return made


@transaction.atomic
def judge(campaign: Campaign, number: int, *, by: Seat, reason: str) -> ImpactJudgement:
    """Judge in one's own name how far a campaign broke out, on what was observed by now.

    Raises   BadInput for a category whose steps nobody observed, and for words that say what it did to votes
    """
    require(by, "work on case", campaign.item, reason=reason)
    said(reason=reason)
    problems = votes_refused(reason=reason)
    held = list(ImpactObservation.objects.filter(campaign=campaign).order_by("at", "id"))
    if number not in {one.number for one in BREAKOUT}:
        problems.append(Problem(where="category", found=str(number), expected="1 to 6", do="Choose one of the scale."))
    else:
        problems += [
            Problem(where=f"category {number}", found=f"nothing that was {step.value}", expected=step.sentence,
                    do="Write down what was seen and where it can be seen, or judge a lower category.")
            for step in missing(number, frozenset(Step(one.step) for one in held))
        ]  # fmt: skip
    if problems:
        raise BadInput("The impact was not judged.", problems)
    needed = {step for way in category(number).needs for step in way}
    rests_on = [one.pk for one in held if Step(one.step) in needed]
    made = ImpactJudgement.objects.create(
        campaign=campaign, category=number, reason=reason.strip(), observations=rests_on, by=by.appointment
    )
    record("impact judged", by=by, about=campaign.item, subject=("judgement", made.pk), facts={"category": number}, reason=reason)  # fmt: skip
    return made
