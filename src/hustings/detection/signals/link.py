"""Who posted the same web address."""

__all__ = ["LINK", "page"]

import pyarrow as pa

from hustings.detection.address import canonical_address
from hustings.detection.signals.signal import Signal, SignalSettings, each_distinct, pieces, trace_rows


def link_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors posted the same web address.

    Reads    `links`, as the source has them; with a table of redirects each stands for where its chain ends.
    Trace    the address in canonical form: no scheme, no `www.`, no fragment, no parameters that say how a reader came,
             the others in order. Two spellings of one page are one trace.
    At       the post, and its time: timing and content are both asked.
    Limits   a short address that the table does not know stands for itself, so one page behind two shorteners is two
             traces; nobody is asked over the network. Pages of one publisher and readers of one newspaper share links.

    Example
        platform | actor | content | at       | links
        x        | ann   | 1       | 12:00:10 | https://www.example.org/a/?utm_source=n#top
        x        | bob   | 2       | 12:00:15 | http://example.org/a https://b.example/
        x        | cem   | 3       | 12:00:20 | nonsense
    gives
        platform | actor | trace         | content | at
        x        | ann   | example.org/a | 1       | 12:00:10
        x        | bob   | example.org/a | 2       | 12:00:15
        x        | bob   | b.example     | 2       | 12:00:15
    """
    rows, values = pieces(posts, "links")
    return trace_rows(posts, "link", each_distinct(values, lambda text: page(text, settings)), rows=rows)


def page(text: str, settings: SignalSettings) -> str | None:
    """The page that an address leads to, as far as the table of redirects says; None where it is no address."""
    address = canonical_address(text)
    return address if address is None or settings.redirects is None else settings.redirects.follow(address)


LINK = Signal(kind="link", title="The same web address", needs=("links",), make=link_traces)
