"""Weights that tell two kinds of rows apart, and the curve that makes scores probabilities."""

__all__ = ["balanced", "curve", "weights"]

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize

Numbers = npt.NDArray[np.float64]
STEPS = 60
STEEPEST = 35.0  # beyond it a probability is 0 or 1 in double precision


def weights(rows: sp.csr_matrix, political: npt.NDArray[np.bool_], share: Numbers, *, strength: float) -> Numbers:
    """Logistic regression with a penalty on the squares; the last weight is the constant, which is not penalised.

    Deterministic: the same rows give the same weights. `strength` is how much the rows count beside the penalty.
    """
    across = rows.T.tocsr()
    sign = np.where(political, 1.0, -1.0)

    def loss(at: Numbers) -> tuple[float, Numbers]:
        margin = sign * (rows @ at[:-1].astype(rows.dtype) + at[-1])
        miss = 1 / (1 + np.exp(np.clip(margin, -STEEPEST, STEEPEST)))
        pull = -strength * share * sign * miss
        value = strength * np.sum(share * np.logaddexp(0, -margin)) + 0.5 * at[:-1] @ at[:-1]
        return value, np.append((across @ pull.astype(rows.dtype)).astype(np.float64) + at[:-1], pull.sum())

    begun = np.zeros(rows.shape[1] + 1)
    return minimize(loss, begun, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "gtol": 1e-2}).x


def balanced(groups: Sequence[object]) -> Numbers:
    """A share for each row so that every group counts the same; 1 on average."""
    names: dict[object, int] = {}
    group = np.array([names.setdefault(each, len(names)) for each in groups])
    return len(group) / (len(names) * np.bincount(group)[group])


def curve(scores: Numbers, political: npt.NDArray[np.bool_], share: Numbers) -> tuple[float, float]:
    """Slope and constant that turn a score into the log odds of being political (Platt's curve).

    The penalty matters with a few dozen texts only, where a curve without one would be certain of everything.
    """
    found = weights(sp.csr_matrix(scores[:, None]), political, share, strength=1.0)
    return float(found[0]), float(found[1])
