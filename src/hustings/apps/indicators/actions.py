"""What people decide about matches: a lead, chance, and whether who gave the indicator is told. Nothing is told by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, Sum

from hustings.apps.audit.record import record
from hustings.apps.cases.leads import About, record_lead
from hustings.apps.database import moment
from hustings.apps.indicators import find
from hustings.apps.indicators.models import Indicator, Match, MatchState, Telling
from hustings.apps.items.actions import make_item, marking_known
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.errors import BadInput, Problem
from hustings.policy.casework import LeadSource
from hustings.policy.marking import Marking

__all__ = ["DECIDE", "SEE", "TELL", "by_chance", "relevant", "tell"]

SEE, DECIDE, TELL = "see indicators", "decide on matches", "tell of matches"


def locked(key: UUID, by: Seat, reason: str) -> Match:
    """The match as it stands now, held until the end of the transaction, where this seat may decide it.

    Raises   NotKnown, Refused, BadInput where somebody decided it before, or without a reason
    """
    known = find.matches(by).filter(pk=key)
    first = known.first()
    if first is None:
        raise NotKnown
    require(by, DECIDE, first.indicator.item, reason=reason)
    if len(reason.split()) < 2:
        raise BadInput(
            "The match was not decided.",
            [Problem(where="reason", found=repr(reason), expected="why, in a sentence", do="Write it.")],
        )
    # Only now: a row that may be read and not changed cannot be locked.
    found = known.select_for_update(of=("self",)).first()
    if found is None:
        raise NotKnown
    if found.state != MatchState.OPEN:
        raise BadInput(
            "The match was not decided.",
            [
                Problem(
                    where="state", found=found.state, expected="open", do="Load the page again: somebody decided it."
                )
            ],
        )
    return found


@transaction.atomic
def relevant(key: UUID, *, by: Seat, reason: str) -> Match:
    """Say that a match is worth a look, and record the lead; who looks further reads the indicator there."""
    match = locked(key, by, reason)
    where = match.ad.number if match.ad is not None else match.table.path if match.table is not None else ""
    about = [About(what="indicator", item=match.indicator.item)]
    if match.table is not None:
        about.append(About(what="trace table", item=match.table.item))
    if match.ad is not None:
        about.append(About(what="ad", platform=match.ad.archive, name=match.ad.number))
    lead = record_lead(
        by=by, source=LeadSource.PARTNER, title=f"{match.indicator.item.title}: seen in {where}"[:300], marking=marking_known(match.indicator.item),
        text=reason.strip(), key=f"match {match.pk}", why=[f"{path}: {value}" for path, value in sorted(match.seen.items())], about=about,
    )  # fmt: skip
    return decided(match, MatchState.RELEVANT, by=by, reason=reason, lead=lead.item_id)


@transaction.atomic
def by_chance(key: UUID, *, by: Seat, reason: str) -> Match:
    """Say that it is the same sign and not the same thing."""
    match = locked(key, by, reason)
    return decided(match, MatchState.CHANCE, by=by, reason=reason)


def decided(match: Match, state: MatchState, *, by: Seat, reason: str, lead: UUID | None = None) -> Match:
    """Write what somebody decided."""
    match.state, match.reason, match.decided_by, match.decided_at = (
        state.value,
        reason.strip(),
        by.appointment,
        moment(),
    )
    match.lead_id = lead
    match.save(update_fields=["state", "reason", "decided_by", "decided_at", "lead"])
    record(
        "match decided",
        by=by,
        about=match.indicator.item,
        subject=("match", match.pk),
        reason=reason,
        facts={"state": state.value},
    )
    return match


@transaction.atomic
def tell(indicator: Indicator, *, by: Seat, words: str, marking: Marking) -> Telling:
    """Decide that who gave an indicator is told that it was seen here: how often and when, never in what.

    The telling is an item of its own, at least as strict as the indicator; relevant matches alone are counted.

    Raises   BadInput where nobody found a match relevant
    """
    require(by, TELL, indicator.item, reason=words)
    seen = find.matches(by).filter(indicator=indicator, state=MatchState.RELEVANT).order_by()
    told = seen.aggregate(rows=Sum("rows"), first=Min("at"), last=Max("at"))
    if not told["rows"]:
        raise BadInput("Nobody was told.", [Problem(
            where="matches", found="none that somebody found relevant", expected="at least one",
            do="Decide its matches first: what nobody looked at is told to nobody.")])  # fmt: skip
    item = make_item(
        kind="telling",
        title=f"Seen: {indicator.item.title}"[:300],
        text=words.strip(),
        marking=marking,
        by=by,
        sources=[indicator.item],
    )
    made = Telling.objects.create(
        item=item, indicator=indicator, count=min(told["rows"], 999_999_999), first=told["first"], last=told["last"],
        words=words.strip(), by=by.appointment,
    )  # fmt: skip
    record("match told", by=by, about=item, subject=("indicator", indicator.pk), facts={"count": made.count})
    return made
