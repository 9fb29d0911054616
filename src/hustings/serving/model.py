"""Whether the door's political model can be read by this version of Hustings."""

from __future__ import annotations

__all__ = ["unusable"]

from pathlib import Path

from hustings.errors import BadInput


def unusable(place: Path) -> str:
    """Why the model cannot be used, or nothing."""
    from hustings.screening.political import Politics  # noqa: PLC0415 - slow to load, and seldom needed

    if not place.exists():
        return "there is none"
    try:
        Politics.load(place)
    except BadInput as error:
        return "; ".join(f"{problem.where}: {problem.found}" for problem in error.problems) or str(error)
    return ""
