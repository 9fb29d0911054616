"""Tries a search: with the table as it is, and once more for each campaign that is planted beside it."""

__all__ = ["Searched", "Trial", "read_table", "tried"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hustings.detection.run_files import digest
from hustings.detection.tables import TraceTables
from hustings.detection.traces import COLUMNS
from hustings.policy.red_team import Alone, Found, Trial
from hustings.policy.scenario import Scenario
from hustings.progress import Progress, Silent
from hustings.simulator.scenario import plant


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What one search found: (finding, (platform, actor)) of each member, its version and settings, and how long it took."""

    members: Sequence[tuple[int, tuple[str, str]]]
    version: str
    settings: dict[str, Any]
    seconds: float

    @property
    def findings(self) -> int:
        """How many groups."""
        return len({finding for finding, _ in self.members})


def read_table(path: Path) -> pa.Table:
    """A trace table (Parquet, Arrow or CSV) with its six columns as a search takes them. Raises BadInput."""
    schema = pa.schema([(name, pa.timestamp("us", "UTC") if name == "at" else pa.string()) for name in COLUMNS])
    parts = [
        pa.RecordBatch.from_arrays(
            [batch.column(name).cast(schema.field(name).type) for name in COLUMNS], schema=schema
        )
        for batch in TraceTables([path]).batches()
    ]
    return pa.Table.from_batches(parts, schema)


def tried(
    path: Path, scenario: Scenario, seeds: Sequence[int], search: Callable[[list[Path]], Searched], place: Path,
    progress: Progress | None = None,
) -> Trial:  # fmt: skip
    """Plant a campaign for each seed and tell what the search makes of it.

    search   reads trace tables as one
    place    a folder for the planted rows; the table itself is not written to
    Costs    one search more than there are seeds
    Raises   BadInput where the scenario cannot be planted in this table, and whatever the search raises
    """
    progress = progress or Silent()
    progress.step("Reading the table")
    table = read_table(path)
    planted = [plant(table, scenario, np.random.default_rng(seed)) for seed in seeds]
    progress.step("Searching the table as it is")
    alone = search([path])
    tries = []
    for seed, each in zip(seeds, planted, strict=True):
        progress.step(f"Searching with the campaign of seed {seed}")
        beside = place / f"planted-{seed}.parquet"
        pq.write_table(each.rows, beside)
        found = search([path, beside])
        labels = each.labels
        who = zip(labels["platform"].to_pylist(), labels["actor"].to_pylist(), strict=True)
        tries.append(
            Found.of(found.members, alone.members, who, seed=seed, acts=each.acts, posts=len(each.rows), seconds=found.seconds)
        )  # fmt: skip
    actors = len(table.group_by(["platform", "actor"]).aggregate([]))
    return Trial(
        scenario=scenario, table={"sha256": digest(path), "rows": len(table), "actors": actors},
        searched={"version": alone.version, "settings": alone.settings},
        platforms=planted[0].platforms, kinds=planted[0].kinds, days=planted[0].days,
        alone=Alone(findings=alone.findings, members=len({actor for _, actor in alone.members}), seconds=alone.seconds),
        tries=tuple(tries),
    )  # fmt: skip
