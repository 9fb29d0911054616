"""The folder that `hustings detect` wrote, read and held against its own digests before anything is loaded."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from hustings.errors import BadInput, Problem

__all__ = ["RunFolder", "read_folder"]

WORD, WHOLE, REAL = "text", "whole number", "number"
# File -> column -> what it holds. More columns may stand there; they are not loaded.
COLUMNS: dict[str, dict[str, str]] = {
    "members": {"finding": WHOLE, "platform": WORD, "actor": WORD, "score": REAL, "basis": WORD},
    "links": {
        "platform_a": WORD, "actor_a": WORD, "platform_b": WORD, "actor_b": WORD, "acts": WHOLE, "traces": WHOLE, "kinds": "list of text",
        "p_timing": REAL, "q_timing": REAL, "p_content": REAL, "q_content": REAL, "p_office": REAL, "q_office": REAL, "basis": WORD,
    },
    "layers": {
        "platform_a": WORD, "actor_a": WORD, "platform_b": WORD, "actor_b": WORD, "kind": WORD, "acts": WHOLE, "near": WHOLE,
        "expected_acts": REAL, "first_a": WHOLE, "first_b": WHOLE, "shared": WHOLE, "expected_shared": REAL,
    },
    "evidence": {
        "finding": WHOLE, "platform_a": WORD, "actor_a": WORD, "platform_b": WORD, "actor_b": WORD, "kind": WORD, "trace": WORD,
        "content_a": WORD, "content_b": WORD, "at_a": "moment", "at_b": "moment", "gap_s": REAL,
    },
}  # fmt: skip
# Not in every run: those of before these were tested.
LATER = {"links": {"p_rhythm": REAL, "q_rhythm": REAL}}
RUN_KEYS = {"version": str, "seed": int, "settings": dict, "inputs": list, "outputs": dict, "counts": dict}
RECORD_KEYS: dict[str, tuple[type, ...]] = {
    "finding": (int,), "members": (int,), "basis": (str,), "platforms": (list,), "first": (str, type(None)), "last": (str, type(None)),
    "links": (int,), "traces": (int,), "acts": (int,), "expected_acts": (int, float), "score": (int, float), "sentence": (str,),
    "limits": (list,), "led": (list,), "kinds": (dict,), "rows_digest": (str,),
}  # fmt: skip


AGAIN = "Run `hustings detect` again into this folder, and change nothing in it."
# Written by this and the earlier versions of `hustings detect`; a later major one may mean other things by its columns.
MAJOR = 0


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Actor(_Part):
    platform: str
    actor: str


class _Lead(_Actor):
    acts: int
    led: int
    due: float
    p: float
    q: float


class _Layer(_Part):
    links: int
    p: float
    share: float


class _Account(_Actor):
    evidence: str
    author: str


class _Person(_Part):
    person: str
    accounts: list[_Account]


class _Beside(_Part):
    """What lies inside a record; beside `led`, which every run has, what runs of earlier versions lack."""

    led: list[_Actor]
    leads: list[_Lead] | None = None
    layers: dict[str, _Layer] | None = None
    joined_by: list[_Person] | None = None
    one_site: dict[str, object] | None = None
    why_innocent: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class RunFolder:
    """A finished run, whole and unchanged. `digest` is that of settings, inputs and outputs: equal runs have equal ones."""

    name: str
    about: dict[str, Any]
    records: list[dict[str, Any]]
    members: pa.Table
    links: pa.Table
    layers: pa.Table
    evidence: pa.Table

    @property
    def digest(self) -> str:
        """SHA-256 of what makes the run what it is; how long it took and how much memory is no part of it."""
        kept = {key: self.about[key] for key in ("version", "settings", "seed", "inputs", "counts", "outputs")}
        return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_folder(folder: Path) -> RunFolder:
    """Read a run; all that is missing, changed or wrong is said at once.

    Raises   BadInput: no folder, a file missing or unreadable, a digest that does not match run.json, a column missing
             or of another type, a newer major version, a finding whose rows do not add up
    """
    folder = Path(folder)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        do = "Name the folder that `hustings detect --out` wrote."
        raise BadInput("No run to load.", [Problem(where=str(folder), found=found, expected="a folder", do=do)])
    problems: list[Problem] = []
    about = _json(folder / "run.json", dict, problems)
    records = _json(folder / "findings.json", list, problems)
    tables = {
        name: _table(folder / f"{name}.parquet", columns, LATER.get(name, {}), problems)
        for name, columns in COLUMNS.items()
    }
    if about is not None:
        problems += _about(folder, about)
    if records is not None:
        problems += _records(folder, records)
    if not problems and about is not None and records is not None:
        problems += _adds_up(folder, records, tables)
    if problems:
        raise BadInput(f"{folder} cannot be loaded as a run of `hustings detect`. Nothing was loaded.", problems)
    assert about is not None
    assert records is not None
    return RunFolder(name=folder.resolve().name, about=about, records=records, **tables)


def _json(place: Path, kind: type, problems: list[Problem]) -> Any:
    try:
        value = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(where=str(place), found="no such file", expected="a file of a finished run", do=AGAIN))
        return None
    except (OSError, ValueError):
        value = None
    if not isinstance(value, kind):
        said = "an object" if kind is dict else "a list"
        problems.append(Problem(where=str(place), found="something else", expected=f"JSON with {said}", do=AGAIN))
        return None
    return value


def _table(place: Path, columns: dict[str, str], later: dict[str, str], problems: list[Problem]) -> pa.Table:
    """A table with these columns; of the later ones those that are not there are null."""
    if not place.is_file():
        problems.append(Problem(where=str(place), found="no such file", expected="a file of a finished run", do=AGAIN))
        return None
    try:
        schema = pq.read_schema(place)
        wrong = [
            Problem(
                where=f"{place}, column {name}",
                found=f"type {schema.field(name).type}" if name in schema.names else "no such column",
                expected=kind,
                do=AGAIN,
            )
            for name, kind in (columns | later).items()
            if (name not in schema.names and name in columns)
            or (name in schema.names and not _holds(schema.field(name).type, kind))
        ]
        if wrong:
            problems += wrong
            return None
        table = pq.read_table(place, columns=[*columns, *(later.keys() & set(schema.names))]).combine_chunks()
        for name in [name for name in later if name not in schema.names]:
            table = table.append_column(name, pa.nulls(len(table), pa.float64()))
        return table
    except (pa.ArrowException, OSError):
        problems.append(Problem(where=str(place), found="something else", expected="a Parquet file", do=AGAIN))
        return None


def _holds(found: pa.DataType, kind: str) -> bool:
    types = pa.types
    if types.is_dictionary(found):
        found = found.value_type
    text = types.is_string(found) or types.is_large_string(found)
    listed = types.is_list(found) or types.is_large_list(found)
    return {
        WORD: text,
        WHOLE: types.is_integer(found),
        REAL: types.is_floating(found) or types.is_null(found),
        "moment": types.is_timestamp(found),
        "list of text": listed and (types.is_string(found.value_type) or types.is_large_string(found.value_type)),
    }[kind]


def _about(folder: Path, about: dict[str, Any]) -> list[Problem]:
    place = folder / "run.json"
    if about.get("command") != "detect":
        found = f"a run of `{about.get('command')}`"
        return [Problem(where=str(place), found=found, expected="a run of `hustings detect`", do="Name such a folder.")]
    problems = [
        Problem(where=f"{place}, key {key}", found=repr(about.get(key))[:60], expected=f"{kind.__name__}", do=AGAIN)
        for key, kind in RUN_KEYS.items()
        if not isinstance(about.get(key), kind)
    ]
    if problems:
        return problems
    problems += [
        Problem(where=f"{place}, key inputs", found=repr(one)[:60], expected="an object with a file", do=AGAIN)
        for one in about["inputs"]
        if not isinstance(one, dict) or not isinstance(one.get("file"), str)
    ]
    major = about["version"].partition(".")[0]
    if not major.isdigit() or int(major) > MAJOR:
        problems.append(
            Problem(
                where=f"{place}, key version", found=about["version"], expected=f"a version from 0.1 to {MAJOR}.x",
                do="Bring this installation to that version first, or detect with its own.",
            )
        )  # fmt: skip
    for name in [*(f"{table}.parquet" for table in COLUMNS), "findings.json"]:
        said, file = about["outputs"].get(name), folder / name
        if not file.is_file():
            continue
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        if said != digest:
            problems.append(
                Problem(where=str(file), found=f"SHA-256 {digest}", expected=f"{said}, as run.json says", do=AGAIN)
            )
    return problems


def _records(folder: Path, records: list[Any]) -> list[Problem]:
    problems = []
    for place, record in enumerate(records):
        where = f"{folder / 'findings.json'}, finding {place}"
        if not isinstance(record, dict):
            problems.append(Problem(where=where, found="something else", expected="an object", do=AGAIN))
            continue
        problems += [
            Problem(where=f"{where}, key {key}", found=repr(record.get(key))[:60], expected=kinds[0].__name__, do=AGAIN)
            for key, kinds in RECORD_KEYS.items()
            if not isinstance(record.get(key, ...), kinds)
        ]
        try:
            _Beside.model_validate(record)
        except ValidationError as error:
            problems += [
                Problem(
                    where=f"{where}, key {'.'.join(map(str, one['loc']))}", found=repr(one["input"])[:60], expected=one["msg"],
                    do=AGAIN,
                )
                for one in error.errors() if one["loc"] != ("led",)  # said above
            ]  # fmt: skip
    return problems


def _adds_up(folder: Path, records: list[dict[str, Any]], tables: dict[str, pa.Table]) -> list[Problem]:
    """The record, the members and the evidence speak of the same findings."""
    counts = dict.fromkeys((record["finding"] for record in records), 0)
    problems = []
    if len(counts) < len(records):
        found = f"{len(records) - len(counts)} numbers twice"
        problems.append(
            Problem(where=str(folder / "findings.json"), found=found, expected="each number once", do=AGAIN)
        )
    strange: set[int] = set()
    for number in tables["members"]["finding"].to_pylist():
        if number in counts:
            counts[number] += 1
        else:
            strange.add(number)
    strange |= set(tables["evidence"]["finding"].unique().to_pylist()) - counts.keys()
    if strange:
        found = f"rows of finding {', '.join(map(str, sorted(strange)[:5]))}"
        problems.append(Problem(where=str(folder), found=found, expected="only those of findings.json", do=AGAIN))
    for record in records:
        held = counts[record["finding"]]
        if held != record["members"]:
            where = f"{folder / 'members.parquet'}, finding {record['finding']}"
            found = f"{held} members"
            problems.append(
                Problem(where=where, found=found, expected=f"{record['members']}, as findings.json says", do=AGAIN)
            )
    for name in ("members", "links", "layers", "evidence"):
        for column in COLUMNS[name]:
            if (
                column.startswith(("platform", "actor", "content", "trace", "finding", "at_", "kind"))
                and column != "traces"
            ):
                nulls = tables[name][column].null_count
                if nulls:
                    where = f"{folder / name}.parquet, column {column}"
                    problems.append(Problem(where=where, found=f"{nulls} nulls", expected="a value", do=AGAIN))
    score = tables["members"]["score"].to_pylist()
    if any(value is None or not math.isfinite(value) for value in score):
        where = f"{folder / 'members.parquet'}, column score"
        problems.append(Problem(where=where, found="null or not a number", expected="a number", do=AGAIN))
    return problems
