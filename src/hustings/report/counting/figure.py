"""A figure: a value that can be asked for again, with the moment, the rows beneath it and what it does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Counted", "Figure", "Query", "no", "shown"]

Parameters = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a query gives: a whole number, an exact amount or a day as text, or several of them by name.

    value    None where it cannot be derived, and then `why_not` says so
    beneath  (table, key) of each row that it counts
    beside   what this count in particular does not say, beyond the query's own caveat
    """

    value: int | str | Mapping[str, int | str] | None
    beneath: Sequence[tuple[str, str]] = ()
    why_not: str = ""
    beside: str = ""


def no(why: str) -> Counted:
    """Nobody can say it from these rows."""
    return Counted(value=None, why_not=why)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A stored question about rows. `count` is pure: equal rows and parameters give the equal value.

    reads    the tables and columns without which it cannot be answered
    takes    the names of its parameters beside the rows, with what each means
    """

    name: str
    title: str
    unit: str
    reads: tuple[str, ...]
    takes: Mapping[str, str]
    caveat: str
    how: str
    count: Callable[..., Counted]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The answer to a query at a moment."""

    name: str
    title: str
    value: int | str | Mapping[str, int | str] | None
    unit: str
    as_of: str
    rows: int
    caveat: str
    how: str
    why_not: str = ""
    parameters: Parameters = field(default_factory=dict)
    rows_sha256: str = ""

    @property
    def derivable(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    def as_json(self) -> dict[str, Any]:
        """For a document."""
        return asdict(self)

    def text(self, part: str = "") -> str:
        """The value for people, whole or one named part of it.

        Raises   KeyError for a part that it does not have
        """
        if self.value is None:
            return f"not derivable ({self.why_not})"
        if isinstance(self.value, Mapping):
            if part:
                return shown(self.value[part])
            return "; ".join(f"{name}: {shown(one)}" for name, one in self.value.items()) or "none"
        if part:
            raise KeyError(part)
        return shown(self.value)


def shown(value: int | str) -> str:
    """A number with its thousands apart; a text as it is, an exact amount with its thousands apart."""
    if isinstance(value, int):
        return f"{value:,}"
    whole, dot, rest = value.partition(".")
    if whole.isascii() and whole.lstrip("-").isdigit() and (rest.isdigit() if dot else len(whole) > 4):
        return f"{int(whole):,}{dot}{rest}"
    return value
