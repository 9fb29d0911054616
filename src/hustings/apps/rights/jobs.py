"""What the worker does for rights audits: it puts matched texts among the work, and takes what was decided."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from hustings.apps.rights.detecting import detect_sides
from hustings.apps.rights.planting import plant_variants

__all__ = ["run_detection", "run_variants"]


# At an odd minute, apart from what else is put among the work.
@app.periodic(cron="13,33,53 * * * *")
@app.task(name="rights_variants", queue="review", queueing_lock="rights_variants", lock="rights_variants")
def run_variants(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Plant and take."""
    plant_variants()


@app.task(name="rights_detection", queue="sweeps")
def run_detection(audit: str) -> None:
    """Search a season once for each side."""
    detect_sides(UUID(audit))
