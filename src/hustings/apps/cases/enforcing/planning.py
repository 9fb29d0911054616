"""Making a plan, moving it by its table, and taking back all or some of what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.enforcing.reasons import problems_of_plan
from hustings.apps.cases.models import Campaign, CampaignCase, Case, Member, Order, Plan, PlanMove, Target
from hustings.apps.cases.working import said
from hustings.apps.items.actions import make_item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.sweeps.actions import known_marking
from hustings.errors import BadInput, Problem
from hustings.policy.casework import MemberState
from hustings.policy.enforcement import ACTIONS, Action, Answer, Ground, PlanState, move_of

__all__ = ["Terms", "draft", "handed_over_up_to", "move", "put_notices_off", "undo"]

SHOWN = 20  # problems of one kind that are named


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which ground, where, how long and how a plan acts."""

    ground: Ground
    rule: str
    explanation: str
    facts: str
    reason: str
    category: str
    source: str
    found_by_machine: bool
    begins_on: date
    ends_on: date | None = None
    keywords: Sequence[str] = ()
    places: Sequence[str] = ()
    stages: Sequence[int] = (1, 100)
    channel: str = "file"


@transaction.atomic
def draft(
    campaign: Campaign, case: Case, *, by: Seat, title: str, wanted: Sequence[tuple[Member, Action]], terms: Terms
) -> Plan:
    """Plan actions on accepted members of a campaign; it is at least as restricted as campaign and case.

    Raises   BadInput with everything that is wrong at once
    """
    require(by, "plan enforcement", campaign.item)
    require(by, "read", case.item)
    said(title=title, rule=terms.rule, explanation=terms.explanation, facts=terms.facts, reason=terms.reason)
    problems = [*wrong_targets(campaign, wanted), *wrong_terms(terms)]
    if not CampaignCase.objects.filter(campaign=campaign, case=case).exists():
        problems.append(Problem(where="case", found="one that does not study the campaign", expected="one that does",
                                do="Study the campaign in it first."))  # fmt: skip
    if problems:
        raise BadInput("The plan was not made.", problems)
    item = make_item(
        kind="plan", title=title.strip(), marking=known_marking(campaign.item), by=by, case=case.item,
        state=PlanState.DRAFT, sources=[campaign.item, case.item],
    )  # fmt: skip
    plan = Plan.objects.create(
        item=item, campaign=campaign, case=case, held_by=by.appointment.position.organisation, by=by.appointment,
        ground=terms.ground.value, rule=terms.rule.strip(), explanation=terms.explanation.strip(), facts=terms.facts.strip(),
        reason=terms.reason.strip(), category=terms.category, keywords=sorted(set(terms.keywords)),
        places=sorted(set(terms.places)), source=terms.source, found_by_machine=terms.found_by_machine,
        begins_on=terms.begins_on, ends_on=terms.ends_on, stages=list(terms.stages), channel=terms.channel,
    )  # fmt: skip
    # By digest, so that the first stage is a mixture of all and the same each time.
    turn = sorted(wanted, key=lambda one: hashlib.sha256(f"{one[0].pk} {one[1].value}".encode()).digest())
    Target.objects.bulk_create(
        [
            Target(plan=plan, member=member, action=action.value, kind=member.kind, platform=member.platform, name=member.name,
                   place=place, by=by.appointment)
            for place, (member, action) in enumerate(turn)
        ],
        batch_size=1000,
    )  # fmt: skip
    record("plan made", by=by, about=item, facts={"targets": len(turn)})
    return plan


def wrong_targets(campaign: Campaign, wanted: Sequence[tuple[Member, Action]]) -> list[Problem]:
    """What cannot be a target, each named."""
    found = []
    if not wanted:
        found.append(Problem(where="targets", found="none", expected="at least one", do="Choose members and what is done to them."))  # fmt: skip
    if len({(member.pk, action) for member, action in wanted}) < len(wanted):
        found.append(Problem(where="targets", found="one twice", expected="each once", do="Leave one out."))
    for member, action in wanted:
        if member.campaign_id != campaign.pk or member.state != MemberState.ACCEPTED:
            found.append(Problem(where="targets", found=f"{member.name}, {member.state}", expected="an accepted member of the campaign",
                                 do="Let somebody accept it on evidence first."))  # fmt: skip
        elif member.kind not in ACTIONS[action].applies:
            kinds = ", ".join(sorted(ACTIONS[action].applies))
            found.append(Problem(where="targets", found=f"{action} of {member.kind} {member.name}", expected=f"{action} of {kinds}",
                                 do="Choose another action for it."))  # fmt: skip
    return found[:SHOWN]


