"""What a season is made from: how many, how strong, how long."""

__all__ = ["LARGEST_ACTORS", "STYLES", "SeasonSettings"]

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from hustings.errors import BadInput, Problem

# Campaign number n has style n modulo seven, so that seven campaigns show every style.
STYLES = ("burst", "relay", "slow", "camouflaged", "piggyback", "mixed", "framing")

# Beyond this the season no longer fits in the memory of a laptop (10M rows, 6 GB).
LARGEST_ACTORS = 500_000
MOST_CAMPAIGNS = 5_000


@dataclass(frozen=True, kw_only=True)
class SeasonSettings:
    """The size and shape of a season.

    actors      ordinary people's accounts; newsrooms, parties and campaigns come on top
    campaigns   planted covert campaigns, styles in turn
    strength    scales how often a campaign acts; 1.0 is easy to see, 0.25 is hard
    days        length of the season; election day is the last day
    """

    actors: int = 3_000
    campaigns: int = 7
    strength: float = 1.0
    days: int = 42

    # A Monday; the zones and weekends of everybody hang on it. No real election is meant.
    first_day: datetime = datetime(2026, 3, 2, tzinfo=UTC)

    def __post_init__(self) -> None:
        problems = [
            Problem(where=where, found=str(found), expected=expected, do="Give another value.")
            for where, found, good, expected in (
                ("actors", self.actors, 60 <= self.actors <= LARGEST_ACTORS, f"60 to {LARGEST_ACTORS}"),
                ("campaigns", self.campaigns, 0 <= self.campaigns <= MOST_CAMPAIGNS, f"0 to {MOST_CAMPAIGNS}"),
                ("strength", self.strength, 0 < self.strength <= 10, "above 0, at most 10"),
                ("days", self.days, 7 <= self.days <= 400, "7 to 400"),
            )
            if not good
        ]
        if problems:
            raise BadInput("This season cannot be made.", problems)

    @property
    def start(self) -> int:
        """First moment, microseconds UTC."""
        return int(self.first_day.timestamp()) * 1_000_000

    @property
    def end(self) -> int:
        """First moment after election day, microseconds UTC."""
        return int((self.first_day + timedelta(days=self.days)).timestamp()) * 1_000_000

    def as_json(self) -> dict[str, object]:
        """The settings as JSON values."""
        return {**asdict(self), "first_day": self.first_day.date().isoformat()}
