"""Traces of posts tables: every signal that the columns allow, piece by piece where a signal looks at single posts."""

__all__ = ["Making", "Plan", "plan_of"]

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from hustings.detection.posts.tables import PostTables
from hustings.detection.signals import SIGNALS, Signal, SignalSettings
from hustings.errors import BadInput, Problem
from hustings.progress import Progress


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The signals that are made, and those that are not for want of a column: kind and columns."""

    signals: tuple[Signal, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]


def plan_of(
    tables: PostTables, *, also: Collection[str] = (), without: Collection[str] = (), only: Collection[str] = ()
) -> Plan:
    """Which signals the tables allow.

    also, without, only   kinds to make besides those made by default, to leave out, to make alone
    Raises   BadInput: an unknown kind, a column missing for a kind that was asked for, or nothing left to make.
    """
    has = tables.columns()
    names = ", ".join(map(str, tables.paths))
    known = ", ".join(SIGNALS)
    problems = [
        Problem(where=f"the signal {kind!r}", found="no such signal", expected=f"one of {known}", do="Mend the name.")
        for kind in (*also, *without, *only)
        if kind not in SIGNALS
    ]
    wanted = [
        signal
        for kind, signal in SIGNALS.items()
        if (kind in only if only else signal.default or kind in also) and kind not in without
    ]
    missing = []
    for signal in wanted:
        if lacks := tuple(name for name in signal.needs if name not in has):
            missing.append((signal.kind, lacks))
            if signal.kind in {*also, *only}:
                problems.append(
                    Problem(
                        where=names, found=f"no column {', '.join(map(repr, lacks))}", expected=f"it for the signal '{signal.kind}'",
                        do="Leave the signal out, or give the column.",
                    )
                )  # fmt: skip
    able = tuple(signal for signal in wanted if signal.kind not in dict(missing))
    if not able and not problems:
        found = "only " + ", ".join(repr(name) for name in sorted(has)) if wanted else "every signal left out"
        needs = "a column that some signal reads (text, links, hashtags, repost_of, ...)"
        problems.append(Problem(where=names, found=found, expected=needs, do="Map more of the source."))
    if problems:
        raise BadInput("The signals cannot be made.", problems)
    return Plan(signals=able, missing=tuple(missing))


class Making:
    """Gives the traces of a plan in parts; afterwards `rows` counts them by kind.

    Costs    signals that look at single posts are made in one walk over the files, 100,000 posts at a time; each of the
             others reads its own columns of all posts into memory.
    """

    def __init__(self, tables: PostTables, plan: Plan, settings: SignalSettings) -> None:
        self.tables, self.plan, self.settings = tables, plan, settings
        self.rows = {signal.kind: 0 for signal in plan.signals}
        self.read = 0
        self.skipped = 0

    def parts(self, progress: Progress) -> Iterator[pa.Table]:
        """The trace rows, in the order of the posts for each signal.

        Raises   BadInput: with all that is wrong in the files.
        """
        alone = [signal for signal in self.plan.signals if signal.by_post]
        whole = [signal for signal in self.plan.signals if not signal.by_post]
        if alone:
            progress.step("Making traces, post by post")
            for batch in self._batches(alone):
                for signal in alone:
                    yield self._made(signal, pa.Table.from_batches([batch]))
        for number, signal in enumerate(whole):
            progress.step(f"Making traces: {signal.title.lower()}")
            progress.at(number, len(whole))
            batches = list(self._batches([signal]))
            if batches:
                yield self._made(signal, pa.Table.from_batches(batches))

    def _batches(self, signals: Sequence[Signal]) -> Iterator[pa.RecordBatch]:
        yield from self.tables.batches({name for signal in signals for name in signal.needs})
        self.read, self.skipped = self.tables.read, self.tables.skipped

    def _made(self, signal: Signal, posts: pa.Table) -> pa.Table:
        made = signal.make(posts, self.settings)
        self.rows[signal.kind] += len(made)
        return made
