"""Accounts of one person on several platforms, joined by evidence that somebody states, never by their names."""

__all__ = ["COLUMNS", "SameActor", "read_same_actors", "with_same_actors"]

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hustings.detection.detect import Detection
from hustings.errors import BadInput, Problem

COLUMNS = ("platform", "actor", "person", "evidence", "author")


@dataclass(frozen=True, kw_only=True)
class SameActor:
    """One line: this account is this person's (or organisation's), because of this, says this author."""

    platform: str
    actor: str
    person: str
    evidence: str
    author: str


def read_same_actors(place: Path) -> list[SameActor]:
    """Read a CSV with the columns platform, actor, person, evidence, author; others, and space around a value, are left alone.

    Raises   BadInput with all problems: columns missing, a cell empty, an account of two persons or in two lines, no line at all
    """
    try:
        with place.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or []
            table = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = Problem(
            where=str(place), found=str(error), expected="a readable UTF-8 CSV", do="Name the list of accounts."
        )
        raise BadInput("The list of accounts of one person cannot be read.", [problem]) from error
    missing = [name for name in COLUMNS if name not in header]
    problems = [
        Problem(where=f"{place}, header", found=f"no column {name}", expected=", ".join(COLUMNS), do="Add the column.")
        for name in missing
    ]
    if not table and not missing:
        problems.append(
            Problem(
                where=str(place), found="no line", expected="one or more", do="Add accounts, or leave the list out."
            )
        )
    persons: dict[tuple[str, str], str] = {}
    for number, row in enumerate(table if not missing else (), 2):
        where = f"{place} line {number}"
        problems += [
            Problem(
                where=where,
                found=f"no {name}",
                expected="a value",
                do="Accounts are joined by evidence that somebody states.",
            )
            for name in COLUMNS
            if not row[name]
        ]
        account = row["platform"], row["actor"]
        before = persons.get(account)
        persons.setdefault(account, row["person"])
        if before == row["person"]:
            do = "Write all evidence for an account into one line."
            problems.append(Problem(where=where, found=f"{row['actor']} again", expected="each account once", do=do))
        elif before is not None:
            problems.append(Problem(
                where=where, found=f"{row['actor']} of {before} and {row['person']}",
                expected="one person", do="Settle whose it is.",
            ))  # fmt: skip
    if problems:
        raise BadInput("The list of accounts of one person cannot be used.", problems)
    return [SameActor(**row) for row in table]


def with_same_actors(found: Detection, lines: Sequence[SameActor]) -> Detection:
    """The same findings, each telling which of its members are one person's.

    Gives    in each record `joined_by`: persons with two members or more, their accounts with the evidence and its
             author, sorted; and `persons`: members counted with each person once.
    Limits   for display and counting: the tests saw accounts. Two accounts of one person that act together are
             still two accounts, and a finding of one person's accounts alone says so among its limits
    """
    stated = {(line.platform, line.actor): line for line in lines}
    members: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in found.members.to_pylist():
        members[row["finding"]].append((row["platform"], row["actor"]))
    records = []
    for record in found.findings:
        accounts: dict[str, list[SameActor]] = defaultdict(list)
        for member in members[record["finding"]]:
            if member in stated:
                accounts[stated[member].person].append(stated[member])
        joined = {person: mine for person, mine in sorted(accounts.items()) if len(mine) > 1}
        persons = record["members"] - sum(len(mine) - 1 for mine in joined.values())
        records.append({
            **record, "limits": [*record["limits"], *_limit(record["members"], persons)], "persons": persons,
            "joined_by": [{"person": person, "accounts": [_account(one) for one in mine]} for person, mine in joined.items()],
        })  # fmt: skip
    return replace(found, findings=records)


def _account(one: SameActor) -> dict[str, Any]:
    return {"platform": one.platform, "actor": one.actor, "evidence": one.evidence, "author": one.author}


def _limit(members: int, persons: int) -> list[str]:
    if persons == members:
        return []
    if persons == 1:
        return ["By stated evidence all of them are one person's: nobody acted together with anybody else."]
    return [f"By stated evidence these {members:,} accounts are of {persons:,} persons; the tests saw accounts."]
