"""The files of a finished run, whole or not at all, the same bytes for the same input."""

__all__ = ["digest", "listed", "write_expansion", "write_run"]

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from hustings.detection.detect import Detection
from hustings.detection.expand import Expansion
from hustings.detection.seeds import Seeds


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inputs(place: Path | str) -> list[dict[str, str | None]]:
    """A file, all Parquet files of a folder, or an address that only a cluster reads."""
    if isinstance(place, str):
        return [{"file": place, "sha256": None}]
    files = sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
    return [{"file": path.name, "sha256": digest(path)} for path in files]


def _parquet(table: pa.Table, place: Path) -> None:
    pyarrow.parquet.write_table(table.combine_chunks(), place, compression="zstd", row_group_size=1 << 20)


def as_json(value: object) -> str:
    """JSON as all our files have it: UTF-8, one space of indent, a newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def listed(lists: Mapping[str, Path | None]) -> list[dict[str, str]]:
    """The lists a run was given beside its traces: file, digest, and what option takes it."""
    return [{"file": place.name, "sha256": digest(place), "option": option} for option, place in lists.items() if place]


def write_run(
    found: Detection, folder: Path, *, inputs: Sequence[Path | str], version: str, measured: Mapping[str, Any],
    lists: Mapping[str, Path | None] | None = None,
) -> None:  # fmt: skip
    """Fill `folder`. An input that is an address is named, not digested; `lists` are what options took, by option.

    `measured` (seconds, peak memory) goes into `run.json`, the only file that may differ.
    """
    for name in ("links", "layers", "members", "evidence"):
        _parquet(getattr(found, name), folder / f"{name}.parquet")
    (folder / "findings.json").write_text(as_json(found.findings), encoding="utf-8")
    names = ("links.parquet", "layers.parquet", "members.parquet", "evidence.parquet", "findings.json")
    run = {
        "command": "detect", "version": version, "settings": found.settings.as_dict(), "seed": found.settings.seed,
        "inputs": [*(said for place in inputs for said in _inputs(place)), *listed(lists or {})],
        "counts": found.counts, "outputs": {name: digest(folder / name) for name in names}, **measured,
    }  # fmt: skip
    # There may be a hundred thousand of them: one a line, which takes a tenth of the time.
    left_out = ",".join(f"\n  {json.dumps(vars(hub), ensure_ascii=False)}" for hub in found.hubs)
    text = as_json(run).removesuffix("\n}\n") + f',\n "left_out": [{left_out}]\n}}\n'
    (folder / "run.json").write_text(text, encoding="utf-8")


def write_expansion(
    found: Expansion, seeds: Seeds, folder: Path, *, inputs: Sequence[Path], version: str, measured: Mapping[str, Any]
) -> None:
    """Fill `folder` with members.parquet, evidence.parquet, expand.json and run.json."""
    _parquet(found.members, folder / "members.parquet")
    _parquet(found.evidence, folder / "evidence.parquet")
    settings = {**found.settings.detect.as_dict(), "hops": found.settings.hops, "grounds": list(found.settings.grounds)}
    said = {
        "seeds": len(seeds.actors), "read_as": list(seeds.read_as), "looked_at": list(found.looked_at), "named": len(found.members),
        "led": [{"platform": platform, "actor": actor} for platform, actor in found.led],
        "limits": ["Being tied to a tip says that they acted together, not that the tip was right about why."],
    }  # fmt: skip
    (folder / "expand.json").write_text(as_json(said), encoding="utf-8")
    names = ("members.parquet", "evidence.parquet", "expand.json")
    run = {
        "command": "expand", "version": version, "settings": settings,
        "inputs": [{"file": path.name, "sha256": digest(path)} for path in inputs],
        "counts": {"named": len(found.members)}, "outputs": {name: digest(folder / name) for name in names}, **measured,
    }  # fmt: skip
    (folder / "run.json").write_text(as_json(run), encoding="utf-8")
