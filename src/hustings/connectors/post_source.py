"""What a source of posts is: its name, what it can say, and how its pieces become posts."""

__all__ = ["PostSource", "Record", "Taker", "mapped_source"]

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hustings.connectors.json_pieces import Piece
from hustings.connectors.post_mapping import PostMapping
from hustings.connectors.post_rows import POSTS, Account, Gone, Passed, Post, Strange

Record = Post | Account | Gone | Passed | Strange
# Takes the pieces of one file in order; made anew for each file, since a file has its own state.
Taker = Callable[[Piece], Iterable[Record]]


@dataclass(frozen=True, kw_only=True)
class PostSource:
    """One source of posts.

    name      as one gives it to `--as`
    platform  the platform of its posts, unless `--platform` says another
    title     one line for people; `files` the files it reads
    gives     columns of the posts table that it can fill beside platform, actor, content and at
    extra     columns that ride along
    never     signals of which nothing can come, although their columns are filled
    unit      what one thing in a file is called, for messages
    taker     makes a `Taker` for a file of JSON; or none, and `mapping` says how a flat table is read
    descend   members of a JSON document below which pieces are taken
    joins     whether what it says of accounts and deletions has to be joined to posts at the end
    """

    name: str
    platform: str
    title: str
    files: str
    gives: tuple[str, ...]
    extra: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    unit: str = "post"
    taker: Callable[[], Taker] | None = None
    mapping: PostMapping | None = None
    descend: frozenset[str] = frozenset()
    joins: bool = False


def mapped_source(mapping: PostMapping) -> PostSource:
    """The source that a mapping describes."""
    named = [name for name, _ in mapping.columns if name not in {"actor", "content", "at"}]
    return PostSource(
        name=mapping.name,
        platform=mapping.platform,
        title=mapping.title,
        files=".csv, .tsv, .jsonl, .parquet, .arrow",
        gives=tuple(name for name in named if name in POSTS.names),
        extra=(
            *(name for name in named if name not in POSTS.names),
            *(["campaign"] if mapping.campaign_from_file else []),
        ),
        mapping=mapping,
    )
