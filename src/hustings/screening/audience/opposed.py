"""Whether one group of buyers addressed both sides of a contested matter more than chance, and bought both in step."""

__all__ = ["Bought", "Opposed", "adjusted", "opposed_audiences"]

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from hustings.screening.audience.poles import Matter, Stand

# How many other buyers of like activity a comparison needs, and how many days and weeks one of calendars.
FEWEST_OTHERS, FEWEST_DAYS, FEWEST_WEEKS = 10, 3, 20
DRAWS = 4_999
CHUNK = 500
Counts = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Bought:
    """One ad: who bought it (a page or account), on which day, and where it stands by matter."""

    ad: Hashable
    buyer: str
    day: date | None
    stands: Mapping[str, Stand]


@dataclass(frozen=True, kw_only=True)
class Opposed:
    """One matter for one group.

    ads, buyers   the group's, on each side; a buyer may stand on both
    words         per side: term, where it stood, in how many ads; the most common first
    examples      per side: some of the ads
    lesser        ads on the side that has fewer: what is tested
    by_chance     its mean among groups of as many buyers, each as active, drawn from the archive; None where nothing was drawn
    p_any         share of those draws (and the group itself) with at least as many; None where too few others are as active
    p_matter      the same where only buyers that address this matter are drawn, each as active in it
    others, others_matter   how many buyers there were to compare with
    days          on which both sides were bought; by_shift: its mean when one side's calendar is moved by whole weeks
    p_step        share of these moves (none included) with at least as many common days; None where there are too few days
    weeks         how many moves there are: p_step cannot be less than one in so many
    q_any, q_matter, q_step   by Benjamini and Yekutieli over all matters of the table
    """

    matter: Matter
    ads: tuple[int, int]
    buyers: tuple[int, int]
    words: tuple[tuple[tuple[str, str, int], ...], tuple[tuple[str, str, int], ...]]
    examples: tuple[tuple[Hashable, ...], tuple[Hashable, ...]]
    lesser: int
    by_chance: float | None
    p_any: float | None
    p_matter: float | None
    others: int
    others_matter: int
    days: int
    by_shift: float | None
    p_step: float | None
    weeks: int
    q_any: float | None = None
    q_matter: float | None = None
    q_step: float | None = None


def opposed_audiences(
    group: Sequence[Bought], archive: Sequence[Bought], matters: Sequence[Matter], *, seed: int, draws: int = DRAWS
) -> tuple[Opposed, ...]:
    """Test every matter of the table, in its order.

    Reads    the group's ads, and the archive's ads, those of the group among them or not
    Null     any: which buyers belong to the group says nothing about where their ads stand, among buyers with as many ads (to
             the power of two); the same for those that address the matter, with as many ads in it.
             step: the calendar of one side is where it is by chance, as a whole, up to its weekdays
    Edges    a matter whose one side the group does not address has p = 1, and counts among the tests
    Costs    draws times the buyers that are as active
    Limits   a publisher or an agency addresses both sides by trade; who speaks much of a matter has more on both sides
             than who does not, which `p_matter` takes out and `p_any` does not; a season of a matter puts both sides on
             the same days. It shows no intent, and that the sides are opposed is the table's word.
    """
    own = {one.buyer for one in group}
    everyone = [*group, *(one for one in archive if one.buyer not in own)]
    totals = Counter(one.buyer for one in everyone)
    names = sorted(totals)
    place_of = {name: place for place, name in enumerate(names)}
    member = np.array([name in own for name in names], np.bool_)
    ads = np.array([totals[name] for name in names], np.int64)
    sides = {matter.code: np.zeros((2, len(names)), np.int64) for matter in matters}
    for one in everyone:
        for code, taken in one.stands.items():
            if code in sides:
                sides[code][taken.side, place_of[one.buyer]] += 1
    made = []
    for number, matter in enumerate(matters):
        counts = sides[matter.code]
        lesser = int(counts[:, member].sum(axis=1).min())
        any_one = drawn(member, ads, counts, seed=[seed, number, 0], draws=draws)
        here = counts.sum(axis=0)
        of_matter = drawn(member[here > 0], here[here > 0], counts[:, here > 0], seed=[seed, number, 1], draws=draws)
        held = [
            [one for one in group if (stand := one.stands.get(matter.code)) is not None and stand.side == side]
            for side in (0, 1)
        ]
        step = in_step(*([one.day for one in side if one.day is not None] for side in held))
        made.append(
            Opposed(
                matter=matter, ads=(len(held[0]), len(held[1])), buyers=(len({one.buyer for one in held[0]}), len({one.buyer for one in held[1]})),
                words=(words_of_side(held[0], matter.code), words_of_side(held[1], matter.code)),
                examples=(tuple(one.ad for one in held[0]), tuple(one.ad for one in held[1])),
                lesser=lesser, by_chance=any_one.mean, p_any=any_one.p,
                p_matter=of_matter.p, others=any_one.others, others_matter=of_matter.others,
                days=step.days, by_shift=step.mean, p_step=step.p, weeks=step.weeks,
            )
        )  # fmt: skip
    q_any, q_matter, q_step = (
        adjusted([getattr(one, name) for one in made]) for name in ("p_any", "p_matter", "p_step")
    )
    return tuple(
        replace(one, q_any=q_any[place], q_matter=q_matter[place], q_step=q_step[place])
        for place, one in enumerate(made)
    )


