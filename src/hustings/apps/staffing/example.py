"""Assumptions to begin with where nobody wrote any: figures to be replaced, not measured here."""

from __future__ import annotations

from typing import Any

__all__ = ["EXAMPLE"]

EXAMPLE: dict[str, Any] = {
    "kinds": [
        {"name": "complaint", "handling_minutes": 3.0, "due_minutes": 15.0, "promise": "taken up", "urgent": True},
        {"name": "ad at the door", "handling_minutes": 4.0, "due_minutes": 1440.0, "second_looks": 0.3, "differ": 0.1},
        {"name": "account", "handling_minutes": 15.0, "due_minutes": 4320.0, "second_looks": 1.0, "differ": 0.1},
    ],
    "crews": [
        {"name": "English", "languages": ["en"], "people": 20, "hire_weeks": 6, "train_weeks": 3},
        {"name": "Spanish", "languages": ["en", "es"], "people": 5, "hire_weeks": 8, "train_weeks": 3},
    ],
    "elections": [],
    "everyday": [{"kind": "ad at the door", "language": "en", "a_day": 300.0}],
}
