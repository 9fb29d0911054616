"""Figures as stored queries: counted over rows as they stood at a moment, the same value whenever they are asked again."""

from hustings.report.counting import assets, bought, enforced, gathered  # noqa: F401 - each registers its queries
from hustings.report.counting.registry import QUERIES, ask, beneath

__all__ = ["QUERIES", "ask", "beneath"]
