"""A season as answers of TikTok's Research API, one a line."""

__all__ = ["TIKTOK"]

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hustings.connectors.tiktok import TIKTOK as SOURCE
from hustings.simulator.layouts.formed import Layout, Row, number_of

SECOND = 1_000_000
PAGE = 100


def _actor(platform: str, name: str) -> str:
    # Names are all that the interface tells; two platforms of ours may have one name twice.
    return f"{name}.{number_of(platform, bits=16):x}".lower().replace(" ", "_")


def _content(row: Row, number: int) -> str:
    return str(row["at"] // SECOND << 32 | number & 0xFFFFFFFF)


def _shape(row: Row) -> Row:
    words = [row.get("text") or "", *(f"#{tag}" for tag in row.get("hashtags") or [])]
    words += [f"@{name}" for name in row.get("mentions") or []] + list(row.get("links") or [])
    row["text"] = " ".join(filter(None, words)) or None
    return row


def _write(rows: Sequence[Row], folder: Path) -> list[Path]:
    file = folder / "videos.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for first in range(0, len(rows), PAGE):
            videos = [_video(row) for row in rows[first : first + PAGE]]
            data = {
                "videos": videos,
                "cursor": first + len(videos),
                "has_more": first + PAGE < len(rows),
                "search_id": "7",
            }
            error = {"code": "ok", "message": "", "log_id": "0"}
            out.write(json.dumps({"data": data, "error": error}, ensure_ascii=False) + "\n")
    return [file]


def _video(row: Row) -> dict[str, Any]:
    video = {
        "id": int(row["content"]),
        "create_time": row["at"] // SECOND,
        "username": row["actor"],
        "region_code": "XX",
        "video_description": row.get("text") or "",
        "hashtag_names": row.get("hashtags"),
        "video_mention_list": row.get("mentions"),
        "music_id": number_of(row["content"], bits=55),
        "view_count": row.get("views"),
    }
    # The interface leaves out what is empty.
    return {name: value for name, value in video.items() if value is not None}


TIKTOK = Layout(
    name="tiktok",
    platform="tiktok",
    resolution=SECOND,
    keeps=SOURCE.gives,
    actor=_actor,
    content=_content,
    shape=_shape,
    write=_write,
)
