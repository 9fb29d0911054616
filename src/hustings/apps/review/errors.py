"""Why a claim or a decision does not count, each with what to do."""

from __future__ import annotations

from hustings.errors import HustingsError

__all__ = ["LeaseLost", "Outdated", "ReviewError"]


class ReviewError(HustingsError):
    """Base of what can go wrong with work that somebody holds."""

    code = "review_error"


class LeaseLost(ReviewError):
    """The claim is over: its time ran out, it was put back, or somebody else holds the work now."""

    code = "lease_lost"

    def __init__(self) -> None:
        super().__init__(
            "You no longer hold this: the time ran out, or somebody else took it. Nothing was decided. "
            "Take the next one; if nobody has decided this one, it comes back."
        )


class Outdated(ReviewError):
    """What was seen is no longer what stands: the subject changed, and is asked about anew."""

    code = "outdated"

    def __init__(self) -> None:
        super().__init__(
            "This changed while you looked at it. Nothing was decided; the new version waits for a decision of its own."
        )
