"""A staffing plan in files: assumptions as a document, earlier elections as a table, and what the plan says."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.staffing.forecast import Coming, Counted
from hustings.staffing.plan import Assumptions, Everyday, Plan, Scheduled
from hustings.staffing.plan_shifts import Crew, Rules
from hustings.staffing.simulation import Kind, Promise, Rest

__all__ = ["FIELDS", "HISTORY", "RULES", "assumptions", "document", "history", "plan_rows", "told"]

HISTORY = ("election", "country", "electorate_millions", "day", "kind", "language", "items")
# No more than so many faults of a table are told; the rest are counted.
TOLD = 20
# Rows of a part, and signs of a text: a plan is made for people, and each cell costs time.
MOST, LONGEST = 100, 200

REQUIRED = object()
# Of each part of the document: field -> (how it is read, what stands there by default).
NUMBER, WHOLE, TEXT, MAY_BE_EMPTY, TEXTS, TRUTH, NUMBERS, PARTS, DAY = (
    "a number", "a whole number", "a text", "a text or nothing", "a list of texts", "true or false", "a list of numbers", "parts by language", "a day like 2026-11-03",
)  # fmt: skip
KIND = {
    "name": (TEXT, REQUIRED), "handling_minutes": (NUMBER, REQUIRED), "due_minutes": (NUMBER, REQUIRED), "spread": (NUMBER, 1.0),
    "promise": (TEXT, "settled"), "urgent": (TRUTH, False), "second_looks": (NUMBER, 0.0), "differ": (NUMBER, 0.0),
    "clearance": (MAY_BE_EMPTY, ""),
}  # fmt: skip
CREW = {
    "name": (TEXT, REQUIRED), "languages": (TEXTS, REQUIRED), "people": (WHOLE, REQUIRED), "clearances": (TEXTS, ()),
    "hire_weeks": (WHOLE, 6), "train_weeks": (WHOLE, 3), "leaves_a_week": (NUMBER, 0.004),
}  # fmt: skip
ELECTION = {
    "name": (TEXT, REQUIRED), "country": (TEXT, REQUIRED), "day": (DAY, REQUIRED), "electorate_millions": (NUMBER, REQUIRED),
    "languages": (PARTS, None),
}  # fmt: skip
EVERYDAY = {"kind": (TEXT, REQUIRED), "language": (TEXT, REQUIRED), "a_day": (NUMBER, REQUIRED)}
RULES = {
    "occupancy": (NUMBER, 0.8), "absent": (NUMBER, 0.25), "ill": (NUMBER, 0.05), "rest_after_minutes": (NUMBER, 110.0), "rest_minutes": (NUMBER, 20.0),
    "shifts": (NUMBERS, Rules().shifts), "shift_hours": (WHOLE, 8), "by_hour": (NUMBERS, Rules().by_hour), "in_time": (NUMBER, 0.95),
    "level": (NUMBER, 0.8),
}  # fmt: skip
FIELDS = {"kinds": KIND, "crews": CREW, "elections": ELECTION, "everyday": EVERYDAY}


def assumptions(said: Mapping[str, Any]) -> Assumptions:
    """Assumptions from a document (TOML or JSON, read): lists `kinds`, `crews`, `elections`, `everyday`, a table `rules`.

    Raises   BadInput with every problem at once
    """
    wrong: list[Problem] = []
    for name in sorted(set(said) - set(FIELDS) - {"rules"}):
        wrong.append(_wrong(name, "a part nobody reads", f"one of {', '.join([*FIELDS, 'rules'])}"))
    parts: dict[str, list[dict[str, Any]]] = {}
    for name, fields in FIELDS.items():
        rows = said.get(name, [])
        if not isinstance(rows, list) or len(rows) > MOST:
            found = f"{len(rows)} rows" if isinstance(rows, list) else type(rows).__name__
            wrong.append(_wrong(name, found, f"a list of at most {MOST}"))
            rows = []
        parts[name] = [_read(f"{name} {number + 1}", row, fields, wrong) for number, row in enumerate(rows)]
    rules = _read("rules", said.get("rules", {}), RULES, wrong)
    for number, row in enumerate(parts["kinds"]):
        if row["promise"] is not None and row["promise"] not in set(Promise):
            wrong.append(_wrong(f"kinds {number + 1}: promise", repr(row["promise"]), " or ".join(Promise)))
        for name in ("handling_minutes", "due_minutes"):
            if row[name] is not None and not 0 < row[name] <= 60 * 24 * 365:
                wrong.append(_wrong(f"kinds {number + 1}: {name}", row[name], "minutes, more than 0, a year at most"))
    for name in ("rest_after_minutes", "rest_minutes"):
        if rules[name] is not None and not 0 < rules[name] <= 24 * 60:
            wrong.append(_wrong(f"rules: {name}", rules[name], "minutes of a day"))
    if wrong:
        raise BadInput("The assumptions cannot be used.", wrong)
    return Assumptions(
        kinds=tuple(
            Kind(
                name=row["name"], handling=timedelta(minutes=row["handling_minutes"]), due=timedelta(minutes=row["due_minutes"]),
                spread=row["spread"], promise=Promise(row["promise"]), urgent=row["urgent"], second_looks=row["second_looks"],
                differ=row["differ"], clearance=row["clearance"],
            )
            for row in parts["kinds"]
        ),
        crews=tuple(
            Crew(
                name=row["name"], languages=frozenset(row["languages"]), people=row["people"], clearances=frozenset(row["clearances"]),
                hire=row["hire_weeks"], train=row["train_weeks"], leaves=row["leaves_a_week"],
            )
            for row in parts["crews"]
        ),
        elections=tuple(
            Scheduled(
                name=row["name"], day=row["day"],
                coming=Coming(country=row["country"], electorate_millions=row["electorate_millions"], languages=row["languages"]),
            )
            for row in parts["elections"]
        ),
        everyday=tuple(Everyday(kind=row["kind"], language=row["language"], a_day=row["a_day"]) for row in parts["everyday"]),
        rules=Rules(
            occupancy=rules["occupancy"], absent=rules["absent"], ill=rules["ill"], in_time=rules["in_time"], shift_hours=rules["shift_hours"],
            rest=Rest(after=timedelta(minutes=rules["rest_after_minutes"]), lasts=timedelta(minutes=rules["rest_minutes"])),
            shifts=tuple(int(each) for each in rules["shifts"]), by_hour=tuple(float(each) for each in rules["by_hour"]),
        ),
        level=rules["level"],
    )  # fmt: skip


def document(of: Assumptions) -> dict[str, Any]:
    """The same assumptions as a document, every default written out; reading it gives them back."""
    rules = of.rules
    return {
        "kinds": [
            {
                "name": kind.name, "handling_minutes": kind.handling / timedelta(minutes=1), "due_minutes": kind.due / timedelta(minutes=1),
                "spread": kind.spread, "promise": kind.promise.value, "urgent": kind.urgent, "second_looks": kind.second_looks,
                "differ": kind.differ, "clearance": kind.clearance,
            }
            for kind in of.kinds
        ],
        "crews": [
            {
                "name": crew.name, "languages": sorted(crew.languages), "people": crew.people, "clearances": sorted(crew.clearances),
                "hire_weeks": crew.hire, "train_weeks": crew.train, "leaves_a_week": crew.leaves,
            }
            for crew in of.crews
        ],
        "elections": [
            {
                "name": each.name, "country": each.coming.country, "day": each.day.isoformat(),
                "electorate_millions": each.coming.electorate_millions,
            } | ({} if each.coming.languages is None else {"languages": dict(each.coming.languages)})
            for each in of.elections
        ],
        "everyday": [{"kind": each.kind, "language": each.language, "a_day": each.a_day} for each in of.everyday],
        "rules": {
            "occupancy": rules.occupancy, "absent": rules.absent, "ill": rules.ill, "rest_after_minutes": rules.rest.after / timedelta(minutes=1),
            "rest_minutes": rules.rest.lasts / timedelta(minutes=1), "shifts": list(rules.shifts), "shift_hours": rules.shift_hours,
            "by_hour": list(rules.by_hour), "in_time": rules.in_time, "level": of.level,
        },
    }  # fmt: skip


def history(lines: Iterable[str]) -> list[Counted]:
    """Earlier elections from the lines of a CSV file with the columns of HISTORY, a row a day, kind and language.

    Raises   BadInput with the faults of all rows, by row and column
    """
    table = csv.DictReader(lines)
    lacking = [name for name in HISTORY if name not in (table.fieldnames or [])]
    if lacking:
        raise BadInput("The history cannot be read.", [Problem(
            where="its first line", found=", ".join(table.fieldnames or []) or "nothing", expected=f"also {', '.join(lacking)}",
            do="Name the columns so.")])  # fmt: skip
    rows, wrong = [], []
    for number, row in enumerate(table, start=2):
        try:
            read = Counted(
                election=(row["election"] or "").strip(), country=(row["country"] or "").strip(), kind=(row["kind"] or "").strip(),
                language=(row["language"] or "").strip(), electorate_millions=float(row["electorate_millions"] or ""),
                day=int(row["day"] or ""), items=int(row["items"] or ""),
            )  # fmt: skip
        except ValueError as error:
            wrong.append(_wrong(f"line {number}", str(error), "numbers in electorate_millions, day and items"))
            continue
        if (
            not (read.election and read.kind and read.language)
            or read.items < 0
            or not 0 < read.electorate_millions < 5000
        ):
            wrong.append(_wrong(
                f"line {number}", ", ".join(f"{name}={row[name]}" for name in HISTORY),
                "an election, kind and language, 0 items or more, millions who may vote",
            ))  # fmt: skip
        rows.append(read)
    if wrong:
        more = [_wrong("further lines", f"{len(wrong) - TOLD} more faults", "none")] if len(wrong) > TOLD else []
        raise BadInput("The history cannot be read.", wrong[:TOLD] + more)
    return rows


def told(plan: Plan, today: date) -> dict[str, Any]:
    """A plan as a document for programs and for keeping."""
    return {
        "answers": [
            {
                "crew": each.crew, "low": each.low, "middle": each.middle, "more": each.more, "sentence": each.sentence(today),
                "first": each.first and each.first.isoformat(), "by": each.by and each.by.isoformat(),
                "begin": each.begin and each.begin.isoformat(),
            }
            for each in plan.answers
        ],
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "crews": [
                    {"crew": crowd.crew, "have": round(crowd.have, 1), "low": crowd.low, "middle": crowd.middle,
                     "high": crowd.high, "short": crowd.short}
                    for crowd in week.crowds
                ],
                "items": [{"kind": kind, "language": language, "high": round(items, 1)} for (kind, language), items in week.items.items()],
                "posts": [{"crew": crew, "begins": begin, "people": people} for (crew, begin), people in week.day.posts.items()],
            }
            for week in plan.weeks
        ],
        "simulated": [
            {"seed": floor.seed, "occupancy": round(floor.occupancy, 3), "worst": round(min((kept for *_, kept in floor.weeks()), default=1.0), 4)}
            for floor in plan.floors
        ],
        "margins": dict(plan.margins),
        "limits": list(plan.limits),
    }  # fmt: skip


def plan_rows(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The weeks of a told plan as the rows of a table."""
    return [{"monday": week["monday"], **crew} for week in said["weeks"] for crew in week["crews"]]


