"""A season's posts as a platform would have them: its ids, its resolution of time, the columns it tells."""

__all__ = ["Layout", "Row", "formed", "number_of", "plain_posts"]

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hustings.simulator.names import PLACES

# One post: the columns of the posts table by name, times in microseconds UTC.
Row = dict[str, Any]
DAY_US = 86_400 * 1_000_000
WORDS = ("neighbour", "reader", "gardener", "on the road", "coffee first", "views my own", "two cats", "retired")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a source writes posts down.

    name        as in `hustings posts --as`
    platform    what the source is called in the posts table
    resolution  microseconds of the finest step of time that the source writes
    keeps       columns that survive, beside platform, actor, content and at
    actor       the source's id of an actor, from platform and name
    content     the source's id of a post, from its formed row and its number
    shape       what else the source changes in a row (tags written into the text, say)
    write       writes formed rows into a folder; gives the files
    """

    name: str
    platform: str
    resolution: int
    keeps: tuple[str, ...]
    actor: Callable[[str, str], str]
    content: Callable[[Row, int], str]
    write: Callable[[Sequence[Row], Path], list[Path]]
    shape: Callable[[Row], Row] = lambda row: row


def number_of(*parts: str, above: int = 0, bits: int = 56) -> int:
    """A number that stands for names: equal names, equal number; by chance never the same for two of a season."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()
    return above + (int.from_bytes(digest[:8], "big") >> (64 - bits))


def plain_posts(posts: pa.Table, planted: Collection[tuple[str, str]] = ()) -> Iterator[Row]:
    """The posts of a season in the columns of the posts table; what people fill in of themselves is made up here.

    `control` says of each that its actor is none of the `planted` ones.
    """
    people: dict[tuple[str, str], Row] = {}
    when = dict(zip(posts["content"].to_pylist(), posts["at"].cast(pa.int64()).to_pylist(), strict=True))
    first = min(when.values(), default=0)
    for batch in posts.to_batches():
        columns = {name: batch.column(name).to_pylist() for name in posts.column_names if name != "at"}
        columns["at"] = batch.column("at").cast(pa.int64()).to_pylist()
        for number in range(batch.num_rows):
            row = {name: values[number] for name, values in columns.items()}
            who = row["platform"], row["actor"]
            if who not in people:
                people[who] = _person(*who, first)
            repost = row["repost_of"]
            yield {
                **people[who], "platform": row["platform"], "actor": row["actor"], "content": row["content"],
                "at": row["at"], "text": row["text"], "language": None if repost else "en", "repost_of": repost,
                "repost_of_at": when.get(repost),
                **{name: _listed(row, name) for name in ("links", "hashtags", "images", "mentions")},
                "reply_to": row.get("reply_to"), "deleted": None,
                "control": who not in planted,
                "views": None if repost else number_of(row["content"], "views", bits=12),
            }  # fmt: skip


def _person(platform: str, name: str, first: int) -> Row:
    given = number_of(platform, name, "person", bits=40)
    return {
        # A handle is one account's: who has one name on three of our platforms has three.
        "handle": f"{name.lower().replace(' ', '_')}_{platform[:2]}",
        "name": name,
        # Strangers hardly ever say the same of themselves, and never show the same picture.
        "profile_text": f"{WORDS[given % 8]}, {PLACES[given // 8 % len(PLACES)]}, since {1940 + given // 2_048 % 70}"
        if given % 3
        else None,
        "profile_picture": f"https://pictures.example/{given:x}.jpg" if given % 4 else None,
        # Whole seconds: no platform tells more of an account's first day.
        "created": (first - DAY_US * (30 + given % 3_000) - given % 86_400 * 1_000_000) // 1_000_000 * 1_000_000,
    }


def _listed(row: Row, name: str) -> list[str] | None:
    """A list column, from one of the season's own forms: a list, or one text of the singular's name."""
    value = row.get(name, row.get(name[:-1]))
    if isinstance(value, str):
        value = value.lower().split(" ") if name == "hashtags" else [value]
    return value or None


def formed(posts: Iterable[Row], layout: Layout) -> list[Row]:
    """The posts as this platform would have them, in their order: what it does not tell is null."""
    rows: list[Row] = []
    ids: dict[str, str] = {}
    moments: dict[str, int] = {}
    made: dict[str, Row] = {}
    for number, post in enumerate(posts):
        row: Row = {name: post.get(name) for name in layout.keeps}
        row |= {
            "platform": layout.platform,
            "actor": layout.actor(post["platform"], post["actor"]),
            "at": post["at"] - post["at"] % layout.resolution,
        }
        row["content"] = layout.content(row, number)
        for told in ("control", "campaign"):
            row[told] = post.get(told)
        made[post["content"]] = row
        ids[post["content"]], moments[post["content"]] = row["content"], row["at"]
        rows.append(row)
    for row in rows:
        for name in ("repost_of", "reply_to"):
            original: str | None = row.get(name)
            if original is None:
                continue
            if original not in ids:
                made[original] = _elsewhere(original, row, layout)
                ids[original], moments[original] = made[original]["content"], made[original]["at"]
            row[name] = ids[original]
            if name == "repost_of":
                row["original"] = made.get(original)
            if name == "repost_of" and "repost_of_at" in layout.keeps:
                row["repost_of_at"] = moments[original]
    return [layout.shape(row) for row in rows]


def _elsewhere(original: str, row: Row, layout: Layout) -> Row:
    """A post that is not among these: it was a minute before, and said its name."""
    there: Row = {"platform": layout.platform, "actor": layout.actor("", original), "at": row["at"] - 60_000_000}
    return {**there, "content": layout.content(there, number_of(original, bits=20)), "text": f"post {original}"}
