"""Made audits of decisions: strata of all sizes with error rates of their own, a drawn sample, and what was true."""

from dataclasses import dataclass

import numpy as np

from hustings.staffing.quality_interval import Stratum, rate_of
from hustings.staffing.quality_sample import shared_out

__all__ = ["Coverage", "coverage"]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many of some audits had an interval that covers the truth, missed it below and above, and how wide it was."""

    audits: int
    covers: int
    below: int
    above: int
    half_width: float

    @property
    def share(self):
        return self.covers / self.audits


def coverage(audits, *, rate, looks, seed, size=200.0, spread=20.0):
    """Audits of three queues in four languages by eight people each, about half of whom are there, with two verdicts.

    rate      of wrong decisions, about: what takes away errs more often, and each stratum by its own
    size      decisions of a stratum, in the middle; a few have ten times as many
    spread    how alike the rates of strata are
    """
    below = above = 0
    widths = []
    for number in range(audits):
        draw = np.random.default_rng([seed, number])
        cells = [
            (queue, language, person, verdict)
            for queue in range(3)
            for language in range(4)
            for person in range(8)
            for verdict in range(2)
        ]
        there = [cell for cell in cells if draw.random() < 0.5]
        sizes = {cell: int(draw.lognormal(np.log(size), 1.2)) + 1 for cell in there}
        wrong = {}
        for cell in there:
            own = rate * (1.6 if cell[3] else 0.7)
            wrong[cell] = int(draw.binomial(sizes[cell], draw.beta(own * spread, (1 - own) * spread)))
        truth = sum(wrong.values()) / sum(sizes.values())
        given = shared_out(sizes, looks)
        told = rate_of(
            [
                Stratum(
                    size=sizes[cell],
                    looked=given[cell],
                    found=int(draw.hypergeometric(wrong[cell], sizes[cell] - wrong[cell], given[cell])),
                )
                for cell in there
            ]
        )
        below += truth < told.low
        above += truth > told.high
        widths.append((told.high - told.low) / 2)
    return Coverage(
        audits=audits, covers=audits - below - above, below=below, above=above, half_width=float(np.mean(widths))
    )
