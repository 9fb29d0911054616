"""A season as a table of the Meta Content Library, as CSV."""

__all__ = ["META_CONTENT_LIBRARY"]

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hustings.simulator.layouts.formed import Layout, Row, number_of

SECOND = 1_000_000
COLUMNS = (
    "id", "creation_time", "modified_time", "lang", "text", "post_owner.type", "post_owner.id", "post_owner.name",
    "post_owner.username", "surface.type", "surface.id", "surface.name", "shared_post_id", "content_type",
    "link_attachment.link", "link_attachment.name", "hashtags", "is_branded_content", "statistics.like_count",
    "statistics.views", "statistics.share_count", "multimedia",
)  # fmt: skip


def _actor(platform: str, name: str) -> str:
    return str(number_of(platform, name, above=10**16, bits=53))


def _content(row: Row, number: int) -> str:
    return str(row["at"] // SECOND * 10**7 + number % 10**7)


def _shape(row: Row) -> Row:
    """One link is attached, the others stand in the text, as tags and mentions do."""
    if row.get("repost_of"):
        row |= dict.fromkeys(("links", "hashtags", "mentions", "language"))
        return row
    words = [row.get("text") or "", *(f"#{tag}" for tag in row.get("hashtags") or [])]
    words += [f"@{name}" for name in row.get("mentions") or []] + (row.get("links") or [])[1:]
    row["text"] = " ".join(filter(None, words)) or None
    return row


def _write(rows: Sequence[Row], folder: Path) -> list[Path]:
    file = folder / "posts.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, COLUMNS, restval="")
        table.writeheader()
        table.writerows(map(_cells, rows))
    return [file]


def _cells(row: Row) -> dict[str, Any]:
    links = row.get("links") or []
    at = f"{datetime.fromtimestamp(row['at'] // SECOND, UTC):%Y-%m-%dT%H:%M:%S+00:00}"
    given = {
        "id": row["content"], "creation_time": at, "modified_time": at, "lang": row.get("language"),
        "text": row.get("text"), "post_owner.type": "page", "post_owner.id": row["actor"],
        "post_owner.name": row.get("name"), "post_owner.username": row.get("handle"), "surface.type": "page",
        "surface.id": row["actor"], "surface.name": row.get("name"), "shared_post_id": row.get("repost_of"),
        "content_type": "share" if row.get("repost_of") else "status", "link_attachment.link": links[0] if links else None,
        "hashtags": json.dumps(row["hashtags"], ensure_ascii=False) if row.get("hashtags") else None,
        "is_branded_content": "false", "statistics.like_count": 0, "statistics.views": row.get("views"),
    }  # fmt: skip
    return {name: "" if value is None else value for name, value in given.items()}


META_CONTENT_LIBRARY = Layout(
    name="meta-content-library",
    platform="facebook",
    resolution=SECOND,
    keeps=("text", "language", "repost_of", "links", "hashtags", "mentions", "handle", "name", "views"),
    actor=_actor,
    content=_content,
    shape=_shape,
    write=_write,
)
