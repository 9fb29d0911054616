"""Who handed on the same post."""

__all__ = ["REPOST"]

import pyarrow as pa

from hustings.detection.signals.signal import Signal, SignalSettings, column, trace_rows


def repost_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors handed on (reposted, shared, forwarded) the same post.

    Reads    `repost_of`, the content id of the original. Posts of their own leave no such trace.
    Trace    that id, as the source has it.
    At       the post that hands on, and its time: timing and content are both asked.
    Limits   says nothing of who wrote the original, or whether it is praised or mocked. Everybody who follows
             a loud account hands on its posts within minutes; that is why a crowd's own pace is what closeness is
             compared with. Ids that differ between platforms never meet.

    Example
        platform | actor | content | at       | repost_of
        x        | ann   | 2       | 12:00:10 | 1
        x        | bob   | 3       | 12:00:15 | 1
        x        | cem   | 4       | 12:00:20 |
    gives
        platform | actor | trace | content | at
        x        | ann   | 1     | 2       | 12:00:10
        x        | bob   | 1     | 3       | 12:00:15
    """
    return trace_rows(posts, "repost", column(posts, "repost_of"))


REPOST = Signal(kind="repost", title="The same post handed on", needs=("repost_of",), make=repost_traces)
