"""The Internet Research Agency's ads as the US House committee released them, 2015 to 2017."""

__all__ = ["Totals", "from_table", "read_line", "totals"]

from hustings.connectors.ira_ads.release import from_table, read_line
from hustings.connectors.ira_ads.totals import Totals, totals