def _read(where: str, row: Any, fields: Mapping[str, tuple[str, Any]], wrong: list[Problem]) -> dict[str, Any]:
    """The fields of one part; None for what is wrong."""
    if not isinstance(row, Mapping):
        wrong.append(_wrong(where, type(row).__name__, f"a table with {', '.join(fields)}"))
        return dict.fromkeys(fields)
    for name in sorted(set(row) - set(fields)):
        wrong.append(_wrong(f"{where}: {name}", "a field nobody reads", f"one of {', '.join(fields)}"))
    found = {}
    for name, (form, default) in fields.items():
        value = row.get(name, default)
        if value is REQUIRED:
            wrong.append(_wrong(f"{where}: {name}", "nothing", form))
            value = None
        elif name in row:
            value = _value(value, form)
            if value is None:
                wrong.append(_wrong(f"{where}: {name}", repr(row[name])[:80], form))
        found[name] = value
    return found


def _value(value: Any, form: str) -> Any:
    """A value of a form, or None."""
    if form == TRUTH:
        return value if isinstance(value, bool) else None
    if form in {NUMBER, WHOLE}:
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e9 < value < 1e9:
            return None
        return float(value) if form == NUMBER else value if isinstance(value, int) else None
    if form in {TEXT, MAY_BE_EMPTY}:
        if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
            return None
        return value.strip() if value.strip() or form == MAY_BE_EMPTY else None
    if form == DAY:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except (TypeError, ValueError):
            return None
    if form == PARTS:
        fits = isinstance(value, Mapping) and len(value) <= MOST and all(
            _value(name, TEXT) is not None and _value(part, NUMBER) is not None for name, part in value.items()
        )  # fmt: skip
        return dict(value) if fits else None
    if not isinstance(value, list | tuple) or len(value) > MOST:
        return None
    each = [_value(one, TEXT if form == TEXTS else NUMBER) for one in value]
    return None if None in each else each


def _wrong(where: str, found: object, expected: str) -> Problem:
    return Problem(where=where, found=str(found), expected=expected, do="Mend it.")
