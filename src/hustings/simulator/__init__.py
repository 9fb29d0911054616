"""An election season that never happened: people, newsrooms, parties and planted campaigns, with labels."""

from hustings.simulator.season import Season, simulate
from hustings.simulator.settings import STYLES, SeasonSettings

__all__ = ["STYLES", "Season", "SeasonSettings", "simulate"]
