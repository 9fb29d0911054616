"""Which accounts were made in one burst."""

__all__ = ["CREATED_BURST"]

import pyarrow as pa

from hustings.detection.signals.bursts import burst_rows
from hustings.detection.signals.signal import Signal, SignalSettings


def created_burst_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two accounts were made in one burst.

    Reads    `created`, when the account was made (of several, the first).
    Burst    of accounts of one platform in the table: more within ten minutes (`burst`) than the two hours before, the
             two hours after and the day around make likely, with a chance of 0.05 (`burst_rate`) over all accounts; three at least.
    Trace    the platform and the minute in which the burst begins.
    At       an account is made once: one row each, at the minute it was made, whose content is the trace itself.
             Whoever belongs to a burst is near the others by that alone, so timing is not asked; content is.
    Limits   a campaign to join, an exodus from another platform, a television programme fills a platform within
             minutes. Only accounts that posted are seen. A single shared burst links nobody (three rare traces do).

    Example
        platform | actor | content | at       | created
        x        | ann   | 1       | 12:00:10 | 2026-03-01 07:00:10
        x        | bob   | 2       | 12:00:15 | 2026-03-01 07:02:50
        x        | cem   | 3       | 12:00:20 | 2026-03-01 07:05:00
        x        | cem   | 4       | 12:00:30 | 2026-03-01 07:05:00
        x        | dan   | 5       | 12:00:25 | 2024-05-05 10:00:00
    gives
        platform | actor | trace              | content            | at
        x        | ann   | x 2026-03-01T07:00 | x 2026-03-01T07:00 | 2026-03-01 07:00:00
        x        | bob   | x 2026-03-01T07:00 | x 2026-03-01T07:00 | 2026-03-01 07:02:00
        x        | cem   | x 2026-03-01T07:00 | x 2026-03-01T07:00 | 2026-03-01 07:05:00
    """
    made = posts.filter(posts["created"].is_valid()).group_by(["platform", "actor"]).aggregate([("created", "min")])
    who = pa.table({"platform": made["platform"], "actor": made["actor"], "at": made["created_min"]})
    return burst_rows(who, "created_burst", settings)


CREATED_BURST = Signal(
    kind="created_burst", title="Accounts made in one burst", needs=("created",), make=created_burst_traces,
    by_post=False,
)  # fmt: skip
