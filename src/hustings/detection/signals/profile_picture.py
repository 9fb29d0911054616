"""Which actors show the same picture of themselves."""

__all__ = ["PROFILE_PICTURE"]

import pyarrow as pa

from hustings.detection.signals.signal import Signal, SignalSettings, column, each_distinct, sharers


def profile_picture_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors show the same picture of themselves.

    Reads    `profile_picture`, a hash or an address, as it was when the account posted.
    Trace    the hash or address as the source has it.
    At       an account is no act: one row for each actor, at its first post with the picture, whose content is the trace
             itself. Rows of one content make no pair, so timing is not asked; content is.
    Limits   the picture of an account without one is the same for all (what more than 50 actors share says nothing),
             flags and idols are shared by their fans. An address that is made anew for each visitor never meets.

    Example
        platform | actor | content | at       | profile_picture
        x        | ann   | 1       | 12:00:10 | 00ff
        x        | bob   | 2       | 12:02:10 | 00ff
        x        | cem   | 3       | 12:03:10 | 11ff
    gives
        platform | actor | trace | content | at
        x        | ann   | 00ff  | 00ff    | 12:00:10
        x        | bob   | 00ff  | 00ff    | 12:02:10
    """
    pictures = each_distinct(column(posts, "profile_picture"), lambda text: text.strip() or None)
    return sharers(posts, "profile_picture", pictures)


PROFILE_PICTURE = Signal(
    kind="profile_picture",
    title="The same profile picture",
    needs=("profile_picture",),
    make=profile_picture_traces,
    by_post=False,
)
