"""What the worker does about jobs whose worker was ended in the middle: they begin anew, a few times.

Until then such a job counts as being done, and everything behind its lock waits: nothing would be delivered any more.
"""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

__all__ = ["GONE", "MOST", "run_lost"]

GONE = 60  # seconds without a sign of life; a worker gives one every ten
MOST = 3  # times that a job is begun: one that ends its worker each time is not what is wrong with the worker


@app.periodic(cron="* * * * *")
@app.task(name="lost_jobs", queue="upkeep", queueing_lock="lost_jobs", pass_context=False)
async def run_lost(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Let every job begin anew that no living worker does; what was begun too often has failed."""
    jobs = app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=GONE):
        again = job.attempts + 1 < MOST
        if again:
            try:
                await jobs.retry_job(job)
            except UniqueViolation:
                again = False  # the same was asked for meanwhile; it waits behind the lock of this one
        if not again:
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
