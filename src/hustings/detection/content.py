"""Content: two actors share rare things more often than their activity and interests explain."""

__all__ = [
    "ContentSettings",
    "ContentTests",
    "Left",
    "RareThings",
    "Sharers",
    "content_tests",
    "expected_shared",
    "first_and_later",
    "judged_sharers",
    "periods",
    "tested_content",
]

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import gammainc

from hustings.detection.acts import popularity
from hustings.detection.chance import benjamini_hochberg
from hustings.detection.compiled import Codes, Floats, Int64s, compiled
from hustings.detection.groups import grown, order_chance
from hustings.detection.traces import Traces

# Incidences in one period of the null model: a campaign of 50 with 50 traces each is half of one.
PERIOD = 5_000


@dataclass(frozen=True, kw_only=True)
class ContentSettings:
    """What is rare, and how many rare things make a link.

    rarest     traces left by at most this many actors are rare; commoner ones measure shared interest
    fewest     fewest rare traces two actors must share to be linked
    interest   pseudo-count that keeps one common thing shared from explaining everything
    """

    rarest: int = 50
    fewest: int = 3
    interest: float = 1.0


@dataclass(frozen=True, kw_only=True)
class ContentTests:
    """The pairs that share at least `fewest` rare traces, sorted by (a, b).

    shared     rare traces both left (each post counts by its rarest trace)
    expected   how many activity, popularity, week and shared interests explain
    interest   by how much shared interest raises that (at least 1)
    p, q       Poisson tail, and the false discovery rate over all `tests` pairs active enough to reach `fewest`
    """

    a: np.ndarray
    b: np.ndarray
    shared: np.ndarray
    expected: np.ndarray
    interest: np.ndarray
    p: np.ndarray
    q: np.ndarray
    tests: int


@dataclass(frozen=True, kw_only=True)
class Incidences:
    """Which actor left which trace, once each; sorted by (trace, actor); `at` is its first time, `row` its row."""

    actor: np.ndarray
    trace: np.ndarray
    at: np.ndarray
    row: np.ndarray

    def where(self, keep: np.ndarray) -> "Incidences":
        """A part of them, in the same order."""
        return Incidences(actor=self.actor[keep], trace=self.trace[keep], at=self.at[keep], row=self.row[keep])


def incidences(traces: Traces, rarity: np.ndarray) -> Incidences:
    """Each post counted by the rarest trace that it shares with anybody, each actor and trace once.

    Among equally rare traces the lowest code counts; a trace that one actor alone left says nothing.
    """
    sharable = np.flatnonzero(rarity[traces.trace] >= 2)
    trace = traces.trace[sharable]
    order = sharable[np.lexsort((trace, rarity[trace], traces.actor[sharable], traces.content[sharable]))]
    post, who = traces.content[order], traces.actor[order]
    new = np.r_[True, (post[1:] != post[:-1]) | (who[1:] != who[:-1])] if len(order) else np.empty(0, bool)
    rows = order[new]
    order = np.lexsort((traces.at[rows], traces.actor[rows], traces.trace[rows]))
    rows = rows[order]
    trace, actor = traces.trace[rows], traces.actor[rows]
    new = np.r_[True, (trace[1:] != trace[:-1]) | (actor[1:] != actor[:-1])] if len(rows) else np.empty(0, bool)
    return Incidences(
        actor=actor[new], trace=trace[new], at=_first_times(traces, actor[new], trace[new]), row=rows[new]
    )


def _first_times(traces: Traces, actor: np.ndarray, trace: np.ndarray) -> np.ndarray:
    """When each actor first left each trace, in whichever of its posts: who came first must not depend on counting."""
    order = np.lexsort((traces.at, traces.actor, traces.trace))
    key = traces.trace[order].astype(np.int64) << 32 | traces.actor[order]
    return traces.at[order][np.searchsorted(key, trace.astype(np.int64) << 32 | actor)]


def expected_shared(a: np.ndarray, b: np.ndarray, degree: sparse.csr_matrix, weight: np.ndarray) -> np.ndarray:
    """Traces that pairs (a, b) share by chance, traces dealt out within strata with all degrees kept."""
    degree.sum_duplicates()
    return _weighed(a, b, degree.indptr, degree.indices, degree.data, weight)


@compiled
def _weighed(a: Codes, b: Codes, start: Codes, column: Codes, degree: Floats, weight: Floats) -> Floats:
    """Sum of weight times both degrees over the columns of both rows; the columns of a row rise."""
    result = np.zeros(len(a))
    for pair in range(len(a)):
        i, j = start[a[pair]], start[b[pair]]
        while i < start[a[pair] + 1] and j < start[b[pair] + 1]:
            if column[i] == column[j]:
                result[pair] += degree[i] * weight[column[i]] * degree[j]
                i += 1
                j += 1
            elif column[i] < column[j]:
                i += 1
            else:
                j += 1
    return result


