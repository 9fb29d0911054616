"""The clocks of a table: how finely they tick, how far they are trusted, and how fast its crowds are."""

__all__ = ["crowd_of", "timing_of"]

import numpy as np

from hustings.detection.acts import Acts
from hustings.detection.compiled import Floats
from hustings.detection.crowd import community_numbers, crowd_factor
from hustings.detection.groups import communities
from hustings.detection.occasions import resolution
from hustings.detection.settings import DetectSettings
from hustings.detection.timing import TimingSettings, pair_tests
from hustings.detection.traces import Traces


def timing_of(traces: Traces, settings: DetectSettings) -> TimingSettings:
    """Window and horizon of the settings with the step of the table's own clocks."""
    return TimingSettings(window=settings.window_us, horizon=settings.horizon_us, resolution=resolution(traces.at))


def crowd_of(traces: Traces, near: Acts, timing: TimingSettings, settings: DetectSettings) -> Floats:
    """The crowd factor of each trace; a first pass of the tests tells who belongs together."""
    first = pair_tests(near, timing)
    linked = first.q <= settings.rate
    weight = -np.log(np.maximum(first.p[linked], 1e-300))
    tied = communities(first.a[linked], first.b[linked], weight, settings.seed)
    return crowd_factor(traces, community_numbers(tied, len(traces.actor_names)), timing)
