"""Posts of X (Twitter) as the API v2 gives them: pages of `data` with `includes`, one or many to a file.

Reads     pages {"data": [...], "includes": {...}}, several in one file (a list, or one a line); the stream's
          {"data": {...}}; posts flattened one a line with their `author` inside. Search, timelines, lookup, stream.
Gives     id, author_id, created_at, text (note_tweet where the post is long), lang, referenced_tweets, entities,
          public_metrics.impression_count, attachments.media_keys; of the author username, name, description,
          profile_image_url, created_at.
Times     `created_at` says whole seconds; the id of a post since November 2010 holds the millisecond it was given,
          which is taken where both agree on the second, and alone where `created_at` was not asked for. The time of
          the original of a repost comes from `includes.tweets`, else from its id.
Edges     What a repost carries was chosen by its author: of reposts only whom and when is kept. A quote is a post of
          its own; what it quotes rides along as `quote_of`, and the address of it is no link. Posts in
          `includes.tweets` are no rows: nobody asked for them. What a page could not give (`errors` beside `data`: posts
          that are gone, authors who are suspended) is counted by its title. The interface writes `&amp;`, `&lt;` and
          `&gt;` in texts; they are made signs again, else a text would not equal the same one elsewhere. The default profile picture is nobody's choice.
Limits    no perceptual hash of images (the keys of uploads ride along as `media`), no deletions.
Source    docs.x.com, data dictionary and example payloads of the API v2.
"""

__all__ = ["X_API"]

import re
from collections.abc import Iterator
from typing import Any

from hustings.connectors.json_pieces import Piece
from hustings.connectors.post_rows import (
    Passed,
    Post,
    Strange,
    inner,
    inner_list,
    lower_name,
    moment_us,
    number,
    said,
    unique,
)
from hustings.connectors.post_source import PostSource, Record

# Ids since 4 November 2010 begin with milliseconds since this moment.
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247
SNOWFLAKE = re.compile(r"[0-9]{1,19}")
NO_LANGUAGE = {"und", "zxx", "qme", "qam", "qct", "qht", "qst", "art"}
OWN_SITES = ("https://twitter.com/", "https://x.com/", "https://mobile.twitter.com/")


def _take(piece: Piece) -> Iterator[Record]:
    page = piece.value
    if not isinstance(page, dict):
        yield Strange.of(piece.line, page)
    elif isinstance(page.get("data"), list | dict):
        includes = page.get("includes")
        users = {str(user.get("id")): user for user in inner_list(includes, "users") if isinstance(user, dict)}
        posts = {str(post.get("id")): post for post in inner_list(includes, "tweets") if isinstance(post, dict)}
        data = page["data"]
        for error in inner_list(page, "errors"):
            yield Passed(piece.line, f"things the interface did not give ({said(inner(error, 'title')) or 'no title'})")
        for post in data if isinstance(data, list) else [data]:
            yield from _post(piece.line, post, users, posts)
    elif "id" in page and ("text" in page or "author_id" in page):
        yield from _flat(piece.line, page)
    elif isinstance(page.get("meta"), dict) and "result_count" in page["meta"]:
        yield Passed(piece.line, "pages without a post")
    elif isinstance(page.get("errors"), list) or {"title", "status"} <= page.keys():
        yield Passed(piece.line, "answers that are errors")
    else:
        yield Strange.of(piece.line, page)


def _flat(line: int, post: dict[str, Any]) -> Iterator[Record]:
    """A post with what belongs to it inside, as collectors flatten a page."""
    author = post.get("author")
    users = {str(post.get("author_id")): author} if isinstance(author, dict) else {}
    posts = {
        str(inside.get("id")): inside
        for inside in inner_list(post, "referenced_tweets")
        if isinstance(inside, dict) and "created_at" in inside
    }
    yield from _post(line, post, users, posts)


