"""Which actors have gone by the same handle."""

__all__ = ["HANDLE"]

import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.signals.signal import Signal, SignalSettings, column, each_distinct, sharers


def handle_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors of one platform have gone by the same handle.

    Reads    `handle`, as it was when the account posted; capitals and a sign in front make no difference.
    Trace    the platform and the handle. One handle on two platforms is no such trace.
    At       an account is no act: one row for each actor, at its first post with the handle, whose content is the
             trace itself. Rows of one content make no pair, so timing is not asked; content is.
    Limits   a handle that was given up is free for anybody; platforms give them out anew. Names that many want are taken
             by one after the other. Handles are traded.
    Source   Pacheco et al. 2021, doi:10.1609/icwsm.v15i1.18075.

    Example
        platform | actor | content | at       | handle
        x        | 17    | 1       | 12:00:10 | TrueNews
        x        | 17    | 2       | 12:01:10 | @truenews
        x        | 18    | 3       | 12:02:10 | truenews
        y        | 19    | 4       | 12:03:10 | truenews
        x        | 20    | 5       | 12:04:10 | other
    gives
        platform | actor | trace      | content    | at
        x        | 17    | x truenews | x truenews | 12:00:10
        x        | 18    | x truenews | x truenews | 12:02:10
    """
    handle = each_distinct(column(posts, "handle"), lambda text: text.strip().lstrip("@").lower() or None)
    return sharers(posts, "handle", pc.binary_join_element_wise(column(posts, "platform"), handle, " "))


HANDLE = Signal(
    kind="handle", title="The same handle, one after the other", needs=("handle",), make=handle_traces, by_post=False
)
