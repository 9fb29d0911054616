"""Real-world gatherings that ads call people to: which ads, where, when, and which of them stand against each other."""

__all__ = ["Gathering", "OpposedGatherings", "gatherings", "opposed_gatherings"]

from hustings.screening.gathering.gathering import Gathering, gatherings
from hustings.screening.gathering.opposed import OpposedGatherings, opposed_gatherings
