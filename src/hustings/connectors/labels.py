"""Who is labelled as part of a campaign: a table of labels, or a posts table whose actors bear them."""

__all__ = ["Labels", "read_labels"]

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.connectors.reading import foreign_batches
from hustings.errors import BadInput, Problem

COLUMNS = ("platform", "actor", "campaign", "style", "role", "control", "is_control")
TRUE, FALSE = {"true", "1", "1.0"}, {"false", "0", "0.0"}
FIRST = 5
# The name of a campaign whose labels do not tell one.
ONLY = "labelled"
Actor = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Labels:
    """planted: the campaign of each labelled actor; innocent: actors known to be none, or None where all others are.

    styles: how the campaign of an actor went about it, where that is told; notes: what else a reader should know.
    An actor is (platform, actor), or ("", actor) where the table does not say the platform.
    """

    planted: dict[Actor, str]
    innocent: frozenset[Actor] | None
    styles: dict[Actor, str]
    platforms: bool
    notes: tuple[str, ...]


def read_labels(path: Path) -> Labels:
    """Read labels (Parquet, Arrow, CSV, JSON Lines).

    Reads    `actor`, and where there are: `platform`; `campaign`; `style`; `control` or `is_control` (true: known to be
             none); `role` (only `covert` is labelled). Without `control` and `role` every row is labelled.
    Edges    who is of one campaign and a control of another is of the first: that others talk of the same things does
             not clear anybody. Who is of several campaigns counts for the first by name.
    Raises   BadInput, also where one actor is said to be of a campaign and a control of the same
    """
    path = Path(path)
    said = _Said()
    names: list[str] = []
    for table in foreign_batches(path, COLUMNS):
        names = json.loads(table.schema.metadata[b"columns"])
        if "actor" not in names:
            break
        columns = {name: table[name].to_pylist() for name in table.column_names if name in COLUMNS}
        rows: set[tuple[Any, ...]] = set(zip(*(columns[name] for name in columns), strict=True))
        for row in rows:
            said.take(dict(zip(columns, row, strict=True)))
    problems = []
    if "actor" not in names:
        found = ", ".join(map(repr, names)) or "nothing"
        do = "Name the labels, or a posts table of a labelled source."
        problems.append(Problem(where=str(path), found=found, expected="a column 'actor'", do=do))
    if said.unknown:
        found = (
            f"{len(said.unknown):,} labels that are neither true nor false ({', '.join(sorted(said.unknown)[:FIRST])})"
        )
        problems.append(
            Problem(where=str(path), found=found, expected="true or false in control", do="Mend these rows.")
        )
    if both := sorted(who for who, own in said.campaigns.items() if own & said.controls.get(who, set())):
        shown = ", ".join(actor for _, actor in both[:FIRST])
        found = f"{len(both):,} actors that are labelled and known to be innocent of the same ({shown})"
        problems.append(Problem(where=str(path), found=found, expected="one of both", do="Mend these rows."))
    if not said.campaigns and not problems:
        expected = "at least one labelled actor"
        problems.append(Problem(where=str(path), found="nobody labelled", expected=expected, do="Check the table."))
    if problems:
        raise BadInput("The labels cannot be used.", problems)
    judged = bool({"control", "is_control"} & set(names))
    return Labels(
        planted={who: min(own) for who, own in said.campaigns.items()},
        innocent=frozenset(said.controls.keys() - said.campaigns.keys()) if judged else None,
        styles={who: min(told) for who, told in said.styles.items()},
        platforms="platform" in names,
        notes=tuple(said.notes()),
    )


class _Said:
    """What the rows say, row by row."""

    def __init__(self) -> None:
        self.campaigns: dict[Actor, set[str]] = defaultdict(set)
        self.controls: dict[Actor, set[str]] = defaultdict(set)
        self.styles: dict[Actor, set[str]] = defaultdict(set)
        self.unknown: list[str] = []

    def take(self, row: dict[str, Any]) -> None:
        if row.get("actor") is None:
            return
        who = str(row.get("platform") or ""), str(row["actor"])
        campaign = str(row["campaign"]) if row.get("campaign") is not None else ONLY
        control = row.get("control", row.get("is_control"))
        text = str(control).strip().lower()
        if control is not None and text not in TRUE | FALSE:
            self.unknown.append(text)
        elif text in TRUE:
            self.controls[who].add(campaign)
        elif control is None and ("control" in row or "is_control" in row):
            pass  # nobody said
        elif "role" not in row or row["role"] == "covert":
            self.campaigns[who].add(campaign)
            if row.get("style") is not None:
                self.styles[who].add(str(row["style"]))

    def notes(self) -> Iterator[str]:
        several = sum(len(own) > 1 for own in self.campaigns.values())
        if several:
            yield f"{several:,} actors are labelled for several campaigns; each counts for the first by name."
        both = len(self.controls.keys() & self.campaigns.keys())
        if both:
            yield f"{both:,} actors are of one campaign and controls of another; each counts as labelled."
