"""A walk through the commands: runs each as a person would type it, and remembers the line."""

__all__ = ["Walk"]

import contextlib
import io
import shlex
from collections.abc import Sequence
from pathlib import Path

from hustings.progress import Progress, Silent


class Walk:
    """Where the demo reads and writes, and the commands it ran.

    out        folder of results; every path in the story is relative to it
    data       folder of real data, or None
    seed       fixes all chance
    progress   where it says what it is doing
    commands   lines typed since `forget`
    searched   what of it the platform is given: trace table, title, the rule it was collected by, folder of the run
    """

    def __init__(self, *, out: Path, data: Path | None, seed: int) -> None:
        self.out = out
        self.data = data
        self.seed = seed
        self.progress: Progress = Silent()
        self.commands: list[str] = []
        self.searched: list[tuple[Path, str, str, Path]] = []
        self._made = False

    def forget(self) -> None:
        """Begin a new list of commands."""
        self.commands = []

    def real(self, name: str) -> Path | None:
        """The file of real data under that name, if it is there."""
        place = self.data / name if self.data is not None else None
        return place if place is not None and place.is_file() else None

    def sample(self, name: str) -> Path:
        """A file of the simulator's season, made once."""
        season = self.out / "season"
        line = self._line(["simulate", "--out", season, "--seed", self.seed])
        if not self._made:
            self.run("simulate", "--out", season, "--seed", self.seed)
            self._made = True
        elif line not in self.commands:
            self.commands.append(line)
        return season / name

    def run(self, *arguments: object) -> str:
        """Run a `hustings` command here; give what it said. Its errors come through as they are."""
        from hustings.cli.main import hustings

        words = [str(argument) for argument in arguments]
        line = self._line(arguments)
        self.progress.step(line if len(line) < 90 else line[:87] + "...")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            hustings.main(args=[*words, "--json"], prog_name="hustings", standalone_mode=False)
        self.commands.append(line)
        return said.getvalue()

    def _line(self, arguments: Sequence[object]) -> str:
        return " ".join(["hustings", *(self.shown(argument) for argument in arguments)])

    def shown(self, argument: object) -> str:
        """A word as it is typed anywhere, wherever the real data lies on this machine."""
        word = str(argument)
        if self.data is not None and word.startswith(str(self.data)):
            return '"$HUSTINGS_DATA"' + shlex.quote(word.removeprefix(str(self.data)))
        return shlex.quote(word)
