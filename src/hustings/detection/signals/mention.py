"""Who named the same account."""

__all__ = ["MENTION"]

import pyarrow as pa

from hustings.detection.signals.signal import Signal, SignalSettings, each_distinct, pieces, trace_rows


def mention_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors named (@) the same account.

    Reads    `mentions`; a sign in front and capitals make no difference.
    Trace    the account's name as written. An account that changed its name is two traces.
    At       the post that names it, and its time: timing and content are both asked.
    Limits   many who know nothing of each other write to a minister at the same hour. Whether the account was praised,
             asked or threatened is not looked at.

    Example
        platform | actor | content | at       | mentions
        x        | ann   | 1       | 12:00:10 | Minister press
        x        | bob   | 2       | 12:00:15 | @minister
    gives
        platform | actor | trace    | content | at
        x        | ann   | minister | 1       | 12:00:10
        x        | ann   | press    | 1       | 12:00:10
        x        | bob   | minister | 2       | 12:00:15
    """
    rows, values = pieces(posts, "mentions")
    return trace_rows(posts, "mention", each_distinct(values, _name), rows=rows)


def _name(text: str) -> str | None:
    return text.strip().lstrip("@").lower() or None


MENTION = Signal(kind="mention", title="The same account named", needs=("mentions",), make=mention_traces)
