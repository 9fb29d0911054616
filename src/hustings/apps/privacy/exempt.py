"""Accounts whose holder objected with success: they are left out of what the organisation loads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa

from hustings.apps.findings.names import pseudonyms
from hustings.apps.findings.run_folder import RunFolder
from hustings.apps.privacy.models import ExemptActor

__all__ = ["without_exempt"]

Actor = tuple[str, str]


def without_exempt(files: RunFolder) -> tuple[RunFolder, set[Actor]]:
    """The run without the rows of exempt accounts, for the organisation whose seat this transaction has; and who they are.

    Limits   scores and sentences were worked out with the account among the others, and stay; a group that has fewer
             than two members left is not loaded.
    """
    exempt = set(ExemptActor.objects.values_list("pseudonym", flat=True))
    if not exempt:
        return files, set()
    everybody = sorted(
        {
            actor
            for table in (files.members, files.links, files.layers, files.evidence)
            for side in sides(table)
            for actor in actors(table, side)
        }
        | {(led["platform"], led["actor"]) for record in files.records for led in record["led"]}
    )
    out = {actor for actor, shown in zip(everybody, pseudonyms(everybody), strict=True) if shown in exempt}
    if not out:
        return files, set()
    members = kept(files.members, out)
    many: dict[int, int] = {}
    for finding in members["finding"].to_pylist():
        many[finding] = many.get(finding, 0) + 1
    records = [
        record | {"members": many[record["finding"]], "led": [led for led in record["led"] if at(led) not in out]}
        for record in files.records
        if many.get(record["finding"], 0) >= 2
    ]
    left = {record["finding"] for record in records}
    rest = replace(
        files,
        records=records,
        members=of_findings(members, left),
        links=kept(files.links, out),
        layers=kept(files.layers, out),
        evidence=of_findings(kept(files.evidence, out), left),
    )
    return rest, out


def at(row: dict[str, Any]) -> Actor:
    """The actor of a row."""
    return row["platform"], row["actor"]


def sides(table: pa.Table) -> tuple[str, ...]:
    """The endings of the columns that name actors."""
    return ("",) if "actor" in table.column_names else ("_a", "_b")


def actors(table: pa.Table, side: str) -> list[Actor]:
    """The actors on one side of a table, row by row."""
    return list(zip(table[f"platform{side}"].to_pylist(), table[f"actor{side}"].to_pylist(), strict=True))


def kept(table: pa.Table, out: set[Actor]) -> pa.Table:
    """The rows that name none of these."""
    listed = [actors(table, side) for side in sides(table)]
    return table.filter(pa.array([not out.intersection(row) for row in zip(*listed, strict=True)], pa.bool_()))


def of_findings(table: pa.Table, left: set[int]) -> pa.Table:
    """The rows of these findings."""
    return table.filter(pa.array([finding in left for finding in table["finding"].to_pylist()], pa.bool_()))
