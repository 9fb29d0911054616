"""Detection inside the benchmark's own process: the same steps and defaults, without starting a command each time.

    python benchmarks/nothing.py --detector in_process:detect

Writes what the benchmarks read: links.parquet, members.parquet and the counts of run.json. For figures that
include reading, starting and writing everything, use the command.
"""

import json
from pathlib import Path

import pyarrow.parquet as pq

from hustings.detection.detect import detect as run


def detect(traces: Path, out: Path) -> None:
    """Detect with the default setting."""
    found = run([traces])
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(found.links, out / "links.parquet")
    pq.write_table(found.members, out / "members.parquet")
    (out / "run.json").write_text(json.dumps({"counts": found.counts}), encoding="utf-8")
