"""What the worker does for the quality of review: it puts gold and the looks of samples among the work."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.review.quality.planting import plant_all

__all__ = ["run_plant"]


# At an odd minute, apart from the hourly jobs.
@app.periodic(cron="7,27,47 * * * *")
@app.task(name="review_plant", queue="review", queueing_lock="review_plant", lock="review_plant")
def run_plant(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Plant."""
    plant_all()
