"""Who started what was done: ourselves, the public, a partner or a government; and the count of it that is published.

What is made from something keeps all of its beginnings, however many steps lie between, so that pressure cannot be
washed by passing it on. The count comes late, in quarters that never change again, and nothing small is told in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hustings.policy.capacity import Capacity

__all__ = ["COUNT_DELAY", "COUNT_FLOOR", "Began", "Count", "Form", "Starter", "Told", "arrived", "counted", "derived", "due_period",
           "heard", "most_telling", "on_form", "stands"]  # fmt: skip

COUNT_DELAY = timedelta(days=90)  # after the last day of a quarter, so that no count tells of a matter still open
COUNT_FLOOR = 5  # a smaller number is told as "fewer than five", none included


class Starter(StrEnum):
    """Who began it, from the nearest to the one that has most power over speech."""

    OWN = "own"
    PUBLIC = "public"
    PARTNER = "partner"
    GOVERNMENT = "government"

    @property
    def rank(self) -> int:
        """Its place in that order."""
        return list(Starter).index(self)

    @property
    def sentence(self) -> str:
        """For a page and the docs."""
        return STARTERS[self]


STARTERS = {
    Starter.OWN: "Begun by our own searches and rules.",
    Starter.PUBLIC: "Begun by what somebody of the public, the press or a fact-checker said.",
    Starter.PARTNER: "Begun by what a company or a research group told us.",
    Starter.GOVERNMENT: "Begun by what a government told us, or asked.",
}


@dataclass(frozen=True, kw_only=True, order=True)
class Began:
    """One beginning. `capacity` is a government's or partner's; None where nobody recorded it."""

    starter: Starter
    capacity: Capacity | None = None

    @property
    def sentence(self) -> str:
        """For a page of who got it."""
        return self.starter.sentence + (f" In its capacity as {self.capacity.value}." if self.capacity else "")

    @property
    def sentence_to_itself(self) -> str:
        """For a page of the organisation with which it began."""
        counted = (
            " Whoever acts on it counts that as begun by a government." if self.starter is Starter.GOVERNMENT else ""
        )
        return f"Begun by our own organisation{f', as {self.capacity.value}' if self.capacity else ''}.{counted}"


OWN = frozenset({Began(starter=Starter.OWN)})


def derived(sources: Iterable[frozenset[Began]]) -> frozenset[Began]:
    """The beginnings of what is made from these: all of theirs. What is made from nothing is our own."""
    others = frozenset(one for source in sources for one in source if one.starter is not Starter.OWN)
    return others or OWN


def heard(starter: str, capacity: str) -> Began | None:
    """A beginning as another installation told it in its words; None for one of its own, which is the teller's here.

    What is not known counts as what has most power over speech: a word of a newer version, a capacity that nobody here
    has, and a government's capacity under another starter are all a government's.
    """
    known = Capacity(capacity) if capacity in set(Capacity) else None
    if starter not in set(Starter) or (capacity and known is None) or (known is not None and known.government):
        return Began(starter=Starter.GOVERNMENT, capacity=known)
    if known is not None and starter != Starter.GOVERNMENT:
        return Began(starter=Starter.PARTNER, capacity=known)
    return Began(starter=Starter(starter), capacity=known) if starter != Starter.OWN else None


def arrived(teller: Began, told: Iterable[tuple[str, str]]) -> frozenset[Began]:
    """The beginnings of what a partner handed in: the partner's own, by what we recorded of it, and all that it told of.

    So nothing that it says, leaves out or takes away makes less of it than what the partner says itself.
    """
    return frozenset({teller, *(one for word, capacity in told if (one := heard(word, capacity)) is not None)})


def most_telling(origin: frozenset[Began]) -> Began:
    """The one beginning by which something with several is counted: a government's before any other.

    Of several governments the one first in the table of capacities, and one of no known capacity last.
    """
    order = list(Capacity)
    return max(
        origin or OWN,
        key=lambda one: (one.starter.rank, -(order.index(one.capacity) if one.capacity is not None else len(order))),
    )


def stands(origin: frozenset[Began], *, gathered_without: bool, legal_ground: bool) -> bool:
    """Tell whether an action of this origin may be taken.

    Where a government had a part in its beginning it stands on evidence that was gathered without what that told, or
    names the law on which it stands.
    """
    return gathered_without or legal_ground or most_telling(origin).starter is not Starter.GOVERNMENT


class Form(StrEnum):
    """Why a tip is refused on its form, before anybody looks at what it says; the value is stable."""

    LAWFUL_SPEECH = "lawful domestic speech"
    NO_BEHAVIOUR = "no foreign or covert behaviour"
    NO_CONTENT = "no named content"
    NO_GROUND = "no ground"

    @property
    def sentence(self) -> str:
        """What is missing, for who sent it."""
        return FORMS[self]


FORMS = {
    Form.LAWFUL_SPEECH: "It is about what people at home may lawfully say, and about nothing else.",
    Form.NO_BEHAVIOUR: "It names no foreign or covert behaviour: who hides who they are, acts as many, or acts for abroad.",
    Form.NO_CONTENT: "It names no account, post, page, ad or address.",
    Form.NO_GROUND: "It does not say why it may be told to us: a law, an agreement or a duty.",
}


def on_form(
    *, foreign: bool, covert: bool, false_voting_facts: bool, speech_alone: bool, named_content: int, ground: str
) -> tuple[Form, ...]:
    """Every reason of form against a tip; none is a yes.

    foreign, covert      it says that somebody acts for abroad, or hides who they are
    false_voting_facts   it is about wrong facts on how, when or where to vote, for which no actor need be known
    speech_alone         by its sender's own word it is about what was said, and not about how anybody behaves
    """
    found = []
    if speech_alone and not false_voting_facts:
        found.append(Form.LAWFUL_SPEECH)
    if not (foreign or covert or false_voting_facts):
        found.append(Form.NO_BEHAVIOUR)
    if named_content < 1:
        found.append(Form.NO_CONTENT)
    if not ground.strip():
        found.append(Form.NO_GROUND)
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A number that may be told: of the actions in these groups together."""

    groups: tuple[str, ...]
    number: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """What is told of one time. `since` is its first day, `until` its last.

    numbers   parts that do not overlap; empty where all together are fewer than the floor
    carried   they are too few: they are counted in the next time as well, and with it alone
    """

    since: date
    until: date
    floor: int
    numbers: tuple[Told, ...]

    @property
    def carried(self) -> bool:
        """Whether nothing but "fewer than" is told."""
        return not self.numbers

    @property
    def sentence(self) -> str:
        """For a page."""
        if self.carried:
            return f"fewer than {self.floor}, none included; counted again with the next quarter"
        return "; ".join(f"{', '.join(told.groups)}: {told.number}" for told in self.numbers)


