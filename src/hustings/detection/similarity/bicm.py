"""The bipartite configuration model: how many things two actors share where only activity and popularity are given."""

__all__ = ["Model", "configuration_model"]

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from hustings.detection.compiled import Codes, Floats

ROUNDS = 200
CLOSE = 1e-10


@dataclass(frozen=True, kw_only=True)
class Model:
    """Expected overlaps by classes of activity.

    of_actor   per actor, the class of its number of things
    overlap    per two classes, how many things two actors of them share on average
    worst      largest difference between a degree and its mean in the model, over the degree
    """

    of_actor: Codes
    overlap: Floats
    worst: float

    def expected(self, a: np.ndarray, b: np.ndarray) -> Floats:
        """The mean number of things that actors `a` and `b` share, pair by pair."""
        return np.asarray(self.overlap[self.of_actor[a], self.of_actor[b]])


def configuration_model(left: sparse.csr_matrix) -> Model:
    """Fit the model to a 0/1 matrix: the most random one that gives every row and column its sum on average.

    Two elements in rows of equal sums have equal chances, so one unknown for each *different* sum is enough,
    which makes the system a few hundred square whatever the table. Newton steps on the likelihood, which is
    concave, shortened until it rises; the smaller of the two sides is solved for, the other follows.
    Where sums leave no choice (an actor with all things) chances tend to 0 or 1 and stop within 1e-10.
    Source   Saracco et al. 2015, doi:10.1038/srep10595.
    """
    rows, of_row, n = np.unique(np.diff(left.indptr), return_inverse=True, return_counts=True)
    columns, m = np.unique(np.asarray(left.sum(axis=0)).ravel(), return_counts=True)
    if not len(rows) or not len(columns):
        return Model(of_actor=of_row.astype(np.int32), overlap=np.zeros((len(rows), len(rows))), worst=0.0)
    chance = _solved(rows.astype(float), n.astype(float), columns.astype(float), m.astype(float))
    worst = float(np.max(np.abs(chance @ m - rows) / rows))
    return Model(of_actor=of_row.astype(np.int32), overlap=(chance * m) @ chance.T, worst=worst)


def _solved(d: Floats, n: Floats, k: Floats, m: Floats) -> Floats:
    """Chances by class of row sums `d` (of `n` rows each) and of column sums `k` (of `m` columns each)."""
    ties = float(n @ d)
    x, y = np.log(d / np.sqrt(ties)), np.log(k / np.sqrt(ties))

    def likelihood(x: Floats, y: Floats) -> float:
        return float(n * d @ x + m * k @ y - n @ np.logaddexp(0.0, x[:, None] + y) @ m)

    here = likelihood(x, y)
    for _ in range(ROUNDS):
        p = _logistic(x[:, None] + y)
        dx, dy = n * (d - p @ m), m * (k - n @ p)
        if max(np.max(np.abs(dx) / (n * d)), np.max(np.abs(dy) / (m * k))) < CLOSE:
            break
        step_x, step_y = _newton(dx, dy, (n[:, None] * m) * (p * (1 - p)))
        length = 1.0
        while length > 1e-6 and not (
            there := likelihood(x + length * step_x, y + length * step_y)
        ) >= here - 1e-9 * abs(here):
            length /= 2
        x, y, here = x + length * step_x, y + length * step_y, there
    return _logistic(x[:, None] + y)


def _newton(dx: Floats, dy: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """One Newton step; all x up and all y down by the same changes nothing, hence the hair on the diagonal."""
    if len(dx) < len(dy):
        step_y, step_x = _newton(dy, dx, spread.T)
        return step_x, step_y
    on_x = spread.sum(axis=1) * (1 + 1e-10) + 1e-300
    on_y = spread.sum(axis=0) * (1 + 1e-10) + 1e-300
    inner = np.diag(on_y) - spread.T @ (spread / on_x[:, None])
    inner += np.eye(len(on_y)) * 1e-14 * on_y.max()
    step_y = np.linalg.lstsq(inner, dy - spread.T @ (dx / on_x), rcond=None)[0]
    step_x = (dx - spread @ step_y) / on_x
    # Far from the solution a quadratic is a poor guide.
    far = max(np.max(np.abs(step_x)), np.max(np.abs(step_y)), 1.0)
    return step_x / max(1.0, far / 5.0), step_y / max(1.0, far / 5.0)


def _logistic(z: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(z / 2.0)))
