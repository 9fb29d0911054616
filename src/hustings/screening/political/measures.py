"""How well a model tells political from other: rates at a threshold, at a recall, and of its probabilities."""

__all__ = ["Measures", "measures", "threshold_at"]

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BINS = 10


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Rates of one set of texts, as it is and, where named `even`, as if half of it were political.

    precision, recall, miss_rate, false_alarm_rate   at the threshold
    precision_at_80   the highest precision at a recall of at least 0.80
    area     chance that a political text scores above another
    brier    mean square of probability minus truth, at even odds: 0.25 says nothing, 0 everything
    reliability   for ten steps of probability: how many texts, mean probability, share that is political (even odds)
    """

    texts: int
    political: int
    threshold: float
    precision: float
    precision_even: float
    recall: float
    miss_rate: float
    false_alarm_rate: float
    precision_at_80: float
    area: float
    brier: float
    reliability: tuple[tuple[int, float, float], ...]


def measures(political: Flags, judged: Numbers, threshold: float) -> Measures:
    """Measure probabilities against labels; both kinds have to be there."""
    said = judged >= threshold
    hits, false = int((said & political).sum()), int((said & ~political).sum())
    positives, negatives = int(political.sum()), int((~political).sum())
    recall, alarm = hits / positives, false / negatives
    order = np.argsort(-judged, kind="stable")
    found = np.cumsum(political[order])
    good = found >= 0.8 * positives
    weight = np.where(political, 0.5 / positives, 0.5 / negatives)
    return Measures(
        texts=len(political), political=positives, threshold=round(threshold, 4),
        precision=_rounded(hits / max(hits + false, 1)), precision_even=_rounded(recall / max(recall + alarm, 1e-12)),
        recall=_rounded(recall), miss_rate=_rounded(1 - recall), false_alarm_rate=_rounded(alarm),
        precision_at_80=_rounded(float((found / np.arange(1, len(found) + 1))[good].max())),
        area=_rounded(_area(political, judged)), brier=_rounded(float((weight * (judged - political) ** 2).sum())),
        reliability=_reliability(political, judged, weight),
    )  # fmt: skip


def threshold_at(political: Flags, judged: Numbers, recall: float) -> float:
    """The highest threshold that finds at least this share of what is political."""
    found = np.sort(judged[political])[::-1]
    return float(found[min(max(int(np.ceil(recall * len(found))), 1), len(found)) - 1])


def _area(political: Flags, judged: Numbers) -> float:
    values, inverse = np.unique(judged, return_inverse=True)
    yes = np.bincount(inverse[political], minlength=len(values)).astype(float)
    no = np.bincount(inverse[~political], minlength=len(values)).astype(float)
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def _reliability(political: Flags, judged: Numbers, weight: Numbers) -> tuple[tuple[int, float, float], ...]:
    step = np.minimum((judged * BINS).astype(int), BINS - 1)
    rows = []
    for number in range(BINS):
        at = step == number
        if not at.any():
            continue
        total = weight[at].sum()
        rows.append(
            (
                int(at.sum()),
                _rounded(float((judged * weight)[at].sum() / total)),
                _rounded(float(weight[at & political].sum() / total)),
            )
        )
    return tuple(rows)


def _rounded(number: float) -> float:
    return round(number, 4)
