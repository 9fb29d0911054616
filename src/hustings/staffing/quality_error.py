"""The four ways in which a decision can be wrong, told from what would have been right."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ErrorKind", "kind_of"]


class ErrorKind(StrEnum):
    """How a decision was wrong."""

    FALSE_POSITIVE = "false positive"
    FALSE_NEGATIVE = "false negative"
    WRONG_SELECTION = "wrong selection"
    TECHNICAL = "technical"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return {
            ErrorKind.FALSE_POSITIVE: "Something was taken away that may stay.",
            ErrorKind.FALSE_NEGATIVE: "Something was left that the policy does not allow.",
            ErrorKind.WRONG_SELECTION: "Rightly left or rightly taken away, by another outcome or for another reason than holds.",
            ErrorKind.TECHNICAL: "What was decided is not what the person meant or could see: a slip, or a page that showed too little.",
        }[self]


def kind_of(
    decided: tuple[str, str], right: tuple[str, str], *, removing: frozenset[str], technical: bool = False
) -> ErrorKind | None:
    """How a decision (outcome, reason) is wrong against the right one; None where it is right.

    removing    outcomes that take something away
    technical   somebody looked and said that it was a slip or the page: no rule can tell

    Limits   one right reason is known; where two hold alike, the other one counts as a wrong selection
    """
    if decided == right:
        return None
    if technical:
        return ErrorKind.TECHNICAL
    took, should = decided[0] in removing, right[0] in removing
    if took and not should:
        return ErrorKind.FALSE_POSITIVE
    if should and not took:
        return ErrorKind.FALSE_NEGATIVE
    return ErrorKind.WRONG_SELECTION
