"""Who posted addresses of the same site."""

__all__ = ["DOMAIN"]

import pyarrow as pa

from hustings.detection.address import site
from hustings.detection.signals.link import page
from hustings.detection.signals.signal import Signal, SignalSettings, each_distinct, pieces, trace_rows


def domain_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors posted addresses of the same site.

    Reads    `links`, as the source has them; with a table of redirects each stands for where its chain ends.
    Trace    the registrable domain, by the public suffix list: `news.example.co.uk` is `example.co.uk`.
    At       the post, and its time: timing and content are both asked. A post with an address has both traces, and
             counts once, by the rarer.
    Limits   half the world posts the sites of large newspapers and shops; only rare sites say anything on content. A
             site that many tenants share (a blog host not in the suffix list) is one trace.

    Example
        platform | actor | content | at       | links
        x        | ann   | 1       | 12:00:10 | https://news.example.co.uk/a
        x        | bob   | 2       | 12:00:15 | https://www.example.co.uk/b
    gives
        platform | actor | trace         | content | at
        x        | ann   | example.co.uk | 1       | 12:00:10
        x        | bob   | example.co.uk | 2       | 12:00:15
    """
    rows, values = pieces(posts, "links")

    def of(text: str) -> str | None:
        address = page(text, settings)
        return None if address is None else site(address)

    return trace_rows(posts, "domain", each_distinct(values, of), rows=rows)


DOMAIN = Signal(kind="domain", title="The same site", needs=("links",), make=domain_traces)
