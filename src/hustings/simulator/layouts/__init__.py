"""A season's posts in the layouts of the sources that `hustings posts` reads: samples that nobody had to collect."""

__all__ = ["LAYOUTS", "Layout", "formed", "write_layout"]

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from hustings.simulator.layouts.bluesky import BLUESKY
from hustings.simulator.layouts.formed import Layout, formed, plain_posts
from hustings.simulator.layouts.information_operations import INFORMATION_OPERATIONS
from hustings.simulator.layouts.meta_content_library import META_CONTENT_LIBRARY
from hustings.simulator.layouts.telegram import TELEGRAM
from hustings.simulator.layouts.tiktok import TIKTOK
from hustings.simulator.layouts.x_api import X_API

LAYOUTS: dict[str, Layout] = {
    layout.name: layout for layout in (X_API, BLUESKY, TELEGRAM, TIKTOK, META_CONTENT_LIBRARY, INFORMATION_OPERATIONS)
}


def write_layout(posts: pa.Table, labels: pa.Table, layout: Layout, folder: Path) -> int:
    """Write a season's posts in a layout, and its labels with the actors' ids there; gives the number of posts."""
    folder.mkdir(parents=True, exist_ok=True)
    actors = list(zip(labels["platform"].to_pylist(), labels["actor"].to_pylist(), strict=True))
    planted = {who for who, role in zip(actors, labels["role"].to_pylist(), strict=True) if role == "covert"}
    rows = formed(plain_posts(posts, planted), layout)
    layout.write(rows, folder)
    ids = pa.array([layout.actor(platform, actor) for platform, actor in actors], pa.string())
    table = labels.set_column(labels.column_names.index("actor"), "actor", ids)
    platforms = pa.array([layout.platform] * len(table), pa.string())
    table = table.set_column(table.column_names.index("platform"), "platform", platforms)
    pyarrow.parquet.write_table(table, folder / "labels.parquet", compression="zstd")
    return len(rows)
