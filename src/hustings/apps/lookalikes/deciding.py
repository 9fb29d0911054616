"""What people make of look-alikes: let stand with a reason, made a lead, or taken back."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.leads import About, record_lead
from hustings.apps.lookalikes import find
from hustings.apps.lookalikes.models import Allowed, Hit
from hustings.apps.lookalikes.protecting import said
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput, Problem
from hustings.policy.casework import LeadSource
from hustings.policy.lookalike import AllowedGround, HitState

__all__ = ["allow_hit", "suspect", "take_back"]

DECIDE = "decide a look-alike"


def locked(hit: Hit) -> Hit:
    """The row as it stands now, held until the end of the transaction; only one that waits.

    Raises   NotKnown, BadInput
    """
    held = (
        Hit.objects.select_for_update(of=("self",)).select_related("item__label", "protected").filter(pk=hit.pk).first()
    )
    if held is None:
        raise NotKnown
    if held.state != HitState.OPEN:
        raise BadInput("Nothing was changed.", [Problem(
            where="state", found=held.state, expected="open", do="Load the page again: somebody decided meanwhile.")])  # fmt: skip
    return held


def close(hit: Hit, state: HitState, *, by: Seat, reason: str) -> Hit:
    """Write a decision down."""
    hit.state, hit.reason, hit.decided_by, hit.decided_at = state.value, reason, by.appointment, by.now
    hit.save(update_fields=["state", "reason", "decided_by", "decided_at", "allowed", "lead"])
    return hit


@transaction.atomic
def allow_hit(hit: Hit, ground: AllowedGround, *, by: Seat, reason: str) -> Hit:
    """Let something stand, for good: it is not told again, whichever protected name it looks like.

    Raises   NotKnown, Refused, BadInput
    """
    require(by, DECIDE, hit.item, reason=reason)
    hit, why = locked(hit), said(reason)
    same = {"held_by_id": find.own(by), "what": hit.what, "platform": hit.platform, "value": hit.spelt}
    let = Allowed.objects.filter(**same, ended_at=None).first()
    if let is None:
        try:
            with transaction.atomic():
                let = Allowed.objects.create(**same, ground=ground, reason=why, by=by.appointment)
        except IntegrityError:
            raise BadInput("Nothing was changed.", [Problem(
                where="state", found="let stand meanwhile", expected="open", do="Load the page again.")]) from None  # fmt: skip
    hit.allowed = let
    close(hit, HitState.ALLOWED, by=by, reason=why)
    record("look-alike let stand", by=by, about=hit.item, reason=why, facts={"ground": ground.value})
    return hit


@transaction.atomic
def suspect(hit: Hit, *, by: Seat, reason: str) -> Hit:
    """Make a look-alike a lead, as restricted as itself.

    Raises   NotKnown, Refused, BadInput
    """
    require(by, DECIDE, hit.item, reason=reason)
    hit, why = locked(hit), said(reason)
    lead = record_lead(
        by=by, source=LeadSource.RULE, title=hit.item.title, text=f"{hit.sentence}\n\n{why}", marking=own_marking(by),
        key=f"look-alike {hit.what} {hit.platform} {hit.spelt}"[:300], score=hit.score, why=[hit.sentence[:500]],
        about=[About(what=hit.what, platform=hit.platform, name=hit.observed), About(what="look-alike", item=hit.item)],
    )  # fmt: skip
    hit.lead = lead.item
    close(hit, HitState.SUSPICIOUS, by=by, reason=why)
    record("look-alike made a lead", by=by, about=hit.item, subject=("item", lead.pk), reason=why)
    return hit


@transaction.atomic
def take_back(allowed: Allowed, *, by: Seat, reason: str) -> Allowed:
    """Say that something is no longer let stand; when it is seen next it is told anew.

    Raises   NotKnown, Refused, BadInput
    """
    require(by, DECIDE, reason=reason)
    held = Allowed.objects.select_for_update().filter(pk=allowed.pk, held_by=find.own(by), ended_at=None).first()
    if held is None:
        raise NotKnown
    why = said(reason)
    # Hits that it closed wait again: somebody has to look at them without it.
    waiting = list(find.hits(by).filter(allowed=held, state=HitState.ALLOWED.value))
    for hit in waiting:
        hit.state, hit.allowed, hit.reason, hit.decided_by, hit.decided_at = HitState.OPEN.value, None, "", None, None
        hit.save(update_fields=["state", "allowed", "reason", "decided_by", "decided_at"])
    held.ended_by, held.ended_at, held.ended_reason = by.appointment, by.now, why
    held.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    record("look-alike no longer let stand", by=by, subject=("allowed", held.pk), reason=why, facts={"open": len(waiting)})  # fmt: skip
    return held
