"""Who used the same hashtags in the same order."""

__all__ = ["HASHTAGS"]

import pyarrow as pa

from hustings.detection.signals.hashtag import tag
from hustings.detection.signals.signal import Signal, SignalSettings, column, trace_rows


def hashtag_sequence_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors wrote the same hashtags in the same order.

    Reads    `hashtags`, in the order written; posts with fewer than five (`sequence`) leave no such trace.
    Trace    the whole list. A tag more, or another order, is another trace.
    At       the post, and its time: timing and content are both asked.
    Limits   a share button, or a call to copy a line of tags, gives the same list to people who do not know each other.
    Source   Pacheco et al. 2021, doi:10.1609/icwsm.v15i1.18075: five tags in the same order.

    Example, sequence = 3
        platform | actor | content | at       | hashtags
        x        | ann   | 1       | 12:00:10 | vote #Now here
        x        | bob   | 2       | 12:00:15 | vote now here
        x        | cem   | 3       | 12:00:20 | now vote here
        x        | dan   | 4       | 12:00:25 | vote now
    gives
        platform | actor | trace         | content | at
        x        | ann   | vote now here | 1       | 12:00:10
        x        | bob   | vote now here | 2       | 12:00:15
        x        | cem   | now vote here | 3       | 12:00:20
    """
    lists = column(posts, "hashtags").to_pylist()
    sequences = [[word for one in tags or () if one and (word := tag(one))] for tags in lists]
    traces = [" ".join(words) if len(words) >= settings.sequence else None for words in sequences]
    return trace_rows(posts, "hashtags", pa.array(traces, pa.string()))


HASHTAGS = Signal(
    kind="hashtags", title="The same hashtags in the same order", needs=("hashtags",), make=hashtag_sequence_traces
)
