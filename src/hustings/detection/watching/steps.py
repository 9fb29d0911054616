"""The steps of a run over a table that grows: what is known from the last time is not looked for again."""

__all__ = ["KnownPosts", "KnownSteps"]

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from hustings.detection.acts import Acts, acts_among
from hustings.detection.compiled import Codes, Flags, Int64s
from hustings.detection.content import ContentSettings
from hustings.detection.crowd import Crowds, crowds
from hustings.detection.detect import Steps
from hustings.detection.grouping import Group
from hustings.detection.groups import Posts
from hustings.detection.hubs import Hub, rows_without_hubs
from hustings.detection.kinds import UNTIMED, kind_codes
from hustings.detection.network import pair_key
from hustings.detection.occasions import quietest
from hustings.detection.rhythm import RhythmTests, rhythm_tests, together
from hustings.detection.settings import DetectSettings
from hustings.detection.timing import TimingSettings, pair_tests
from hustings.detection.traces import Traces
from hustings.detection.watching.meetings import ByActor, by_actor, met_twice, row_pairs
from hustings.detection.watching.rarities import KnownRare
from hustings.detection.watching.table import Table


class KnownPosts(Posts):
    """`Posts` of rows that are known by actor."""

    def __init__(self, traces: Traces, day: Codes, crowds: Crowds, by: ByActor) -> None:
        self.traces = traces
        self.day = day
        self.crowds = crowds
        self.by_actor: np.ndarray = by.rows
        self.actor_start = by.start
        self.trace_start = np.r_[0, np.cumsum(np.bincount(traces.trace, minlength=len(traces.trace_names)))]
        self.popularity = by.left_by
        self.untimed = np.isin(traces.trace_kind, kind_codes(traces.kinds, UNTIMED))


class KnownSteps(Steps):
    """Remembers which pairs of actors met on several days; only new rows are looked at again.

    A pair that met on one day is not tested, and of millions that met once some thousands met twice: to find
    these is what a run's time goes into. What a new row can change elsewhere (the rarity of a trace, periods,
    crowds, rates) is counted anew over all rows, in passes that sort nothing.
    """

    def __init__(self, table: Table, rarest: int, fewest: int) -> None:
        self._table = table
        self._settings = ContentSettings(rarest=rarest, fewest=fewest)
        self._met = np.empty(0, np.int64)
        self._hubs: frozenset[tuple[str, str]] = frozenset()
        self._day_begins: int | None = None
        self._fresh: Flags

    def forget(self) -> None:
        """Rows have left: nothing is known."""
        self._met = np.empty(0, np.int64)
        self._day_begins = None

    def without_hubs(self, traces: Traces, horizon: int, most: int) -> tuple[Traces, tuple[Hub, ...]]:
        """As in a batch; when a trace is no hub any more, everything is looked at again."""
        keep, hubs = rows_without_hubs(traces, horizon, most)
        self._fresh = self._table.fresh[keep]
        now = frozenset((hub.kind, hub.trace) for hub in hubs)
        if self._hubs - now:
            # A trace that is no hub any more brings its meetings back.
            self._day_begins = None
        self._hubs = now
        return (traces.where(keep) if hubs else traces), hubs

    def acts(self, traces: Traces, horizon: int, day: Codes) -> Acts:
        """The acts of pairs that met on two days at least, and of those that are tested on content or rhythm."""
        self._traces, self._day, self._horizon = traces, day, horizon
        self._by = by_actor(traces)
        # Three things that know nothing of each other; the longest first.
        with ThreadPoolExecutor(3) as beside:
            minutes = beside.submit(together, traces, day, by=(self._by.rows, self._by.start))
            rare = beside.submit(KnownRare, traces, self._settings, day, self._by)
            met = beside.submit(self._met_twice)
            self._together, self._rare, self._met = minutes.result(), rare.result(), met.result()
        a, b, _ = self._rare.sharing()
        return self._acts(np.union1d(np.union1d(self._met, pair_key(a, b)), self._together.often()))

    def _met_twice(self) -> Int64s:
        """Keys of the pairs that met on two days."""
        traces, by, day, horizon = self._traces, self._by, self._day, self._horizon
        begins = quietest(traces.at)
        known, self._day_begins = begins == self._day_begins, begins
        if not known:
            return met_twice(traces, by, day, begins, horizon, None)
        # Whoever met twice did so still: rows do not go, unless everything is forgotten. A trace that has
        # become a hub since leaves pairs here that did not, which the tests leave out by themselves.
        low, high = self._table.moved[self._met >> 32], self._table.moved[self._met & 0xFFFFFFFF]
        return np.union1d(met_twice(traces, by, day, begins, horizon, self._fresh), pair_key(low, high))

    def _acts(self, pairs: Int64s) -> Acts:
        first, second = row_pairs(self._traces, self._by, pairs, self._horizon)
        return acts_among(
            self._traces, first, second, self._horizon, self._day, self._by.left_by, (self._by.rows, self._by.start)
        )  # fmt: skip

    def crowds(self, traces: Traces, near: Acts, timing: TimingSettings, settings: DetectSettings) -> Crowds:
        """The pace of each trace's crowd."""
        return crowds(traces, pair_tests(near, timing), settings.rate, timing, self._by.first)

    def rare(self, traces: Traces, settings: ContentSettings, day: Codes) -> KnownRare:
        """Who left which rare trace first when."""
        assert settings == self._settings
        return self._rare

    def rhythm(self, traces: Traces, near: Acts, day: Codes) -> RhythmTests:
        """The tests of all pairs that post in the same minutes."""
        return rhythm_tests(traces, near, day, met=self._together)

    def posts(self, traces: Traces, day: Codes, crowds: Crowds) -> KnownPosts:
        """The rows by actor and by trace."""
        return KnownPosts(traces, day, crowds, self._by)

    def within(self, near: Acts, found: list[Group]) -> Acts:
        """The acts of all pairs of members of one group."""
        keys = [np.empty(0, np.int64)]
        for group in found:
            actors = np.array(sorted(m.actor for m in group.members), np.int64)
            low, high = np.triu_indices(len(actors), 1)
            keys.append(pair_key(actors[low], actors[high]))
        return self._acts(np.unique(np.concatenate(keys)))