def wrong_terms(terms: Terms) -> list[Problem]:
    """What does not go together."""
    found = []
    rising = list(terms.stages) == sorted(set(terms.stages))
    if not terms.stages or not rising or terms.stages[0] < 1 or terms.stages[-1] != 100:
        found.append(Problem(where="stages", found=", ".join(map(str, terms.stages)) or "none", expected="percents that rise to 100",
                             do="Write 1, 100 for a look after the first hundredth."))  # fmt: skip
    if terms.ends_on is not None and terms.ends_on < terms.begins_on:
        found.append(Problem(where="ends on", found=str(terms.ends_on), expected=f"{terms.begins_on} or later", do="Look the days up."))  # fmt: skip
    if terms.channel == "webhook" and not (settings.ENFORCEMENT_URL and settings.ENFORCEMENT_KEY):
        found.append(Problem(where="channel", found="webhook, with no address or key", expected="HUSTINGS_ENFORCEMENT_URL and HUSTINGS_ENFORCEMENT_KEY",
                             do="Ask the operator to set both, or hand it over by file."))  # fmt: skip
    return found


def locked(plan: Plan) -> Plan:
    """The row as it stands now, held until the end of the transaction."""
    found = Plan.objects.select_for_update(of=("self",)).select_related("item__label", "by__person")
    held = found.filter(pk=plan.pk).first()
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def move(plan: Plan, code: str, *, by: Seat, reason: str) -> Plan:
    """Take one step of the table.

    Raises   BadInput for a step that is not open from here, and with everything that keeps a plan from being asked for
             or approved, handed over further, or ended; NotKnown, Refused
    """
    step, plan = move_of(code), locked(plan)
    second = step.act == "approve plan"
    require(by, step.act, plan.item, reason=reason, **({"asked_by": plan.by} if second else {}))  # type: ignore[arg-type]
    said(reason=reason)
    if plan.state not in step.sources:
        raise BadInput(
            "The plan did not move.",
            [Problem(where="state", found=plan.state, expected=" or ".join(step.sources), do="Load the page again.")],
        )
    if code in {"ask", "approve"}:
        find_originals(plan)
    problems = hindrances(plan, code)
    if problems:
        raise BadInput("The plan did not move.", problems)
    plan.state = step.target
    changed = ["state"]
    if code == "approve":
        plan.approved_by, plan.approved_at = by.appointment, by.now
        plan.targets.update(approved=True)
        changed += ["approved_by", "approved_at"]
    elif code in {"start", "go on"}:
        plan.released += 1
        changed.append("released")
    elif code == "roll back":
        plan.targets.filter(undo_at__isnull=True).update(
            undo_by=by.appointment, undo_at=by.now, undo_why=reason.strip()
        )
    plan.save(update_fields=changed)
    plan.item.state = plan.state
    plan.item.save(update_fields=["state"])
    note(plan, code, by=by, reason=reason)
    return plan


def note(plan: Plan, code: str, *, by: Seat, reason: str) -> None:
    """Write a step down, where people read it and in the log."""
    PlanMove.objects.create(plan=plan, code=code, state=plan.state, reason=reason.strip(), by=by.appointment)
    record(f"plan: {code}", by=by, about=plan.item, reason=reason, facts={"released": plan.released})


def find_originals(plan: Plan) -> None:
    """Name the oldest sealed original about each target that has none yet: about it by name, or what the membership rests on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
WITH found AS (
  SELECT t.id, e.item_id, e.sealed_at, e.captured_at FROM enforcement_target t
  JOIN evidence e ON e.what = t.kind AND e.platform = t.platform AND e."of" = t.name
  WHERE t.plan_id = %(plan)s AND t.evidence_id IS NULL AND e.made_from_id IS NULL
  UNION ALL
  SELECT t.id, e.item_id, e.sealed_at, e.captured_at FROM enforcement_target t
  JOIN campaign_member_evidence x ON x.member_id = t.member_id JOIN evidence e ON e.item_id = x.rests_on_id
  WHERE t.plan_id = %(plan)s AND t.evidence_id IS NULL AND e.made_from_id IS NULL
)
UPDATE enforcement_target t SET evidence_id = f.item_id, content_on = (f.captured_at AT TIME ZONE 'UTC')::date
FROM (SELECT DISTINCT ON (id) * FROM found ORDER BY id, sealed_at, item_id) f WHERE t.id = f.id
""",
            {"plan": plan.pk},
        )


def hindrances(plan: Plan, code: str) -> list[Problem]:
    """Everything that keeps a plan from a step."""
    if code in {"ask", "approve"}:
        return [*unsealed(plan), *unaccepted(plan), *problems_of_plan(plan), *leaning(plan), *nobody_told()]
    if code == "go on":
        if plan.released >= len(plan.stages):
            return [Problem(where="stages", found="all handed over", expected="one that is left", do="Wait for the answers, then end it.")]  # fmt: skip
        return waiting(plan, handed_over_up_to(plan), answered=False)
    if code == "finish":
        if plan.released < len(plan.stages):
            return [Problem(where="stages", found=f"{plan.released} of {len(plan.stages)}", expected="all of them", do="Hand the next one over.")]  # fmt: skip
        return waiting(plan, handed_over_up_to(plan), answered=True)
    return []


