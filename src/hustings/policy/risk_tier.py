"""How much work an election is worth ahead of its day: stated factors, and the tier that a table proposes; a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

__all__ = ["ANSWERS", "Factor", "Proposal", "Tier", "proposed", "unknown_answers"]


class Tier(IntEnum):
    """1 is the most work."""

    FIRST = 1
    SECOND = 2
    THIRD = 3

    @property
    def sentence(self) -> str:
        """What it means, for a page and for the docs."""
        return SENTENCES[self]


SENTENCES = {
    Tier.FIRST: "The whole plan: searches in every language, red-team scenarios, an exercise, an operations room around the day.",
    Tier.SECOND: "Searches in the main languages, a threat assessment, contacts and a roster around the day.",
    Tier.THIRD: "The day confirmed, rules of voting recorded, screening set, one search and a look back.",
}


class Factor(StrEnum):
    """What a judgement rests on."""

    PAST = "past operations"
    CLOSENESS = "closeness"
    LANGUAGES = "languages covered"
    PLATFORMS = "platforms"
    CAPABILITY = "capability"


# What each factor may be, weakest first; its place is what it counts.
ANSWERS: dict[Factor, tuple[str, ...]] = {
    Factor.PAST: ("none known", "suspected", "established"),
    Factor.CLOSENESS: ("one side far ahead", "open", "close"),
    Factor.LANGUAGES: ("all that voters read", "most", "few"),
    Factor.PLATFORMS: ("few voters are on those we see", "many", "most voters are on those we see"),
    Factor.CAPABILITY: ("low", "medium", "high"),
}
FIRST_FROM = 7
SECOND_FROM = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """The tier that the table proposes, and how it comes to it."""

    tier: Tier
    points: int
    why: str


def proposed(factors: Mapping[Factor, str]) -> Proposal:
    """The tier for these answers.

    Rule     0 to 2 points a factor, 0 to 10 in all: from 7 on tier 1, from 4 on tier 2, else 3. Established operations by
             somebody of high capability are tier 1 whatever else is. A factor nobody answered counts as 1, as not known.
    Limits   points are a convention that makes judgements comparable; they measure nothing
    """
    points = sum(ANSWERS[factor].index(factors[factor]) if factor in factors else 1 for factor in Factor)
    unanswered = [factor.value for factor in Factor if factor not in factors]
    if factors.get(Factor.PAST) == "established" and factors.get(Factor.CAPABILITY) == "high":
        return Proposal(tier=Tier.FIRST, points=points, why="Operations are established and whoever runs them is highly capable: tier 1 whatever else is.")  # fmt: skip
    tier = Tier.FIRST if points >= FIRST_FROM else Tier.SECOND if points >= SECOND_FROM else Tier.THIRD
    why = f"{points} of 10 points: tier 1 from {FIRST_FROM} on, tier 2 from {SECOND_FROM} on."
    if unanswered:
        why += f" Not known, and counted as 1: {', '.join(unanswered)}."
    return Proposal(tier=tier, points=points, why=why)


def unknown_answers(factors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Factors and answers that the table does not have."""
    return [
        (factor, answer) for factor, answer in sorted(factors.items())
        if factor not in set(Factor) or answer not in ANSWERS[Factor(factor)]
    ]  # fmt: skip
