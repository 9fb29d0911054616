"""What a search from a tip named: loaded under pseudonyms, with the posts that tie each to the tip."""

from __future__ import annotations

import json
from pathlib import Path

from hustings.apps.findings.names import pseudonyms
from hustings.apps.sweeps.models import Sweep, Tied, TiedEvidence

__all__ = ["load_expansion"]

BATCH = 5000


def load_expansion(sweep: Sweep, folder: Path) -> int:
    """Load the folder of `hustings expand`; gives how many accounts it names. The clear names stay in no table."""
    import pyarrow.parquet as pq  # the web process, which loads nothing, starts without it

    json.loads((folder / "run.json").read_text(encoding="utf-8"))
    members = pq.read_table(folder / "members.parquet").to_pylist()
    evidence = pq.read_table(folder / "evidence.parquet").to_pylist()
    actors = {(row["platform"], row["actor"]) for row in members}
    actors |= {(row[f"platform_{side}"], row[f"actor_{side}"]) for row in evidence for side in "ab"}
    listed = sorted(actors)
    shown = dict(zip(listed, pseudonyms(listed), strict=True))
    Tied.objects.bulk_create(
        (
            Tied(
                sweep=sweep,
                platform=row["platform"],
                pseudonym=shown[row["platform"], row["actor"]],
                **{name: row[name] for name in ("basis", "hop", "p", "q", "occasions", "close")},
            )
            for row in members
        ),
        batch_size=BATCH,
    )
    TiedEvidence.objects.bulk_create(
        (
            TiedEvidence(
                sweep=sweep,
                a=shown[row["platform_a"], row["actor_a"]],
                b=shown[row["platform_b"], row["actor_b"]],
                **{name: row[name] for name in ("kind", "at_a", "at_b", "gap_s")},
            )
            for row in evidence
        ),
        batch_size=BATCH,
    )
    return len(members)
