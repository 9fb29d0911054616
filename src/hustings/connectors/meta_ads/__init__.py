"""Meta's Ad Library: single ads as its interface answers them, and the daily report of pages and amounts."""

__all__ = ["read_api_ad", "read_report", "read_share"]

from hustings.connectors.meta_ads.api import read_api_ad, read_share
from hustings.connectors.meta_ads.report import read_report
