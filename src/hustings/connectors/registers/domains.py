"""Domains that governments and armed forces keep for themselves: suffix rules, and published lists of domains."""

__all__ = ["looks_like_domains", "read_domains", "suffixes"]

import csv
import io
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

from hustings.connectors.registers.text import bad_rows, csv_rows, read_text
from hustings.errors import Problem
from hustings.screening.register.edition import Contact, Edition, Entry, digest_of
from hustings.screening.register.numbers import read_number

# How lists call their columns, without case: the US list of .gov domains first.
DOMAIN = ("domain name", "domain", "hostname", "host")
OWNER = ("organization name", "organization", "organisation", "agency", "registrant", "owner", "name")
KIND = ("domain type", "type", "sector")


def looks_like_domains(line: str) -> bool:
    """A column of domains and one of their owners."""
    names = {name.strip().strip('"').lower() for name in line.split(",")}
    return bool(names & set(DOMAIN)) and bool(names & set(OWNER))


def suffixes() -> tuple[tuple[Entry, ...], bytes]:
    """The packaged rules: suffixes under which only governments or armed forces are registered, with source."""
    raw = files("hustings.connectors.registers").joinpath("suffixes.csv").read_bytes()
    rows = csv.DictReader(io.StringIO(raw.decode()))
    return tuple(
        Entry(number=row["suffix"], name="", kind=row["kind"], country=row["country"], related=(row["source"],)) for row in rows
    ), raw  # fmt: skip


def read_domains(path: Path, published: date) -> Edition:
    """Read a list of domains with their owners; the packaged suffix rules stand behind it.

    Gives    one entry a domain, its owner's name in `name`; below a listed domain everything belongs to its owner.
    Edges    a suffix rule names nobody: it shows that a government is meant, not which.
    """
    text, raw = read_text(path)
    header = next(csv.reader(io.StringIO(text)))
    domain, owner, kind = (_column(header, names) for names in (DOMAIN, OWNER, KIND))
    rows = csv_rows(path, text, [name for name in (domain or DOMAIN[0], owner or OWNER[0]) if name])
    entries, problems = [], []
    for number, row in enumerate(rows, 2):
        read = read_number("domain", row[domain or ""])
        if read.compact is None:
            problems.append(
                Problem(
                    where=f"{path}, row {number}",
                    found=repr(row[domain or ""]),
                    expected="a domain",
                    do="Mend the row.",
                )
            )
            continue
        place = {key.lower(): value for key, value in row.items()}
        contact = Contact(city=place.get("city", ""), state=place.get("state", ""))
        entries.append(
            Entry(
                number=read.compact,
                name=row[owner or ""],
                kind=row[kind] if kind else "domain",
                contacts=() if contact.empty else (contact,),
            )
        )
    if problems:
        raise bad_rows(path, problems)
    rules, packaged = suffixes()
    return Edition(
        name="government domains", scheme="domain", published=published, digest=digest_of([raw, packaged]),
        entries=(*entries, *rules), notes=(f"{len(rules)} suffix rules of the package stand behind the list.",),
    )  # fmt: skip


def _column(header: Sequence[str], names: Sequence[str]) -> str | None:
    plain = {name.strip().lower(): name.strip() for name in header}
    return next((plain[name] for name in names if name in plain), None)
