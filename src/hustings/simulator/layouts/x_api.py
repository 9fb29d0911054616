"""A season as pages of X's API v2, one page a line."""

__all__ = ["X_API"]

import html
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hustings.connectors.x_api import SNOWFLAKE_EPOCH_MS
from hustings.connectors.x_api import X_API as SOURCE
from hustings.simulator.layouts.formed import Layout, Row, number_of

PAGE = 100
PAGES = 500


def _actor(platform: str, name: str) -> str:
    # Beyond 2^53, as the platform's own ids are: who reads them as floats loses their end.
    return str(number_of(platform, name, above=1 << 60))


def _content(row: Row, number: int) -> str:
    return str((row["at"] // 1_000 - SNOWFLAKE_EPOCH_MS) << 22 | number & 0x3FFFFF)


def _shape(row: Row) -> Row:
    if row.get("repost_of"):
        row |= dict.fromkeys(("text", "links", "hashtags", "mentions", "views", "reply_to"))
    return row


def _write(rows: Sequence[Row], folder: Path) -> list[Path]:
    originals = {row["content"]: row for row in rows}
    files = []
    for first in range(0, len(rows), PAGE * PAGES):
        file = folder / f"posts-{first // (PAGE * PAGES) + 1:04}.jsonl"
        with file.open("w", encoding="utf-8") as out:
            for begin in range(first, min(first + PAGE * PAGES, len(rows)), PAGE):
                page = _page(rows[begin : begin + PAGE], originals)
                out.write(json.dumps(page, ensure_ascii=False) + "\n")
        files.append(file)
    return files


def _page(rows: Sequence[Row], originals: dict[str, Row]) -> dict[str, Any]:
    passed_on = [originals[row["repost_of"]] for row in rows if row.get("repost_of") in originals]
    users = {row["actor"]: _user(row) for row in (*passed_on, *rows)}
    tweets = {row["content"]: _post(row, originals) for row in passed_on}
    return {
        "data": [_post(row, originals) for row in rows],
        "includes": {"users": list(users.values()), "tweets": list(tweets.values())},
        "meta": {"result_count": len(rows), "newest_id": rows[0]["content"], "oldest_id": rows[-1]["content"]},
    }


def _post(row: Row, originals: dict[str, Row]) -> dict[str, Any]:
    original = originals.get(row.get("repost_of") or "")
    shown = original or row
    text = html.escape(shown.get("text") or "", quote=False)
    references = [
        {"type": kind, "id": row[name]}
        for kind, name in (("retweeted", "repost_of"), ("replied_to", "reply_to"))
        if row.get(name)
    ]
    return {
        "id": row["content"],
        "author_id": row["actor"],
        "created_at": _iso(row["at"] // 1_000_000 * 1_000_000),
        "text": f"RT @{shown.get('handle')}: {text}"[:140] if original else text,
        "lang": row.get("language") or "und",
        "edit_history_tweet_ids": [row["content"]],
        "entities": _entities(shown),
        "public_metrics": {"retweet_count": 0, "impression_count": shown.get("views") or 0}
        if shown.get("views") is not None
        else {"retweet_count": 0},
        **({"referenced_tweets": references} if references else {}),
    }


def _entities(row: Row) -> dict[str, Any]:
    urls = [
        {"start": place, "end": place + 1, "url": f"https://t.co/{number_of(link, bits=40):x}", "expanded_url": link}
        for place, link in enumerate(row.get("links") or [])
    ]
    tags = [{"start": place, "end": place + 1, "tag": tag} for place, tag in enumerate(row.get("hashtags") or [])]
    names = [{"start": at, "end": at + 1, "username": name} for at, name in enumerate(row.get("mentions") or [])]
    # The interface leaves out what is empty.
    return {kind: found for kind, found in (("urls", urls), ("hashtags", tags), ("mentions", names)) if found}


def _user(row: Row) -> dict[str, Any]:
    picture = row.get("profile_picture")
    return {
        "id": row["actor"],
        "username": row.get("handle"),
        "name": row.get("name"),
        "description": row.get("profile_text") or "",
        "profile_image_url": picture
        or "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png",
        **({"created_at": _iso(row["created"])} if row.get("created") is not None else {}),
    }


def _iso(at: int) -> str:
    moment = datetime.fromtimestamp(at // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1_000_000 // 1_000:03}Z"


X_API = Layout(
    name="x-api",
    platform="x",
    resolution=1_000,
    keeps=SOURCE.gives,
    actor=_actor,
    content=_content,
    shape=_shape,
    write=_write,
)
