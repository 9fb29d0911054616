"""What a company published about the ads of 2015 to 2017, beside what can be counted over the ads themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hustings.report.counting import ask
from hustings.report.counting.basis import Basis
from hustings.report.counting.figure import Figure

__all__ = ["PARAMETERS", "PUBLISHED", "Published", "beside"]

# The release writes Pacific time; an ad made on that day counts as up to it.
PARAMETERS = {"election_day": "2016-11-08"}


@dataclass(frozen=True, kw_only=True)
class Published:
    """A statement, when it was made and to whom, and the figures that are put beside it.

    say    words for the value of those figures, with {name} or {name[part]} where one stands
    """

    statement: str
    source: str
    figures: tuple[str, ...]
    say: str


OCTOBER = "Facebook, 2 October 2017"
SENATE = "Facebook to the Senate, January 2018"
PUBLISHED = (
    Published(statement="more than 3,000 ads", source=OCTOBER, figures=("ads",), say="{ads} ads"),
    Published(statement="roughly 25 % of the ads were never shown", source=OCTOBER, figures=("never-shown",),
              say="{never-shown[share]} have no impressions ({never-shown[ads]} of {never-shown[of]})"),
    Published(statement="for 50 % of the ads, less than 3 dollars was spent", source=OCTOBER, figures=("under-3-dollars",), say="{under-3-dollars[share]}"),
    Published(statement="for 99 % of the ads, less than 1,000 dollars was spent", source=OCTOBER, figures=("under-1000-dollars",),
              say="{under-1000-dollars[share]}"),
    Published(statement="about 100,000 dollars were spent", source="Facebook, 6 September 2017", figures=("spend-in-dollars", "spend"),
              say="about {spend-in-dollars} dollars: {spend}"),
    Published(statement="44 % of the impressions were before the election of 8 November 2016", source=OCTOBER, figures=("shown-before",),
              say="at most {shown-before[share]}: all of an ad counts on the day it was made"),
    Published(statement="about 10 million people in the United States saw at least one (11.4 million in the later testimony)", source=OCTOBER,
              figures=("people", "impressions"), say="{people}; the ads were shown {impressions} times"),
    Published(statement="129 events; about 338,300 saw them, 62,500 said they would go, 25,800 were interested", source=SENATE,
              figures=("gatherings", "gathering-ads", "gathering-viewers", "gathering-going"),
              say="{gathering-ads} ads lead to {gatherings} events; who saw them: {gathering-viewers}; who said they would go: {gathering-going}"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A published statement with ours."""

    published: Published
    ours: str
    figures: tuple[Figure, ...]

    @property
    def derivable(self) -> bool:
        """Whether the first figure, which is the one that was published, has a value."""
        return self.figures[0].derivable


def beside(basis: Basis) -> list[Beside]:
    """Each published statement with the figures over these rows."""
    found = []
    for one in PUBLISHED:
        figures = tuple(ask(name, basis, PARAMETERS) for name in one.figures)
        values = {figure.name: Shown(figure) for figure in figures}
        found.append(Beside(published=one, ours=said(one.say, values), figures=figures))
    return found


class Shown:
    """A figure in a sentence: whole, or a part of it."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def __str__(self) -> str:
        return self.figure.text()

    def __getitem__(self, part: str) -> str:
        return self.figure.text(part) if isinstance(self.figure.value, Mapping) else self.figure.text()


def said(words: str, values: Mapping[str, Shown]) -> str:
    """The sentence with its figures."""
    return words.format_map(values)
