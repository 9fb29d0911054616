"""A made trace: invented items whose views, scores and looks are drawn from stated distributions."""

from __future__ import annotations

import numpy as np

from hustings.staffing.priority import Severity
from hustings.staffing.trace import HOUR, Trace

__all__ = ["made_trace"]

LANGUAGES = (("en", 0.6), ("es", 0.2), ("de", 0.12), ("ja", 0.08))
# (weight, share of items)
SEVERITIES = ((Severity.NUISANCE, 0.45), (Severity.DECEPTION, 0.4), (Severity.VOTING, 0.12), (Severity.VIOLENCE, 0.03))
PREVALENCE = 0.3
HALF_LIFE = 8.0  # hours, in the middle; from item to item it varies threefold
SPREAD = 1.8  # of the natural logarithm of views an hour: a few items have most of the views
RATE = 20.0  # views an hour, in the middle


def made_trace(items: int, days: float, *, seed: int, limit: float = 72.0) -> Trace:
    """Items over days, more by day than by night, with heavy-tailed views and a score that is right more often than not.

    Limits   views, scores and severities are independent of each other here; in a real queue what is seen much may be
             worse, or less often wrong
    """
    draw = np.random.default_rng(seed)
    # Arrivals thinned from an even stream: at night a quarter of what comes at noon.
    spare = np.sort(draw.uniform(0, days * 24 * HOUR, items * 3))
    by_day = 0.625 - 0.375 * np.cos(2 * np.pi * spare / (24 * HOUR))
    kept = np.flatnonzero(draw.random(len(spare)) < by_day)
    at = np.sort(draw.choice(spare[kept], items, replace=False))
    violates = draw.random(items) < PREVALENCE
    # A score of the form of a logit: two normal humps, 2.2 apart (a ranking right about 94 times in 100).
    logit = draw.normal(np.where(violates, 1.1, -1.1), 1.0) * 2.2 + np.log(PREVALENCE / (1 - PREVALENCE))
    severity = draw.choice([s.value for s, _ in SEVERITIES], items, p=[share for _, share in SEVERITIES])
    return Trace(
        at=at,
        rate=RATE * np.exp(draw.normal(0.0, SPREAD, items)),
        half_life=HALF_LIFE * np.exp(draw.normal(0.0, 0.7, items)),
        probability=1 / (1 + np.exp(-logit)),
        violates=violates,
        severity=severity,
        seconds=np.maximum(draw.gamma(2.0, 90.0, items), 10.0),
        language=draw.choice(len(LANGUAGES), items, p=[share for _, share in LANGUAGES]),
        languages=tuple(name for name, _ in LANGUAGES),
        limit=np.full(items, limit),
        due=np.where(
            severity >= Severity.VOTING.value, 4.0, np.where(severity >= Severity.DECEPTION.value, 24.0, 48.0)
        ),
        near=np.ones(items),
    )
