"""Whose posts went in one burst."""

__all__ = ["DELETED_BURST"]

import pyarrow as pa

from hustings.detection.signals.bursts import burst_rows
from hustings.detection.signals.signal import Signal, SignalSettings


def deleted_burst_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Posts of two actors went in one burst.

    Reads    `deleted`, when the post went. What one actor deletes at a stretch counts once.
    Burst    of deletions on one platform in the table: more within ten minutes (`burst`) than the two hours before, the
             two hours after and the day around make likely, with a chance of 0.05 (`burst_rate`) over all deletions; three actors at least.
    Trace    the platform and the minute in which the burst begins.
    At       one row for each actor, at the minute of its first deletion, whose content is the trace itself. Whoever
             belongs to a burst is near the others by that alone, so timing is not asked; content is.
    Limits   platforms remove in sweeps: then the burst is theirs. Time-lines that delete themselves do so on the
             hour. When a post was missed first is often all that a collector knows, and that is when it looked.
    Source   Elmas et al. 2021, doi:10.1109/EuroSP51992.2021.00027 (deletions that make a false trend).

    Example
        platform | actor | content | at       | deleted
        x        | ann   | 1       | 12:00:10 | 12:30:10
        x        | ann   | 2       | 12:00:20 | 12:30:20
        x        | bob   | 3       | 12:00:15 | 12:31:00
        x        | cem   | 4       | 12:00:20 | 12:32:59
        x        | dan   | 5       | 12:00:25 | 18:00:00
    gives
        platform | actor | trace              | content            | at
        x        | ann   | x 2026-09-01T12:30 | x 2026-09-01T12:30 | 12:30:00
        x        | bob   | x 2026-09-01T12:30 | x 2026-09-01T12:30 | 12:31:00
        x        | cem   | x 2026-09-01T12:30 | x 2026-09-01T12:30 | 12:32:00
    """
    gone = posts.filter(posts["deleted"].is_valid())
    who = pa.table({"platform": gone["platform"], "actor": gone["actor"], "at": gone["deleted"]})
    return burst_rows(who, "deleted_burst", settings)


DELETED_BURST = Signal(
    kind="deleted_burst", title="Posts that went in one burst", needs=("deleted",), make=deleted_burst_traces,
    by_post=False,
)  # fmt: skip