def unsealed(plan: Plan) -> list[Problem]:
    """Targets about which no original is sealed."""
    bare = plan.targets.filter(evidence__isnull=True).order_by("place")
    count = bare.count()
    found = [
        Problem(where="evidence", found=f"no sealed original about {target.kind} {target.platform} {target.name}",
                expected="at least one", do="Seal what it shows before anything is done to it.")
        for target in bare[:SHOWN]
    ]  # fmt: skip
    if count > SHOWN:
        found.append(
            Problem(where="evidence", found=f"{count - SHOWN:,} more without", expected="none", do="Seal them too.")
        )
    return found


def unaccepted(plan: Plan) -> list[Problem]:
    """Targets that somebody withdrew from the campaign meanwhile."""
    gone = plan.targets.exclude(member__state=MemberState.ACCEPTED).order_by("place")
    return [
        Problem(where="targets", found=f"{target.name} was withdrawn", expected="an accepted member", do="Make a plan without it.")
        for target in gone[:SHOWN]
    ]  # fmt: skip


def leaning(plan: Plan) -> list[Problem]:
    """Targets of a plan that a government had a part in, for which nobody says that their evidence was gathered without it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sharing_leaning(%s) ORDER BY place LIMIT %s", [plan.pk, SHOWN])
        return [
            Problem(where="evidence", found=f"{name} leans on what a government told",
                    expected="evidence gathered without it, by a named person's word, or a law as the plan's ground",
                    do="State on the page of the evidence how it was gathered, or name the law.")
            for (name,) in cursor.fetchall()
        ]  # fmt: skip


def nobody_told() -> list[Problem]:
    """Whoever is affected has to be able to answer, at an address."""
    if settings.PUBLIC_URL:
        return []
    return [Problem(where="notices", found="no address that notices could lead to", expected="HUSTINGS_PUBLIC_URL",
                    do="Ask the operator to set it; nobody is acted against who cannot answer.")]  # fmt: skip


def handed_over_up_to(plan: Plan) -> int:
    """How many targets, in their turn, belong to the stages that were released; at least one once any was."""
    if not plan.released:
        return 0
    return -(-plan.targets.count() * plan.stages[plan.released - 1] // 100)


def waiting(plan: Plan, up_to: int, *, answered: bool) -> list[Problem]:
    """What of the released stages was not handed over yet, or (`answered`) has no final answer."""
    settled = Order.objects.filter(plan=plan, what="do")
    if answered:
        settled = settled.filter(answer__in=[Answer.DONE, Answer.REFUSED])
    elif plan.channel == "webhook":
        settled = settled.filter(delivered_at__isnull=False)
    left = plan.targets.filter(place__lt=up_to, dropped="", undo_at__isnull=True).exclude(
        pk__in=settled.values("target")
    )
    count = left.count()
    if not count:
        return []
    expected = "a final answer about each" if answered else "each handed over"
    return [Problem(where="stages", found=f"{count:,} of {up_to:,} without", expected=expected, do="Wait, or look at what failed.")]  # fmt: skip


@transaction.atomic
def undo(plan: Plan, targets: Collection[Target], *, by: Seat, reason: str) -> int:
    """Take back what was done to some targets; gives how many. What was undone before is left as it is."""
    plan = locked(plan)
    require(by, "roll back plan", plan.item, reason=reason)
    said(reason=reason)
    if plan.state not in {PlanState.RUNNING, PlanState.DONE}:
        raise BadInput("Nothing was taken back.", [Problem(where="state", found=plan.state, expected="running or done", do="Load the page again.")])  # fmt: skip
    keys = [target.pk for target in targets]
    many = plan.targets.filter(pk__in=keys, undo_at__isnull=True).update(
        undo_by=by.appointment, undo_at=by.now, undo_why=reason.strip()
    )
    note(plan, "undo some", by=by, reason=reason)
    return many


@transaction.atomic
def put_notices_off(plan: Plan, until: datetime, *, by: Seat, ground: str) -> Plan:
    """Tell nobody affected before a moment, on a ground: an order of a court, a proceeding. There is always an end."""
    plan = locked(plan)
    require(by, "run plan", plan.item, reason=ground)
    said(ground=ground)
    if until <= by.now:
        raise BadInput("The notices were not put off.", [Problem(where="until", found=until.date().isoformat(), expected="a day to come", do="Choose one.")])  # fmt: skip
    plan.notices_after, plan.notices_ground = until, ground.strip()
    plan.save(update_fields=["notices_after", "notices_ground"])
    note(plan, "put notices off", by=by, reason=ground)
    return plan
