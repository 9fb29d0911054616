"""A small season of posts: strangers, and twelve accounts that post the same links seconds apart for days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2027, 1, 11, 9, tzinfo=UTC)


def season(place: Path, *, strangers: int = 400, planted: int = 6, days: int = 14) -> Path:
    """Write a trace table; equal arguments give equal rows."""
    draw = np.random.default_rng(7)
    rows = []
    for day in range(days):
        for number in range(planted):
            at = START + timedelta(days=day, hours=number % 3, seconds=int(3 * number + draw.integers(0, 3)))
            rows.append(
                ("twitter", f"planted {number}", f"link of day {day} {number % 3 * 0}", f"p {day} {number}", at)
            )
        order = list(range(planted))
        draw.shuffle(order)
        base = START + timedelta(days=day, hours=6)
        for turn, number in enumerate(order):
            rows.append(
                ("twitter", f"planted {number}", f"link {day}", f"q {day} {number}", base + timedelta(seconds=4 * turn))
            )
    for stranger in range(strangers):
        for post in range(6):
            at = START + timedelta(seconds=int(draw.integers(0, days * 86400)))
            rows.append(
                ("twitter", f"stranger {stranger}", f"link {int(draw.integers(0, 60))}", f"s {stranger} {post}", at)
            )
    columns = list(zip(*rows, strict=True))
    data = dict(zip(("platform", "actor", "trace", "content", "at"), columns, strict=True))
    table = pa.table({
        **{name: pa.array(data[name]) for name in ("platform", "actor", "trace", "content")},
        "kind": pa.array(["link"] * len(rows)), "at": pa.array(data["at"], pa.timestamp("us", "UTC")),
    })  # fmt: skip
    pq.write_table(table, place)
    return place
