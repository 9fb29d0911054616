"""Videos of TikTok as its Research API answers: pages of videos, or videos one a line.

Reads     answers {"data": {"videos": [...]}, "error": {...}} of the video query, one or many to a file; lists of
          videos; videos one a line.
Gives     actor: `username`, the only name that there is of who made it; content: `id` (`video_id` in the interface's own
          example answer); create_time (whole seconds), video_description, hashtag_names in their order,
          video_mention_list, view_count. region_code rides along as `place`, music_id as `sound`.
Edges     The interface does not say which video a duet or stitch was made of. Where the description says it as the
          app writes it (`#duet with @name`), the name rides along as `repost_of_actor`; it is no repost, since the
          maker added something. Mentions and addresses are read from the description where no list has them.
          Answers of other queries (who reposted, liked, pinned) do not say when, nor by whom: counted, left out.
Limits    no reposts, replies, links beside those in the text, images, profiles, creation of accounts, deletions.
          Somebody who changes the name is two actors.
Source    developers.tiktok.com: Query Videos, Codebook.
"""

__all__ = ["TIKTOK"]

import re
from collections.abc import Iterator
from typing import Any

from hustings.connectors.address import find_addresses
from hustings.connectors.folding import find_mentions
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

MADE_OF = re.compile(r"#(?:duet|stitch) with @([\w.]+)", re.IGNORECASE)
OTHERS = ("user_reposted_videos", "user_liked_videos", "pinned_videos_list", "user_pinned_videos", "comments")


def _take(piece: Piece) -> Iterator[Record]:
    answer, line = piece.value, piece.line
    data = inner(answer, "data") if isinstance(inner(answer, "data"), dict) else answer
    if isinstance(inner(data, "videos"), list):
        for video in data["videos"]:
            yield from _video(line, video)
        if not data["videos"]:
            yield Passed(line, "pages without a video")
    elif any(isinstance(inner(data, name), list) for name in OTHERS):
        yield Passed(line, "answers of other queries, which do not say who did it when")
    elif isinstance(inner(answer, "error"), dict) and inner(answer, "error", "code") not in {None, "ok"}:
        yield Passed(line, f"answers that are errors ({said(inner(answer, 'error', 'code'))})")
    else:
        yield from _video(line, answer)


def _video(line: int, video: Any) -> Iterator[Record]:
    content = inner(video, "id") if inner(video, "id") is not None else inner(video, "video_id")
    if not isinstance(video, dict) or not {"create_time", "username"} & video.keys():
        yield Strange.of(line, video)
        return
    if content is None:
        yield Passed(line, "videos without id (ask the interface for that field)")
        return
    text = said(video.get("video_description"))
    tags = inner_list(video, "hashtag_names") or [
        inner(tag, "hashtag_name") for tag in inner_list(video, "hashtag_info_list")
    ]
    names = [
        name if isinstance(name, str) else inner(name, "username") for name in inner_list(video, "video_mention_list")
    ]
    made_of = MADE_OF.search(text or "")
    yield Post(
        line,
        {
            "actor": lower_name(video.get("username")),
            "content": said(content),
            "at": moment_us(video.get("create_time"), "s"),
            "text": text,
            "hashtags": unique(lower_name(tag) for tag in tags),
            "mentions": unique(lower_name(name) for name in names) or unique(find_mentions(text or "")),
            "links": unique(find_addresses(text or "")),
            "views": number(video.get("view_count")),
            "place": said(video.get("region_code")),
            "sound": said(video.get("music_id")),
            "repost_of_actor": made_of[1].lower() if made_of else None,
        },
    )


TIKTOK = PostSource(
    name="tiktok",
    platform="tiktok",
    title="TikTok, Research API: answers of the video query",
    files=".json, .jsonl; answers, lists of videos, videos",
    gives=("text", "mentions", "links", "hashtags", "views"),
    extra=("place", "sound", "repost_of_actor"),
    unit="video",
    taker=lambda: _take,
)
