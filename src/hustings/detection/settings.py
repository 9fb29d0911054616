"""What a run of `detect` can be told; the defaults serve every data set that we know."""

__all__ = ["DetectSettings"]

from dataclasses import dataclass
from datetime import timedelta

SECOND = 1_000_000


@dataclass(frozen=True, kw_only=True)
class DetectSettings:
    """The settings of one run.

    window       closer than this is close
    horizon      within this two posts of the same thing are compared at all: the null model's clocks agree
                 to it and no better (default: 30 windows)
    rate         false discovery rate of links over all pairs
    member_share, content_share   the share of `rate` allowed among the members named on timing, on content:
                 an actor that is named deserves more care than a line in a picture
    order        least chance of an actor's place in the order of posts; below it, it led or was copied
    smallest     fewest members of a finding
    rarest       traces left by more actors than this say nothing on content
    fewest       fewest rare traces that link two actors on content
    most_pairs   most pairs of posts within the horizon that are looked at; the busiest traces are left out beyond it
    seed         of the search for communities
    """

    window: timedelta = timedelta(seconds=60)
    horizon: timedelta | None = None
    rate: float = 0.05
    member_share: float = 0.6
    content_share: float = 0.8
    order: float = 0.05
    smallest: int = 3
    rarest: int = 50
    fewest: int = 3
    most_pairs: int = 25_000_000
    seed: int = 0

    @property
    def window_us(self) -> int:
        """The window in microseconds."""
        return round(self.window.total_seconds() * SECOND)

    @property
    def member_rate(self) -> float:
        """False discovery rate among the candidates of a group on timing."""
        return self.member_share * self.rate

    @property
    def content_rate(self) -> float:
        """False discovery rate among the candidates of a group on content."""
        return self.content_share * self.rate

    @property
    def horizon_us(self) -> int:
        """The horizon in microseconds."""
        return 30 * self.window_us if self.horizon is None else round(self.horizon.total_seconds() * SECOND)

    def as_dict(self) -> dict[str, float | int]:
        """For `run.json`: times in seconds."""
        return {
            "window_s": self.window_us / SECOND, "horizon_s": self.horizon_us / SECOND, "fdr": self.rate,
            "member_fdr": self.member_rate, "content_fdr": self.content_rate, "order": self.order, "smallest": self.smallest, "rarest": self.rarest, "fewest": self.fewest, "most_pairs": self.most_pairs,
            "seed": self.seed,
        }  # fmt: skip
