"""Rows of the posts table as a foreign source gives them: posts, what is known of accounts, and deletions."""

__all__ = [
    "EXTRA", "LOST_DIGITS", "POSTS", "Account", "Gone", "LostDigitsError", "Passed", "Post", "Strange",
    "inner", "inner_list", "lower_name", "moment_us", "number", "picture_hashes", "said", "table_of", "unique",
]  # fmt: skip

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from hustings.connectors.moments import HIGH, LOW
from hustings.detection.posts.tables import SCHEMA as POSTS

AT = pa.timestamp("us", "UTC")
LIST = pa.list_(pa.string())
# What rides along where a source says it.
EXTRA = {
    "quote_of": pa.string(), "media": LIST, "edited": AT, "said_at": AT, "place": pa.string(),
    "repost_of_actor": pa.string(), "campaign": pa.string(), "control": pa.bool_(), "sound": pa.string(),
}  # fmt: skip
# A number that some table program wrote out of an id: 1.78414E+16. A digest such as 12e5 is none.
LOST_DIGITS = r"\d+\.\d+[eE]\+?\d+|\d+[eE]\+\d+"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """One post: where it stands in the file and its columns (times in microseconds); absent ones are null."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Account:
    """What a source says of an actor at a moment, apart from posts: columns such as handle and profile_text."""

    actor: str
    at: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Gone:
    """That a post, or all of an actor's posts until then (no content), went."""

    at: int
    actor: str
    content: str | None = None


@dataclass(frozen=True)
class Passed:
    """Something that is known and no post; counted under its reason."""

    line: int
    reason: str


@dataclass(frozen=True)
class Strange:
    """Something that this source does not know at all; `what` shows it to people."""

    line: int
    what: str

    @classmethod
    def of(cls, line: int, value: Any) -> "Strange":
        """What a value is, for people."""
        if isinstance(value, dict):
            return cls(line, "an object of " + (", ".join(map(repr, list(value)[:6])) or "nothing"))
        return cls(line, f"{value!r:.60}")


class LostDigitsError(ValueError):
    """An id that was written as a number with a fraction or an exponent: its last digits are gone."""


def said(value: Any) -> str | None:
    """A text or id; null where empty. Whole numbers keep every digit; a fraction means that digits were lost."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    if isinstance(value, float):
        raise LostDigitsError(repr(value))
    return str(value) or None


def lower_name(value: Any) -> str | None:
    """A name or tag without its sign, in lower case; null where nothing is left."""
    text = said(value)
    return text.strip().lstrip("@#＃").lower() or None if text else None


def inner(value: Any, *names: str) -> Any:
    """A member of nested objects, or nothing where any of them is missing or no object."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def inner_list(value: Any, *names: str) -> list[Any]:
    """The same where it is a list; else an empty one."""
    value = inner(value, *names)
    return value if isinstance(value, list) else []


def unique(values: Iterable[str | None]) -> list[str] | None:
    """Each once, in order, without nulls; null where none is left."""
    kept = list(dict.fromkeys(value for value in values if value))
    return kept or None


def picture_hashes(values: Iterable[str | None]) -> list[str] | None:
    """Those that are perceptual hashes: 16 or 64 signs of hexadecimal."""
    return unique(
        value.lower()
        for value in values
        if value and len(value) in {16, 64} and all(sign in "0123456789abcdefABCDEF" for sign in value)
    )


def number(value: Any) -> int | None:
    """A count, from a number or its text; null where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        count = int(value)
    except (ValueError, OverflowError, TypeError):
        try:
            count = int(float(value))
        except (ValueError, OverflowError, TypeError):
            return None
    return count if 0 <= count < 2**63 else None


def moment_us(value: Any, unit: str = "iso") -> int | None:
    """A time in microseconds UTC (bare ones are UTC); null where it is none of any feed.

    The unit `any` takes ISO 8601, or a number in the unit that makes it a time of some feed: only one does.
    """
    if value is None or isinstance(value, bool):
        return None
    if unit == "any":
        units = ("s", "ms", "us") if str(value).isdigit() else ("iso",)
        return next((at for one in units if (at := moment_us(value, one)) is not None), None)
    try:
        if unit == "iso":
            text = str(value).strip()
            moment = datetime.fromisoformat(f"{text[:-4]}Z" if text.endswith(" UTC") else text)
            delta = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH
            at = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
        else:
            at = int(value) * {"s": 1_000_000, "ms": 1_000, "us": 1}[unit]
    except (ValueError, OverflowError, TypeError):
        return None
    return at if LOW <= at < HIGH else None


def table_of(posts: Sequence[dict[str, Any]], extra: Sequence[str]) -> pa.Table:
    """The posts as a table: the columns of the posts table, then those that ride along."""
    schema = pa.schema([*POSTS, *(pa.field(name, EXTRA[name]) for name in extra)])
    return pa.table([_column([post.get(field.name) for post in posts], field.type) for field in schema], schema=schema)


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        # Half a sign (a lone surrogate, which no table can hold) becomes a question mark.
        return pa.array([_whole(value) for value in values], kind)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [_whole(item) for item in value] if isinstance(value, list) else value
