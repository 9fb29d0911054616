"""Compile every kernel once, so that the first real run need not."""

__all__ = ["warm"]

import numpy as np
import pyarrow as pa

from hustings.detection.detect import detect_traces
from hustings.detection.posts.tables import STAMP
from hustings.detection.settings import DetectSettings
from hustings.detection.signals.near_image import NEAR_IMAGE
from hustings.detection.signals.near_text import NEAR_TEXT
from hustings.detection.signals.signal import SignalSettings
from hustings.detection.traces import encode
from hustings.progress import Silent


def warm() -> None:
    """Detect on a table of a few rows: the machine code stays beside the sources for the next process."""
    at = np.repeat(np.arange(12) * 86_400_000_000, 4) + np.tile(np.arange(4) * 5_000_000, 12)
    number = np.arange(len(at))
    table = pa.table({
        "platform": pa.array(["p"] * len(at)), "actor": pa.array([f"a{n % 4}" for n in number]),
        "kind": pa.array(["link"] * len(at)), "trace": pa.array([f"t{n // 4}" for n in number]),
        "content": pa.array([f"c{n}" for n in number]), "at": pa.array(at, pa.timestamp("us", "UTC")),
    })  # fmt: skip
    detect_traces(encode(table), DetectSettings(), Silent())
    words = "one post of forty letters and more so that it is compared at all"
    posts = pa.table({
        "platform": table["platform"], "actor": table["actor"], "content": table["content"], "at": table["at"].cast(STAMP),
        "text": pa.array([words + " again" * (n % 2) for n in number]),
        "images": pa.array([[f"{n % 3:016x}"] for n in number]),
    })  # fmt: skip
    for signal in (NEAR_TEXT, NEAR_IMAGE):
        signal.make(posts, SignalSettings())
