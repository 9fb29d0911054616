"""Whether a private person who paid for ads is named: a table of places with what their law has published, and the strict default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

__all__ = ["HIDDEN", "PLACES", "Named", "Paid", "Place", "Shows", "named", "read_places"]

HIDDEN = "a private person"


class Shows(StrEnum):
    """What a place's law has published of a private person's name."""

    ALWAYS = "always"
    ABOVE = "above"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One line of the table.

    countries   where its ads are aimed, as ISO 3166 codes
    regions     of these countries, where the law is that of a part alone; as delivery names them
    above       the sum over which a name is shown, in `currency`; spend in another currency is not added to it
    years       length of the cycle over which is summed up, ending with a year that it divides; 1 is the calendar year
    since       ads shown before this day do not count
    checked     whether the law was read, or a description of it by the authority; where not, `shows` is never
    """

    code: str
    name: str
    countries: frozenset[str]
    law: str
    shows: Shows
    regions: frozenset[str] = frozenset()
    above: Decimal = Decimal(0)
    currency: str = ""
    years: int = 1
    since: date = date.min
    checked: bool = False

    def __post_init__(self) -> None:
        """A line that shows something says by what."""
        if self.shows is not Shows.NEVER and not self.checked:
            raise ValueError(f"{self.code}: what nobody checked shows no name")
        if self.shows is Shows.ABOVE and (self.above <= 0 or not self.currency):
            raise ValueError(f"{self.code}: above which sum, in which currency?")
        if self.years < 1 or not self.countries:
            raise ValueError(f"{self.code}: a cycle has a year or more, a place has a country")

    def cycle(self, day: date) -> int:
        """The last year of the cycle in which a day lies."""
        return -(-day.year // self.years) * self.years

    def covers(self, paid: Paid) -> bool:
        """Whether an ad was shown there while the law was in force."""
        if not paid.countries & self.countries or paid.day is None or paid.day < self.since:
            return False
        return not self.regions or bool(paid.regions & self.regions)


UNION = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())

PLACES: Sequence[Place] = (
    Place(
        code="EU", name="European Union", countries=UNION, shows=Shows.ALWAYS, since=date(2025, 10, 10), checked=True,
        law="Regulation (EU) 2024/900, Art. 12(1)(a) and (b): the notice names the sponsor and who pays, natural persons too; applies from 10 October 2025.",
    ),
    Place(
        code="US", name="United States, federal elections", countries=frozenset({"US"}), shows=Shows.ABOVE, above=Decimal(200), currency="USD", years=2,
        checked=True,
        law="11 CFR 104.8: individuals are itemised by name once they gave more than 200 USD in the election cycle (authorised committees) or calendar "
        "year (others); the longer one is taken here.",
    ),
    Place(
        code="US-WA", name="Washington State", countries=frozenset({"US"}), regions=frozenset({"Washington", "WA", "US-WA"}), shows=Shows.ALWAYS,
        checked=True, law="WAC 390-18-050 under RCW 42.17A.345: name of the sponsor and who made the payment, whatever the sum.",
    ),
    Place(
        code="GB", name="United Kingdom", countries=frozenset({"GB"}), shows=Shows.NEVER,
        law="Elections Act 2022, Part 6: an imprint names the promoter and on whose behalf; whether it names a private payer who is neither is to be "
        "confirmed by the operator.",
    ),
    Place(
        code="CA", name="Canada", countries=frozenset({"CA"}), shows=Shows.NEVER,
        law="Canada Elections Act, s. 325.1: the register names the agent who authorised the ad; the payer's name is to be confirmed by the operator.",
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid:
    """What was spent on one ad: what is known for certain, so of a range its lower end. `day` is the first on which it was shown."""

    countries: frozenset[str]
    regions: frozenset[str] = frozenset()
    day: date | None
    currency: str
    spent: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Whether the name is shown, and by which place's law; no place where it is not."""

    shown: bool
    place: str = ""


def named(payments: Iterable[Paid], places: Sequence[Place] = PLACES) -> Named:
    """Whether a private person is named for these ads: where one place's law has it published. Where none does, they are not.

    Once a place publishes the name it is public, so it is shown on all ads of the payer. An ad aimed where the table has
    no line counts for nothing.
    """
    ads = list(payments)
    for place in places:
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for paid in ads:
            if place.shows is Shows.NEVER or not place.covers(paid):
                continue
            if place.shows is Shows.ALWAYS:
                return Named(shown=True, place=place.code)
            if paid.currency == place.currency and paid.day is not None:
                sums[place.cycle(paid.day)] += paid.spent
        if any(spent > place.above for spent in sums.values()):
            return Named(shown=True, place=place.code)
    return Named(shown=False)


def read_places(told: Iterable[dict[str, object]]) -> tuple[Place, ...]:
    """The lines that an operator confirmed, before those of the package; a line of the same code takes its place.

    Raises   ValueError for a line that cannot be read, naming it
    """
    own = []
    for line in told:
        try:
            own.append(Place(
                code=str(line["code"]), name=str(line.get("name", line["code"])), law=str(line["law"]), shows=Shows(str(line["shows"])),
                countries=frozenset(words(line["countries"])), regions=frozenset(words(line.get("regions", []))),
                above=Decimal(str(line.get("above", "0"))), currency=str(line.get("currency", "")), years=int(str(line.get("years", 1))),
                since=date.fromisoformat(str(line.get("since", "0001-01-01"))), checked=line.get("confirmed") is True,
            ))  # fmt: skip
        except (KeyError, ArithmeticError, TypeError) as error:
            raise ValueError(
                f"a place {line.get('code', 'without a code')}: {error} is missing or cannot be read"
            ) from error
    codes = {place.code for place in own}
    return (*own, *(place for place in PLACES if place.code not in codes))


def words(value: object) -> list[str]:
    """A list of short texts."""
    if not isinstance(value, list):
        raise TypeError(value)
    return [str(one) for one in value]
