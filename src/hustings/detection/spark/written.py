"""Links on a disk that all machines share: each task writes the file of its part itself, without a way through Java."""

__all__ = ["Writing", "disk_folder", "write_on_disk"]

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from hustings.detection.links_file import CODED, ROW_GROUP, WRITING
from hustings.detection.spark.link_steps import LinkSteps, Names, Summing
from hustings.detection.spark.pieces import DISK
from hustings.detection.spark.work import Cluster, Columns, Dealt
from hustings.errors import BadInput, Problem
from hustings.writing import whole_folder

# Says that a folder is whole, as Spark says it.
WHOLE = "_SUCCESS"


def disk_folder(out: str) -> Path | None:
    """The folder that an address names on a disk; None where only Spark can write."""
    return Path(out.removeprefix(DISK)) if out.startswith(DISK) else None


@dataclass(frozen=True)
class Writing:
    """Links of one part as a file in a folder; gives the file's name, and how many links of each kind it has.

    A task that runs twice writes two files, and what it gives names one of them.
    """

    summing: Summing
    names: Names
    folder: Path

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        if not self.folder.is_dir():
            raise BadInput("The workers cannot write there.", [Problem(
                where=str(self.folder.parent), found="a folder that a worker does not see", expected="a disk that all machines share",
                do="Give --out a place on such a disk, or an address that every worker reaches (hdfs://..., s3a://...).",
            )])  # fmt: skip
        for _, links in self.summing(part, pieces):
            if not len(links["key"]):
                continue
            table, kind = self.names.of(links)
            number, name = tempfile.mkstemp(prefix=f"{part:06d}-", suffix=".parquet", dir=self.folder)
            os.close(number)
            with pq.ParquetWriter(name, CODED, **WRITING) as writer:
                writer.write_table(table, row_group_size=ROW_GROUP)
            Path(name).chmod(0o644)
            counts = np.bincount(kind, minlength=len(self.names.kinds))
            yield part, {"file": np.array([Path(name).name]), "kinds": counts}


def write_on_disk(cluster: Cluster, steps: LinkSteps, place: Path) -> list[int]:
    """Have each task write its part into the folder `place`, in order; gives how many links of each kind there are.

    What another run wrote there is replaced; `_SUCCESS` comes last and says that the folder is whole.
    """
    with whole_folder(place, last=WHOLE) as folder:
        # Where the tasks are another user's, of the same group.
        folder.chmod(0o775)
        written = cluster.gather(steps.links, Writing(steps.summing, steps.names, folder))
        ours = {str(one["file"][0]) for one in written}
        for file in folder.iterdir():
            if file.name not in ours:
                file.unlink()
        for k, file in enumerate(sorted(folder.iterdir())):
            file.rename(folder / f"part-{k:06d}.parquet")
        (folder / WHOLE).touch()
        (place / WHOLE).unlink(missing_ok=True)
        for old in place.glob("part-*.parquet"):
            old.unlink()
    counts = sum((one["kinds"] for one in written), np.zeros(len(steps.names.kinds), np.int64))
    return [int(count) for count in counts]
