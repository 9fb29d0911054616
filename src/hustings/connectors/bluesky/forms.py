"""The forms in which posts of Bluesky are kept: streams, repositories and answers of its interface, made two.

What comes out is either an event as Jetstream writes it (`kind`, `did`, `commit`; the time as `time_us` or `time`), or a
record with its address (`uri`, `value` or `record`, and what a view says besides).
"""

__all__ = ["unified"]

from collections.abc import Iterator
from typing import Any

from hustings.connectors.post_rows import inner, inner_list

REPOST = "app.bsky.feed.repost"
# Jetstream wrote these for kinds and operations until October 2024.
SHORT = {"com": "commit", "id": "identity", "acc": "account", "c": "create", "u": "update", "d": "delete"}


def unified(value: dict[str, Any]) -> Iterator[Any]:
    """The events and records in one value of a file; what is none of the known forms comes out as it is."""
    if "kind" in value:
        yield value
    elif value.get("type") in {"com", "id", "acc"} and "did" in value:
        commit = value.get("commit")
        operation = {"operation": SHORT.get(str(inner(commit, "type")))}
        yield {**value, "kind": SHORT[value["type"]], "commit": {**commit, **operation} if isinstance(commit, dict) else None}  # fmt: skip
    elif isinstance(value.get("payload"), dict) and isinstance(value.get("type"), str):
        yield from _streamed(value["payload"], value["type"])  # as the network's own command line tool prints them
    elif isinstance(value.get("ops"), list) or str(value.get("$type", "")).startswith("com.atproto.sync."):
        yield from _streamed(value, str(value.get("$type", "#commit")).rpartition("#")[2])
    elif {"collection", "rkey", "action"} <= value.keys():
        yield _event(value, value, value["collection"], value["rkey"])
    elif isinstance(value.get("feed"), list):
        for item in value["feed"]:
            yield inner(item, "post")
            if isinstance(inner(item, "reason", "by"), dict):
                yield _passed_on(item)
    elif isinstance(value.get("thread"), dict):
        yield from _thread(value["thread"])
    else:
        lists = [value[name] for name in ("records", "posts") if isinstance(value.get(name), list)]
        yield from lists[0] if lists else [value]


def _streamed(event: dict[str, Any], kind: str) -> Iterator[Any]:
    """One message of the firehose: a commit holds several operations."""
    if kind != "commit":
        yield {"kind": kind, "did": event.get("did"), "time": event.get("time"), kind: event}
        return
    for operation in inner_list(event, "ops"):
        collection, _, key = str(inner(operation, "path")).partition("/")
        yield _event(event, operation, collection, key)


def _event(event: dict[str, Any], operation: Any, collection: Any, key: Any) -> dict[str, Any]:
    commit = {
        "operation": inner(operation, "action"),
        "collection": collection,
        "rkey": key,
        "record": inner(operation, "record"),
    }
    return {"kind": "commit", "did": event.get("repo") or event.get("did"), "time": event.get("time"), "commit": commit}


def _passed_on(item: dict[str, Any]) -> dict[str, Any]:
    """That somebody passed on the post of a feed: what their repository would say."""
    reason = item["reason"]
    return {
        "uri": reason.get("uri") or f"at://{reason['by'].get('did')}/{REPOST}/",
        "author": reason["by"],
        "record": {"subject": {"uri": inner(item, "post", "uri")}},
        "indexedAt": reason.get("indexedAt"),
    }


def _thread(thread: dict[str, Any]) -> Iterator[Any]:
    """The posts of a thread, what was answered first; those that are gone or hidden have none."""
    waiting: list[Any] = [thread]
    while isinstance(parent := inner(waiting[0], "parent"), dict):
        waiting.insert(0, parent)
    while waiting:
        one = waiting.pop(0)
        if isinstance(inner(one, "post"), dict):
            yield one["post"]
        waiting += inner_list(one, "replies")
