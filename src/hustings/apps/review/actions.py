"""What people do with work that waits, in one place for whoever calls: ask, hold, decide, undo, appeal."""

from __future__ import annotations

from hustings.apps.review.asking import appeal, ask, cancel
from hustings.apps.review.deciding import decide, decide_and_claim, take_back, undo
from hustings.apps.review.harm import Harm
from hustings.apps.review.holding import Claimed, claim, escalate, heartbeat, put_on_hold, recuse, release, take_up

__all__ = [
    "Claimed",
    "Harm",
    "appeal",
    "ask",
    "cancel",
    "claim",
    "decide",
    "decide_and_claim",
    "escalate",
    "heartbeat",
    "put_on_hold",
    "recuse",
    "release",
    "take_back",
    "take_up",
    "undo",
]
