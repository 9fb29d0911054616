"""Fact-checks as newsrooms publish them: schema.org ClaimReview, alone, in a list, a graph or a data feed."""

__all__ = ["LARGEST", "MOST", "Feed", "Review", "read_feed"]

from hustings.exchange.claimreview.feed import LARGEST, MOST, Feed, read_feed
from hustings.exchange.claimreview.review import Review
