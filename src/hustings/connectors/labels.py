"""Who is labelled as part of a campaign: a table of labels, or a posts table whose actors bear them."""

__all__ = ["Labels", "read_labels"]

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.connectors.reading import foreign_batches
from hustings.errors import BadInput, Problem

COLUMNS = ("platform", "actor", "campaign", "role", "control", "is_control")
TRUE, FALSE = {"true", "1", "1.0"}, {"false", "0", "0.0"}
FIRST = 5
# The name of a campaign whose labels do not tell one.
ONLY = "labelled"


@dataclass(frozen=True, kw_only=True)
class Labels:
    """planted: the campaign of each labelled actor; innocent: actors known to be none, or None where all others are.

    An actor is (platform, actor), or ("", actor) where the table does not say the platform.
    """

    planted: dict[tuple[str, str], str]
    innocent: frozenset[tuple[str, str]] | None
    platforms: bool


def read_labels(path: Path) -> Labels:
    """Read labels (Parquet, Arrow, CSV, JSON Lines).

    Reads    `actor`, and where there are: `platform`; `campaign`; `control` or `is_control` (true: known to be none);
             `role` (only `covert` is labelled). Without `control` and `role` every row is labelled.
    Raises   BadInput, also where one actor is said to be both
    """
    path = Path(path)
    planted: dict[tuple[str, str], str] = {}
    innocent: set[tuple[str, str]] = set()
    names: list[str] = []
    unknown: list[str] = []
    for table in foreign_batches(path, COLUMNS):
        names = json.loads(table.schema.metadata[b"columns"])
        if "actor" not in names:
            break
        columns = {name: table[name].to_pylist() for name in table.column_names if name in COLUMNS}
        rows: set[tuple[Any, ...]] = set(zip(*(columns[name] for name in columns), strict=True))
        for row in rows:
            _take(dict(zip(columns, row, strict=True)), planted, innocent, unknown)
    problems = []
    if "actor" not in names:
        found = ", ".join(map(repr, names)) or "nothing"
        do = "Name the labels, or a posts table of a labelled source."
        problems.append(Problem(where=str(path), found=found, expected="a column 'actor'", do=do))
    if unknown:
        found = f"{len(unknown):,} labels that are neither true nor false ({', '.join(unknown[:FIRST])})"
        problems.append(
            Problem(where=str(path), found=found, expected="true or false in control", do="Mend these rows.")
        )
    if both := sorted(planted.keys() & innocent):
        shown = ", ".join(actor for _, actor in both[:FIRST])
        found = f"{len(both):,} actors that are labelled and known to be innocent ({shown})"
        problems.append(Problem(where=str(path), found=found, expected="one of both", do="Mend these rows."))
    if not planted and not problems:
        expected = "at least one labelled actor"
        problems.append(Problem(where=str(path), found="nobody labelled", expected=expected, do="Check the table."))
    if problems:
        raise BadInput("The labels cannot be used.", problems)
    judged = bool({"control", "is_control"} & set(names))
    return Labels(planted=planted, innocent=frozenset(innocent) if judged else None, platforms="platform" in names)


def _take(
    row: dict[str, Any], planted: dict[tuple[str, str], str], innocent: set[tuple[str, str]], unknown: list[str]
) -> None:
    if row.get("actor") is None:
        return
    who = str(row.get("platform") or ""), str(row["actor"])
    control = row.get("control", row.get("is_control"))
    text = str(control).strip().lower()
    if control is not None and text not in TRUE | FALSE:
        unknown.append(text)
    elif text in TRUE:
        innocent.add(who)
    elif control is None and ("control" in row or "is_control" in row):
        pass  # nobody said
    elif "role" not in row or row["role"] == "covert":
        planted[who] = str(row["campaign"]) if row.get("campaign") is not None else ONLY
