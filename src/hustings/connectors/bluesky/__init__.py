"""Posts of Bluesky: events of Jetstream (the firehose as JSON), or records as repositories give them.

Reads     Jetstream events, one a line: commits of app.bsky.feed.post and app.bsky.feed.repost (created, updated,
          deleted), app.bsky.actor.profile, identity and account events. Messages of the firehose itself once decoded
          ({"repo", "ops": [...], "time"}, records inside the operations). Records {"uri", "cid", "value"} as a
          repository lists them, alone or in {"records": [...]}, and post views {"uri", "author", "record"} as
          searches ({"posts"}), feeds ({"feed"}, reposts with their reason) and threads give them.
Gives     actor: the DID; content: the at:// address. Text, langs, reply.parent, subject of reposts; links, tags and
          mentions from facets, embeds and `tags`; images by the address of their bytes (CID), which is equal for equal
          files and says nothing of alike ones; handle, displayName, description, avatar as of the time of the post.
Times     `at` is `time_us`, when the event was seen: the poster cannot choose it. `createdAt` is whatever the
          poster's program says, may be years off, and rides along as `said_at`. A record without an event has only
          that. The time of the original of a repost is read from its record key, which its author's program made.
Edges     Facets count bytes of UTF-8, not signs. A facet whose bytes are not in the text, or cut a sign in half, is
          left out, as readers of the network do. Films ride along as `media`, by the address of their bytes. Mentions are DIDs: handles change. A deletion gives `deleted` to the
          post; an account that is deleted gives it to all of its posts until then.
Limits    no views; likes are counted and left out, since the posts table has no column for them.
Source    github.com/bluesky-social/jetstream (README), lexicons app.bsky.feed.post, .repost, app.bsky.richtext.facet,
          app.bsky.embed.*, app.bsky.actor.profile in github.com/bluesky-social/atproto; atproto.com, record keys (TID).
"""

__all__ = ["BLUESKY", "POST", "REPOST", "TID_SIGNS", "tid_us"]

from collections.abc import Iterator
from typing import Any

from hustings.connectors.bluesky.forms import unified
from hustings.connectors.json_pieces import Piece
from hustings.connectors.moments import HIGH, LOW
from hustings.connectors.post_rows import (
    Account,
    Gone,
    Passed,
    Post,
    Strange,
    inner,
    inner_list,
    lower_name,
    moment_us,
    said,
    unique,
)
from hustings.connectors.post_source import PostSource, Record

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
FACET = "app.bsky.richtext.facet#"
# Record keys are times: 53 bits of microseconds and 10 of the clock, in these signs.
TID_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"


def _take(piece: Piece) -> Iterator[Record]:
    if not isinstance(piece.value, dict):
        yield Strange.of(piece.line, piece.value)
        return
    for one in unified(piece.value):
        yield from _one(piece.line, one)


def _one(line: int, event: Any) -> Iterator[Record]:
    match inner(event, "kind"):
        case "commit":
            yield from _commit(line, event)
        case "identity":
            yield from _identity(line, event)
        case "account":
            yield from _account(line, event)
        case "heartbeat":
            yield Passed(line, "heartbeats")
        case None:
            yield from _record(line, event)
        case _:
            yield Passed(line, f"events of kind {said(event['kind']) or 'unknown'}")


def _seen(event: dict[str, Any]) -> int | None:
    """When an event passed by: Jetstream counts microseconds, the firehose writes the time out."""
    at = moment_us(event.get("time_us"), "us")
    return at if at is not None else moment_us(event.get("time"))


def _commit(line: int, event: dict[str, Any]) -> Iterator[Record]:
    commit, did = event.get("commit"), said(event.get("did"))
    collection, key = said(inner(commit, "collection")), said(inner(commit, "rkey"))
    at = _seen(event)
    if did is None or collection is None or key is None or at is None:
        yield Passed(line, "events without did, collection, rkey or time")
        return
    uri = f"at://{did}/{collection}/{key}"
    if inner(commit, "operation") != "delete":
        yield from _known(line, did, uri, collection, inner(commit, "record"), at)
    elif collection in {POST, REPOST}:
        yield Gone(at, did, uri)
    else:
        yield Passed(line, f"deletions in {collection}")


def _record(line: int, given: Any) -> Iterator[Record]:
    """A record outside of any event: of a view it is known when it was seen, else only what its author's program said."""
    uri = inner(given, "uri")
    record = inner(given, "value") or inner(given, "record")
    parts = uri.split("/") if isinstance(uri, str) else []
    if len(parts) != 5 or parts[0] != "at:" or not isinstance(record, dict):
        yield Strange.of(line, given)
        return
    did, collection = parts[2], parts[3]
    if not parts[4]:
        yield Passed(line, "reposts in feeds that do not say which record they are")
        return
    author, seen = inner(given, "author"), moment_us(inner(given, "indexedAt"))
    at = seen if seen is not None else moment_us(record.get("createdAt"))
    if isinstance(author, dict) and at is not None:
        yield Account(did, at, _shown(author))
    yield from _known(line, did, uri, collection, record, seen)


def _shown(author: dict[str, Any]) -> dict[str, Any]:
    """What a view says of an author; its picture's address ends in that of the bytes, as in `.../bafk...@jpeg`."""
    avatar = said(author.get("avatar"))
    return {
        "handle": lower_name(author.get("handle")),
        "name": said(author.get("displayName")),
        "profile_picture": None if avatar is None else avatar.rsplit("/", 1)[-1].split("@")[0] or None,
        "created": moment_us(author.get("createdAt")),
    }


