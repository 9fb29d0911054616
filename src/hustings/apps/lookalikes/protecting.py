"""What is done with protected names: recorded with who asked and what shows that they may, checked by another, given up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.elections.models import Election
from hustings.apps.lookalikes import find
from hustings.apps.lookalikes.models import Protected, ProtectedDecision
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.exchange.lookalike.host import read_host
from hustings.exchange.lookalike.recogniser import Kind
from hustings.policy.lookalike import ProtectedStep

__all__ = ["COLUMNS", "check", "load", "protect", "refuse", "withdraw", "written"]

COLUMNS = ("kind", "value", "platform", "election", "asked_by", "evidence", "starts", "ends")
LONGEST = {"value": 253, "platform": 40, "asked_by": 200, "evidence": 500}
MOST_ROWS = 5_000
FEWEST = 3  # letters of a name that can be told from others


@transaction.atomic
def protect(
    *, by: Seat, kind: Kind, value: str, asked_by: str, evidence: str, starts: date, ends: date, platform: str = "",
    election: Election | None = None,
) -> Protected:  # fmt: skip
    """Record what somebody asks to protect. It is sought once another person has checked that they may ask.

    Raises   BadInput with all that is wrong
    """
    require(by, "protect a name")
    value, problems = looked_at(
        kind=kind, value=value, platform=platform, asked_by=asked_by, evidence=evidence, starts=starts, ends=ends
    )
    if problems:
        raise BadInput("This cannot be protected.", problems)
    made = Protected.objects.create(
        held_by=by.appointment.position.organisation, kind=kind, value=value, platform=platform.strip(), election=election,
        asked_by=asked_by.strip(), evidence=evidence.strip(), starts=starts, ends=ends, registered_by=by.appointment,
    )  # fmt: skip
    record("name to protect recorded", by=by, subject=("protected", made.pk), facts={"kind": kind.value})
    return made


def looked_at(
    *, kind: Kind, value: str, platform: str, asked_by: str, evidence: str, starts: date, ends: date, at: str = ""
) -> tuple[str, list[Problem]]:
    """The value as it is kept, and all that is wrong."""
    problems = []

    def wrong(where: str, found: str, expected: str, do: str) -> None:
        problems.append(Problem(where=f"{at}{where}", found=found or "nothing", expected=expected, do=do))

    kept = value.strip()
    if kind is Kind.DOMAIN:
        host = read_host(kept)
        if host is None:
            wrong("value", kept, "a domain, such as vote.example.org", "Write the host alone, without a path.")
        else:
            kept = host.ascii
    elif sum(sign.isalnum() for sign in kept) < FEWEST:
        wrong("value", kept, f"a name of at least {FEWEST} letters", "Write it as it is used in public.")
    if kind is Kind.ACCOUNT and not platform.strip():
        wrong("platform", "", "the platform of the account", "Name it as the trace tables do.")
    for name, text, expected in (
        ("asked_by", asked_by, "who asked: person and candidacy, party or office"),
        ("evidence", evidence, "what shows that they may: a register, a letter, a call back"),
    ):
        if not text.strip():
            wrong(name, "", expected, "Write it.")
    for name, text in (("value", kept), ("platform", platform), ("asked_by", asked_by), ("evidence", evidence)):
        if len(text.strip()) > LONGEST[name]:
            wrong(name, f"{len(text.strip())} characters", f"{LONGEST[name]} at most", "Shorten it.")
        if "\x00" in text:
            wrong(name, "a zero character", "text", "Take it out.")
    if ends < starts:
        wrong("ends", str(ends), f"{starts} or later", "Look at both days again.")
    return kept, problems


@transaction.atomic
def check(protected: Protected, *, by: Seat) -> ProtectedDecision:
    """Say that who asks may ask; from now on what looks like it is sought. Never by who recorded it."""
    require(by, "check a protected name", asked_by=protected.registered_by)
    return decided(protected, ProtectedStep.CHECKED, "", by=by)


@transaction.atomic
def refuse(protected: Protected, *, by: Seat, reason: str) -> ProtectedDecision:
    """Say that it is not protected, and why."""
    require(by, "check a protected name", asked_by=protected.registered_by, reason=reason)
    return decided(protected, ProtectedStep.REFUSED, said(reason), by=by)


@transaction.atomic
def withdraw(protected: Protected, *, by: Seat, reason: str) -> ProtectedDecision:
    """Give protection up."""
    require(by, "protect a name", reason=reason)
    return decided(protected, ProtectedStep.WITHDRAWN, said(reason), by=by)


def said(reason: str) -> str:
    """The reason. Raises BadInput for none."""
    if not reason.strip() or len(reason) > 500:
        raise BadInput("Nothing was changed.", [Problem(
            where="reason", found=f"{len(reason.strip())} characters", expected="why, in 1 to 500 characters", do="Write it.")])  # fmt: skip
    return reason.strip()


def decided(protected: Protected, step: ProtectedStep, reason: str, *, by: Seat) -> ProtectedDecision:
    """Add a decision, once."""
    before = set(protected.decisions.order_by("at", "pk").values_list("step", flat=True))
    over = before & {ProtectedStep.REFUSED.value, ProtectedStep.WITHDRAWN.value}
    late = BadInput("Nothing was changed.", [Problem(
        where="state", found=", ".join(sorted(before)), expected="one that waits for this", do="Load the page again.")])  # fmt: skip
    if over or step.value in before:
        raise late
    try:
        with transaction.atomic():
            made = ProtectedDecision.objects.create(protected=protected, step=step, reason=reason, by=by.appointment)
    except IntegrityError:  # decided meanwhile
        raise late from None
    record(f"name to protect {step.value}", by=by, subject=("protected", protected.pk), reason=reason)
    return made


@transaction.atomic
def load(text: str, *, by: Seat) -> tuple[int, int]:
    """Record every row of a list (CSV with the columns of `COLUMNS`), or none; gives how many are new and how many were there.

    Raises   BadInput with every problem of every row
    """
    require(by, "protect a name")
    rows, problems = read(text)
    names = {row["election"] for row in rows if row["election"]}
    elections: dict[str, list[Election]] = {}
    for one in Election.objects.filter(name__in=names).order_by("on", "pk"):
        elections.setdefault(one.name, []).append(one)
    for row in rows:
        if row["election"] and len(elections.get(row["election"], [])) != 1:
            problems.append(
                Problem(
                    where=f"row {row['row']}, election", found=row["election"], expected="the name of one election in the calendar",
                    do="Write it as the calendar has it, or leave it empty.",
                )
            )  # fmt: skip
    if problems:
        raise BadInput("Nothing of the list was recorded.", problems)
    there = {
        (one.kind, one.value, one.platform, one.starts, one.ends)
        for one in find.protected(by).exclude(decisions__step__in=["refused", "withdrawn"])
    }
    new = 0
    for row in rows:
        key = (row["kind"].value, row["value"], row["platform"], row["starts"], row["ends"])
        if key in there:
            continue
        there.add(key)
        given = {name: row[name] for name in COLUMNS if name != "election"}
        protect(by=by, **given, election=elections[row["election"]][0] if row["election"] else None)
        new += 1
    return new, len(rows) - new


def read(text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of a list, and all that is wrong with them."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    head = [name.strip() for name in reader.fieldnames or []]
    missing = [name for name in COLUMNS if name not in head and name not in {"platform", "election"}]
    if missing:
        return [], [
            Problem(where="first row", found=", ".join(head) or "nothing", expected=", ".join(COLUMNS), do=f"Add {', '.join(missing)}.")
        ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    try:
        for number, raw in enumerate(reader, 2):
            if number > MOST_ROWS + 1:
                problems.append(
                    Problem(where="list", found="more rows", expected=f"{MOST_ROWS:,} at most", do="Split the list.")
                )
                break
            row, wrong = read_row(number, {str(key).strip(): value for key, value in raw.items()})
            problems += wrong
            if not wrong:
                rows.append(row)
    except csv.Error as error:
        problems.append(Problem(where=f"line {reader.line_num}", found=str(error), expected="CSV", do="Mend the line."))
    if not rows and not problems:
        problems.append(Problem(where="list", found="no rows", expected="at least one", do="Fill it in."))
    return rows, problems


def read_row(number: int, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """One row, and all that is wrong with it."""
    at = f"row {number}, "
    row: dict[str, Any] = {name: (raw.get(name) or "").strip() for name in COLUMNS} | {"row": number}
    problems = []
    for name in ("starts", "ends"):
        try:
            row[name] = date.fromisoformat(row[name])
        except ValueError:
            problems.append(
                Problem(where=f"{at}{name}", found=row[name] or "nothing", expected="a day: 2026-11-03", do="Mend it.")
            )
    try:
        row["kind"] = Kind(row["kind"])
    except ValueError:
        problems.append(
            Problem(where=f"{at}kind", found=row["kind"] or "nothing", expected=", ".join(Kind), do="Choose one.")
        )
    if not problems:
        told = {name: row[name] for name in COLUMNS if name != "election"}
        row["value"], problems = looked_at(**told, at=at)
    return row, problems


def written(rows: Iterable[Protected]) -> str:
    """The list as CSV, as `load` reads it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in rows:
        election = one.election.name if one.election else ""
        writer.writerow([one.kind, one.value, one.platform, election, one.asked_by, one.evidence, one.starts, one.ends])
    return out.getvalue()
