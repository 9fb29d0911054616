"""Rows to count over from a list of assets, ads and gatherings that somebody wrote down, and from a made-up season."""

from __future__ import annotations

from typing import Any

from hustings.errors import BadInput, Problem
from hustings.report.counting.basis import FORM, Basis, read_basis

__all__ = ["of_assets"]

ACCEPTED = {"state": "accepted"}
UNSAID = "the list does not say it"


def of_assets(told: Any, where: str) -> Basis:
    """The rows of a list: an object with `as_of`, `scope` and any of the tables that figures are counted over.

    What the list leaves out is not derivable, with that reason. An asset without a state is taken as accepted: it is on the list.

    Raises   BadInput with everything that is wrong
    """
    if not isinstance(told, dict):
        found = type(told).__name__
        raise BadInput("The list cannot be read.", [
            Problem(where=where, found=found, expected="a JSON object with as_of, scope and tables", do="Write it so."),
        ])  # fmt: skip
    tables = told.get("tables")
    if isinstance(tables, dict) and isinstance(tables.get("assets"), list):
        tables = tables | {"assets": [ACCEPTED | row if isinstance(row, dict) else row for row in tables["assets"]]}
    read = read_basis(told | {"form": FORM, "tables": tables}, where)
    return Basis(as_of=read.as_of, scope=read.scope, tables=read.tables, lacks={"followers": UNSAID} | dict(read.lacks))
