"""The past of findings: what a history needs of a finished run, and how it is kept between two."""

__all__ = ["from_text", "last_names", "run_of", "run_of_folder", "step_of", "step_text", "to_text", "write_history"]

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from hustings.detection.histories import Actor, History, Identity, Run, Step, as_table, summaries
from hustings.detection.run_files import as_json
from hustings.errors import BadInput, Problem

NAMES = "names.parquet"


def run_of(name: str, members: pa.Table, evidence: pa.Table, names: Mapping[Actor, str]) -> Run:
    """A run's findings, by its tables of members and evidence."""
    found: dict[int, set[Actor]] = {}
    for row in members.select(["finding", "platform", "actor"]).to_pylist():
        found.setdefault(row["finding"], set()).add((row["platform"], row["actor"]))
    last: dict[Actor, datetime] = {}
    for side in "ab":
        keys = [f"platform_{side}", f"actor_{side}"]
        for row in evidence.group_by(keys).aggregate([(f"at_{side}", "max")]).to_pylist():
            actor, at = (row[keys[0]], row[keys[1]]), row[f"at_{side}_max"]
            last[actor] = max(last.get(actor, at), at)
    return Run(
        name=name, until=max(last.values(), default=None), last=last, names=names,
        findings={number: frozenset(actors) for number, actors in found.items()},
    )  # fmt: skip


def run_of_folder(folder: Path) -> Run:
    """A finished run of `hustings detect` or of a watch.

    Raises   BadInput where the folder holds no such run
    """
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        members = pyarrow.parquet.read_table(folder / "members.parquet")
        evidence = pyarrow.parquet.read_table(folder / "evidence.parquet")
        names: dict[Actor, str] = {}
        if (folder / NAMES).exists():
            rows = pyarrow.parquet.read_table(folder / NAMES).to_pylist()
            names = {(row["platform"], row["actor"]): row["name"] for row in rows}
        if run.get("command") != "detect":
            raise ValueError(f"a run of {run.get('command')}")
        return run_of(str(run.get("run", folder.name)), members, evidence, names)
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        problem = Problem(
            where=str(folder), found=str(error), expected="a finished run of `hustings detect` or `hustings watch`",
            do="Name the folder that its --out or `now` stands for.",
        )  # fmt: skip
        raise BadInput("There is no history of that.", [problem]) from error


def write_history(history: History, folder: Path) -> None:
    """Every change as history.parquet, and each identity as it stands as history.json."""
    pyarrow.parquet.write_table(as_table(history.steps), folder / "history.parquet", compression="zstd")
    (folder / "history.json").write_text(as_json(summaries(history)), encoding="utf-8")


def to_text(identities: Sequence[Identity]) -> str:
    """Where a history stands, as one JSON text."""
    return json.dumps(
        [
            {**vars(one), "members": sorted(one.members), "silent": sorted(one.silent),
             "names": sorted([*actor, name] for actor, name in one.names.items())}
            for one in identities
        ], ensure_ascii=False,
    )  # fmt: skip


def from_text(text: str | None) -> History:
    """The history whose identities `to_text` wrote, without its steps; an empty one of nothing."""

    def actors(pairs: list[list[str]]) -> frozenset[Actor]:
        return frozenset((platform, actor) for platform, actor in pairs)

    told: list[dict[str, Any]] = json.loads(text or "[]")
    return History(
        identities=tuple(
            Identity(**{
                **one, "members": actors(one["members"]), "silent": actors(one["silent"]),
                "names": {(platform, actor): name for platform, actor, name in one["names"]},
            })
            for one in told
        )
    )  # fmt: skip


def step_text(step: Step) -> str:
    """One change as one line of JSON."""
    return json.dumps(
        {**vars(step), "until": None if step.until is None else step.until.isoformat()}, ensure_ascii=False
    )


def step_of(text: str) -> Step:
    """The change that `step_text` wrote."""
    told = json.loads(text)
    until = None if told["until"] is None else datetime.fromisoformat(told["until"]).astimezone(UTC)
    return Step(**{**told, "until": until, "actor": None if told["actor"] is None else tuple(told["actor"])})


def last_names(rows: pa.Table, members: pa.Table) -> dict[Actor, str]:
    """What members were called last: the latest trace of the kind `handle`."""
    handles = rows.filter(pc.equal(rows["kind"], "handle"))
    wanted = {(row["platform"], row["actor"]) for row in members.select(["platform", "actor"]).to_pylist()}
    found: dict[Actor, tuple[datetime, str]] = {}
    for row in handles.select(["platform", "actor", "trace", "at"]).to_pylist():
        actor = row["platform"], row["actor"]
        if actor in wanted:
            found[actor] = max(found.get(actor, (row["at"], row["trace"])), (row["at"], row["trace"]))
    return {actor: name for actor, (_, name) in found.items()}