class Dealt:
    """Incidences as they would be dealt out by chance: degrees kept within kinds and periods."""

    def __init__(self, part: Incidences, traces: Traces) -> None:
        self.part = part
        self.stratum = _strata(part, traces)
        strata = int(self.stratum.max()) + 1 if len(part.actor) else 1
        self.total = np.maximum(np.bincount(self.stratum, minlength=strata), 1).astype(float)
        actors = len(traces.actor_names)
        ones = np.ones(len(part.actor))
        self.degree = sparse.csr_matrix((ones, (part.actor, self.stratum)), shape=(actors, strata))
        self.left = sparse.csr_matrix((ones, (part.actor, part.trace)), shape=(actors, len(traces.trace_names)))
        starts = np.flatnonzero(np.r_[True, part.trace[1:] != part.trace[:-1]]) if len(part.actor) else np.empty(0, int)
        sizes = np.diff(np.r_[starts, len(part.actor)])
        meetings = np.bincount(self.stratum[starts], weights=sizes * (sizes - 1.0), minlength=strata)
        self.weight = meetings / self.total**2
        self.trace_kind = traces.trace_kind
        self.kind = np.zeros(strata, np.int64)
        self.kind[self.stratum] = traces.trace_kind[part.trace]

    def degrees(self, actors: np.ndarray) -> sparse.csr_matrix:
        """Incidences by period of these actors, and perhaps of others."""
        return self.degree

    def expected(self, a: np.ndarray, b: np.ndarray, kind: int | None = None) -> np.ndarray:
        """Shared by chance, over all kinds or of one."""
        weight = self.weight if kind is None else np.where(self.kind == kind, self.weight, 0.0)
        return expected_shared(a, b, self.degree, weight)

    def shared(self, a: np.ndarray, b: np.ndarray, kind: int | None = None) -> np.ndarray:
        """Shared indeed, over all kinds or of one."""
        return shared_counts(self.left if kind is None else self.left[:, self.trace_kind == kind], a, b)


