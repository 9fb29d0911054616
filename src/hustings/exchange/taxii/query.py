"""What a request asks of a collection: filters, how many, and where to go on. Whatever cannot be understood is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hustings.errors import BadInput, Problem
from hustings.exchange.taxii.instant import instant, said

__all__ = ["FILTERS", "Endpoint", "Filters", "Query", "Which", "query_of"]


class Endpoint(StrEnum):
    """What is read of a collection."""

    OBJECTS = "objects"
    MANIFEST = "manifest"
    OBJECT = "object"
    VERSIONS = "versions"
    DELETE = "delete"


class Which(StrEnum):
    """A version named by its place among those of an object."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


FIELDS = ("id", "type", "version", "spec_version")
FILTERS = {
    Endpoint.OBJECTS: frozenset(FIELDS),
    Endpoint.MANIFEST: frozenset(FIELDS),
    Endpoint.OBJECT: frozenset({"version", "spec_version"}),
    Endpoint.VERSIONS: frozenset({"spec_version"}),
    Endpoint.DELETE: frozenset({"version", "spec_version"}),
}
MATCH = re.compile(r"match\[([^\]]*)\]")
SPEC_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
WHOLE = re.compile(r"[0-9]+", re.ASCII)
LONGEST = 18  # digits; more objects than that nobody has


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries are asked for. None: the field is not asked; `spec_versions` None: the newest of each object."""

    added_after: datetime | None = None
    ids: frozenset[str] | None = None
    types: frozenset[str] | None = None
    versions: frozenset[Which | datetime] = frozenset({Which.LAST})
    spec_versions: frozenset[str] | None = None

    @property
    def canonical(self) -> tuple[object, ...]:
        """The same for equal filters, whatever the order in which they were written."""
        return (
            said(self.added_after) if self.added_after else None,
            *(sorted(words) if words is not None else None for words in (self.ids, self.types, self.spec_versions)),
            sorted(each.value if isinstance(each, Which) else said(each) for each in self.versions),
        )


@dataclass(frozen=True, kw_only=True)
class Query:
    """Filters, and which part of what they find. `given` names the match fields that were written out."""

    filters: Filters
    limit: int | None = None
    following: str | None = None
    given: frozenset[str] = frozenset()


def query_of(parameters: Iterable[tuple[str, str]], endpoint: Endpoint) -> Query:
    """Read the parameters of a request, in any order.

    Edges    a field that TAXII knows and this endpoint does not have is not asked; parameters that are none of
             TAXII's are passed over; `match` of a field that nobody knows cannot be understood
    Raises   BadInput with every part that is wrong
    """
    problems: list[Problem] = []

    def wrong(where: str, found: str, expected: str) -> None:
        problems.append(Problem(where=where, found=repr(found[:100]), expected=expected, do="Ask again."))

    said_once: dict[str, str] = {}
    for name, value in parameters:
        if name not in {"added_after", "limit", "next"} and not name.startswith("match"):
            continue
        if name in said_once:
            wrong(name, value, "one value; several are parted by commas")
        said_once[name] = value

    added_after = limit = following = None
    match: dict[str, list[str]] = {}
    for name, value in said_once.items():
        field = MATCH.fullmatch(name)
        if name == "added_after":
            try:
                added_after = instant(value)
            except ValueError as error:
                wrong(name, value, str(error).removeprefix("no ").join(("a ", "")))
        elif name == "limit":
            if not WHOLE.fullmatch(value) or not value.strip("0"):
                wrong(name, value, "a whole number of at least 1")
            else:
                limit = int(value.lstrip("0")[: LONGEST + 1])
        elif name == "next":
            if not value:
                wrong(name, value, "what a page before gave")
            following = value
        elif field is None or field[1] not in FIELDS:
            wrong(name, value, f"match of one of {', '.join(FIELDS)}")
        elif not all(value.split(",")):
            wrong(name, value, "values parted by commas")
        elif field[1] in FILTERS[endpoint]:
            match[field[1]] = value.split(",")

    versions: set[Which | datetime] = set()
    for value in match.get("version", ()):
        try:
            versions.add(Which(value) if value in set(Which) else instant(value))
        except ValueError:
            wrong("match[version]", value, "first, last, all or a moment like 2026-11-03T18:00:00.000Z")
    for value in match.get("spec_version", ()):
        if not SPEC_VERSION.fullmatch(value):
            wrong("match[spec_version]", value, "a version like 2.1")
    if problems:
        raise BadInput("The request cannot be understood.", problems)

    def words(field: str) -> frozenset[str] | None:
        return frozenset(match[field]) if field in match else None

    return Query(
        filters=Filters(
            added_after=added_after,
            ids=words("id"),
            types=words("type"),
            versions=frozenset(versions) or Filters.versions,
            spec_versions=words("spec_version"),
        ),
        limit=limit,
        following=following,
        given=frozenset(match),
    )