def _known(line: int, did: str, uri: str, collection: str, record: Any, seen: int | None) -> Iterator[Record]:
    written = moment_us(inner(record, "createdAt"))
    at = seen if seen is not None else written
    base = {"actor": did, "content": uri, "at": at, "said_at": written}
    match collection:
        case _ if not isinstance(record, dict):
            yield Passed(line, "events without a record")
        case "app.bsky.feed.post":
            yield Post(line, base | _post(record))
        case "app.bsky.feed.repost":
            original = said(inner(record, "subject", "uri"))
            if original is None:
                yield Passed(line, "reposts of nothing")
            else:
                yield Post(line, base | {"repost_of": original, "repost_of_at": tid_us(original.rsplit("/", 1)[-1])})
        case "app.bsky.actor.profile":
            yield Account(did, at if at is not None else LOW, _profile(record))
        case "app.bsky.feed.like":
            yield Passed(line, "likes")
        case _:
            yield Passed(line, f"records of {collection}")


def _post(record: dict[str, Any]) -> dict[str, Any]:
    text = record.get("text")
    text = text if isinstance(text, str) else ""
    features = _features(text, record)
    embeds = _embeds(record.get("embed"))
    tags = [*(value for kind, value in features if kind == "tag"), *inner_list(record, "tags")]
    return {
        "text": said(text),
        "language": next((said(code) for code in inner_list(record, "langs")), None),
        "reply_to": said(inner(record, "reply", "parent", "uri")),
        "links": unique([*(value for kind, value in features if kind == "link"), *embeds["links"]]),
        "hashtags": unique(lower_name(tag) for tag in tags),
        "mentions": unique(value for kind, value in features if kind == "mention"),
        "images": unique(embeds["images"]),
        "media": unique(embeds["films"]),
        "quote_of": next(iter(embeds["quotes"]), None),
    }


def _features(text: str, record: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Kind and value of what stands in the text, in its order; facets that do not fit the text are none."""
    coded = text.encode("utf-8", "replace")
    found: list[tuple[int, str, str | None]] = []
    for facet in inner_list(record, "facets"):
        begins, ends = inner(facet, "index", "byteStart"), inner(facet, "index", "byteEnd")
        if not (isinstance(begins, int) and isinstance(ends, int) and 0 <= begins < ends <= len(coded)):
            continue
        try:
            coded[begins:ends].decode("utf-8")
        except UnicodeDecodeError:
            continue
        for feature in inner_list(facet, "features"):
            kind = inner(feature, "$type")
            for name, member in (("link", "uri"), ("tag", "tag"), ("mention", "did")):
                if kind == FACET + name:
                    found.append((begins, name, said(inner(feature, member))))
    # Before facets there were entities.
    for entity in inner_list(record, "entities") if not inner_list(record, "facets") else []:
        kind, place = inner(entity, "type"), inner(entity, "index", "start")
        if kind in {"link", "mention"}:
            found.append((place if isinstance(place, int) else 0, kind, said(inner(entity, "value"))))
    return [(kind, value) for _, kind, value in sorted(found, key=lambda one: one[0])]


def _embeds(embed: Any) -> dict[str, list[str | None]]:
    """Addresses, pictures and quoted posts of an embed, and of the media beside a quote."""
    found: dict[str, list[str | None]] = {"links": [], "images": [], "films": [], "quotes": []}
    for one in (embed, inner(embed, "media")):
        found["links"].append(said(inner(one, "external", "uri")))
        found["images"] += [_bytes(inner(image, "image")) for image in inner_list(one, "images")]
        found["films"].append(_bytes(inner(one, "video")))
    quoted = said(inner(embed, "record", "uri")) or said(inner(embed, "record", "record", "uri"))
    found["quotes"] += [quoted] if quoted else []
    return found


def _bytes(blob: Any) -> str | None:
    """The address of a file's bytes; before 2023 it stood in another place."""
    return said(inner(blob, "ref", "$link")) or said(inner(blob, "cid"))


def _profile(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": said(record.get("displayName")),
        "profile_text": said(record.get("description")),
        "profile_picture": _bytes(inner(record, "avatar")),
        "created": moment_us(record.get("createdAt")),
    }


def _identity(line: int, event: dict[str, Any]) -> Iterator[Record]:
    did, handle = said(event.get("did")), lower_name(inner(event, "identity", "handle"))
    at = _seen(event)
    if did is None or at is None or handle is None:
        yield Passed(line, "identity events without did, time or handle")
    else:
        yield Account(did, at, {"handle": handle})


def _account(line: int, event: dict[str, Any]) -> Iterator[Record]:
    did, at = said(event.get("did")), _seen(event)
    status = inner(event, "account", "status")
    if status == "deleted" and did is not None and at is not None:
        yield Gone(at, did)
    else:
        # Taken down, suspended, deactivated: not by the author, or not for good.
        yield Passed(line, f"account events ({status or 'active'})")


def tid_us(key: str) -> int | None:
    """The microsecond that a record key names; none where it is no such key or names no time of any feed."""
    if len(key) != 13 or any(sign not in TID_SIGNS for sign in key):
        return None
    number = 0
    for sign in key:
        number = number * 32 + TID_SIGNS.index(sign)
    at = (number >> 10) & ((1 << 53) - 1)
    return at if LOW <= at < HIGH else None


BLUESKY = PostSource(
    name="bluesky",
    platform="bluesky",
    title="Bluesky: events of Jetstream or the firehose, records, searches and feeds",
    files=".jsonl, .json; one event, record or answer a line, or a list",
    gives=(
        "text", "language", "repost_of", "repost_of_at", "reply_to", "mentions", "links", "hashtags", "images", "handle",
        "name", "profile_text", "profile_picture", "created", "deleted",
    ),
    extra=("quote_of", "said_at", "media"),
    never=("near_image",),  # the address of bytes says nothing of what is alike
    taker=lambda: _take,
    joins=True,
)  # fmt: skip
