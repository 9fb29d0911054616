"""Whether an ad is political: words, concepts and manner weighed by a linear model that says what it went by."""

__all__ = ["Extra", "Political", "Politics"]

from hustings.screening.political.extra import Extra
from hustings.screening.political.politics import Political, Politics
