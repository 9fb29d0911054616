"""What people do with work that waits, in one place for whoever calls: ask, hold, decide, undo, appeal."""

from __future__ import annotations

from hustings.apps.review.asking import appeal, ask, cancel
from hustings.apps.review.deciding import decide, decide_and_claim, undo
from hustings.apps.review.holding import Claimed, claim, heartbeat, recuse, release

__all__ = [
    "Claimed",
    "appeal",
    "ask",
    "cancel",
    "claim",
    "decide",
    "decide_and_claim",
    "heartbeat",
    "recuse",
    "release",
    "undo",
]
