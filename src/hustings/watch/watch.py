"""The watch itself: read what came, commit it, find again, publish; over and over, until it is stopped."""

__all__ = ["Round", "Watch"]

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from hustings import __version__
from hustings.detection.detect import Detection
from hustings.detection.histories import History, follow
from hustings.detection.overt import read_declared
from hustings.detection.run_files import listed, write_run
from hustings.detection.same_actor import read_same_actors, with_same_actors
from hustings.detection.watching.search import Search
from hustings.progress import Progress, Silent
from hustings.report.run_page import write_report
from hustings.watch.config import WatchConfig
from hustings.watch.folder import FolderSource
from hustings.watch.log import Log
from hustings.watch.past import NAMES, from_text, last_names, run_of, step_of, step_text, to_text, write_history
from hustings.watch.results import publish
from hustings.watch.source import Source
from hustings.watch.topic import TopicSource

DAY = 86_400_000_000
# A pause between two looks when nothing comes, seconds; the longest reading before what came is looked at; and the longest
# waiting for files to be whole, where others are.
PAUSE, LONGEST, SETTLING = 0.2, 30.0, 5.0


@dataclass(frozen=True, kw_only=True)
class Round:
    """One run: what came before it, what it found, how long it took.

    came       events committed since the run before; kept: rows it looked at
    oldest_s   seconds from the first of these events being read to the findings being there
    """

    number: int
    came: int
    kept: int
    findings: int
    members: int
    joined: int
    left: int
    seconds: float
    oldest_s: float
    trouble: tuple[str, ...]


class Watch:
    """Everything it knows is in the log: a process that is killed and started again goes on where it was."""

    def __init__(
        self, config: WatchConfig, progress: Progress | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.config = config
        self.progress = progress or Silent()
        self.clock = clock
        self.declared = read_declared(config.detect.declared) if config.detect.declared else []
        self.same_actors = read_same_actors(config.detect.same_actor) if config.detect.same_actor else []
        self.log = Log(config.state)
        self.sources: list[Source] = [
            *(FolderSource(told) for told in config.folder), *(TopicSource(told) for told in config.kafka)
        ]  # fmt: skip
        self.search = Search(config.settings())
        self.history: History = from_text(self.log.kept("history"))
        self.rounds = int(self.log.kept("rounds") or 0)
        self._taken = 0
        self._first_came: float | None = None
        self._load()

    def _load(self) -> None:
        """Take in what was committed before."""
        self.progress.step("Taking up the log")
        batches = self.log.batches()
        for done, batch in enumerate(batches):
            self.search.add(self.log.read(batch))
            self.progress.at(done + 1, len(batches))
        self._taken = sum(batch.rows for batch in batches)

    def take(self) -> int:
        """Read once through all sources and commit what came; gives how many events."""
        came = 0
        latest = int((self.clock() + self.config.ahead_s) * 1e6)
        for source in self.sources:
            places = self.log.places(source.name)
            for events, moved in source.read(places, latest):
                self._first_came = self._first_came or time.monotonic()
                if self.log.append(source.name, events, moved) is not None:
                    self.search.add(events.rows)
                came += len(events.rows)
        self._taken += came
        return came

    def run(self, told: Callable[[Round], None], *, once: bool = False) -> None:
        """Go on until KeyboardInterrupt, or with `once` until everything there has been read and looked at."""
        begun, fresh = -self.config.every_s, True
        while True:
            gathering = time.monotonic()
            settled = None
            came = 0
            while True:
                more = self.take()
                came += more
                now = time.monotonic()
                if settled is None:
                    # What came during the run before was first seen just now: it belongs to this run, not to the next.
                    settles = max((source.settles_in() for source in self.sources), default=0.0)
                    settled = now + min(settles, SETTLING)
                quiet = more < 1_000
                waits = once and (more or any(source.waiting() for source in self.sources))
                if (
                    not waits
                    and now - begun >= self.config.every_s
                    and ((quiet and now >= settled) or now - gathering > LONGEST)
                ):
                    break
                if once and not waits:
                    break
                if quiet:
                    time.sleep(PAUSE)
            # After a start there is a run even if nothing came: the process before may have died without one.
            if came or fresh:
                begun, fresh = time.monotonic(), False
                if len(self.search):
                    told(self._round(came))
            if once:
                return

    def _round(self, came: int) -> Round:
        began, first = time.monotonic(), self._first_came
        self._first_came = None
        self._let_go()
        number = self.rounds + 1
        found = self.search.find(self.progress, self.declared)
        if self.config.detect.same_actor:
            found = with_same_actors(found, self.same_actors)
        self.progress.step("Writing findings down")
        names = last_names(self.search.handles(), found.members)
        run = run_of(f"{number:09}", found.members, found.evidence, names)
        after = follow(replace(self.history, steps=()), run, timedelta(days=self.config.silence_days))
        self.log.remember(to_text(after.identities), [step_text(step) for step in after.steps])
        self.history = replace(after, steps=())
        publish(self.config.out, number, lambda folder: self._fill(folder, found, number, names, began))
        self.log.keep("rounds", str(number))
        self.rounds = number
        changes = [step.change for step in after.steps]
        ended = time.monotonic()
        return Round(
            number=number, came=came, kept=found.counts["rows"], findings=len(found.findings), members=len(found.members),
            joined=changes.count("joined"), left=changes.count("left"), seconds=ended - began,
            oldest_s=ended - (first or began),
            trouble=tuple(source.trouble for source in self.sources if source.trouble is not None),
        )  # fmt: skip

    def _fill(
        self, folder: Path, found: Detection, number: int, names: dict[tuple[str, str], str], began: float
    ) -> None:
        counts = self.log.counts()
        measured = {
            "run": f"{number:09}",
            "inputs": [
                *({"file": batch.file.name, "sha256": batch.digest} for batch in self.log.batches()),
                *listed({"declared": self.config.detect.declared, "same-actor": self.config.detect.same_actor}),
            ],
            "log": vars(counts), "seconds": round(time.monotonic() - began, 2),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }  # fmt: skip
        write_run(found, folder, inputs=[], version=__version__, measured=measured)
        history = replace(self.history, steps=tuple(step_of(text) for text in self.log.steps()))
        write_history(history, folder)
        table = pa.table(
            {
                "platform": pa.array([p for p, _ in sorted(names)], pa.string()),
                "actor": pa.array([a for _, a in sorted(names)], pa.string()),
                "name": pa.array([names[actor] for actor in sorted(names)], pa.string()),
            }
        )
        pyarrow.parquet.write_table(table, folder / NAMES)
        (folder / "set_aside.jsonl").write_text("".join(f"{line}\n" for line in self.log.rejects()), encoding="utf-8")
        write_report(folder, folder / "report.html")

    def _let_go(self) -> None:
        """Let what is too old or too much leave, here and in the log; put the log's small files together."""
        newest = self.search.newest
        if newest is None:
            return
        # What has left stays away: the moment only moves on.
        cut = max(int(self.log.kept("cut") or 0), (newest // DAY - self.config.keep_days) * DAY)
        cut = max(cut, self.search.cut_for(self.config.most_rows))
        if cut > int(self.log.kept("cut") or 0):
            self.log.keep("cut", str(cut))
        self.search.leave(cut)
        self.log.tidy(cut)

    def close(self) -> None:
        """Let go of sources and log."""
        for source in self.sources:
            source.close()
        self.log.close()
