"""What failed, for logs: which kind of error and where in our code, and never a word of what was being read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from traceback import extract_tb
from types import TracebackType

from hustings.errors import HustingsError

__all__ = ["BlindFormatter", "code_of"]

PACKAGES = Path(__file__).parents[2]


class BlindFormatter(logging.Formatter):
    """Tells an error by its code and the places it went through; what it says, and what it came of says, is left out."""

    def formatException(  # noqa: N802 - the name that logging asks for
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """One line for the error and one for each that it came of, the first cause first."""
        return "\n".join(
            f"  {code_of(error)} at {' > '.join(places(error))}" for error in reversed(list(causes(ei[1])))
        )


def code_of(error: BaseException) -> str:
    """The stable code of an error of ours, else the name of its class. What it says may hold what somebody restricted."""
    return error.code if isinstance(error, HustingsError) else type(error).__name__


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came of, each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def places(error: BaseException) -> Iterator[str]:
    """File and line of each frame, the innermost last."""
    for frame in extract_tb(error.__traceback__):
        file = Path(frame.filename)
        inside = PACKAGES in file.parents
        yield f"{file.relative_to(PACKAGES) if inside else file.name}:{frame.lineno}"
