"""What a request that only reads asks more than once, asked once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = ["remembered", "remembering"]

T = TypeVar("T")

MEMORY: ContextVar[dict[Hashable, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember until the end of the block.

    For one request that changes nothing of what it asks, in one transaction, whose moment is one: within it the same
    question has the same answer. What writes asks anew each time, and so does the next request.
    """
    before = MEMORY.set({})
    try:
        yield
    finally:
        MEMORY.reset(before)


def remembered(question: Hashable, ask: Callable[[], T]) -> T:
    """The answer, from memory where there is one."""
    memory = MEMORY.get()
    if memory is None:
        return ask()
    if question not in memory:
        memory[question] = ask()
    answer: T = memory[question]
    return answer