def shared_counts(left: sparse.csr_matrix, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How many columns rows `a` and `b` of a 0/1 matrix share, pair by pair."""
    left.sum_duplicates()
    return _in_both(a, b, left.indptr, left.indices)


@compiled
def _in_both(a: Codes, b: Codes, start: Codes, column: Codes) -> Int64s:
    """Columns that two rows both have; the columns of a row rise."""
    result = np.zeros(len(a), np.int64)
    for pair in range(len(a)):
        i, j = start[a[pair]], start[b[pair]]
        while i < start[a[pair] + 1] and j < start[b[pair] + 1]:
            if column[i] == column[j]:
                result[pair] += 1
                i += 1
                j += 1
            elif column[i] < column[j]:
                i += 1
            else:
                j += 1
    return result


def content_tests(rare: "RareThings") -> ContentTests:
    """Test all pairs of actors that share at least `fewest` rare traces."""
    settings, part = rare.settings, rare.dealt.part
    a, b, shared = rare.sharing()
    able = int((np.bincount(part.actor, minlength=rare.actors) >= settings.fewest).sum())
    return tested_content(
        a, b, shared, rare.dealt.expected(a, b), rare.common.shared(a, b), rare.common.expected(a, b), able, settings
    )


def tested_content(
    a: np.ndarray, b: np.ndarray, shared: np.ndarray, due: np.ndarray, common: np.ndarray, common_due: np.ndarray,
    able: int, settings: ContentSettings,
) -> ContentTests:  # fmt: skip
    """Test pairs by what they share of rare and of common things, and what of both is due; `able` actors could."""
    # Interest: what two actors share of the common things more than is due, they may share of the rare ones.
    interest = np.maximum(1.0, (common + settings.interest) / (common_due + settings.interest))
    expected = due * interest
    p = gammainc(shared, np.maximum(expected, 1e-12)) if len(a) else np.empty(0)
    tests = max(able * (able - 1) // 2, len(p))
    return ContentTests(
        a=a, b=b, shared=shared, expected=expected, interest=interest, p=p, q=benjamini_hochberg(p, tests), tests=tests
    )


def _strata(part: Incidences, traces: Traces) -> np.ndarray:
    """Kind and period of each incidence."""
    if not len(part.actor):
        return np.empty(0, np.int64)
    new = np.r_[True, part.trace[1:] != part.trace[:-1]]
    starts = np.flatnonzero(new)
    sizes = np.diff(np.r_[starts, len(part.at)])
    stratum = periods(traces.trace_kind[part.trace[starts]], np.minimum.reduceat(part.at, starts), sizes)
    return stratum[np.cumsum(new) - 1]


def periods(kind: np.ndarray, birth: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The stratum of each trace (in order of codes): its kind, and the period of its first post.

    A period holds some `PERIOD` incidences, so that one group can never be most of what it is compared with.
    """
    order = np.lexsort((birth, kind))
    stratum, base = np.empty(len(kind), np.int64), 0
    for k in np.unique(kind).tolist():
        mine = order[kind[order] == k]
        before = np.cumsum(size[mine]) - size[mine]
        count = max(1, int(size[mine].sum()) // PERIOD)
        stratum[mine] = base + np.minimum(before * count // int(size[mine].sum()), count - 1)
        base += count
    return stratum


@dataclass(frozen=True, kw_only=True)
class Sharers:
    """Every actor that shares a rare trace with a group, tested against it; sorted by actor.

    shared     rare traces of other members that the actor left too; expected by activity and period
    occasions  days on which it left them
    partners   members it shares them with
    joined     traces on which it was not the first of them; led: on which it was
    together   on which it was, at the same moment as the first of them
    order      chance to follow as rarely, were every order equally likely
    """

    actor: np.ndarray
    shared: np.ndarray
    occasions: np.ndarray
    expected: np.ndarray
    partners: np.ndarray
    joined: np.ndarray
    led: np.ndarray
    together: np.ndarray
    order: np.ndarray
    p: np.ndarray
    q: np.ndarray

    def accepted(self, rate: float, order: float | None) -> np.ndarray:
        """Who belongs: on two days, with two members, and (where an `order` is given) not always first."""
        ok = (self.q <= rate) & (self.partners >= 2) & (self.occasions >= 2)
        took_part = (self.joined > 0) | ((self.together > 0) & (self.led == 0))
        return ok if order is None else ok & took_part & (self.order >= order)


class RareThings:
    """Who left which rare trace first when: what tests of groups on content look up."""

    def __init__(self, traces: Traces, settings: ContentSettings, day: np.ndarray) -> None:
        self.settings = settings
        self.actors = len(traces.actor_names)
        rarity = popularity(traces)
        every = incidences(traces, rarity)
        shares = rarity[every.trace]
        self.dealt = Dealt(every.where((shares >= 2) & (shares <= settings.rarest)), traces)
        self.common = Dealt(every.where(shares > settings.rarest), traces)
        part = self.dealt.part
        self.day = day[part.row]
        self.able = int((np.bincount(part.actor, minlength=self.actors) >= 2).sum())
        self.trace_start = np.searchsorted(part.trace, np.arange(len(traces.trace_names) + 1))
        self.by_actor = np.argsort(part.actor, kind="stable")
        self.actor_start = np.searchsorted(part.actor[self.by_actor], np.arange(self.actors + 1))

    def sharing(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The pairs of actors that share at least `fewest` rare traces, sorted by (a, b), and how many they share."""
        together = sparse.triu(self.dealt.left @ self.dealt.left.T, k=1).tocoo()
        enough = together.data >= self.settings.fewest
        a, b, shared = together.row[enough], together.col[enough], together.data[enough].astype(np.int64)
        order = np.lexsort((b, a))
        return a[order], b[order], shared[order]

    def expected(self, a: np.ndarray, b: np.ndarray, kind: int) -> np.ndarray:
        """Rare traces of one kind that pairs share by chance."""
        return self.dealt.expected(a, b, kind)

    def test(self, groups: list[np.ndarray]) -> list[Sharers]:
        """The tests against each of several groups."""
        return [self.sharers(group) for group in groups]

    def sharers(self, group: np.ndarray) -> Sharers:
        """Test all actors that share a rare trace with `group`; a member is tested against the others."""
        part = self.dealt.part
        own = [self.by_actor[self.actor_start[a] : self.actor_start[a + 1]] for a in group.tolist()]
        touched = np.unique(part.trace[np.concatenate(own)]) if own else np.empty(0, np.int64)
        lengths = self.trace_start[touched + 1] - self.trace_start[touched]
        run = np.repeat(np.arange(len(touched)), lengths)
        rows = np.arange(lengths.sum()) + np.repeat(self.trace_start[touched] - (np.cumsum(lengths) - lengths), lengths)
        return judged_sharers(
            Left(
                run=run, actor=part.actor[rows], at=part.at[rows], day=self.day[rows], stratum=self.dealt.stratum[rows],
            ),
            group, self.dealt.degrees(part.actor[rows]), self.dealt.total, self.able,
        )  # fmt: skip

    def first_posts(self, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the first post and of each other member's first post, on each rare trace that members share."""
        part = self.dealt.part
        own = [self.by_actor[self.actor_start[a] : self.actor_start[a + 1]] for a in group.tolist()]
        mine = np.concatenate([np.empty(0, np.int64), *own]).astype(np.int64)
        first, later = first_and_later(part.trace, part.actor, part.at, mine)
        return part.row[first], part.row[later]

    def grow(self, core: np.ndarray, rate: float, order: float, rounds: int = 8) -> tuple[np.ndarray, Sharers]:
        """Let members in and out until nobody moves."""
        (result,) = grown(
            [core],
            lambda groups: [self.sharers(group) for group in groups],
            lambda found: found.accepted(rate, order),
            rounds,
        )
        return result


def first_and_later(
    trace: np.ndarray, actor: np.ndarray, at: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of some rows the first and each later one on each trace."""
    order = rows[np.lexsort((actor[rows], at[rows], trace[rows]))]
    trace = trace[order]
    starts = np.flatnonzero(np.r_[True, trace[1:] != trace[:-1]]) if len(order) else np.empty(0, np.int64)
    first = np.repeat(order[starts], np.diff(np.r_[starts, len(order)]))
    later = np.ones(len(order), bool)
    later[starts] = False
    return first[later], order[later]


@dataclass(frozen=True, kw_only=True)
class Left:
    """Who left the rare traces that a group left; by (trace, actor).

    run      number of the trace, from 0; at: when first; day: of the post that counts; stratum: its kind and period
    """

    run: np.ndarray
    actor: np.ndarray
    at: np.ndarray
    day: np.ndarray
    stratum: np.ndarray


def judged_sharers(left: Left, group: np.ndarray, degree: sparse.csr_matrix, total: np.ndarray, able: int) -> Sharers:
    """Test all actors on the traces of a group; `degree` has their incidences by stratum, `total` everybody's."""
    run, actor, at, day, of = left.run, left.actor, left.at, left.day, left.stratum
    traces = int(run[-1]) + 1 if len(run) else 0
    lengths = np.bincount(run, minlength=traces)
    member = np.isin(actor, group)
    others = np.bincount(run[member], minlength=traces)[run] - member
    order = np.lexsort((at, run))
    m = order[member[order]]
    m_run, m_actor, m_at = run[m], actor[m], at[m]
    load = np.bincount(of, minlength=len(total)) / total
    near = others > 0
    alone = member & ~near
    sole, stratum = actor[alone], of[alone]
    mine = np.asarray(degree[sole, stratum]).ravel()
    own_load = mine * lengths[run[alone]] / total[stratum]
    known = np.isin(sole, actor[near])
    sole, own_load = sole[known], own_load[known]
    run, actor, at, others, day = (x[near] for x in (run, actor, at, others, day))
    names, index = np.unique(actor, return_inverse=True)
    shared = np.bincount(index, minlength=len(names))
    # Expected: the actor's incidences of each period times the share of that period on the others' traces,
    # which for a member leaves out the traces that no other member left.
    expected = degree[names] @ load
    expected -= np.bincount(np.searchsorted(names, sole), weights=own_load, minlength=len(names))[: len(names)]
    # Who came first on each trace, among the members and the actor.
    begin = np.searchsorted(m_run, run)
    second = np.minimum(begin + 1, len(m) - 1)
    earliest = np.where(m_actor[begin] == actor, m_at[second], m_at[begin])
    joined, led, together = (
        np.bincount(index[part], minlength=len(names)) for part in (at > earliest, at < earliest, at == earliest)
    )
    ordered = at != earliest
    counts = np.searchsorted(m_run, run, "right") - begin
    flat = np.arange(counts.sum()) + np.repeat(begin - (np.cumsum(counts) - counts), counts)
    who, other = np.repeat(index, counts), m_actor[flat]
    real = other != np.repeat(actor, counts)
    pairs = np.unique(who[real].astype(np.int64) << 32 | other[real])
    p = np.where(shared >= 2, gammainc(np.maximum(shared, 1), np.maximum(expected, 1e-12)), 1.0)
    days = np.unique(index.astype(np.int64) << 32 | day)
    return Sharers(
        actor=names,
        shared=shared,
        occasions=np.bincount(days >> 32, minlength=len(names)),
        expected=expected,
        partners=np.bincount(pairs >> 32, minlength=len(names)),
        joined=joined,
        led=led,
        together=together,
        order=order_chance(index[ordered], 1.0 / (others[ordered] + 1.0), joined, len(names)),
        p=p,
        q=benjamini_hochberg(p, max(able, len(p))),
    )
