"""What figures are counted over: rows by table, as they stood at one moment, and what is not there, with the reason."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hustings.errors import BadInput, Problem

__all__ = ["COLUMNS", "FORM", "UNSEEN", "Basis", "canonical", "read_basis"]

FORM = "hustings-rows-1"
# How the reason begins where rows are there and not for who asked: another person may count otherwise.
UNSEEN = "who asked may not see"
Row = Mapping[str, Any]

# Table -> column -> what it says. `key` names a row and stands in every table; null is "not known".
COLUMNS: dict[str, dict[str, str]] = {
    "assets": {
        "key": "the member", "kind": "account, page, group, ad buyer, ad, post, domain, channel", "platform": "where",
        "name": "what it is called there", "state": "accepted or proposed", "followers": "how many follow it, as sealed evidence says",
        "members": "how many are in it, of a group", "posts": "how many posts it made, as sealed evidence says",
        "names": "how many names it is known to have borne", "made": "day on which it was made", "recorded": "moment of the record",
    },
    "followers": {"key": "a row", "asset": "the member", "person": "who follows, under a pseudonym"},
    "ads": {
        "key": "archive and number", "page": "page or account it leads to", "created": "moment at which it was made, with zone",
        "first": "first day shown", "last": "last day shown", "amount": "exact amount, as decimal text", "currency": "of the amount",
        "instrument_currency": "in which the payment instrument is held", "impressions": "times shown", "clicks": "times clicked",
    },
    "days": {"key": "ad and day", "ad": "the ad", "day": "the day", "impressions": "times shown on it"},
    "reach": {
        "key": "the union", "people": "how many saw at least one", "low": "lower end", "high": "upper end", "method": "how it was made",
        "modelled": "whether a model stands in for what was not counted",
    },
    "gatherings": {
        "key": "the gathering", "day": "for which day", "viewers": "who saw it", "interested": "who said so", "going": "who said so",
        "ads": "how many ads called to it", "held": "took place, did not, or unknown", "recorded": "moment of the record",
    },
    "opposed": {"key": "the pair", "sure": "whether both name the day and the place", "recorded": "moment of the record"},
    "leads": {
        "key": "the lead", "source": "who or what told it", "at": "when it was told", "state": "open, taken up or dismissed",
        "case_opened": "when the case that took it up was opened",
    },
    "targets": {
        "key": "the target", "action": "what is done", "kind": "to what kind of asset", "platform": "where", "countries": "where it is done",
        "language": "of the asset", "source": "by what it was found, in the words of the interface",
        "machine": "whether a machine took part in finding it", "ordered": "when the platform was told",
        "done": "when the platform said it was done", "undone": "when the platform said it was undone", "noticed": "when whom it concerns was told",
    },
    "appeals": {"key": "the appeal", "target": "the target", "at": "when it came", "outcome": "how it ended, empty while open", "answered": "when"},
    "told": {"key": "the telling", "whom": "who was told, by kind", "at": "when"},
    "origins": {"key": "the claim", "claim": "who may stand behind it", "confidence": "low, moderate or high", "dissents": "how many disagree",
                "alternatives": "who else it may be", "at": "when it was claimed"},
    "says": {"key": "a row", "what": "narrative, tactic or country aimed at", "value": "in words or as a code"},
    "indicators": {"key": "a row", "kind": "domain, account or page", "platform": "where", "value": "the name"},
}  # fmt: skip


def canonical(value: object) -> str:
    """JSON in one form: equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Rows by table at a moment. A table that is not there cannot be counted: `lacks` says why.

    as_of    the moment, in UTC (2026-11-22T12:00:00Z)
    scope    what the rows are about, for people
    lacks    table, or table.column, and the reason for which nobody can count it
    """

    as_of: str
    scope: str
    tables: Mapping[str, Sequence[Row]]
    lacks: Mapping[str, str] = field(default_factory=dict)

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table that is there."""
        return self.tables[table]

    def why_not(self, *names: str) -> str | None:
        """Why one of these tables or columns cannot be counted; None where all can."""
        for name in names:
            table = name.partition(".")[0]
            for asked in (name, table):
                if asked in self.lacks:
                    return self.lacks[asked]
            if table not in self.tables:
                return f"no {table} are held"
        return None

    def seen_as(self, other: Basis) -> Basis:
        """These rows without what could not be seen by who gathered the other."""
        unseen = {name: why for name, why in other.lacks.items() if why.startswith(UNSEEN)}
        tables = {name: rows for name, rows in self.tables.items() if name not in unseen}
        return Basis(
            as_of=self.as_of, scope=self.scope, tables=tables, lacks=dict(sorted((dict(self.lacks) | unseen).items()))
        )

    def as_json(self) -> dict[str, Any]:
        """For sealing."""
        return {
            "form": FORM, "as_of": self.as_of, "scope": self.scope, "lacks": dict(self.lacks),
            "tables": {name: [dict(row) for row in rows] for name, rows in self.tables.items()},
        }  # fmt: skip

    @property
    def sha256(self) -> str:
        """The digest of the canonical form."""
        return hashlib.sha256(canonical(self.as_json()).encode()).hexdigest()