def counted(cells: Mapping[str, int], *, floor: int = COUNT_FLOOR) -> tuple[Told, ...]:
    """Numbers that can be told of groups, each at the floor or above; `cells` names every group, those of none too.

    Groups under the floor are told as one, and whether one of them is empty is not told; while that one is under the
    floor too, the smallest other joins. So what is told is a partition: each number is at least the floor, and no sum
    or difference of several isolates a smaller one.
    """
    rest = {group: number for group, number in cells.items() if number < floor}
    large = sorted(((number, group) for group, number in cells.items() if number >= floor), reverse=True)
    while rest and sum(rest.values()) < floor and large:
        number, group = large.pop()
        rest[group] = number
    told = [Told(groups=(group,), number=number) for number, group in large]
    if rest and sum(rest.values()) >= floor:
        told.append(Told(groups=tuple(sorted(rest)), number=sum(rest.values())))
    return tuple(sorted(told, key=lambda one: one.groups))


def due_period(first: date, today: date, told: Mapping[date, bool]) -> tuple[date, date, date] | None:
    """The oldest quarter that is to be told by now and was not: first day counted, its first day, its last day.

    first   the day of the first action of all
    told    first day of each quarter that was told -> whether it was carried
    A quarter is due when `COUNT_DELAY` after its last day is over. After quarters that were carried it counts from the
    first of them on.
    """
    begin = date(first.year, 3 * ((first.month - 1) // 3) + 1, 1)
    counts_from = begin
    while True:
        following = next_quarter(begin)
        last = following - timedelta(days=1)
        if last + COUNT_DELAY >= today:
            return None
        if begin not in told:
            return counts_from, begin, last
        if not told[begin]:
            counts_from = following
        begin = following


def next_quarter(begin: date) -> date:
    """The first day of the quarter after the one that begins here."""
    return date(begin.year + 1, 1, 1) if begin.month == 10 else date(begin.year, begin.month + 3, 1)
