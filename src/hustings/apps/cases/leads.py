"""What is done with leads: told, told again, dismissed for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases import find
from hustings.apps.cases.models import Lead, LeadAbout, LeadTold
from hustings.apps.items.actions import make_item
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, require
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.casework import Disposition, LeadSource, LeadState
from hustings.policy.marking import Marking

__all__ = ["About", "dismiss", "record_lead"]

KEPT = timedelta(days=180)  # what was dismissed is deleted then


@dataclass(frozen=True, kw_only=True)
class About:
    """What a lead is about: something with a name on a platform, or another item."""

    what: str
    platform: str = ""
    name: str = ""
    item: Item | None = None


@transaction.atomic
def record_lead(
    *,
    by: Seat,
    source: LeadSource,
    title: str,
    marking: Marking,
    text: str = "",
    key: str = "",
    score: float | None = None,
    why: Sequence[str] = (),
    about: Iterable[About] = (),
) -> Lead:
    """Record that something should be looked at; of what somebody may know already it is told again, not twice.

    key      what it is about, in one form; the same key is the same lead while that is open or taken up
    Raises   BadInput for a lead without words, NotKnown for an item that the seat may not know
    """
    decision = allow(by, "record lead")
    told_of = list(about)
    problems = []
    if not title.strip():
        problems.append(Problem(where="title", found="nothing", expected="what it is about, in a line", do="Write it."))
    if score is not None and not 0 <= score <= 1:
        problems.append(Problem(where="score", found=f"{score:g}", expected="0 to 1", do="Leave it out, or scale it."))
    if problems:
        raise BadInput("The lead cannot be recorded.", problems)
    if key:
        with connection.cursor() as cursor:  # two who tell the same at once tell it of one lead
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"lead {key}"])
        same = find.leads(by).filter(key=key).exclude(state=LeadState.DISMISSED).first()
        if same is not None:
            told = LeadTold.objects.create(lead=same, source=source, text=text or title, by=by.appointment)
            record("lead told again", by=by, about=same.item, subject=("told", told.pk), facts={"source": source.value})
            return same
    item = make_item(
        kind="lead", title=title.strip(), text=text, marking=marking, by=by,
        sources=[one.item for one in told_of if one.item is not None],
    )  # fmt: skip
    lead = Lead.objects.create(item=item, source=source, key=key, score=score, why=list(why))
    LeadAbout.objects.bulk_create(
        LeadAbout(lead=lead, what=one.what, platform=one.platform, name=one.name, item=one.item) for one in told_of
    )
    log(by, act("record lead"), item, decision)
    record("lead recorded", by=by, about=item, facts={"source": source.value, "about": len(told_of)})
    return lead


def locked(lead: Lead) -> Lead:
    """The row as it stands now, held until the end of the transaction."""
    held = Lead.objects.select_for_update(of=("self",)).select_related("item__label").filter(pk=lead.pk).first()
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def dismiss(lead: Lead, disposition: Disposition, *, by: Seat, reason: str) -> Lead:
    """Say that nobody will look at it further, and why; it is kept for 180 days, so that its source can be judged."""
    lead = locked(lead)
    require(by, "dispose of lead", lead.item, reason=reason)
    problems = []
    if lead.state != LeadState.OPEN:
        problems.append(
            Problem(where="state", found=lead.state, expected="open", do="Load the page again and look at it anew.")
        )
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it."))
    if problems:
        raise BadInput("The lead was not dismissed.", problems)
    lead.state, lead.disposition, lead.reason = LeadState.DISMISSED, disposition, reason.strip()
    lead.disposed_by, lead.disposed_at = by.appointment, by.now
    lead.save(update_fields=["state", "disposition", "reason", "disposed_by", "disposed_at"])
    lead.item.expires_at = by.now + KEPT
    lead.item.save(update_fields=["expires_at"])
    record("lead dismissed", by=by, about=lead.item, reason=reason, facts={"disposition": disposition.value})
    return lead
