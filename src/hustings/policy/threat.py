"""The words of a threat assessment: how capable an actor is, and what an assessment has to say before it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from hustings.errors import Problem

__all__ = ["Capability", "problems_of"]

FEWEST_WORDS = 5


class Capability(StrEnum):
    """What an actor could do, whatever it means to do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "not known"

    @property
    def sentence(self) -> str:
        """What the word means here."""
        return SENTENCES[self]


SENTENCES = {
    Capability.LOW: "A few accounts of its own, found within days.",
    Capability.MEDIUM: "Networks on several platforms or bought reach, found within weeks.",
    Capability.HIGH: "Networks, money, people on the spot or stolen material, and patience; found late or by others.",
    Capability.UNKNOWN: "Nobody here has seen enough to say.",
}


def problems_of(summary: str, gaps: str, why: str, actors: int, methods: Sequence[str]) -> list[Problem]:
    """Everything that an assessment lacks, at once. That nobody is known is an assessment too, where it says how one looked."""
    found = [
        Problem(where=where, found=repr(text[:60]), expected=f"at least {FEWEST_WORDS} words: {example}", do="Say it in full.")
        for where, text, example in (
            ("summary", summary, "who may do what to whom, and how likely that is"),
            ("gaps", gaps, "what nobody could look at, and what would change this"),
            ("why", why, "what the confidence rests on"),
        )
        if len(text.split()) < FEWEST_WORDS
    ]  # fmt: skip
    if actors and not methods:
        found.append(Problem(where="methods", found="none", expected="what these actors are likely to do, by DISARM", do="Choose at least one."))  # fmt: skip
    return found
