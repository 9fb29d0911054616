"""Products of sparse matrices with themselves, a block of rows at a time: never n by n."""

__all__ = ["ROOM", "Block", "most_overlaps", "overlaps"]

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from hustings.detection.compiled import Floats, Int64s

# Elements of one block's product at most (a single row may have as many as there are actors).
ROOM = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Block:
    """Elements of the products in rows up to `end`: row, column, and one array of values for each matrix."""

    end: int
    a: Int64s
    b: Int64s
    values: list[Floats]


def most_overlaps(left: sparse.csr_matrix) -> Floats:
    """For each row, at most so many others meet it on a column."""
    return np.asarray(np.minimum(left @ np.asarray(left.sum(axis=0)).ravel(), left.shape[0]))


def overlaps(matrices: Sequence[sparse.csr_matrix], *, upper: bool, room: int = ROOM) -> Iterator[Block]:
    """Blocks of `m @ m.T` for matrices with elements in the same places, the first of them 0/1; no diagonal.

    upper   only what lies above the diagonal, which halves the work
    room    most elements that a block may have, foreseen from how many meet on each column
    """
    rows = matrices[0].shape[0]
    before = np.r_[0, np.cumsum(most_overlaps(matrices[0]))]
    turned = [matrix.T.tocsc() for matrix in matrices]
    begin = 0
    while begin < rows:
        end = max(begin + 1, int(np.searchsorted(before, before[begin] + room, "right")) - 1)
        first = begin if upper else 0
        values = []
        for matrix, other in zip(matrices, turned, strict=True):
            product = (matrix[begin:end] @ (other[:, first:] if first else other)).tocsr()
            product.sort_indices()
            a = np.repeat(np.arange(begin, end), np.diff(product.indptr))
            b = product.indices.astype(np.int64) + first
            keep = b > a if upper else b != a
            values.append(product.data[keep])
        yield Block(end=end, a=a[keep], b=b[keep], values=values)
        begin = end
