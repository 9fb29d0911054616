"""Threat assessments: written as versions, approved by another person, as restricted as every actor they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from hustings.apps.audit.record import record
from hustings.apps.elections.models import Assessment, AssessmentActor, AssessmentApproval, AssessmentVersion, Watch
from hustings.apps.elections.planning import done_by_act
from hustings.apps.items.actions import make_item, part_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, can, readable, require
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput, Problem
from hustings.exchange.disarm import unknown
from hustings.policy.casework import Confidence
from hustings.policy.threat import Capability, problems_of

__all__ = ["Named", "approve", "assessments", "find_assessment", "known_actors", "to_approve", "write"]


@dataclass(frozen=True, kw_only=True)
class Named:
    """An actor in an assessment: its profile, where it has one, or a name."""

    name: str
    capability: Capability
    why: str
    actor: Item | None = None


def assessments(seat: Seat) -> QuerySet[Assessment]:
    """Those that the reader may know, newest first."""
    found = Assessment.objects.filter(item__in=readable(seat).values("pk"))
    return found.select_related("item__label", "watch__election", "by__person").order_by("-at", "pk")


def find_assessment(seat: Seat, key: UUID) -> Assessment:
    """One of them. Raises NotKnown."""
    found = assessments(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def known_actors(seat: Seat) -> QuerySet[Item]:
    """Profiles of those who acted before, as far as the reader may know them."""
    return readable(seat).filter(kind="known actor").order_by("title", "pk")


def to_approve(seat: Seat) -> list[AssessmentVersion]:
    """Latest versions that nobody has decided on and this seat may."""
    known = AssessmentVersion.objects.filter(assessment__in=assessments(seat).order_by().values("pk"))
    latest = known.values("assessment").annotate(last=Max("number")).values_list("assessment", "last")
    wanted = dict(latest)
    waiting = known.filter(approval=None).select_related("assessment__item__label", "by__person").order_by("at", "pk")
    return [
        one for one in waiting
        if wanted.get(one.assessment_id) == one.number and can(seat, "approve assessment", one.assessment.item, asked_by=one.by)
    ]  # fmt: skip


@transaction.atomic
def write(
    watch: Watch, *, by: Seat, summary: str, gaps: str, confidence: Confidence, why: str, methods: Sequence[str] = (),
    actors: Sequence[Named] = (), assessment: Assessment | None = None,
) -> AssessmentVersion:  # fmt: skip
    """Write an assessment of an election, or its next version; it becomes as restricted as each profile that it names.

    Raises   BadInput with everything that is missing; a method that DISARM does not have
    """
    require(by, "assess threats", assessment.item if assessment is not None else None)
    problems = [*problems_of(summary, gaps, why, len(actors), methods), *unknown(methods)]
    problems += [
        Problem(where="actors", found=repr(one.name), expected="a name, and why this capability", do="Say both.")
        for one in actors if not one.name.strip() or not one.why.strip()
    ]  # fmt: skip
    if problems:
        raise BadInput("The assessment was not written.", problems)
    if assessment is None:
        item = make_item(
            kind="threat assessment", title=f"Threats to {watch.election.name}"[:300], text="", marking=own_marking(by), by=by,
            sources=[one.actor for one in actors if one.actor is not None],
        )  # fmt: skip
        assessment = Assessment.objects.create(item=item, watch=watch, by=by.appointment)
    else:
        for one in actors:
            if one.actor is not None:
                part_of(assessment.item, one.actor, by=by)
    number = (assessment.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            made = AssessmentVersion.objects.create(
                assessment=assessment, number=number, summary=summary.strip(), gaps=gaps.strip(), methods=sorted(set(methods)),
                confidence=confidence.value, why=why.strip(), by=by.appointment,
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("The assessment was not written.", [Problem(
            where="version", found="another person wrote the next one meanwhile", expected=f"version {number}", do="Read theirs, then write on.")]) from error  # fmt: skip
    for one in actors:
        AssessmentActor.objects.create(
            version=made, actor=one.actor, name=one.name.strip(), capability=one.capability.value, why=one.why.strip()
        )
    done_by_act(assessment.watch, "assessment", f"Version {number} stands.", by=by)
    record("threats assessed", by=by, about=assessment.item, facts={"version": number})
    return made


@transaction.atomic
def approve(version: AssessmentVersion, *, by: Seat, approved: bool, note: str) -> AssessmentApproval:
    """Stand by what another person wrote, or send it back with what is missing."""
    require(by, "approve assessment", version.assessment.item, asked_by=version.by, reason=note)
    latest = version.assessment.versions.aggregate(last=Max("number"))["last"]
    problems = []
    if not note.strip():
        problems.append(
            Problem(
                where="note", found="nothing", expected="what was looked at, or what is missing", do="Write a line."
            )
        )
    if version.number != latest:
        problems.append(
            Problem(
                where="version",
                found=f"version {version.number}",
                expected=f"the latest, {latest}",
                do="Read the latest one.",
            )
        )
    if AssessmentApproval.objects.filter(version=version).exists():
        problems.append(
            Problem(where="version", found="decided before", expected="one that waits", do="Load the page again.")
        )
    if problems:
        raise BadInput("Nothing was decided.", problems)
    made = AssessmentApproval.objects.create(version=version, approved=approved, note=note.strip(), by=by.appointment)
    if approved:
        done_by_act(version.assessment.watch, "approve", f"Version {version.number} has a second person's word.", by=by)
    record("assessment approved" if approved else "assessment sent back", by=by, about=version.assessment.item, reason=note, facts={"version": version.number})  # fmt: skip
    return made
