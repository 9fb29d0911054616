"""A season in the columns of the labelled benchmark of information operations, as Parquet."""

__all__ = ["INFORMATION_OPERATIONS"]

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from hustings.simulator.layouts.formed import Layout, Row

SECOND = 1_000_000
DAY = 86_400 * SECOND
LISTS = {"urls": "links", "hashtags": "hashtags", "account_mentions": "mentions"}
TEXTS = {
    "postid": "content", "post_text": "text", "post_language": "language", "in_reply_to_postid": "reply_to",
    "accountid": "actor", "account_profile_description": "profile_text", "reposted_postid": "repost_of",
}  # fmt: skip
KEEPS = ("text", "language", "repost_of", "reply_to", "mentions", "links", "hashtags", "profile_text", "created")


def _hashed(*parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()
    return base64.b64encode(digest).decode()


def _shape(row: Row) -> Row:
    if row.get("repost_of"):
        row |= dict.fromkeys(("text", "links", "hashtags", "mentions"))
    # Accounts are dated by the day.
    row["created"] = row["created"] - row["created"] % DAY if row.get("created") is not None else None
    return row


def _write(rows: Sequence[Row], folder: Path) -> list[Path]:
    columns: dict[str, pa.Array] = {
        name: pa.array([row.get(column) for row in rows], pa.string()) for name, column in TEXTS.items()
    }
    for name, column in LISTS.items():
        columns[name] = pa.array([row.get(column) or [] for row in rows], pa.list_(pa.string()))
    columns["post_time"] = pa.array([row["at"] // 1_000 for row in rows], pa.timestamp("ms"))
    columns["account_creation_date"] = pa.array(
        [None if row.get("created") is None else row["created"] // DAY for row in rows], pa.int32()
    ).cast(pa.date32())
    columns["is_repost"] = pa.array([row.get("repost_of") is not None for row in rows])
    columns["is_control"] = pa.array([bool(row.get("control", True)) for row in rows])
    for name in ("follower_count", "following_count"):
        columns[name] = pa.array([1] * len(rows), pa.int64())
    file = folder / "Season_part_1.gzip.parquet"
    pyarrow.parquet.write_table(pa.table(columns), file, compression="gzip")
    return [file]


INFORMATION_OPERATIONS = Layout(
    name="information-operations",
    platform="twitter",
    resolution=SECOND,
    keeps=KEEPS,
    actor=lambda platform, name: _hashed("actor", platform, name),
    content=lambda row, number: _hashed("content", row["actor"], str(number)),
    shape=_shape,
    write=_write,
)
