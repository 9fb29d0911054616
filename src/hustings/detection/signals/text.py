"""Who posted the same text."""

__all__ = ["TEXT"]

import pyarrow as pa

from hustings.detection.folding import folded_text
from hustings.detection.signals.signal import Signal, SignalSettings, column, each_distinct, trace_rows


def text_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors posted the same text.

    Reads    `text`. Reposts count too where the source repeats the text of the original; leave them out of the table if
             the signal `repost` already tells of them.
    Trace    the text in lower case, without the accounts it greets (@), spaces run together. Addresses stay.
    At       the post, and its time: timing and content are both asked.
    Limits   short texts ("good morning") are the same by chance; only rare ones say anything. Share buttons, petitions
             and quotations give many people one text. One letter more is another text: see `near_text`.

    Example
        platform | actor | content | at       | text
        x        | ann   | 1       | 12:00:10 | @bob Vote  NOW!
        x        | bob   | 2       | 12:00:15 | vote now! @cem
        x        | cem   | 3       | 12:00:20 | @ann
    gives
        platform | actor | trace     | content | at
        x        | ann   | vote now! | 1       | 12:00:10
        x        | bob   | vote now! | 2       | 12:00:15
    """
    return trace_rows(posts, "text", each_distinct(column(posts, "text"), lambda text: folded_text(text) or None))


TEXT = Signal(kind="text", title="The same text", needs=("text",), make=text_traces)
