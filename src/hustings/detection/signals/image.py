"""Who posted the same image."""

__all__ = ["IMAGE"]

import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.signals.signal import Signal, SignalSettings, pieces, trace_rows


def image_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors posted the same image.

    Reads    `images`, perceptual hashes as the source has them.
    Trace    the hash in lower case. A hash stands for how an image looks, not for its bytes.
    At       the post, and its time: timing and content are both asked.
    Limits   images that go round (memes, flags, a match result) are everybody's. Two unlike images can have one hash,
             plain ones above all. A crop or a caption is another hash: see `near_image`.

    Example
        platform | actor | content | at       | images
        x        | ann   | 1       | 12:00:10 | FFD8A0B1C2D3E4F5
        x        | bob   | 2       | 12:00:15 | ffd8a0b1c2d3e4f5 0000000000000000
    gives
        platform | actor | trace            | content | at
        x        | ann   | ffd8a0b1c2d3e4f5 | 1       | 12:00:10
        x        | bob   | ffd8a0b1c2d3e4f5 | 2       | 12:00:15
        x        | bob   | 0000000000000000 | 2       | 12:00:15
    """
    rows, values = pieces(posts, "images")
    return trace_rows(posts, "image", pc.utf8_lower(values), rows=rows)


IMAGE = Signal(kind="image", title="The same image", needs=("images",), make=image_traces)
