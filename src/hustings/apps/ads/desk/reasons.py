"""What the reason codes of decisions about advertisers say to an advertiser."""

from __future__ import annotations

from hustings.apps.review.models import Reason

__all__ = ["told"]

ALWAYS = {
    "decision undone": "A decision was undone; somebody else looks again.",
    "appeal": "Your appeal is being decided.",
    "suspended": "A doubt is being looked into. Your ads are paused until it is settled.",
    "doubt settled": "The doubt is settled.",
}


def told(code: str) -> str:
    """The sentence for an advertiser; empty for a code that needs none."""
    if not code:
        return ""
    if code in ALWAYS:
        return ALWAYS[code]
    found = Reason.objects.filter(
        code=code, policy__name__in=["advertisers", "revoking an authorisation", "suspending an advertiser"]
    )
    reason = found.order_by("-policy__version").first()
    return reason.told if reason is not None else ""
