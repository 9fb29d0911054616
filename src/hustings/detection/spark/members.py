"""Members on a cluster: everybody near a group is tested where the rows are, round by round for all groups at once."""

__all__ = ["Groups", "RareOnCluster", "shared_groups", "timing_on_cluster", "with_leads"]

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from hustings.detection.content import Left, Sharers, first_and_later, judged_sharers
from hustings.detection.grouping import Group
from hustings.detection.groups import Candidates, Near, judged, near_posts
from hustings.detection.leads import Lead, leads_of_firsts, leads_of_runs, met
from hustings.detection.spark.pairs import Factors
from hustings.detection.spark.rare import Rarity
from hustings.detection.spark.rows import Coded, Facts
from hustings.detection.spark.tested import Kept
from hustings.detection.spark.work import Cluster, Columns, Dealt, Shared, together
from hustings.detection.timing import TimingSettings

FIELDS = ("actor", "occasions", "close", "p", "joined", "led", "together", "order", "rarity")


@dataclass(frozen=True)
class Groups:
    """Several groups as tasks look them up: members of group g are `member[start[g]:start[g + 1]]`."""

    table: Shared

    def each(self) -> Iterator[np.ndarray]:
        """The members of each group."""
        held = self.table.open()
        for begin, end in zip(held["start"][:-1].tolist(), held["start"][1:].tolist(), strict=True):
            yield held["member"][begin:end]


def shared_groups(cluster: Cluster, groups: list[np.ndarray]) -> Groups:
    """Make groups known to every task."""
    start = np.cumsum([0, *map(len, groups)])
    return Groups(cluster.share(member=np.concatenate(groups).astype(np.int32), start=start))


