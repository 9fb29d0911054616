"""The choices of a field, from an enum of `policy`."""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = ["choices", "level_choices"]


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Value and label of each word; the label is the word."""
    return [(word.value, word.value) for word in words]


def level_choices(levels: type[IntEnum]) -> list[tuple[int, str]]:
    """Number and title of each level."""
    return [(level.value, level.name.replace("_", " ").capitalize()) for level in levels]
