"""Plants one made-up campaign in a trace table that is there already, so that a search of it can be tried."""

__all__ = ["Planted", "plant"]

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.traces import COLUMNS
from hustings.errors import BadInput, Problem
from hustings.policy.scenario import Scenario, Style
from hustings.simulator.posting import DAY, HOUR, SECOND

# Mean delay behind the first member, seconds, and the share of members in an act: what the simulator's campaigns do.
SPREAD = {
    Style.BURST: 4, Style.RELAY: 30, Style.SLOW: 4_500, Style.CAMOUFLAGED: 30, Style.PIGGYBACK: 5, Style.MIXED: 25,
}  # fmt: skip
SHARE = {
    Style.BURST: 0.95, Style.RELAY: 0.5, Style.SLOW: 0.5, Style.CAMOUFLAGED: 0.5, Style.PIGGYBACK: 0.95, Style.MIXED: 0.5,
}  # fmt: skip
# Posts copied from ordinary people for each one of the campaign.
COVER = {Style.CAMOUFLAGED: 4}
COPIED_AFTER = (60, 7_200)  # seconds
CROWD = 10  # so many accounts share what one can hide in
BEHIND = 60 * SECOND  # after somebody of the crowd
APART = 15 * 60 * SECOND  # around a moment at which somebody else posted
# Working time: hours of a day in which things are posted from an office, and one weekend day in ten.
OPENS, CLOSES, WEEKEND = 9, 19, 0.1
NEW = "planted"
EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What was planted.

    rows        to be read beside the table: its columns; those that are not a trace's are null
    labels      platform, actor, campaign, style: one row per account that left a trace, sorted
    acts        things that several of them posted
    platforms, kinds, days   what of the scenario the table could take
    """

    rows: pa.Table
    labels: pa.Table
    acts: int
    platforms: tuple[str, ...]
    kinds: tuple[str, ...]
    days: float


@dataclass(frozen=True)
class Ground:
    """The table as it is planted in: rows without a null, and what is in it how often."""

    platform: pa.Array
    actor: pa.Array
    kind: pa.Array
    trace: pa.Array
    at: np.ndarray
    platforms: tuple[str, ...]
    kinds: tuple[str, ...]
    mark: str

    @classmethod
    def of(cls, table: pa.Table) -> "Ground":
        """Raises BadInput for a table that holds nothing to hide among."""
        wrong = [
            Problem(where=f"column '{name}'", found="none", expected=", ".join(COLUMNS), do="Make the table with hustings traces.")
            for name in COLUMNS
            if name not in table.column_names
        ]  # fmt: skip
        if wrong:
            raise BadInput("Nothing can be planted in this table.", wrong)
        whole = table.select(list(COLUMNS)).drop_null()
        if len(whole) < 2:
            raise BadInput("Nothing can be planted in this table.", [Problem(
                where="table", found=f"{len(whole)} rows without a null", expected="two or more", do="Choose another table.")])  # fmt: skip
        text = {name: whole[name].cast(pa.string()).combine_chunks() for name in COLUMNS[:-1]}
        at = whole["at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
        return cls(
            text["platform"], text["actor"], text["kind"], text["trace"], at, busiest(text["platform"]), busiest(text["kind"]),
            unused([text[name] for name in ("actor", "trace", "content")]),
        )  # fmt: skip


def busiest(names: pa.Array) -> tuple[str, ...]:
    """Each name once, that of the most rows first; equals in order of their bytes."""
    counted = pc.value_counts(names).to_pylist()
    return tuple(
        each["values"] for each in sorted(counted, key=lambda each: (-each["counts"], each["values"].encode()))
    )


def unused(columns: list[pa.Array]) -> str:
    """A word that is part of no name: names that have it meet none of these."""
    marks = (f"{NEW}-{turn}" if turn else NEW for turn in count())
    return next(
        mark for mark in marks if not any(pc.any(pc.match_substring(column, mark)).as_py() for column in columns)
    )


@dataclass
class Written:
    """Rows of the campaign, as they are made."""

    member: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    at: list[int] = field(default_factory=list)

    def add(self, member: int, kind: str, trace: str, content: str, at: int) -> None:
        """One row."""
        self.member.append(member)
        self.kind.append(kind)
        self.trace.append(trace)
        self.content.append(content)
        self.at.append(at)


def plant(table: pa.Table, scenario: Scenario, random: np.random.Generator) -> Planted:
    """Write what one campaign of the scenario would leave in the table; the table itself stays as it is.

    table    a trace table, names as strings; equal tables, scenarios and generators give equal rows
    Edges    a table shorter than the scenario's days holds as much of it as fits; one act at least is planted;
             every moment lies within the table's first and last
    Limits   accounts are new ones without a life before and after; nobody sees their posts or answers them
    Raises   BadInput where the table lacks what the scenario names
    """
    ground = Ground.of(table)
    platforms = chosen(scenario.platforms, ground.platforms, "platforms")
    kinds = kinds_of(scenario, ground)
    names = Names(ground.mark, random)
    members = [names.new() for _ in range(scenario.size)]
    home = [platforms[number % len(platforms)] for number in range(scenario.size)]
    clock = Clock.of(scenario, ground, random)
    act = Act(scenario, ground, kinds, names, np.array(home), clock, random)
    wanted = scenario.strength * clock.days
    acts = max(1, int(wanted) + int(random.random() < wanted - int(wanted)))
    for _ in range(acts):
        act.once()
    written = act.written
    if cover := COVER.get(scenario.style):
        copy(cover * len(written.at), ground, clock, names, scenario.size, written, random)
    order = np.lexsort((np.arange(len(written.at)), np.array(written.at)))
    rows = rows_like(table.schema, {
        "platform": [home[written.member[one]] for one in order], "actor": [members[written.member[one]] for one in order],
        "kind": [written.kind[one] for one in order], "trace": [written.trace[one] for one in order],
        "content": [written.content[one] for one in order], "at": [written.at[one] for one in order],
    })  # fmt: skip
    took_part = sorted((home[member], members[member]) for member in set(written.member))
    labels = pa.table({
        "platform": pa.array([platform for platform, _ in took_part], pa.string()),
        "actor": pa.array([actor for _, actor in took_part], pa.string()),
        "campaign": pa.array([scenario.name] * len(took_part), pa.string()),
        "style": pa.array([scenario.style.value] * len(took_part), pa.string()),
    })  # fmt: skip
    return Planted(rows=rows, labels=labels, acts=acts, platforms=platforms, kinds=kinds, days=clock.days)


def chosen(asked: int | tuple[str, ...], there: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The names asked for, or the busiest ones. Raises BadInput for names that the table does not have."""
    if isinstance(asked, int):
        return there[:asked]
    if missing := [name for name in asked if name not in there]:
        raise BadInput("The scenario cannot be planted in this table.", [Problem(
            where=what, found=", ".join(missing), expected=f"what the table has: {', '.join(there)}", do="Name others, or say how many.")])  # fmt: skip
    return asked


