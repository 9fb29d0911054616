"""Which actors describe themselves in the same words."""

__all__ = ["PROFILE_TEXT"]

import pyarrow as pa

from hustings.detection.folding import folded_text
from hustings.detection.signals.signal import Signal, SignalSettings, column, each_distinct, sharers


def profile_text_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors describe themselves in the same words.

    Reads    `profile_text`, as it was when the account posted; of at least 20 letters (`profile_letters`).
    Trace    the text in lower case, without the accounts it names, spaces run together.
    At       an account is no act: one row for each actor, at its first post with the text, whose content is the trace
             itself. Rows of one content make no pair, so timing is not asked; content is.
    Limits   slogans, quotations and what a platform fills in by itself are shared by people who do not know each other;
             what more than 50 actors share says nothing.

    Example
        platform | actor | content | at       | profile_text
        x        | ann   | 1       | 12:00:10 | Mother of two.  Proud of our country
        x        | bob   | 2       | 12:02:10 | mother of two. proud of OUR country
        x        | cem   | 3       | 12:03:10 | she/her
        x        | dan   | 4       | 12:04:10 | she/her
    gives
        platform | actor | trace                               | content                             | at
        x        | ann   | mother of two. proud of our country | mother of two. proud of our country | 12:00:10
        x        | bob   | mother of two. proud of our country | mother of two. proud of our country | 12:02:10
    """

    def of(text: str) -> str | None:
        folded = folded_text(text)
        return folded if len(folded) >= settings.profile_letters else None

    return sharers(posts, "profile_text", each_distinct(column(posts, "profile_text"), of))


PROFILE_TEXT = Signal(
    kind="profile_text", title="The same profile text", needs=("profile_text",), make=profile_text_traces, by_post=False
)
