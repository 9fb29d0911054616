"""Registering a table of traces, so that it can be searched: by digest, with the rule it was collected by."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from hustings.apps.items.actions import make_item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.sweeps.models import TraceTable
from hustings.errors import BadInput, Problem
from hustings.policy.marking import Marking

__all__ = ["register_table"]

COLUMNS = ("platform", "actor", "kind", "trace", "content", "at")


@transaction.atomic
def register_table(file: Path, *, title: str, collected: str, marking: Marking, by: Seat) -> TraceTable:
    """Copy a trace table (Parquet) into the installation and say what it holds.

    collected   the rule by which its rows were collected; a list of people is not one
    Raises      BadInput for a file that is no trace table, with everything that is wrong with it
    """
    require(by, "register table")
    try:
        table = pq.read_table(file, columns=["platform", "actor", "at"])
        names = set(pq.read_schema(file).names)
    except (pa.ArrowInvalid, OSError, KeyError) as error:
        problem = Problem(
            where=file.name,
            found=str(error).splitlines()[0],
            expected="a trace table as Parquet",
            do="Make it with hustings traces.",
        )
        raise BadInput("The table cannot be registered.", [problem]) from error
    problems = [
        Problem(
            where=file.name,
            found=f"no column '{name}'",
            expected=", ".join(COLUMNS),
            do="Make it with hustings traces.",
        )
        for name in COLUMNS
        if name not in names
    ]
    if len(collected.split()) < 4:
        problems.append(
            Problem(
                where="collected",
                found=repr(collected),
                expected="the rule of collection in a sentence",
                do="Say it in full.",
            )
        )
    if table.num_rows == 0:
        problems.append(Problem(where=file.name, found="no rows", expected="at least one", do="Choose another table."))
    if problems:
        raise BadInput("The table cannot be registered.", problems)
    digest = sha256(file)
    actors = table.group_by(["platform", "actor"]).aggregate([]).num_rows
    span = pc.min_max(table["at"].cast(pa.timestamp("us", "UTC"))).as_py()
    place = Path(settings.TABLES) / f"{digest}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not place.exists():
        part = place.with_suffix(".part")
        shutil.copyfile(file, part)
        part.rename(place)
    item = make_item(kind="trace table", title=title, text=collected, marking=marking, by=by)
    return TraceTable.objects.create(
        item=item,
        path=place.name,
        sha256=digest,
        collected=collected,
        rows=table.num_rows,
        actors=actors,
        platforms=sorted(str(name) for name in pc.unique(table["platform"]).to_pylist() if name),
        first=moment_of(span["min"]),
        last=moment_of(span["max"]),
    )


def moment_of(value: datetime) -> datetime:
    """A time of the table as the database keeps it."""
    return value.astimezone(UTC)


def sha256(file: Path) -> str:
    """The digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
