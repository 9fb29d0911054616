"""A season as Telegram Desktop would export it: a document with channels, and one group for all who are none."""

__all__ = ["TELEGRAM"]

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hustings.connectors.telegram import TELEGRAM as SOURCE
from hustings.connectors.telegram import forwarded_name
from hustings.simulator.layouts.formed import Layout, Row, number_of

SECOND = 1_000_000
GROUP = "channel1700000001"


def _actor(platform: str, name: str) -> str:
    # Pages are channels; people write in the group.
    kind = "channel" if platform == "plaza" else "user"
    return f"{kind}{number_of(platform, name, above=10**9, bits=40)}"


def _content(row: Row, number: int) -> str:
    return f"{_chat(row)}/{number + 1}"


def _chat(row: Row) -> str:
    return row["actor"] if row["actor"].startswith("channel") else GROUP


def _shape(row: Row) -> Row:
    """What is carried stands in the text; a forward has a name made of its source and its text."""
    original = row.get("original")
    if row.get("repost_of") and original is not None:
        row |= dict.fromkeys(("text", "links", "hashtags", "mentions"))
        shown = {"text_entities": _entities(original)}
        row["shown"], row["repost_of_actor"] = shown["text_entities"], original["actor"]
        row["repost_of"] = forwarded_name(original["actor"], shown)
    elif "shown" not in row:
        row["shown"] = _entities(row)
        row["text"] = "".join(part["text"] for part in row["shown"]) or None
    return row


def _entities(row: Row) -> list[dict[str, str]]:
    things = [("hashtag", f"#{tag}") for tag in row.get("hashtags") or []]
    things += [("mention", f"@{name}") for name in row.get("mentions") or []]
    things += [("link", link) for link in row.get("links") or []]
    if "shown" in row:
        return list(row["shown"])
    parts = [{"type": "plain", "text": row["text"]}] if row.get("text") else []
    for kind, text in things:
        if parts:
            parts.append({"type": "plain", "text": " "})
        parts.append({"type": kind, "text": text})
    # An empty message still is a file or a picture; here it says what it is.
    return parts


def _write(rows: Sequence[Row], folder: Path) -> list[Path]:
    chats: dict[str, list[Row]] = {}
    for row in rows:
        chats.setdefault(_chat(row), []).append(row)
    file = folder / "result.json"
    listed = [_export(peer, messages) for peer, messages in chats.items()]
    whole = {"about": "Made by a simulator.", "chats": {"about": "All of it is invented.", "list": listed}}
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    return [file]


def _export(peer: str, rows: Sequence[Row]) -> dict[str, Any]:
    channel = peer != GROUP
    first = {"id": 0, "type": "service", "date": "2020-01-01T00:00:00", "date_unixtime": "1577836800", "text": ""}
    service = [{**first, "action": "create_channel"}] if channel and len(rows) > 500 else []
    return {
        "name": rows[0].get("name") if channel else "Everybody",
        "type": "public_channel" if channel else "public_supergroup",
        "id": int(peer.removeprefix("channel")),
        "messages": [*service, *map(_message, rows)],
    }


def _message(row: Row) -> dict[str, Any]:
    chat, number = row["content"].split("/")
    at = row["at"] // SECOND
    message: dict[str, Any] = {
        "id": int(number),
        "type": "message",
        "date": f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}",
        "date_unixtime": str(at),
        "from": row.get("name"),
        "from_id": row["actor"],
    }
    if row.get("repost_of"):
        message |= {"forwarded_from": "Somebody", "forwarded_from_id": row["repost_of_actor"]}
    if row.get("reply_to"):
        peer, answered = row["reply_to"].split("/")
        message["reply_to_message_id"] = int(answered)
        if peer != chat:
            message["reply_to_peer_id"] = peer
    parts = row["shown"]
    plain = [part["text"] if part["type"] == "plain" else part for part in parts]
    text = plain[0] if len(plain) == 1 and isinstance(plain[0], str) else plain or ""
    return message | {"text": text, "text_entities": parts}


TELEGRAM = Layout(
    name="telegram",
    platform="telegram",
    resolution=SECOND,
    keeps=SOURCE.gives,
    actor=_actor,
    content=_content,
    shape=_shape,
    write=_write,
)
