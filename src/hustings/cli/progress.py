"""Progress for the person at the terminal: one moving line on standard error, silence elsewhere."""

__all__ = ["shown_progress"]

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from hustings.progress import Progress, Silent


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Show steps while the block runs; `quiet` for --json. Where nobody watches, nothing is written.

    with shown_progress(quiet=as_json) as progress:
        detect(paths, out, settings, seed=seed, progress=progress)
    """
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    bar = Bar(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
        TimeElapsedColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        yield Shown(bar)


class Shown:
    """Draws the current step; a step that tells no total spins."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def step(self, what: str) -> None:
        """Put the new step in place of the old one."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=None)

    def at(self, done: int, total: int) -> None:
        """Move the bar."""
        if self._task is None:
            self.step("working")
        assert self._task is not None
        self._bar.update(self._task, completed=done, total=total)
