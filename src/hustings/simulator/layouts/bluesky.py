"""A season as events of Jetstream: identities and profiles, posts and reposts, deletions, one a line in order of time."""

__all__ = ["BLUESKY"]

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hustings.connectors.bluesky import BLUESKY as SOURCE
from hustings.connectors.bluesky import POST, REPOST, TID_SIGNS
from hustings.simulator.layouts.formed import Layout, Row

Event = tuple[int, dict[str, Any]]


def _actor(platform: str, name: str) -> str:
    return "did:plc:" + _coded(f"{platform} {name}")[:24]


def _content(row: Row, number: int) -> str:
    collection = REPOST if row.get("repost_of") else POST
    return f"at://{row['actor']}/{collection}/{_tid(row['at'], number)}"


def _tid(at: int, number: int) -> str:
    value = at << 10 | number & 0x3FF
    return "".join(TID_SIGNS[value >> 5 * place & 31] for place in range(12, -1, -1))


def _coded(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode("utf-8", "replace")).digest()).decode().lower().rstrip("=")


def _cid(text: str) -> str:
    """The address of bytes, as long as theirs are; here it only has to differ."""
    return "bafkrei" + _coded(text)


def _shape(row: Row) -> Row:
    """What is carried stands in the text too; names are DIDs, pictures addresses of bytes."""
    if row.get("repost_of"):
        row |= dict.fromkeys(("text", "language", "links", "hashtags", "mentions", "images", "reply_to"))
    words = [row.get("text") or "", *(f"#{tag}" for tag in row.get("hashtags") or [])]
    words += [f"@{name}" for name in row.get("mentions") or []] + list(row.get("links") or [])
    row["text"] = " ".join(filter(None, words)) or None
    row["shown_mentions"] = row.get("mentions")
    row["mentions"] = [_actor("", name) for name in row["mentions"]] if row.get("mentions") else None
    row["images"] = [_cid(image) for image in row["images"]] if row.get("images") else None
    row["profile_picture"] = _cid(row["profile_picture"]) if row.get("profile_picture") else None
    return row


def _write(rows: Sequence[Row], folder: Path) -> list[Path]:
    events: list[Event] = []
    known: set[str] = set()
    for row in rows:
        if row["actor"] not in known:
            known.add(row["actor"])
            events += _who(row)
        events.append((row["at"], _commit(row, "create", _record(row))))
        if row.get("deleted") is not None:
            events.append((row["deleted"], _commit(row, "delete", None)))
    events.sort(key=lambda event: event[0])
    file = folder / "jetstream.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for at, event in events:
            out.write(json.dumps({"did": event["did"], "time_us": at, **event}, ensure_ascii=False) + "\n")
    return [file]


def _who(row: Row) -> list[Event]:
    did, found = row["actor"], []
    if row.get("handle"):
        identity = {"did": did, "handle": row["handle"], "seq": 1, "time": _iso(row["at"])}
        found.append((row["at"] - 2, {"did": did, "kind": "identity", "identity": identity}))
    record = {
        "$type": "app.bsky.actor.profile",
        "displayName": row.get("name"),
        "description": row.get("profile_text"),
        "avatar": _blob(row["profile_picture"]) if row.get("profile_picture") else None,
        "createdAt": _iso(row["created"]) if row.get("created") is not None else None,
    }
    record = {name: value for name, value in record.items() if value is not None}
    if len(record) > 1:
        commit = {"rev": "3", "operation": "create", "collection": record["$type"], "rkey": "self", "record": record}
        found.append((row["at"] - 1, {"did": did, "kind": "commit", "commit": commit}))
    return found


def _commit(row: Row, operation: str, record: dict[str, Any] | None) -> dict[str, Any]:
    _, _, did, collection, key = row["content"].split("/")
    commit: dict[str, Any] = {"rev": key, "operation": operation, "collection": collection, "rkey": key}
    if record is not None:
        commit |= {"record": record, "cid": _cid(row["content"])}
    return {"did": did, "kind": "commit", "commit": commit}


def _record(row: Row) -> dict[str, Any]:
    if row.get("repost_of"):
        subject = {"uri": row["repost_of"], "cid": _cid(row["repost_of"])}
        return {"$type": REPOST, "createdAt": _iso(row["at"]), "subject": subject}
    record: dict[str, Any] = {"$type": POST, "text": row.get("text") or "", "createdAt": _iso(row["at"])}
    if row.get("language"):
        record["langs"] = [row["language"]]
    if row.get("reply_to"):
        parent = {"uri": row["reply_to"], "cid": _cid(row["reply_to"])}
        record["reply"] = {"root": parent, "parent": parent}
    if row.get("images"):
        images = [{"alt": "", "image": _blob(cid)} for cid in row["images"]]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    facets = _facets(row)
    return {**record, "facets": facets} if facets else record


def _facets(row: Row) -> list[dict[str, Any]]:
    """Where tags, mentions and links stand at the end of the text, in bytes."""
    shown = row.get("shown_mentions") or []
    things = [(f"#{tag}", "tag", "tag", tag) for tag in row.get("hashtags") or []]
    things += [(f"@{name}", "mention", "did", did) for name, did in zip(shown, row.get("mentions") or [], strict=True)]
    things += [(link, "link", "uri", link) for link in row.get("links") or []]
    end = len((row.get("text") or "").encode())
    facets = []
    for written, kind, member, value in reversed(things):
        begin = end - len(written.encode())
        feature = {"$type": f"app.bsky.richtext.facet#{kind}", member: value}
        facets.append({"index": {"byteStart": begin, "byteEnd": end}, "features": [feature]})
        end = begin - 1
    return facets[::-1]


def _blob(cid: str) -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/jpeg", "size": 10_000}


def _iso(at: int) -> str:
    moment = datetime.fromtimestamp(at // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1_000_000 // 1_000:03}Z"


BLUESKY = Layout(
    name="bluesky",
    platform="bluesky",
    resolution=1,
    keeps=SOURCE.gives,
    actor=_actor,
    content=_content,
    shape=_shape,
    write=_write,
)
