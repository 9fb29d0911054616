"""Who leads: the first mover of each act of a finding, tested against an order drawn by lot."""

__all__ = ["Lead", "chance_to_lead", "leads_of_firsts", "leads_of_runs", "leads_on_content", "leads_on_timing", "met"]

from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.chance import benjamini_hochberg
from hustings.detection.compiled import Codes, Floats, Int64s
from hustings.detection.content import RareThings
from hustings.detection.groups import Posts


@dataclass(frozen=True, kw_only=True)
class Lead:
    """How often one actor of a finding came first, and how often it was due to.

    acts   acts of the finding that it took part in, those left out in which all stand at one moment
    led    of these, those whose first moment is its own
    due    how often it would lead, were the order within each act drawn by lot
    p, q   chance to lead as often by lot; false discovery rate among all actors of the finding
    """

    actor: int
    acts: int
    led: int
    due: float
    p: float
    q: float


def leads_on_timing(posts: Posts, actors: Int64s, window: int) -> tuple[Lead, ...]:
    """Leads among `actors` (sorted), where an act is one run of their posts on one trace.

    In a run no post is more than a window (microseconds) after the one before it, and two of the actors have
    posts. A post counts on the rarest trace on which another's post lies within the window, an actor by its
    first post of the run.
    Limits   a first mover need not be the cause: it may read the same source sooner
    """
    traces = posts.traces
    rows = np.sort(posts.rows(actors))
    rows = rows[met(traces.trace[rows], traces.at[rows], traces.actor[rows], traces.content[rows], window)]
    trace = traces.trace[rows]
    return leads_of_runs(
        actors, trace, traces.at[rows], traces.actor[rows], traces.content[rows], posts.popularity[trace], window
    )


def met(trace: Codes, at: Int64s, actor: Codes, content: np.ndarray, window: int) -> np.ndarray:
    """Which rows, by (trace, at), have another actor's other post on the same trace within the window."""
    found = np.zeros(len(trace), bool)
    _met(trace, at, actor, content, window, found)
    return found


def leads_of_runs(
    actors: Int64s, trace: Codes, at: Int64s, actor: Codes, content: np.ndarray, rarity: np.ndarray, window: int
) -> tuple[Lead, ...]:
    """Leads from the rows that have met, by (trace, at)."""
    # Rows stand in the order of (trace, at), which decides between equally rare traces.
    order = np.lexsort((np.arange(len(trace)), rarity, content, actor))
    new = np.ones(len(order), bool)
    who, post = actor[order], content[order]
    new[1:] = (who[1:] != who[:-1]) | (post[1:] != post[:-1])
    rows = np.sort(order[new])
    trace, at = trace[rows], at[rows]
    begins = np.ones(len(rows), bool)
    begins[1:] = (trace[1:] != trace[:-1]) | (at[1:] - at[:-1] > window)
    return leads_of_firsts(actors, np.cumsum(begins) - 1, actor[rows], at)


def leads_on_content(rare: RareThings, actors: Int64s) -> tuple[Lead, ...]:
    """Leads among `actors` (sorted), where an act is one rare thing that two of them left, each at its first time."""
    part = rare.dealt.part
    mine = np.isin(part.actor, actors)
    return leads_of_firsts(actors, part.trace[mine], part.actor[mine], part.at[mine])


@numba.njit(cache=True, nogil=True)
def _met(trace, at, actor, content, window, met):  # type: ignore[no-untyped-def]
    """Mark the rows that have another actor's other post on the same trace within the window."""
    rows = len(at)
    for i in range(rows):
        j = i + 1
        while j < rows and trace[j] == trace[i] and at[j] - at[i] <= window:
            if actor[j] != actor[i] and content[j] != content[i]:
                met[i] = True
                met[j] = True
            j += 1


def leads_of_firsts(actors: Int64s, act: Int64s, actor: Codes, at: Int64s) -> tuple[Lead, ...]:
    """Leads from rows of (act, actor, moment)."""
    order = np.lexsort((at, actor, act))
    act, actor, at = act[order], actor[order], at[order]
    new = np.ones(len(act), bool)
    new[1:] = (act[1:] != act[:-1]) | (actor[1:] != actor[:-1])
    _, act = np.unique(act[new], return_inverse=True)
    actor, at = actor[new], at[new]
    acts = int(act[-1]) + 1 if len(act) else 0
    size = np.bincount(act, minlength=acts)
    first = np.full(acts, np.iinfo(np.int64).max)
    np.minimum.at(first, act, at)
    leads = at == first[act]
    tied = np.bincount(act[leads], minlength=acts)
    # An act of one actor, or all at one moment, has no order.
    told = (tied < size)[act]
    who, leads, due = np.searchsorted(actors, actor[told]), leads[told], (tied / np.maximum(size, 1))[act[told]]
    count, led = np.bincount(who, minlength=len(actors)), np.bincount(who[leads], minlength=len(actors))
    order = np.argsort(who, kind="stable")
    cuts = np.searchsorted(who[order], np.arange(len(actors) + 1))
    p = chance_to_lead(cuts, due[order], led)
    q = benjamini_hochberg(p)
    total = np.bincount(who, weights=due, minlength=len(actors))
    columns = (actors.tolist(), count.tolist(), led.tolist(), total.tolist(), p.tolist(), q.tolist())
    return tuple(Lead(actor=a, acts=n, led=k, due=d, p=x, q=y) for a, n, k, d, x, y in zip(*columns, strict=True))


def chance_to_lead(cuts: Int64s, due: Floats, led: Int64s) -> Floats:
    """For each actor the chance that at least `led` of its acts are led by it (Poisson-binomial).

    cuts   where the acts of each actor begin in `due` (with the end); due: the chance to lead each of them
    """
    return np.asarray(_upper(cuts, due, led))


@numba.njit(cache=True, nogil=True)
def _upper(cuts, due, led):  # type: ignore[no-untyped-def]
    result = np.ones(len(cuts) - 1)
    for a in range(len(cuts) - 1):
        most = led[a]
        if most == 0:
            continue
        # chances[k]: exactly k so far; the last place holds all that is at least `most`, so that no small
        # chance is what is left of 1.
        chances = np.zeros(most + 1)
        chances[0] = 1.0
        for i in range(cuts[a], cuts[a + 1]):
            u = due[i]
            chances[most] += chances[most - 1] * u
            for k in range(most - 1, 0, -1):
                chances[k] = chances[k] * (1 - u) + chances[k - 1] * u
            chances[0] *= 1 - u
        result[a] = min(1.0, chances[most])
    return result