@dataclass(frozen=True)
class NearGroups:
    """Posts of a part near those of each group, dealt by actor."""

    rows: Coded
    facts: Facts
    popularity: Shared
    crowds: Factors
    groups: Groups
    timing: TimingSettings
    actors: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        by_actor = np.argsort(mine.actor, kind="stable")
        who = mine.actor[by_actor]
        inside = np.zeros(self.actors, bool)
        starts = np.flatnonzero(np.r_[True, mine.trace[1:] != mine.trace[:-1]]) if len(mine.trace) else who
        ends = np.r_[starts[1:], len(mine.trace)]
        run_of = np.searchsorted(starts, np.arange(len(mine.trace)), "right") - 1
        popularity = self.popularity.open()["popularity"]
        for number, group in enumerate(self.groups.each()):
            low, high = np.searchsorted(who, group), np.searchsorted(who, group, "right")
            touched = [by_actor[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
            if not touched:
                continue
            runs = np.unique(run_of[np.concatenate(touched)])
            runs = runs[self.facts.timed(mine.trace[starts[runs]])]
            lengths = ends[runs] - starts[runs]
            begin = np.r_[0, np.cumsum(lengths)]
            rows = np.arange(begin[-1]) + np.repeat(starts[runs] - begin[:-1], lengths)
            inside[group] = True
            place, gap, chance, state, first = near_posts(
                begin, mine.at[rows], mine.actor[rows], mine.content[rows], inside, self.timing
            )
            inside[group] = False
            row = rows[place]
            own = (row >= mine.begin) & (row < mine.end)
            row, gap, chance, state, first = row[own], gap[own], chance[own], state[own], first[own]
            trace = mine.trace[row]
            columns = {
                "actor": mine.actor[row], "post": mine.content[row], "at": mine.at[row], "trace": trace,
                "rarity": popularity[trace].astype(np.int64), "state": state, "first": first,
                "chance": np.minimum(1.0, chance * self.crowds.of(trace, gap)), "group": np.full(len(row), number),
            }  # fmt: skip
            to = mine.actor[row].astype(np.int64) * self.parts // self.actors
            order = np.argsort(to, kind="stable")
            limits = np.searchsorted(to[order], np.arange(self.parts + 1))
            for k in range(self.parts):
                if limits[k + 1] > limits[k]:
                    cut = order[limits[k] : limits[k + 1]]
                    yield k, {name: column[cut] for name, column in columns.items()}


@dataclass(frozen=True)
class Judging:
    """The tests of a part's actors, group by group."""

    facts: Facts
    timing: TimingSettings

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        near = together(pieces)
        order = np.lexsort((near["at"], near["group"]))
        near = {name: column[order] for name, column in near.items()}
        groups, begin = np.unique(near["group"], return_index=True)
        for number, low, high in zip(groups.tolist(), begin, [*begin[1:], len(near["group"])], strict=True):
            one = {name: column[low:high] for name, column in near.items()}
            names = ("actor", "post", "trace", "rarity", "chance", "state", "first")
            found = judged(Near(**{name: one[name] for name in names}, day=self.facts.day(one["at"])), self.timing)
            yield 0, {name: getattr(found, name) for name in FIELDS} | {"group": np.full(len(found.actor), number)}


def timing_on_cluster(
    cluster: Cluster, kept: Kept, timing: TimingSettings, actors: int, parts: int
) -> Callable[[list[np.ndarray]], list[Candidates]]:
    """Tests of everybody near each of several groups, by the rows that the cluster keeps."""

    def test(groups: list[np.ndarray]) -> list[Candidates]:
        if not groups:
            return []
        near = NearGroups(
            kept.reading,
            kept.facts,
            kept.popularity,
            kept.crowds,
            shared_groups(cluster, groups),
            timing,
            actors,
            parts,
        )
        dealt = cluster.deal([(kept.rows, near)], parts)
        found = together(cluster.gather(dealt, Judging(kept.facts, timing)))
        if not found:
            none = np.empty(0, np.int32)
            found = dict.fromkeys(FIELDS, none) | {"p": np.empty(0), "order": np.empty(0), "group": none}
        order = np.lexsort((found["actor"], found["group"]))
        found = {name: column[order] for name, column in found.items()}
        limits = np.searchsorted(found["group"], np.arange(len(groups) + 1))
        return [
            Candidates(**{name: found[name][low:high] for name in FIELDS}) for low, high in itertools.pairwise(limits)
        ]

    return test


@dataclass(frozen=True)
class LeftByGroups:
    """Who left the rare traces that each group left, of a part."""

    rarity: Rarity
    strata: Shared
    groups: Groups

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = self.rarity.of(pieces, rare=True)
        held = self.strata.open()
        order = np.argsort(rows["actor"], kind="stable")
        who = rows["actor"][order]
        for number, group in enumerate(self.groups.each()):
            low, high = np.searchsorted(who, group), np.searchsorted(who, group, "right")
            mine = [order[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
            if not mine:
                continue
            traces = np.unique(rows["trace"][np.concatenate(mine)])
            cut = np.flatnonzero(np.isin(rows["trace"], traces))
            stratum = held["stratum"][np.searchsorted(held["trace"], rows["trace"][cut])]
            yield 0, {name: column[cut] for name, column in rows.items()} | {
                "stratum": stratum, "group": np.full(len(cut), number),
            }  # fmt: skip


@dataclass
class RareOnCluster:
    """Tests of everybody who shares rare things with a group, and who left them first.

    What is left of the rare things of the groups looked at comes here: of each at most fifty actors.
    """

    cluster: Cluster
    kept: Kept
    able: int = field(init=False)

    def __post_init__(self) -> None:
        self.able = self.kept.able

    def lefts(self, groups: list[np.ndarray]) -> list[Columns]:
        """For each group, who left the rare traces that it left, by (trace, actor)."""
        kept = self.kept
        step = LeftByGroups(kept.rarity, kept.rare.strata_table, shared_groups(self.cluster, groups))
        pieces: list[list[Columns]] = [[] for _ in groups]
        for piece in self.cluster.gather(kept.incidents, step):
            pieces[int(piece["group"][0])].append(piece)
        none = np.empty(0, np.int64)
        result = []
        for mine in pieces:
            found = together(mine) or dict.fromkeys(("trace", "actor", "at", "counts_at", "stratum"), none)
            order = np.lexsort((found["actor"], found["trace"]))
            result.append({name: column[order] for name, column in found.items()})
        return result

    def test(self, groups: list[np.ndarray]) -> list[Sharers]:
        """The tests against each of several groups."""
        if not groups:
            return []
        lefts = self.lefts(groups)
        degree = self.kept.rare.degree(np.concatenate([left["actor"] for left in lefts]))
        return [
            judged_sharers(
                Left(
                    run=np.unique(left["trace"], return_inverse=True)[1], actor=left["actor"], at=left["at"],
                    day=self.kept.facts.day(left["counts_at"]), stratum=left["stratum"],
                ),
                group, degree, self.kept.rare.total, self.able,
            )
            for left, group in zip(lefts, groups, strict=True)
        ]  # fmt: skip

    def first_posts(self, groups: list[np.ndarray]) -> list[tuple[Columns, Columns]]:
        """For each group, trace, actor and time of the first post and of each later member's on what members share."""
        result = []
        for left, group in zip(self.lefts(groups), groups, strict=True) if groups else ():
            mine = np.flatnonzero(np.isin(left["actor"], group))
            first, later = first_and_later(left["trace"], left["actor"], left["at"], mine)
            one, two = ({name: left[name][rows] for name in ("trace", "actor", "counts_at")} for rows in (first, later))
            result.append((one, two))
        return result


@dataclass(frozen=True)
class Met:
    """Posts of each group that stand within the window of another of it."""

    rows: Coded
    facts: Facts
    groups: Groups
    popularity: Shared
    window: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        by_actor = np.argsort(mine.actor, kind="stable")
        who = mine.actor[by_actor]
        for number, group in enumerate(self.groups.each()):
            low, high = np.searchsorted(who, group), np.searchsorted(who, group, "right")
            touched = [by_actor[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
            if not touched:
                continue
            rows = np.sort(np.concatenate(touched))
            rows = rows[self.facts.timed(mine.trace[rows])]
            rows = rows[met(mine.trace[rows], mine.at[rows], mine.actor[rows], mine.content[rows], self.window)]
            rows = rows[(rows >= mine.begin) & (rows < mine.end)]
            yield 0, {
                "trace": mine.trace[rows], "at": mine.at[rows], "actor": mine.actor[rows], "content": mine.content[rows],
                "rarity": self.popularity.open()["popularity"][mine.trace[rows]], "group": np.full(len(rows), number),
            }  # fmt: skip


def with_leads(cluster: Cluster, kept: Kept, rare: RareOnCluster, found: list[Group], window: int) -> list[Group]:
    """Each group with who leads it: on timing an act is a run of posts, on content alone a rare thing."""
    leads: dict[int, tuple[Lead, ...]] = {}
    on_timing = [i for i, group in enumerate(found) if len(group.on("timing"))]
    if on_timing:
        everybody = [found[i].everybody for i in on_timing]
        step = Met(kept.reading, kept.facts, shared_groups(cluster, everybody), kept.popularity, window)
        rows = together(cluster.gather(kept.rows, step))
        names = ("trace", "at", "actor", "content", "rarity")
        if not rows:
            rows = dict.fromkeys((*names, "group"), np.empty(0, np.int64))
        order = np.lexsort((rows["content"], rows["actor"], rows["at"], rows["trace"], rows["group"]))
        rows = {name: column[order] for name, column in rows.items()}
        for k, i in enumerate(on_timing):
            low, high = np.searchsorted(rows["group"], [k, k + 1])
            trace, at, actor, content, rarity = (rows[name][low:high] for name in names)
            leads[i] = leads_of_runs(everybody[k], trace, at, actor, content, rarity, window)
    alone = [i for i in range(len(found)) if i not in leads]
    for i, left in zip(alone, rare.lefts([found[i].everybody for i in alone]) if alone else [], strict=True):
        everyone = found[i].everybody
        mine = np.isin(left["actor"], everyone)
        leads[i] = leads_of_firsts(everyone, left["trace"][mine], left["actor"][mine], left["at"][mine])
    return [replace(group, leads=leads[i]) for i, group in enumerate(found)]
