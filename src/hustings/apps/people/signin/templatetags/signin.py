"""What the pages of sign-in need in their templates."""

from __future__ import annotations

import json
from typing import Any

from django import template

__all__ = ["register"]

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON, for a data attribute: the template escapes it, and no script stands in the page."""
    return json.dumps(value)
