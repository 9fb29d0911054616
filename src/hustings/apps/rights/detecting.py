"""Detection on made seasons that differ in one side alone: every account and hashtag bears that side's word."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.rights.find import told
from hustings.apps.rights.models import Audit, Stage
from hustings.screening.fairness.gaps import Outcome, compare
from hustings.screening.fairness.swaps import Swap, Swaps, read_swaps

__all__ = ["ACTORS", "MOST_SIDES", "SEED", "detect_sides", "sides_of"]

# A season small enough to be searched a dozen times by a worker, large enough that every style of campaign is in it.
ACTORS, CAMPAIGNS, SEED = 300, 7, 17
MOST_SIDES = 16
# What is renamed beside accounts: kinds of traces whose words somebody chose.
WORDED = ("hashtag",)


def sides_of(swaps: Swaps) -> list[tuple[Swap, str]]:
    """Each side of each swap; a language has no word of its own, so its code stands for it."""
    return [(swap, side) for swap in swaps.swaps for side in swap.words]


def detect_sides(key: UUID) -> None:
    """Search a season once for each side and compare; does nothing for an audit that is done."""
    with in_role(WORKER):
        audit = Audit.objects.select_related("table").filter(pk=key, stage=Stage.DETECTION.value, done_at=None).first()
    if audit is None:
        return
    comparison = compare(outcomes(read_swaps(audit.table.document)))
    audit.figures, audit.blocks, audit.done_at = {"errors": told(comparison), "texts": []}, comparison.blocks, moment()
    with in_role(WORKER):
        audit.save(update_fields=["figures", "blocks", "done_at"])


def outcomes(swaps: Swaps) -> Iterator[Outcome]:
    """Each account of the season, for each side: whether it is in a finding, and whether it should be."""
    from hustings.simulator import SeasonSettings, simulate

    season = simulate(SeasonSettings(actors=ACTORS, campaigns=CAMPAIGNS), np.random.default_rng(SEED))
    planted = {(row["platform"], row["actor"]) for row in season.labels.to_pylist() if row["role"] == "covert"}
    everybody = sorted({*zip(season.traces["platform"].to_pylist(), season.traces["actor"].to_pylist(), strict=True)})
    with tempfile.TemporaryDirectory(prefix="rights-") as place:
        for swap, side in sides_of(swaps):
            word = slug(swap.words[side])
            found = members(renamed(season.traces, word), Path(place) / "traces.parquet")
            for platform, actor in everybody:
                yield Outcome(
                    swap=swap.name,
                    key=f"{platform} {actor}",
                    side=side,
                    should="stop" if (platform, actor) in planted else "pass",
                    stopped=(platform, f"{word}_{actor}") in found,
                )


def slug(words: str) -> str:
    """Words as part of an account's name."""
    return re.sub(r"\W+", "-", words.casefold()).strip("-")


def renamed(traces: pa.Table, word: str) -> pa.Table:
    """The same traces, every account and chosen word of which bears the side's."""
    chosen = pc.is_in(traces["kind"], pa.array(WORDED))
    bearing = {
        "actor": pc.binary_join_element_wise(word, traces["actor"], "_"),
        "trace": pc.if_else(chosen, pc.binary_join_element_wise(word, traces["trace"], "_"), traces["trace"]),
    }
    for name, column in bearing.items():
        traces = traces.set_column(traces.schema.get_field_index(name), name, column)
    return traces


def members(traces: pa.Table, place: Path) -> set[tuple[str, str]]:
    """Who is in a finding, by platform and name."""
    from hustings.detection.detect import detect

    pyarrow.parquet.write_table(traces, place)
    found = detect([place]).members
    return set(zip(found["platform"].to_pylist(), found["actor"].to_pylist(), strict=True))
