"""Links on a cluster: read, counted and written by the tasks of a Spark session."""

__all__ = ["count_links_on"]

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hustings.detection.links import Counted, Links
from hustings.detection.links_file import SCHEMA
from hustings.detection.spark.census import SAMPLE_ROWS, census, nobody
from hustings.detection.spark.link_steps import LinkSteps, Names, link_steps
from hustings.detection.spark.session import OnSpark
from hustings.detection.spark.source import read_source
from hustings.detection.spark.work import Columns
from hustings.detection.spark.written import disk_folder, write_on_disk
from hustings.detection.tables import no_such_kind
from hustings.progress import Progress

# What Arrow's types are called in Spark.
SPARK = {"string": "string", "int64": "bigint", "double": "double"}


def count_links_on(
    session: Any,
    places: Sequence[str],
    settings: Links,
    out: str,
    folder: Path,
    progress: Progress,
    rows_per_part: int = 500_000,
) -> Counted:
    """Count the links of Parquet tables on the cluster of a Spark session, and have it write them to the folder `out`.

    places   files or folders of a trace table; these and `out` are addresses that the workers reach too
    folder   a place on this machine for what is brought to every other; the caller removes it
    """
    progress.step("Reading names")
    source = read_source(session, places)
    cluster = OnSpark(session, source, folder)
    try:
        told = census(cluster, settings.kind, max(1, source.read // SAMPLE_ROWS), ", ".join(places))
        if settings.kind is not None and settings.kind not in told.every_kind:
            raise no_such_kind(settings.kind, dict.fromkeys(told.every_kind, 0))
        if len(told.actors) < 2:
            raise nobody(", ".join(places), told.rows, len(told.actors), source.read)
        # Several parts to a core, so that one that is larger than the others keeps nobody waiting.
        parts = max(2 * cluster.cores, -(-source.read // rows_per_part))
        progress.step("Finding pairs and writing links")
        teller = cluster.teller()
        steps = link_steps(cluster, told, settings, parts=parts, tell=teller)
        place = disk_folder(out)
        if place is not None:
            counts = write_on_disk(cluster, steps, place)
        else:
            counts = _written_by_spark(session, cluster, steps, out)
    finally:
        cluster.close()
    kinds = {str(kind): int(count) for kind, count in zip(told.kinds.to_pylist(), counts, strict=True)}
    return Counted(
        read=source.read, skipped=source.read - told.valid, repeats=sum(r for r, _ in teller.facts.values()),
        actors=len(told.actors), too_few=steps.too_few, pairs=sum(p for _, p in teller.facts.values()),
        links=sum(kinds.values()), kinds=kinds,
    )  # fmt: skip


@dataclass(frozen=True)
class Naming:
    """Links as the contract has them, for Spark's own writer."""

    names: Names

    def __call__(self, links: Columns) -> pa.RecordBatch:
        table, _ = self.names.of(links)
        return table.cast(SCHEMA).combine_chunks().to_batches()[0]


def _written_by_spark(session: Any, cluster: OnSpark, steps: LinkSteps, out: str) -> list[int]:
    """Have Spark write the links anywhere that Hadoop writes; gives how many of each kind there are."""
    schema = ", ".join(f"{f.name} {SPARK[str(f.type)]}" for f in SCHEMA)
    cluster.write(steps.links, steps.summing, Naming(steps.names), schema, out)
    written = {row[0]: row[1] for row in session.read.schema(schema).parquet(out).groupBy("kind").count().collect()}
    return [int(written.get(kind, 0)) for kind in steps.names.kinds.to_pylist()]