@dataclass(frozen=True, kw_only=True)
class Draws:
    """What groups drawn from the archive have on their lesser side; `above` and `equal` count draws beside the real group."""

    mean: float | None
    above: int
    equal: int
    draws: int
    others: int

    @property
    def p(self) -> float | None:
        """The share of draws with at least as much, the group itself counted as one."""
        return None if self.others < FEWEST_OTHERS else (1 + self.above + self.equal) / (1 + self.draws)


def drawn(member: NDArray[np.bool_], activity: Counts, counts: Counts, *, seed: Sequence[int], draws: int) -> Draws:
    """Draw as many buyers as the group has from each class of activity, again and again, without putting back."""
    stratum = np.floor(np.log2(np.maximum(activity, 1))).astype(np.int64)
    classes = sorted(set(stratum[member].tolist()))
    others = int(sum((~member[stratum == one]).sum() for one in classes))
    if others < FEWEST_OTHERS:
        return Draws(mean=None, above=0, equal=0, draws=0, others=others)
    real = int(counts[:, member].sum(axis=1).min())
    if not real:  # no group has less, so every draw has at least as much
        return Draws(mean=None, above=0, equal=draws, draws=draws, others=others)
    random = np.random.default_rng(list(seed))
    lesser = np.zeros(draws, np.int64)
    for first in range(0, draws, CHUNK):
        many = min(CHUNK, draws - first)
        sums = np.zeros((2, many), np.int64)
        for one in classes:
            pool = np.flatnonzero(stratum == one)
            wanted = int(member[pool].sum())
            lots = random.random((many, len(pool)))
            # Places that hold nothing of the matter draw lots too; only their contents are not summed.
            held = np.flatnonzero(counts[:, pool].any(axis=0))
            if held.size:
                last = np.partition(lots, wanted - 1, axis=1)[:, wanted - 1 : wanted]
                sums += counts[:, pool[held]] @ (lots[:, held] <= last).T.astype(np.int64)
        lesser[first : first + many] = sums.min(axis=0)
    return Draws(
        mean=float(lesser.mean()),
        above=int((lesser > real).sum()),
        equal=int((lesser == real).sum()),
        draws=draws,
        others=others,
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """Days on which both sides were bought, beside the mean over all moves of one side's calendar by whole weeks."""

    days: int
    mean: float | None
    p: float | None
    weeks: int


def in_step(first: Sequence[date], second: Sequence[date]) -> Step:
    """Move the second side's calendar round by every number of whole weeks, which keeps its weekdays and its bursts."""
    a, b = set(first), set(second)
    common = len(a & b)
    if len(a) < FEWEST_DAYS or len(b) < FEWEST_DAYS:
        return Step(days=common, mean=None, p=None, weeks=0)
    begin = min(a | b)
    begin -= timedelta(days=begin.weekday())
    weeks = (max(a | b) - begin).days // 7 + 1
    if weeks < FEWEST_WEEKS:
        return Step(days=common, mean=None, p=None, weeks=weeks)
    ones, twos = np.zeros(7 * weeks, np.int64), np.zeros(7 * weeks, np.int64)
    ones[[(day - begin).days for day in a]] = 1
    twos[[(day - begin).days for day in b]] = 1
    moved = np.array([int(ones @ np.roll(twos, 7 * by)) for by in range(weeks)])
    return Step(days=common, mean=float(moved.mean()), p=float((moved >= common).sum() / weeks), weeks=weeks)


def words_of_side(ads: Sequence[Bought], code: str) -> tuple[tuple[str, str, int], ...]:
    """The terms by which ads stand there: term, where, in how many ads."""
    counts = Counter(word for one in ads for word in one.stands[code].words)
    return tuple(
        (term, where, many) for (where, term), many in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def adjusted(values: Sequence[float | None]) -> list[float | None]:
    """The q-values of Benjamini and Yekutieli (2001), which holds however the tests hang together; None is no test."""
    tested = sorted((value, place) for place, value in enumerate(values) if value is not None)
    found: list[float | None] = [None] * len(values)
    many = len(tested)
    harmonic = sum(1 / rank for rank in range(1, many + 1))
    lowest = 1.0
    for rank in range(many, 0, -1):
        value, place = tested[rank - 1]
        lowest = min(lowest, value * many * harmonic / rank)
        found[place] = lowest
    return found
