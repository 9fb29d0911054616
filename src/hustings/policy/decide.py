"""May this person, in this position, at this organisation, read this item now? The one rule, without a database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hustings.policy.act import Act
from hustings.policy.condition import Condition
from hustings.policy.level import Level
from hustings.policy.marking import Marking
from hustings.policy.reader import Reader

__all__ = ["POLICY_VERSION", "Decision", "Marked", "may", "may_pass_on", "may_read"]

POLICY_VERSION = "2026-11-01"  # each log entry names it; a changed rule is another version


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """An item as far as a decision asks. `marking` is None where there is none that can be read."""

    id: str
    marking: Marking | None
    case: str | None = None
    made_by: str | None = None
    embargo_until: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, every condition that failed, and the rule it was given by."""

    allowed: bool
    failed: tuple[Condition, ...] = ()
    policy_version: str = POLICY_VERSION


def decided(failed: Sequence[Condition]) -> Decision:
    """A decision: allowed when nothing failed."""
    return Decision(not failed, tuple(failed))


def may_read(reader: Reader | None, item: Marked, now: datetime) -> Decision:
    """Decide whether `reader` may know the item; None is a visitor, whom only what is for everybody is told.

    All conditions hold or it is a denial, and what is missing or unknown fails its condition. Above unclassified all
    twelve are asked; at unclassified identity, marking, sharing, need and conflict, and what else the marking names.
    """
    marking = item.marking
    if marking is None:
        return decided([Condition.MARKING])
    failed = []
    everybody = marking.for_everybody
    if not everybody and (reader is None or not reader.bound):
        failed.append(Condition.IDENTITY)
    if marking.unknown or (item.withdrawn_at is not None and item.withdrawn_at <= now):
        failed.append(Condition.MARKING)
    if marking.level > Level.UNCLASSIFIED:
        failed += clearance(reader, marking)
    if marking.compartments and not (
        reader is not None
        and marking.compartments <= reader.read_ins
        and marking.compartments <= reader.position_compartments
    ):
        failed.append(Condition.COMPARTMENT)
    if not released(reader, marking):
        failed.append(Condition.RELEASE)
    organisation = reader.organisation if reader is not None else None
    groups = reader.groups if reader is not None else frozenset()
    if not all(circle.shares_with(organisation, groups) for circle in marking.circles):
        failed.append(Condition.SHARING)
    if not needed(reader, item, marking):
        failed.append(Condition.NEED)
    if conflicting(reader, item, marking, now):
        failed.append(Condition.CONFLICT)
    return decided(failed)


def clearance(reader: Reader | None, marking: Marking) -> list[Condition]:
    """What of the five conditions on cleared people fails."""
    if reader is None:
        return [Condition.ACCESS, Condition.ELIGIBILITY, Condition.POSITION, Condition.FACILITY, Condition.AGREEMENT]
    level = marking.level
    failed = []
    if reader.access < level:
        failed.append(Condition.ACCESS)
    if reader.eligibility < level:
        failed.append(Condition.ELIGIBILITY)
    if reader.position_level < level:
        failed.append(Condition.POSITION)
    if reader.facility < level or (marking.kept_here and reader.safeguarding < level):
        failed.append(Condition.FACILITY)
    if not (reader.nda and reader.training):
        failed.append(Condition.AGREEMENT)
    return failed


def released(reader: Reader | None, marking: Marking) -> bool:
    """Tell whether citizenship, kind of organisation and organisation are among those that the marking names."""
    organisation = reader.organisation if reader is not None else None
    citizenships = reader.citizenships if reader is not None else frozenset()
    kind = reader.kind if reader is not None else None
    return (
        (marking.releasable_to is None or bool(marking.releasable_to & citizenships))
        and (marking.permitted_kinds is None or kind in marking.permitted_kinds)
        and all(circle.permits(organisation) for circle in marking.circles)
    )


def needed(reader: Reader | None, item: Marked, marking: Marking) -> bool:
    """Tell whether the reader needs to know, as far as the marking asks."""
    if marking.roles is not None and not (reader is not None and marking.roles & reader.roles):
        return False
    if not marking.named:
        return True
    return reader is not None and (
        item.id in reader.needs or item.case in reader.needs or item.made_by == reader.appointment
    )


def conflicting(reader: Reader | None, item: Marked, marking: Marking, now: datetime) -> bool:
    """Tell whether the reader keeps out of it, or an embargo still binds."""
    if item.embargo_until is not None and now < item.embargo_until:
        if reader is None or marking.owners != {reader.organisation}:
            return True
    # What everybody may know is no secret from who keeps out of it: they would only have to sign out.
    if reader is None or marking.for_everybody:
        return False
    return (
        item.id in reader.recused_items
        or item.case in reader.recused_items
        or bool(marking.owners & reader.recused_organisations)
    )


def may(
    reader: Reader | None, act: Act, item: Marked | None, now: datetime, *, asked_by: str | None = None
) -> Decision:
    """Decide whether `reader` may do `act`, about an item or about none.

    An item has to be one that they may read. `asked_by` is the person who asked for what this one seconds.
    """
    failed = list(may_read(reader, item, now).failed) if item is not None else []
    if (reader is None or not reader.bound) and Condition.IDENTITY not in failed:
        failed.insert(0, Condition.IDENTITY)
    if reader is None or not act.roles & reader.roles or (act.of_owner and not owns(reader, item)):
        failed.append(Condition.ROLE)
    if act.second and (reader is None or asked_by is None or asked_by == reader.person):
        failed.append(Condition.SECOND)
    return decided(failed)


def owns(reader: Reader, item: Marked | None) -> bool:
    """Tell whether the reader's organisation is among the owners."""
    return item is not None and item.marking is not None and reader.organisation in item.marking.owners


def may_pass_on(
    reader: Reader | None,
    act: Act,
    item: Marked,
    recipients: Collection[Reader],
    now: datetime,
    *,
    consents: frozenset[str] = frozenset(),
) -> Decision:
    """Decide whether `reader` may export, share, print or quote an item to these recipients.

    Each of them has to be one who may read it, there is at least one, and where the marking asks every owner but the
    reader's own organisation is among `consents`. Which condition a recipient failed is not told: it would be news
    about the recipient.
    """
    failed = list(may(reader, act, item, now).failed)
    others: frozenset[str] = frozenset()
    if item.marking is not None and item.marking.originator_consent:
        others = item.marking.owners - ({reader.organisation} if reader is not None else frozenset())
    if not recipients or not others <= consents or not all(may_read(to, item, now).allowed for to in recipients):
        failed.append(Condition.ONWARD)
    return decided(failed)
