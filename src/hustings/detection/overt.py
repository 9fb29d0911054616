"""Overt coordination: owners who say that these actors are theirs, and signs of one owner in the links."""

__all__ = ["COLUMNS", "Declared", "one_site", "owner_of_all", "read_declared", "why_innocent"]

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Int64s
from hustings.detection.traces import Traces
from hustings.errors import BadInput, Problem

COLUMNS = ("owner", "platform", "actor", "reason", "author")
# From so large a share of the tying posts on, leading to one site is said; fewer posts say nothing.
MOST_LEAD, FEWEST_POSTS = 0.8, 5


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One line of an allow list: whose the actor is, why that is believed, and who says so."""

    owner: str
    platform: str
    actor: str
    reason: str
    author: str


def read_declared(place: Path) -> list[Declared]:
    """Read a CSV with the columns owner, platform, actor, reason, author; others are left alone.

    Raises   BadInput with all problems: columns missing, a cell empty, an actor under two owners
    """
    try:
        with place.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = Problem(
            where=str(place), found=str(error), expected="a readable UTF-8 CSV", do="Name the allow list."
        )
        raise BadInput("The allow list cannot be read.", [problem]) from error
    missing = [name for name in COLUMNS if table and name not in table[0]]
    problems = [
        Problem(where=f"{place}, header", found=f"no column {name}", expected=", ".join(COLUMNS), do="Add the column.")
        for name in missing
    ]
    owners: dict[tuple[str, str], str] = {}
    for number, row in enumerate(table, 2):
        where = f"{place} line {number}"
        problems += [
            Problem(
                where=where,
                found=f"no {name}",
                expected="a value",
                do="An owner is set apart for a reason that somebody gives.",
            )
            for name in COLUMNS
            if name not in missing and not (row[name] or "").strip()
        ]
        if missing:
            continue
        actor = (row["platform"], row["actor"])
        if owners.setdefault(actor, row["owner"]) != row["owner"]:
            problems.append(Problem(
                where=where, found=f"{row['actor']} under {owners[actor]} and {row['owner']}", expected="one owner", do="Settle whose it is.",
            ))  # fmt: skip
    if problems:
        raise BadInput("The allow list cannot be used.", problems)
    return [Declared(**{name: row[name] for name in COLUMNS}) for row in table]


def owner_of_all(
    members: Sequence[tuple[str, str]], declared: Mapping[tuple[str, str], Declared]
) -> dict[str, object] | None:
    """The owner's line, where all members are one declared owner's; None where they are not."""
    lines = [declared.get(member) for member in members]
    first = lines[0]
    if first is None or any(line is None or line.owner != first.owner for line in lines):
        return None
    return {"owner": first.owner, "reason": first.reason, "author": first.author}


def one_site(traces: Traces, rows: Int64s) -> dict[str, object] | None:
    """The site that nearly all of the tying posts lead to, where there is one; `rows` are rows of the posts."""
    kinds = [str(kind) for kind in traces.kinds.to_pylist()]
    if "domain" not in kinds:
        return None
    posts = np.unique(traces.content[rows])
    of_domain = np.flatnonzero(traces.kind == kinds.index("domain"))
    among = np.zeros(len(traces.content_names), bool)
    among[posts] = True
    mine: Codes = traces.trace[of_domain[among[traces.content[of_domain]]]]
    if len(mine) < FEWEST_POSTS:
        return None
    sites, counts = np.unique(mine, return_counts=True)
    share = counts.max() / len(mine)
    if share < MOST_LEAD:
        return None
    name = traces.trace_names.take(pa.array([sites[int(np.argmax(counts))]]))[0].as_py()
    return {"domain": name, "share": round(float(share), 4), "posts": len(mine)}


def why_innocent(kinds: Mapping[str, int], site: Mapping[str, object] | None) -> list[str]:
    """The likeliest innocent reasons for sharing rare things, in people's words."""
    reasons = []
    if site is not None:
        reasons.append(f"Nearly all of the posts lead to one site ({site['domain']}): they may be its own pages.")
    by_kind = {
        "hashtag": "They may follow the same event, cause or team.",
        "image": "The same picture may have been passed on among people who know each other.",
        "repost": "They may follow the same few accounts.",
        "targeting": "They may have bought through one agency, or from the same list of audiences.",
        "audience": "They may have bought through one agency, or from the same list of audiences.",
    }
    most = Counter(dict(kinds)).most_common(1)
    reasons.append(
        by_kind.get(
            most[0][0] if most else "", "They may be local pages of one paper, party or club that share its articles."
        )
    )
    return reasons
