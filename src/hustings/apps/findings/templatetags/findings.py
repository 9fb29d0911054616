"""How figures of findings are written."""

from __future__ import annotations

from django import template

__all__ = ["chance"]

register = template.Library()


@register.filter
def chance(value: float) -> str:
    """A probability for people: 0.013, or one in how many."""
    if value >= 0.001:
        return f"{value:.3f}"
    if value <= 1e-12:
        return "under one in a million million"
    return f"one in {1 / value:,.0f}"
