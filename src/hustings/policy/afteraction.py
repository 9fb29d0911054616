"""Looking back: why something was missed, which change would have found it, and when that counts as shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Cause", "Found", "MissState", "ReplayState", "Settings", "shows"]


class Cause(StrEnum):
    """Why something was not found in time, and so what a change is about."""

    COVERAGE = "coverage"
    LANGUAGE = "language"
    THRESHOLD = "threshold"
    RULE = "rule"
    STAFFING = "staffing"
    PROCESS = "process"
    SHARING = "sharing"
    UNSEEN = "nothing to see"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return CAUSES[self]

    @property
    def replayed(self) -> bool:
        """Whether a change of this kind can be shown by searching again."""
        return self in {Cause.COVERAGE, Cause.LANGUAGE, Cause.THRESHOLD, Cause.RULE}


CAUSES = {
    Cause.COVERAGE: "Nobody searched there: a platform, a country, a kind of election or of account.",
    Cause.LANGUAGE: "It was in a language that nobody and nothing read.",
    Cause.THRESHOLD: "It was searched, and stayed below what counts as found.",
    Cause.RULE: "It was searched for something else than what they did.",
    Cause.STAFFING: "It was found by a machine, and nobody had the time, the language or the clearance to look.",
    Cause.PROCESS: "Somebody saw it, and it went no further.",
    Cause.SHARING: "Somebody else knew, and did not tell, or told and was not heard.",
    Cause.UNSEEN: "Nothing that could lawfully be looked at showed it then.",
}


class MissState(StrEnum):
    """Where a vulnerability stands."""

    OPEN = "open"
    CLOSED = "closed"
    ACCEPTED = "accepted"  # it stays, and somebody says why


class ReplayState(StrEnum):
    """Where a replay stands."""

    ASKED = "asked for"
    AGREED = "agreed"
    REFUSED = "refused"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a search is told: seconds that count as close and within which posts are compared, and its rate of error."""

    window: float = 60.0
    horizon: float | None = None
    fdr: float = 0.05

    def arguments(self) -> list[str]:
        """As `hustings detect` takes them."""
        given = ["--window", f"{self.window:g}s", "--fdr", f"{self.fdr:g}"]
        return given if self.horizon is None else [*given, "--horizon", f"{self.horizon:g}s"]

    def as_json(self) -> dict[str, Any]:
        """To be kept."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found, and of what was missed.

    findings, actors   groups found, and actors in them: what people would have had to look at
    missed             of the actors that were missed, how many are in the table at all
    of_missed          of these, how many are in any finding
    together           of these, how many are in the one finding that holds most of them
    """

    findings: int
    actors: int
    missed: int
    of_missed: int
    together: int

    @classmethod
    def of(cls, members: Iterable[tuple[str, Any]], missed: Iterable[Any], present: int) -> Found:
        """From (finding, actor) of each member, and the actors that were missed, of whom so many are in the table."""
        sought = set(missed)
        by_finding: dict[str, set[Any]] = {}
        for finding, actor in members:
            by_finding.setdefault(finding, set()).add(actor)
        everyone = set().union(*by_finding.values()) if by_finding else set()
        return cls(
            findings=len(by_finding),
            actors=len(everyone),
            missed=present,
            of_missed=len(everyone & sought),
            together=max((len(held & sought) for held in by_finding.values()), default=0),
        )

    @classmethod
    def read(cls, kept: Mapping[str, int]) -> Found:
        """As it was kept."""
        return cls(**kept)

    def as_json(self) -> dict[str, int]:
        """To be kept."""
        return asdict(self)


def shows(before: Found, after: Found) -> bool:
    """Whether a replay shows that the change finds what was missed: more than half of it in one finding, as before it was not.

    Limits   it says nothing of what else the change brings up: look at how many findings and actors there are then
    """
    most = after.missed // 2 + 1
    return after.missed > 0 and after.together >= most > before.together
