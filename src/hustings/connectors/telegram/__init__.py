"""Messages of Telegram as Telegram Desktop exports them: `result.json`, of one chat or of all.

Reads     one document, of any size, a message at a time: a chat {"name", "type", "id", "messages"}, or an account's
          {"chats": {"list": [...]}, "left_chats": {...}}.
Gives     actor: `from_id` (`user12`, `channel34`), the channel itself where a post names nobody; content: chat and
          number (`channel34/56`). `text` as a text or a list of parts; links, tags and mentions from its parts;
          reply_to_message_id; the name shown; when it was edited rides along.
Times     `date_unixtime`, whole seconds. `date` is the local time of whoever exported: only where there is nothing else.
Edges     An export says from whom a message was forwarded, not which message it was. `repost_of` is therefore a name
          made of the source and a digest of what was forwarded, the same for all who forwarded it:
          `channel9#1f0c...`. It is no content of the table. What a forward carries was chosen by its author.
          Chats between two people, with bots and with oneself are never read: they are nobody's public speech.
          Messages of service (joined, pinned, ...) are counted and left out.
Limits    no user names (only names shown), profiles, views, hashes of images, deletions; not when the original was sent.
Source    export_output_json.cpp in github.com/telegramdesktop/tdesktop.
"""

__all__ = ["TELEGRAM", "forwarded_name"]

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from hustings.connectors.json_pieces import OPENS, Piece
from hustings.connectors.post_rows import Passed, Post, Strange, inner, lower_name, moment_us, said, unique
from hustings.connectors.post_source import PostSource, Record, Taker

# Where chats stand: at the top of an export of one, in a list in an export of all.
CHATS = {(), ("chats", "list"), ("left_chats", "list")}
PRIVATE = {"personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes"}
SMALL_GROUP = "private_group"
# What tells one forwarded picture or film from another where there is no text.
MEDIA = ("media_type", "file_name", "file_size", "photo_file_size", "width", "height", "duration_seconds")


def _taker() -> Taker:
    chat: dict[str, Any] = {}

    def take(piece: Piece) -> Iterator[Record]:
        *where, last = piece.path or ("",)
        if piece.value is OPENS:
            chat.clear()
        elif last == "messages" and tuple(where) in CHATS:
            yield from _message(piece.line, piece.value, chat)
        elif tuple(where) in CHATS and last in {"name", "type", "id"}:
            chat[last] = piece.value if last == "id" or isinstance(piece.value, str) else None
        elif not piece.path:
            yield Strange.of(piece.line, piece.value)

    return take


def _message(line: int, message: Any, chat: dict[str, Any]) -> Iterator[Record]:
    if not isinstance(message, dict) or "id" not in message:
        yield Strange.of(line, message)
        return
    if chat.get("type") in PRIVATE:
        yield Passed(line, f"messages of chats that are private ({chat['type']})")
        return
    if message.get("type") != "message":
        yield Passed(line, f"messages of kind {message.get('type') or 'unknown'}")
        return
    place = _peer(chat)
    values: dict[str, Any] = {
        "actor": _sender(message.get("from_id")) or (place if "channel" in str(chat.get("type")) else None),
        "content": f"{place}/{said(message['id'])}",
        "at": _moment(message, "date"),
        "edited": _moment(message, "edited"),
        "name": said(message.get("from")) or (said(chat.get("name")) if message.get("from_id") is None else None),
        "place": place,
    }
    if (reply := said(message.get("reply_to_message_id"))) is not None:
        values["reply_to"] = f"{said(message.get('reply_to_peer_id')) or place}/{reply}"
    source = _sender(message.get("forwarded_from_id")) or said(message.get("forwarded_from"))
    if source is not None or "forwarded_from" in message:
        values["repost_of"] = forwarded_name(source or "nobody named", message)
        values["repost_of_actor"] = source
        if values["repost_of"] is None:
            yield Passed(line, "forwards of which nothing tells what was forwarded")
            return
    else:
        values |= _own(message)
    yield Post(line, values)


def _peer(chat: dict[str, Any]) -> str:
    kind = "chat" if chat.get("type") == SMALL_GROUP else "channel"
    return f"{kind}{said(chat.get('id')) or 'unknown'}"


def _sender(value: Any) -> str | None:
    """Exports of before 2021 have bare numbers."""
    text = said(value)
    return f"user{text}" if text is not None and text.isdigit() else text


def _moment(message: dict[str, Any], name: str) -> int | None:
    exact = message.get(f"{name}_unixtime")
    return moment_us(exact, "s") if exact is not None else moment_us(message.get(name))


def forwarded_name(source: str, message: dict[str, Any]) -> str | None:
    """A name for what was forwarded, equal for all who forwarded it; none where nothing tells it from others."""
    told = {name: message[name] for name in MEDIA if message.get(name) is not None}
    text = "".join(text for _, text, _ in _parts(message))
    if not text.strip() and not told:
        return None
    digest = hashlib.sha256(json.dumps([text, told], sort_keys=True).encode()).hexdigest()
    return f"{source}#{digest[:16]}"


def _own(message: dict[str, Any]) -> dict[str, Any]:
    parts = _parts(message)
    links = (part.get("href") if kind == "text_link" else text for kind, text, part in parts if kind.endswith("link"))
    names = (
        f"user{said(part.get('user_id'))}" if kind == "mention_name" else text
        for kind, text, part in parts
        if kind in {"mention", "mention_name"}
    )
    return {
        "text": said("".join(text for _, text, _ in parts)),
        "links": unique(said(link) for link in links),
        "hashtags": unique(lower_name(text) for kind, text, _ in parts if kind == "hashtag"),
        "mentions": unique(lower_name(name) for name in names),
    }


def _parts(message: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, text and the part itself; `text_entities` has the kind of each, `text` is older."""
    given = message.get("text_entities") or message.get("text")
    parts = []
    for part in given if isinstance(given, list) else [given]:
        if isinstance(part, dict):
            text = inner(part, "text")
            parts.append((str(part.get("type")), text if isinstance(text, str) else "", part))
        elif isinstance(part, str):
            parts.append(("plain", part, {}))
    return parts


TELEGRAM = PostSource(
    name="telegram",
    platform="telegram",
    title="Telegram Desktop: exports of channels and groups",
    files="result.json, of one chat or of an account",
    gives=("text", "repost_of", "reply_to", "mentions", "links", "hashtags", "name"),
    extra=("edited", "place", "repost_of_actor"),
    unit="message",
    taker=_taker,
    descend=frozenset({"chats", "left_chats", "list", "messages"}),
)
