"""How long work tells where it is, without knowing who listens."""

__all__ = ["Progress", "Silent"]

from typing import Protocol


class Progress(Protocol):
    """Receives what is being done and how far it is."""

    def step(self, what: str) -> None:
        """A new step begins."""

    def at(self, done: int, total: int) -> None:
        """`done` of `total` units of the current step are finished."""


class Silent:
    """Nobody listens."""

    def step(self, what: str) -> None:
        """Say nothing."""

    def at(self, done: int, total: int) -> None:
        """Say nothing."""
