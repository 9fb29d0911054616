"""Over time: the same group next week is the same finding, with who joined, left, went silent or changed names.

A run names its findings anew each time, surest first. A history gives each group one lasting number, its
`identity`, and keeps what became of it from run to run.
"""

__all__ = ["CHANGES", "History", "Identity", "Run", "Step", "as_table", "follow", "summaries"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

Actor = tuple[str, str]
CHANGES = (
    "appeared", "joined", "left", "silent", "heard", "renamed", "split", "merged", "ended", "returned",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Run:
    """What of one run its history needs.

    name      what people call the run: its folder, or a number
    until     the last moment of anything in its evidence; None where it found nothing
    findings  members by the run's own number of the finding
    last      each member's last post that ties it to another member
    names     what members were called last, where that is known
    """

    name: str
    until: datetime | None
    findings: Mapping[int, frozenset[Actor]]
    last: Mapping[Actor, datetime] = field(default_factory=dict)
    names: Mapping[Actor, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change of one identity in one run; see CHANGES.

    finding   the run's own number; None where the run no longer finds it
    actor     whom it is about; None where it is about the whole
    detail    the other identity of a split or a merge, the old and the new name, the last post
    """

    identity: int
    run: str
    until: datetime | None
    finding: int | None
    change: str
    actor: Actor | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A group as it was last found.

    found     whether the last run found it
    finding   the last run's own number of it
    into      the identity that it was merged into
    """

    number: int
    first_run: str
    last_run: str
    members: frozenset[Actor]
    found: bool = True
    finding: int | None = None
    into: int | None = None
    silent: frozenset[Actor] = frozenset()
    names: Mapping[Actor, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class History:
    """Identities by number, and every change so far in order."""

    identities: tuple[Identity, ...] = ()
    steps: tuple[Step, ...] = ()


def follow(history: History, run: Run, silence: timedelta) -> History:
    """Take one more run into a history.

    The rule: a finding and an identity are kin when more than half of the smaller of the two lies in the
    other. Of all kin the pair with the largest share of common members among all members of both (Jaccard)
    is the same group; on a tie the older identity and the surer finding; each has one partner at most. So a
    group that grew threefold or lost most of its members is still the same. An identity left over whose kin
    is another's was merged into that; a finding left over whose kin is another's is split from it and begins
    anew; an identity without kin ended, and returns when it is found again.

    silence   a member whose last tying post lies further back than this before the end of the run's evidence
              is silent, and is heard again when it has a later one. It stays a member.
    Limits    the rule sees members only: two operations that hire the same accounts one after the other are
              one identity. What was merged away is not looked for again.
    """
    pairs = sorted(
        (-_jaccard(one.members, members), one.number, finding)
        for one in history.identities
        if one.into is None
        for finding, members in run.findings.items()
        if _kin(one.members, members)
    )
    holder: dict[int, int] = {}
    taken: dict[int, int] = {}
    for _, number, finding in pairs:
        if number not in taken and finding not in holder:
            holder[finding], taken[number] = number, finding
    steps: list[Step] = []
    identities: list[Identity] = []
    for one in history.identities:
        if one.number in taken:
            identities.append(_went_on(one, run, taken[one.number], silence, steps))
            continue
        kin = [holder[finding] for _, number, finding in pairs if number == one.number]
        if kin:
            steps.append(_step(one, run, "merged", detail=str(kin[0])))
            one = _with(one, found=False, finding=None, into=kin[0])
        elif one.found:
            steps.append(_step(one, run, "ended"))
            one = _with(one, found=False, finding=None)
        identities.append(one)
    for finding in sorted(set(run.findings) - set(holder)):
        new = Identity(
            number=len(identities), first_run=run.name, last_run=run.name, members=frozenset(), finding=finding
        )
        of = [number for _, number, other in pairs if other == finding]
        steps.append(Step(
            identity=new.number, run=run.name, until=run.until, finding=finding, change="split" if of else "appeared",
            detail=str(of[0]) if of else "",
        ))  # fmt: skip
        identities.append(_went_on(new, run, finding, silence, steps))
    return History(identities=tuple(identities), steps=history.steps + tuple(steps))


def _kin(one: frozenset[Actor], other: frozenset[Actor]) -> bool:
    return 2 * len(one & other) > min(len(one), len(other))


def _jaccard(one: frozenset[Actor], other: frozenset[Actor]) -> float:
    return len(one & other) / len(one | other)


def _with(one: Identity, **changed: Any) -> Identity:
    return Identity(**{**vars(one), **changed})


def _step(one: Identity, run: Run, change: str, actor: Actor | None = None, detail: str = "") -> Step:
    return Step(
        identity=one.number, run=run.name, until=run.until, finding=one.finding if change not in {"ended", "merged"} else None,
        change=change, actor=actor, detail=detail,
    )  # fmt: skip


def _went_on(one: Identity, run: Run, finding: int, silence: timedelta, steps: list[Step]) -> Identity:
    """The same group in this run, with what changed about its members."""
    members = run.findings[finding]
    back = not one.found
    before = one
    one = _with(one, found=True, finding=finding, last_run=run.name, members=members)
    if back:
        steps.append(_step(one, run, "returned"))
    steps += [_step(one, run, "joined", actor) for actor in sorted(members - before.members)]
    steps += [_step(one, run, "left", actor) for actor in sorted(before.members - members)]
    silent = frozenset(
        actor for actor in members
        if run.until is not None and actor in run.last and run.until - run.last[actor] > silence
    )  # fmt: skip
    steps += [_step(one, run, "silent", actor, run.last[actor].isoformat()) for actor in sorted(silent - before.silent)]
    steps += [
        _step(one, run, "heard", actor, run.last[actor].isoformat() if actor in run.last else "")
        for actor in sorted((before.silent & members) - silent)
    ]
    for actor in sorted(members):
        old, new = before.names.get(actor), run.names.get(actor)
        if old is not None and new is not None and old != new:
            steps.append(_step(one, run, "renamed", actor, f"{old} to {new}"))
    # A name is remembered when its bearer has left: it may come back under another.
    return _with(one, silent=silent, names={**before.names, **{a: n for a, n in run.names.items() if a in members}})


def as_table(steps: Sequence[Step]) -> pa.Table:
    """Changes as a table, in order."""
    schema = pa.schema([
        ("identity", pa.int64()), ("run", pa.string()), ("until", pa.timestamp("us", "UTC")), ("finding", pa.int64()),
        ("change", pa.string()), ("platform", pa.string()), ("actor", pa.string()), ("detail", pa.string()),
    ])  # fmt: skip
    rows = [
        (s.identity, s.run, s.until, s.finding, s.change, *(s.actor or (None, None)), s.detail) for s in steps
    ]  # fmt: skip
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def summaries(history: History) -> list[dict[str, Any]]:
    """One record per identity, as it stands after the last run."""
    counted: dict[int, dict[str, int]] = {}
    for step in history.steps:
        changes = counted.setdefault(step.identity, {})
        changes[step.change] = changes.get(step.change, 0) + 1
    return [
        {
            "identity": one.number, "state": "merged" if one.into is not None else "found" if one.found else "ended",
            "finding": one.finding, "into": one.into, "first_run": one.first_run, "last_run": one.last_run,
            "members": len(one.members), "silent": len(one.silent),
            "changes": {change: counted[one.number][change] for change in CHANGES if change in counted[one.number]},
        }
        for one in history.identities
    ]  # fmt: skip