def read_basis(told: Any, where: str) -> Basis:
    """Rows from JSON, everything that is wrong at once.

    Raises   BadInput
    """
    problems: list[Problem] = []

    def wrong(place: str, found: object, expected: str, do: str) -> None:
        problems.append(Problem(where=f"{where}, {place}", found=str(found)[:80], expected=expected, do=do))

    if not isinstance(told, dict) or told.get("form") != FORM:
        found = told.get("form", "no form") if isinstance(told, dict) else type(told).__name__
        wrong("form", found, FORM, "Name a file of rows as a report seals them.")
        raise BadInput("These are no rows that figures can be counted over.", problems)
    for name in ("as_of", "scope"):
        if not isinstance(told.get(name), str) or not told[name]:
            wrong(name, told.get(name), "words", "Say it.")
    tables, lacks = told.get("tables"), told.get("lacks", {})
    if not isinstance(tables, dict):
        wrong("tables", type(tables).__name__, "an object of tables", "Write the rows of each table under its name.")
        tables = {}
    if not isinstance(lacks, dict) or not all(isinstance(one, str) for one in lacks.values()):
        wrong("lacks", lacks, "an object of reasons", "Say in words why a table is not there.")
        lacks = {}
    for name, rows in tables.items():
        if name not in COLUMNS:
            wrong(f"tables.{name}", "a table", "one of " + ", ".join(COLUMNS), "Leave it out.")
        elif not isinstance(rows, list):
            wrong(f"tables.{name}", type(rows).__name__, "a list of rows", "Write it so.")
        else:
            problems.extend(_problems_of(name, rows, where))
    if problems:
        raise BadInput("These rows cannot be counted.", problems[:50])
    return Basis(as_of=told["as_of"], scope=told["scope"], tables=tables, lacks=lacks)


def readable(moment: str) -> bool:
    """Whether it is a day or a moment."""
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def _problems_of(name: str, rows: Sequence[Any], where: str) -> list[Problem]:
    """What is wrong with the rows of one table."""
    found, seen, columns = [], set(), COLUMNS[name]
    for number, row in enumerate(rows, 1):
        place = f"{where}, {name}, row {number}"
        if not isinstance(row, dict) or not isinstance(row.get("key"), str) or not row["key"]:
            found.append(
                Problem(where=place, found="no key", expected="an object with a key", do="Give each row a name.")
            )
            continue
        if row["key"] in seen:
            found.append(
                Problem(
                    where=place, found=f"the key {row['key']!r} again", expected="each once", do="Keep one of them."
                )
            )
        seen.add(row["key"])
        unknown = sorted(set(row) - set(columns))
        if unknown:
            found.append(
                Problem(
                    where=place, found=", ".join(unknown), expected="columns " + ", ".join(columns), do="Leave it out."
                )
            )
        for column in sorted(COUNTS & set(row)):
            value = row[column]
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                found.append(
                    Problem(
                        where=f"{place}, {column}",
                        found=repr(value),
                        expected="a whole number from 0, or null",
                        do="Write it so.",
                    )
                )
        for column in sorted(TEXTS & set(row)):
            value = row[column]
            if value is None:
                continue
            if not isinstance(value, str):
                found.append(
                    Problem(
                        where=f"{place}, {column}", found=repr(value)[:80], expected="text, or null", do="Write it so."
                    )
                )
            elif column == "amount" and not AMOUNT.fullmatch(value):
                found.append(
                    Problem(
                        where=f"{place}, {column}", found=value[:80], expected="an amount as 12.50", do="Write it so."
                    )
                )
            elif column in MOMENTS and not readable(value):
                found.append(
                    Problem(
                        where=f"{place}, {column}",
                        found=value[:80],
                        expected="a day or moment as ISO 8601 has it",
                        do="Write it so.",
                    )
                )
    return found  # fmt: skip


COUNTS = {
    "followers",
    "posts",
    "names",
    "impressions",
    "clicks",
    "people",
    "viewers",
    "interested",
    "going",
    "dissents",
    "members",
}
TEXTS = {
    "kind", "platform", "name", "state", "made", "recorded", "page", "created", "first", "last", "amount", "currency",
    "instrument_currency", "day", "ad", "asset", "person", "source", "at", "action", "done", "undone", "outcome", "answered",
    "whom", "confidence", "claim", "what", "value", "method", "held", "language", "ordered", "noticed", "case_opened", "target",
}  # fmt: skip
AMOUNT = re.compile(r"-?\d{1,18}(\.\d{1,9})?")
MOMENTS = {
    "created",
    "first",
    "last",
    "day",
    "at",
    "ordered",
    "done",
    "undone",
    "noticed",
    "answered",
    "case_opened",
    "recorded",
}
