"""Any register that comes as a CSV: a TOML mapping says which column is which."""

__all__ = ["read_generic"]

import re
import tomllib
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hustings.connectors.registers.text import bad_rows, csv_rows, read_text, unreadable
from hustings.errors import Problem
from hustings.screening.countries import country_code
from hustings.screening.register.edition import Contact, Edition, Entry, digest_of
from hustings.screening.register.numbers import SCHEMES, read_number

TOP = ("name", "scheme", "published", "source", "date_format", "columns", "constants", "separator", "strict_numbers")
CONTACT = tuple(field.name for field in fields(Contact))
COLUMNS = ("number", "name", "also", "people", "related", "kind", "since", "until", *CONTACT)


def read_generic(path: Path, mapping: Path, published: date | None = None) -> Edition:
    """Read a CSV by its mapping; every fault of both is said at once.

    Reads    mapping: `name`, `scheme` (one of the kinds of number we know, or a word of the operator's), `published`,
             `[columns]` (ours = "theirs", or a list of theirs joined by a space), `[constants]`, and if need be
             `date_format`, `separator` (of several in one cell of also, people or related).
    Edges    numbers of a kind that we know are brought into its form. One that has not that form stands as
             written and is counted in the notes, unless `strict_numbers = true`: then it is a fault.
    """
    said, told = read_text(mapping)
    try:
        raw = tomllib.loads(said)
    except tomllib.TOMLDecodeError as error:
        raise unreadable(mapping, str(error), "TOML 1.0", "Mend that line.") from error
    problems = _faults(mapping, raw, published)
    if problems:
        raise bad_rows(mapping, problems)
    columns: dict[str, list[str]] = {
        ours: [theirs] if isinstance(theirs, str) else list(theirs) for ours, theirs in raw["columns"].items()
    }
    text, held = read_text(path)
    rows = csv_rows(path, text, [name for names in columns.values() for name in names])
    entries, misshapen = [], 0
    for number, row in enumerate(rows, 2):
        cells = {ours: " ".join(filter(None, (row[name] for name in names))) for ours, names in columns.items()}
        cells = {**{ours: str(value) for ours, value in raw.get("constants", {}).items()}, **cells}
        read = read_number(raw["scheme"], cells["number"])
        faults = [] if cells["name"] else ["no name"]
        if read.compact is None and (raw.get("strict_numbers") or not cells["number"]):
            faults.append(f"the number {cells['number']!r}: {read.reason}")
        misshapen += read.compact is None
        try:
            entry = _entry(read.compact or cells["number"], cells, raw)
        except ValueError as error:
            faults.append(str(error))
        if faults:
            problems += [
                Problem(
                    where=f"{path}, row {number}", found=fault, expected="an entry of the register", do="Mend the row."
                )
                for fault in faults
            ]
            continue
        entries.append(entry)
    if problems:
        raise bad_rows(path, problems)
    notes = (f"{misshapen:,} numbers have not the form of their kind and stand as written.",) if misshapen else ()
    return Edition(
        name=raw["name"], scheme=raw["scheme"], published=published or raw["published"], digest=digest_of([held, told]),
        entries=tuple(entries), source=raw.get("source", ""), notes=notes,
    )  # fmt: skip


def _faults(mapping: Path, raw: dict[str, Any], published: date | None) -> list[Problem]:
    problems = []

    def wrong(where: str, found: str, expected: str) -> None:
        problems.append(Problem(where=f"{mapping}, {where}", found=found, expected=expected, do="Change the mapping."))

    for key in raw:
        if key not in TOP:
            wrong(key, "a key that means nothing here", "one of " + ", ".join(TOP))
    for key in ("name", "scheme"):
        if not isinstance(raw.get(key), str) or not raw.get(key):
            wrong(key, repr(raw.get(key)), "a text")
    if (
        isinstance(raw.get("scheme"), str)
        and raw["scheme"] not in SCHEMES
        and not re.fullmatch(r"[a-z][a-z0-9-]*", raw["scheme"])
    ):
        wrong("scheme", repr(raw["scheme"]), "a word in small letters")
    if published is None and not isinstance(raw.get("published"), date):
        wrong("published", repr(raw.get("published")), "a day such as 2024-05-31")
    columns = raw.get("columns")
    if not isinstance(columns, dict) or not {"number", "name"} <= set(columns):
        wrong("columns", repr(columns), "a table with at least number and name")
    else:
        for ours, theirs in columns.items():
            if ours not in COLUMNS:
                wrong(f"columns.{ours}", "a name that means nothing here", "one of " + ", ".join(COLUMNS))
            if not isinstance(theirs, str) and not (
                isinstance(theirs, list) and theirs and all(isinstance(one, str) for one in theirs)
            ):
                wrong(f"columns.{ours}", repr(theirs), "a column's name, or a list of them")
    constants = raw.get("constants", {})
    if not isinstance(constants, dict) or not set(constants) <= set(COLUMNS):
        wrong("constants", repr(constants), "a table of " + ", ".join(COLUMNS))
    return problems


def _entry(number: str, cells: dict[str, str], raw: dict[str, Any]) -> Entry:
    separator = raw.get("separator", ";")
    several = {
        name: tuple(one.strip() for one in cells.get(name, "").split(separator) if one.strip())
        for name in ("also", "people", "related")
    }
    country = cells.get("country", "")
    code = country_code(country) if country else ""
    if code is None:
        message = f"the country {country!r}"
        raise ValueError(message)
    contact = Contact(**{name: code if name == "country" else cells.get(name, "") for name in CONTACT})
    return Entry(
        number=number, name=cells["name"], country=code, kind=cells.get("kind", ""), contacts=() if contact.empty else (contact,),
        since=_day(cells.get("since", ""), raw), until=_day(cells.get("until", ""), raw), **several,
    )  # fmt: skip


def _day(text: str, raw: dict[str, Any]) -> date | None:
    if not text:
        return None
    form = raw.get("date_format")
    return datetime.strptime(text, form).date() if form else date.fromisoformat(text)  # noqa: DTZ007 - a day, no moment
