"""Seeds: what a tip names (actors, traces, posts), found in a trace table."""

__all__ = ["Seed", "Seeds", "find_seeds"]

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.acts import popularity
from hustings.detection.traces import Traces
from hustings.errors import BadInput, Problem

WHAT = ("actor", "trace", "content")


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One name of the tip; `what` is None where the tip does not say what it is. `where`: its place in the file."""

    name: str
    what: str | None = None
    platform: str | None = None
    kind: str | None = None
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """The actors that a tip leads to (codes, sorted), and what each seed was found to be."""

    actors: np.ndarray
    read_as: tuple[str, ...]


def find_seeds(traces: Traces, seeds: Sequence[Seed], most: int) -> Seeds:
    """The actors named, the actors who left a named trace, the authors of a named post.

    most    a trace that more actors left is too common to start from
    Raises  BadInput with every seed that is not in the table, is too common, or could be two things
    """
    problems, actors, read_as = [], [], []
    rarity = popularity(traces)
    for seed in seeds:
        found = {what: rows for what in WHAT if seed.what in (None, what) and len(rows := _rows(traces, seed, what))}
        if not found:
            problems.append(Problem(
                where=seed.where, found=f"{seed.name!r}, which no row of the table has",
                expected="an actor, trace or content of the table, written as it is there", do="Mend or leave out the line.",
            ))  # fmt: skip
        elif len(found) > 1:
            problems.append(Problem(
                where=seed.where, found=f"{seed.name!r}, which is {' and '.join(found)} in the table", expected="one thing",
                do="Say which: a CSV with the header what,id (and platform or kind).",
            ))  # fmt: skip
        else:
            what, rows = next(iter(found.items()))
            if what == "trace" and (left := int(rarity[traces.trace[rows]].max())) > most:
                problems.append(Problem(
                    where=seed.where, found=f"{seed.name!r}, which {left:,} actors left", expected=f"a trace of at most {most} actors",
                    do="Name actors instead: so common a thing ties nobody.",
                ))  # fmt: skip
            actors.append(traces.actor[rows])
            read_as.append(what)
    if not seeds:
        problems.append(
            Problem(where="the tip", found="no name", expected="at least one", do="Write one name per line.")
        )
    if problems:
        raise BadInput("The tip cannot be searched from.", problems)
    return Seeds(actors=np.unique(np.concatenate(actors)).astype(np.int64), read_as=tuple(read_as))


def _rows(traces: Traces, seed: Seed, what: str) -> np.ndarray:
    """Rows of the table that the seed names, read as `what`."""
    names, codes = {
        "actor": (traces.actor_names, traces.actor), "trace": (traces.trace_names, traces.trace),
        "content": (traces.content_names, traces.content),
    }[what]  # fmt: skip
    hit = pc.equal(names, seed.name).to_numpy(zero_copy_only=False)
    if seed.platform is not None and what == "actor":
        hit = hit & pc.equal(traces.platforms, seed.platform).to_numpy(zero_copy_only=False)
    if seed.kind is not None and what == "trace":
        hit = hit & pc.equal(traces.kinds.take(pa.array(traces.trace_kind)), seed.kind).to_numpy(zero_copy_only=False)
    return np.flatnonzero(hit[codes])
