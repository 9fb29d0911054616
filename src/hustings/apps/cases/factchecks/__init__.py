"""Fact-checks of newsrooms: read from their feeds, compared with ads and what findings share, told as leads."""
