"""The clocks of a table: how finely they tick, how far they are trusted, and how fast its crowds are."""

__all__ = ["crowds_of", "timing_of"]

from hustings.detection.acts import Acts
from hustings.detection.crowd import Crowds, crowds
from hustings.detection.occasions import resolution
from hustings.detection.settings import DetectSettings
from hustings.detection.timing import TimingSettings, pair_tests
from hustings.detection.traces import Traces


def timing_of(traces: Traces, settings: DetectSettings) -> TimingSettings:
    """Window and horizon of the settings with the step of the table's own clocks."""
    return TimingSettings(window=settings.window_us, horizon=settings.horizon_us, resolution=resolution(traces.at))


def crowds_of(traces: Traces, near: Acts, timing: TimingSettings, settings: DetectSettings) -> Crowds:
    """The pace of each trace's crowd; a first pass of the tests tells who is tied to whom."""
    return crowds(traces, pair_tests(near, timing), settings.rate, timing)
