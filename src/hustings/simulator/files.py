"""A season as a folder of files."""

__all__ = ["write_season"]

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from hustings import __version__
from hustings.simulator.layouts import Layout, write_layout
from hustings.simulator.season import Season
from hustings.writing import whole_folder


def write_season(season: Season, place: Path, *, seed: int, layouts: Sequence[Layout] = ()) -> dict[str, int]:
    """Write the folder, whole or not at all; gives the rows of each table, and of each layout under its name."""
    tables = {
        "traces.parquet": season.traces,
        "posts.parquet": season.posts,
        "labels.parquet": season.labels,
        "ads.parquet": season.market.ads,
        "ad_traces.parquet": season.market.ad_traces,
        "buyers.csv": season.market.buyers,
        "declared.csv": season.declared,
        "schedule.csv": season.schedule,
    }
    with whole_folder(place, last="settings.json") as folder:
        for name, table in tables.items():
            _write(table, folder / name)
        rows = {name: len(table) for name, table in tables.items()}
        for layout in layouts:
            rows[layout.name] = write_layout(season.posts, season.labels, layout, folder / layout.name)
        settings = {"version": __version__, "seed": seed, **season.settings.as_json(), "rows": rows}
        (folder / "settings.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    return rows


def _write(table: pa.Table, path: Path) -> None:
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        pyarrow.parquet.write_table(table, path, compression="zstd")
