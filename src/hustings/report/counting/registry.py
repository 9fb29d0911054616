"""Where queries are registered, and how one is asked over rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from inspect import getdoc

from hustings.errors import BadInput, Problem
from hustings.report.counting.basis import Basis, canonical
from hustings.report.counting.figure import Counted, Figure, Parameters, Query, no

__all__ = ["QUERIES", "ask", "beneath", "query"]

QUERIES: dict[str, Query] = {}


def query(
    *, title: str, reads: tuple[str, ...], unit: str = "", caveat: str = "", takes: Mapping[str, str] | None = None
) -> Callable[[Callable[..., Counted]], Query]:
    """Register a function as the query of its own name, with - for _; its docstring says how it counts."""

    def registered(count: Callable[..., Counted]) -> Query:
        name = count.__name__.replace("_", "-")
        assert name not in QUERIES, f"two queries are called {name}"
        made = Query(name=name, title=title, unit=unit, reads=reads, takes=takes or {}, caveat=caveat,
                     how=" ".join((getdoc(count) or "").split()), count=count)  # fmt: skip
        QUERIES[name] = made
        return made

    return registered


def ask(name: str, basis: Basis, parameters: Parameters) -> Figure:
    """The figure of this name over these rows. What cannot be derived is a figure too, with the reason.

    Raises   BadInput for a name that no query has
    """
    asked = QUERIES.get(name)
    if asked is None:
        expected = "one of " + ", ".join(sorted(QUERIES))
        raise BadInput(
            "There is no such figure.", [Problem(where="figure", found=name, expected=expected, do="Choose one.")]
        )
    taken = {key: parameters[key] for key in asked.takes if parameters.get(key)}
    missing = [key for key in asked.takes if key not in taken]
    why = basis.why_not(*asked.reads)
    if why is not None:
        counted = no(why)
    elif missing:
        counted = no("the report does not say its " + " and ".join(key.replace("_", " ") for key in missing))
    else:
        counted = asked.count(basis, **taken)
    beneath = sorted(counted.beneath)
    return Figure(
        name=name, title=asked.title, value=counted.value, unit=asked.unit, as_of=basis.as_of, rows=len(beneath),
        caveat=" ".join(one for one in (asked.caveat, counted.beside) if one), how=asked.how, why_not=counted.why_not,
        parameters=taken, rows_sha256=digest_of(basis, beneath),
    )  # fmt: skip


def beneath(name: str, basis: Basis, parameters: Parameters) -> list[tuple[str, Mapping[str, object]]]:
    """The rows beneath a figure, as (table, row) in the order of their keys."""
    asked = QUERIES[name]
    if basis.why_not(*asked.reads) is not None or any(not parameters.get(key) for key in asked.takes):
        return []
    index = {(table, str(row["key"])): row for table, rows in basis.tables.items() for row in rows}
    return [
        (table, index[table, key])
        for table, key in sorted(asked.count(basis, **{key: parameters[key] for key in asked.takes}).beneath)
    ]


def digest_of(basis: Basis, keys: list[tuple[str, str]]) -> str:
    """The digest of the rows beneath, in the order of their keys: equal rows, whatever came with them."""
    wanted = {table for table, _ in keys}
    index = {(table, str(row["key"])): row for table in wanted for row in basis.rows(table)}
    digest = hashlib.sha256()
    for key in keys:
        digest.update(canonical([key[0], index[key]]).encode() + b"\n")
    return digest.hexdigest() if keys else ""