def kinds_of(scenario: Scenario, ground: Ground) -> tuple[str, ...]:
    """The kinds of trace that the campaign leaves; a domain comes with its link by itself, and what is passed on comes first in a relay."""
    if not isinstance(scenario.kinds, int):
        return chosen(scenario.kinds, ground.kinds, "kinds")
    there = [kind for kind in ground.kinds if kind != "domain" or "link" not in ground.kinds]
    if scenario.style is Style.RELAY:
        there.sort(key=lambda kind: kind != "repost")
    elif len(there) > 1 and scenario.style is not Style.MIXED:
        there = [kind for kind in there if kind != "repost"]
    return tuple(there[: scenario.kinds])


class Names:
    """Names that nobody and nothing in the table has: each holds the mark."""

    def __init__(self, mark: str, random: np.random.Generator) -> None:
        self.mark, self.random = mark, random
        self.given: set[str] = set()

    def new(self) -> str:
        """A name, drawn so that its place among the others tells nothing."""
        name = ""
        while not name or name in self.given:
            name = f"{int(self.random.integers(1 << 62)):016x}-{self.mark}"
        self.given.add(name)
        return name


@dataclass(frozen=True)
class Clock:
    """When the campaign acts: between two moments of the table, when others post there, or in an office's hours."""

    start: int
    end: int
    moments: np.ndarray
    last: int

    @classmethod
    def of(cls, scenario: Scenario, ground: Ground, random: np.random.Generator) -> "Clock":
        """Draw the days of the campaign, and the moments from which its acts are drawn."""
        first, last = int(ground.at.min()), int(ground.at.max())
        length = min(scenario.days * DAY, last - first)
        start = first + int(random.integers(last - first - length + 1))
        end = start + length
        # The last ones of an act come behind the first; room is left for them, as far as there is room.
        room = min(6 * SPREAD[scenario.style] * SECOND + APART, length // 2)
        moments = np.sort(ground.at[(ground.at >= start) & (ground.at <= end - room)])
        if not len(moments):
            moments = np.array([start], np.int64)
        if scenario.office is not None:
            local = moments + scenario.office * HOUR
            hour, weekday = local // HOUR % 24, (local // DAY + EPOCH_WEEKDAY) % 7
            working = (hour >= OPENS) & (hour < CLOSES)
            weekend = working & (weekday >= 5)
            working &= ~weekend | (random.random(len(moments)) < WEEKEND)
            # Where nobody posts in those hours the campaign keeps the table's, rather than none.
            moments = moments[working] if working.any() else moments
        return cls(start, end, moments, last)

    @property
    def days(self) -> float:
        """How long it lasts."""
        return (self.end - self.start) / DAY

    def draw(self, random: np.random.Generator) -> int:
        """A moment at which an act begins."""
        at = int(random.choice(self.moments)) + int(random.integers(-APART, APART + 1))
        return int(np.clip(at, self.start, self.end))

    def delays(self, after: int, mean: float, size: int, random: np.random.Generator) -> np.ndarray:
        """Exponential delays, microseconds, cut off at the end of the table: none piles up there."""
        room, spread = max(self.last - after, 0), mean * SECOND
        drawn = -spread * np.log1p(random.random(size) * np.expm1(-room / spread))
        return np.minimum(drawn, room).astype(np.int64)


class Act:
    """What members do together, once and again."""

    def __init__(
        self, scenario: Scenario, ground: Ground, kinds: tuple[str, ...], names: Names, home: np.ndarray, clock: Clock,
        random: np.random.Generator,
    ) -> None:  # fmt: skip
        self.scenario, self.ground, self.kinds, self.names, self.home = scenario, ground, kinds, names, home
        self.clock, self.random = clock, random
        self.written = Written()
        self.site = f"{names.new()}.example"
        self.crowds = crowds(ground, kinds, clock) if scenario.style is Style.PIGGYBACK else np.empty(0, np.int64)

    def once(self) -> None:
        """One act."""
        style = self.scenario.style
        kind = self.kinds[int(self.random.integers(len(self.kinds)))]
        members = np.arange(self.scenario.size)
        if kind == "repost":  # who can passes on within one platform
            there = members[self.home == self.home[int(self.random.integers(len(self.home)))]]
            members = there if len(there) > 1 else members
        order = self.random.permutation(members)
        takers = order[: max(2, int(self.random.binomial(len(order), SHARE[style])))]
        start = self.clock.draw(self.random)
        if style is Style.PIGGYBACK:
            row = int(self.random.choice(self.crowds))
            kind, trace = self.ground.kind[row].as_py(), self.ground.trace[row].as_py()
            start = min(int(self.ground.at[row]) + BEHIND, self.clock.last)
        else:
            trace = self.thing(kind)
        at = start + self.clock.delays(start, SPREAD[style], len(takers), self.random)
        posts = [self.names.new() for _ in takers]
        if kind == "repost" and style is not Style.PIGGYBACK:
            self.pass_on(takers, posts, at, trace)
            return
        for member, content, moment in zip(takers.tolist(), posts, at.tolist(), strict=True):
            self.written.add(member, kind, trace, content, moment)
            if kind == "link" and "domain" in self.ground.kinds and style is not Style.PIGGYBACK:
                self.written.add(member, "domain", self.site, content, moment)

    def pass_on(self, takers: np.ndarray, posts: list[str], at: np.ndarray, outside: str) -> None:
        """The first of them posts a link, and the others pass that post on; in a table without links, all pass on one from outside."""
        first = int(np.argmin(at))
        inside = "link" in self.ground.kinds
        for place, (member, content, moment) in enumerate(zip(takers.tolist(), posts, at.tolist(), strict=True)):
            if inside and place == first:
                self.written.add(member, "link", self.thing("link"), content, moment)
            else:
                self.written.add(member, "repost", posts[first] if inside else outside, content, moment)

    def thing(self, kind: str) -> str:
        """Something new of a kind."""
        if kind == "domain":
            return self.site
        if kind == "link":
            return f"https://{self.site}/{self.names.new()}"
        return self.names.new()


def crowds(ground: Ground, kinds: tuple[str, ...], clock: Clock) -> np.ndarray:
    """Rows, within the campaign's time, of things that many share. Raises BadInput where there are none."""
    shared = pa.table({
        "kind": ground.kind, "trace": ground.trace, "row": pa.array(np.arange(len(ground.at))),
        "who": pc.binary_join_element_wise(ground.platform, ground.actor, " "),
    })  # fmt: skip
    shared = shared.filter(pc.is_in(shared["kind"], pa.array(kinds)))
    counted = shared.group_by(["kind", "trace"]).aggregate([("who", "count_distinct")])
    busy = counted.filter(pc.greater_equal(counted["who_count_distinct"], CROWD))
    rows = shared.join(busy, ["kind", "trace"], join_type="left semi")["row"].to_numpy()
    rows = np.sort(rows)
    rows = rows[(ground.at[rows] >= clock.start) & (ground.at[rows] <= clock.end)]
    if not len(rows):
        raise BadInput("The scenario cannot be planted in this table.", [Problem(
            where="table", found=f"nothing of the kind {', '.join(kinds)} that {CROWD} accounts share",
            expected="a crowd to come with", do="Choose another table, kind or scenario.")])  # fmt: skip
    return rows


def copy(
    posts: int, ground: Ground, clock: Clock, names: Names, size: int, written: Written, random: np.random.Generator
) -> None:
    """Members post what ordinary people posted, a while after them."""
    own = np.flatnonzero((ground.at >= clock.start) & (ground.at <= clock.end))
    if not len(own):
        return
    rows = random.choice(own, posts)
    least, most = (second * SECOND for second in COPIED_AFTER)
    after = random.integers(least, most + 1, posts)
    # Who copies the last posts of a table copies at once: no moment lies behind its end.
    at = ground.at[rows] + np.minimum(after, np.maximum(clock.last - ground.at[rows], 0))
    for row, member, moment in zip(rows.tolist(), random.integers(size, size=posts).tolist(), at.tolist(), strict=True):
        kind, trace = ground.kind[row].as_py(), ground.trace[row].as_py()
        written.add(member, kind, trace, names.new(), moment)


def rows_like(schema: pa.Schema, columns: dict[str, list[Any]]) -> pa.Table:
    """The rows with the columns of the table; what rides along there is null here. Raises BadInput for names that are no text there."""
    made, wrong = [], []
    size = len(columns["at"])
    for column in schema:
        if column.name not in columns:
            made.append(pa.nulls(size, column.type))
            continue
        values = pa.array(columns[column.name], pa.timestamp("us", "UTC") if column.name == "at" else pa.string())
        dictionary = pa.types.is_dictionary(column.type)
        try:
            made.append((values.dictionary_encode() if dictionary else values).cast(column.type, safe=False))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            wrong.append(
                Problem(
                    where=f"column '{column.name}'", found=str(column.type), expected="text", do="Cast it to strings."
                )
            )
    if wrong:
        raise BadInput("Nothing can be planted in this table.", wrong)
    return pa.Table.from_arrays(made, schema=schema)