def _post(line: int, post: Any, users: dict[str, Any], posts: dict[str, Any]) -> Iterator[Record]:
    if not isinstance(post, dict) or "id" not in post or "username" in post:
        yield Strange.of(line, post)
        return
    content, actor = said(post["id"]), said(post.get("author_id"))
    if actor is None:
        yield Passed(line, "posts without author_id (ask the interface for that field)")
        return
    at = _moment(post.get("created_at"), content)
    if at is None:
        yield Passed(line, "posts without a time")
        return
    values: dict[str, Any] = {"actor": actor, "content": content, "at": at, **_author(users.get(actor))}
    values["views"] = number(inner(post, "public_metrics", "impression_count"))
    language = said(post.get("lang"))
    values["language"] = None if language in NO_LANGUAGE else language
    for reference in inner_list(post, "referenced_tweets"):
        other = said(inner(reference, "id"))
        match inner(reference, "type"):
            case "retweeted":
                values["repost_of"] = other
                values["repost_of_at"] = _moment(inner(posts.get(other or ""), "created_at"), other)
                values["repost_of_actor"] = said(inner(posts.get(other or ""), "author_id"))
            case "replied_to":
                values["reply_to"] = other
            case "quoted":
                values["quote_of"] = other
    if values.get("repost_of") is None:
        values |= _own(post, values.get("quote_of"))
    else:
        values["views"] = None  # the interface repeats the original's
    yield Post(line, values)


def _own(post: dict[str, Any], quoted: str | None) -> dict[str, Any]:
    """What a post that is no repost says and carries."""
    note = post.get("note_tweet")
    long = isinstance(note, dict) and isinstance(note.get("text"), str)
    entities = inner(note, "entities") if long and isinstance(inner(note, "entities"), dict) else post.get("entities")
    own = said(post["id"])
    # Where a short address leads was looked up for the post, not for its long text.
    led = {said(inner(url, "url")): said(inner(url, "unwound_url")) for url in inner_list(post, "entities", "urls")}
    return {
        "text": _plain(said(inner(note, "text")) if long else said(post.get("text"))),
        "links": unique(
            said(url.get("unwound_url")) or (led.get(said(url.get("url"))) if long else None) or _address(url)
            for url in _in_order(inner_list(entities, "urls"))
            if "media_key" not in url and not _leads_to(url, own, quoted)
        ),
        "hashtags": unique(lower_name(inner(tag, "tag")) for tag in _in_order(inner_list(entities, "hashtags"))),
        "mentions": unique(lower_name(inner(name, "username")) for name in _in_order(inner_list(entities, "mentions"))),
        "media": unique(said(key) for key in inner_list(post, "attachments", "media_keys")),
    }


def _author(user: Any) -> dict[str, Any]:
    picture = said(inner(user, "profile_image_url"))
    return {
        "handle": lower_name(inner(user, "username")),
        "name": said(inner(user, "name")),
        "profile_text": said(inner(user, "description")),
        "profile_picture": None if picture is None or "default_profile" in picture else picture,
        "created": moment_us(inner(user, "created_at")),
    }


def _moment(written: Any, post: str | None) -> int | None:
    """The millisecond of the id where it agrees with the second written."""
    at = moment_us(written)
    if post is None or not SNOWFLAKE.fullmatch(post) or int(post) < FIRST_SNOWFLAKE:
        return at
    given = ((int(post) >> 22) + SNOWFLAKE_EPOCH_MS) * 1_000
    if at is None:
        return moment_us(given, "us") if written is None else None
    return given if given // 1_000_000 == at // 1_000_000 and at % 1_000_000 == 0 else at


def _in_order(found: list[Any]) -> list[dict[str, Any]]:
    things = [thing for thing in found if isinstance(thing, dict)]
    return sorted(things, key=lambda thing: thing["start"] if isinstance(thing.get("start"), int) else 0)


def _address(url: dict[str, Any]) -> str | None:
    return said(url.get("expanded_url")) or said(url.get("url"))


def _plain(text: str | None) -> str | None:
    """A text as it was written: only these three signs are coded, the first of them last."""
    return None if text is None else text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _leads_to(url: dict[str, Any], *posts: str | None) -> bool:
    """Whether an address is that of the post itself (its pictures) or of the post that it quotes."""
    address = said(url.get("expanded_url")) or ""
    return address.startswith(OWN_SITES) and any(post and f"/status/{post}" in address for post in posts)


X_API = PostSource(
    name="x-api",
    platform="x",
    title="X (Twitter), API v2: pages of posts with their includes",
    files=".json, .jsonl; pages, lists of pages, flattened posts",
    gives=(
        "text", "language", "repost_of", "repost_of_at", "reply_to", "mentions", "links", "hashtags", "handle", "name",
        "profile_text", "profile_picture", "created", "views",
    ),
    extra=("quote_of", "media", "repost_of_actor"),
    taker=lambda: _take,
)  # fmt: skip
