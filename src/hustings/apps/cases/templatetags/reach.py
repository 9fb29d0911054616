"""How shares of reach are written."""

from __future__ import annotations

from django import template

__all__ = ["share"]

register = template.Library()


@register.filter
def share(value: float | None) -> str:
    """A share as 43.7 %; what is not known in words."""
    return "not known" if value is None else f"{value:.1%}".replace("%", " %")
