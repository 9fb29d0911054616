"""How much work an election will bring, by week, kind and language, from what earlier elections brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from hustings.errors import BadInput, Problem

__all__ = ["Coming", "Counted", "Expected", "FIRST_DAY", "Forecast", "LAST_DAY", "Model", "learn", "week_of"]

# Days from the day of voting: half a year before to two weeks after.
FIRST_DAY, LAST_DAY = -182, 20
WEEKS = range(FIRST_DAY // 7, LAST_DAY // 7 + 1)
# With fewer elections than these nobody can tell how much they differ; then this spread of the logarithm is assumed
# (19 of 20 elections between a quarter and four times the mean), said beside each figure.
ENOUGH, ASSUMED = 3, 0.7


def week_of(day: int) -> int:
    """The week of a day counted from the day of voting: week -1 ends the day before, week 0 begins with it."""
    return day // 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """So many items of a kind in a language came in on a day of an earlier election (`day` 0 is the day of voting)."""

    election: str
    country: str
    electorate_millions: float
    day: int
    kind: str
    language: str
    items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """An election to come. `languages` are parts of its work; without them, those of its country's earlier elections."""

    country: str
    electorate_millions: float
    languages: Mapping[str, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """Items of a kind in a language in a week. Between `low` and `high` it lies with the chance that was asked for.

    parts   of the week's items on each of its days, the first day of the week first
    """

    week: int
    kind: str
    language: str
    low: float
    middle: float
    high: float
    parts: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """What an election will bring, and what that rests on."""

    rows: tuple[Expected, ...]
    level: float
    elections: int
    assumed_spread: bool

    def by_week(self) -> dict[int, list[Expected]]:
        """Its rows by week."""
        told: dict[int, list[Expected]] = defaultdict(list)
        for row in self.rows:
            told[row.week].append(row)
        return dict(told)

    @property
    def limits(self) -> str:
        """What the figures do not show, in a sentence."""
        if self.assumed_spread:
            return (
                f"It rests on {self.elections} earlier election{'s' * (self.elections != 1)}, too few to see how much "
                "elections differ: an assumed spread stands in, and the interval is no better than that."
            )
        return (
            f"It rests on {self.elections} earlier elections and takes the next for one of their sort; a platform that "
            "grew, a rule that changed or a campaign without example lies outside of it."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Items of a kind for a million who may vote: mean and spread of the logarithm over elections, and of single weeks."""

    mean: float
    between: float
    weekly: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What was learnt: size, shape over the weeks and languages of each kind."""

    elections: int
    sizes: Mapping[str, Size]
    shape: Mapping[tuple[str, int], float]
    parts: Mapping[tuple[str, int], tuple[float, ...]]
    languages: Mapping[str, Mapping[str, float]]

    def forecast(self, coming: Coming, *, level: float = 0.8) -> Forecast:
        """What an election to come brings, week by week.

        Gives    rows ordered by week, kind, language; the middle is the median
        Limits   all kinds are taken to be high together, so sums of `high` are on the safe side
        Raises   BadInput
        """
        wrong = []
        if not 0 < level < 1:
            wrong.append(_wrong("level", level, "a chance between 0 and 1"))
        if not 0 < coming.electorate_millions < 5_000:
            wrong.append(_wrong("electorate_millions", coming.electorate_millions, "millions of people who may vote"))
        parts = coming.languages or self.languages.get(coming.country) or self.languages[""]
        if not parts or any(part < 0 for part in parts.values()) or not sum(parts.values()):
            wrong.append(_wrong("languages", dict(parts), "at least one language with a part above 0"))
        if wrong:
            raise BadInput("Nothing can be forecast.", wrong)
        whole = sum(parts.values())
        assumed = self.elections < ENOUGH
        # As sure as the mean of few elections is: Student's t, and one over n more variance.
        far = float(ndtri(0.5 + level / 2) if assumed else stdtrit(self.elections - 1, 0.5 + level / 2))
        rows = []
        for week in WEEKS:
            for kind, size in sorted(self.sizes.items()):
                mean = exp(size.mean) * coming.electorate_millions * self.shape.get((kind, week), 0.0)
                for language, part in sorted(parts.items()):
                    middle = mean * part / whole
                    if middle <= 0:
                        continue
                    spread = sqrt(size.between**2 * (1 + 1 / self.elections) + size.weekly**2 + 1 / max(middle, 0.25))
                    rows.append(Expected(
                        week=week, kind=kind, language=language, low=middle * exp(-far * spread), middle=middle,
                        high=middle * exp(far * spread), parts=self.parts[kind, week],
                    ))  # fmt: skip
        return Forecast(rows=tuple(rows), level=level, elections=self.elections, assumed_spread=assumed)


def learn(history: Iterable[Counted]) -> Model:
    """Learn from earlier elections how much comes when, in which language.

    Items of a kind for a million voters differ from election to election by a factor (its logarithm normal), their
    course over the weeks is the same for all but for a factor of each week, and both are measured on the history.

    Reads    a row per day, kind and language with items; days without a row had none. Days outside half a year before
             to three weeks after are left out
    Limits   the size of the electorate is all that tells one election from another; the course is a mean of few
    Raises   BadInput where there is nothing to learn from, or an election has two sizes
    """
    items: dict[tuple[str, str, int], int] = defaultdict(int)
    days: dict[tuple[str, int], int] = defaultdict(int)
    languages: dict[tuple[str, str], int] = defaultdict(int)
    voters: dict[str, float] = {}
    wrong: list[Problem] = []
    for row in history:
        if voters.setdefault(row.election, row.electorate_millions) != row.electorate_millions:
            wrong.append(_wrong(
                f"electorate_millions of {row.election}", row.electorate_millions, f"{voters[row.election]:g} in each row"
            ))  # fmt: skip
        if row.items < 0 or row.electorate_millions <= 0:
            wrong.append(_wrong(f"{row.election}, day {row.day}", row.items, "items and voters above 0"))
        if FIRST_DAY <= row.day <= LAST_DAY:
            items[row.election, row.kind, week_of(row.day)] += row.items
            days[row.kind, row.day] += row.items
            languages[row.country, row.language] += row.items
    kinds = sorted({kind for _, kind, _ in items})
    if not wrong and not sum(items.values()):
        wrong.append(_wrong("history", "no items", "items of at least one earlier election"))
    if wrong:
        raise BadInput("There is nothing to learn from.", wrong[:20])
    sizes, shape, parts = {}, {}, {}
    for kind in kinds:
        table = np.array([[items[election, kind, week] for week in WEEKS] for election in voters], dtype=float)
        size, course = _size(table, np.array(list(voters.values())))
        sizes[kind] = size
        for place, week in enumerate(WEEKS):
            shape[kind, week] = float(course[place])
            # Three items a day beside those seen keep a week with few from looking like one busy day.
            seven = [days[kind, day] + 3 for day in range(7 * week, 7 * week + 7)]
            parts[kind, week] = tuple(each / sum(seven) for each in seven)
    return Model(elections=len(voters), sizes=sizes, shape=shape, parts=parts, languages=_languages(languages))


def _size(table: NDArray[np.float64], voters: NDArray[np.float64]) -> tuple[Size, NDArray[np.float64]]:
    """Size and course of one kind from its items by election and week."""
    many = len(voters)
    # Half an item keeps the logarithm of an election without any.
    logs = np.log((table.sum(axis=1) + 0.5) / voters)
    if many < ENOUGH:
        between = ASSUMED
    else:
        # What counting by chance adds to the spread is not the elections'.
        by_chance = float(np.mean(1 / (table.sum(axis=1) + 0.5)))
        between = sqrt(max(float(np.var(logs, ddof=1)) - by_chance, 0.0))
    parts = (table + 0.02) / (table + 0.02).sum(axis=1, keepdims=True)
    course = parts.mean(axis=0)
    course /= course.sum()
    fitted = table.sum(axis=1, keepdims=True) * course
    seen = (fitted >= 5) & (table > 0)
    if seen.sum() > many:
        off = np.log(table[seen] / fitted[seen])
        weekly = sqrt(max(float(np.mean(off**2 - 1 / fitted[seen])) * many / max(many - 1, 1), 0.0))
    else:
        weekly = ASSUMED
    return Size(mean=float(logs.mean()), between=between, weekly=weekly), course


def _languages(counted: Mapping[tuple[str, str], int]) -> dict[str, dict[str, float]]:
    """Parts of languages by country; "" is all countries together."""
    parts: dict[str, dict[str, float]] = {"": defaultdict(float)}
    for (country, language), items in sorted(counted.items()):
        parts.setdefault(country, {})[language] = float(items)
        parts[""][language] += items
    return {
        country: {language: items / sum(of.values()) for language, items in of.items()}
        for country, of in parts.items()
        if sum(of.values())
    }


def _wrong(where: str, found: object, expected: str) -> Problem:
    return Problem(where=where, found=str(found), expected=expected, do="Mend the figure.")
