"""What the law of the places where an ad is shown says of it: bans, silence before the vote, sponsors from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hustings.apps.ads.models import Ad

__all__ = ["barred_on", "law_hits"]


def law_hits(ad: Ad, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the law says."""
    return []


def barred_on(ad: Ad, at: datetime) -> bool:
    """Whether it bars the ad."""
    return False
