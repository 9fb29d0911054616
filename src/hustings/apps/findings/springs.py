"""Springs that move the actors of a picture to where they stand at rest; compiled."""

import numpy as np

from hustings.detection.compiled import Floats, Int64s, compiled

__all__ = ["settle"]


@compiled
def settle(start: Floats, links: Int64s, ideal: float, steps: int) -> Floats:
    """Springs along links, pushes between neighbours, a weak pull to the middle, ever shorter steps."""
    size = len(start)
    at = start.copy()
    degree = np.zeros(size, np.int64)
    for n in range(len(links)):
        degree[links[n, 0]] += 1
        degree[links[n, 1]] += 1
    for step in range(steps):
        move = np.zeros((size, 2))
        reach = 2.5 * ideal
        low_x, low_y = at[:, 0].min(), at[:, 1].min()
        wide = min(int((at[:, 0].max() - low_x) / reach) + 1, 2000)
        high = min(int((at[:, 1].max() - low_y) / reach) + 1, 2000)
        first = np.full(wide * high, -1, np.int64)
        after = np.full(size, -1, np.int64)
        for n in range(size):
            column = min(int((at[n, 0] - low_x) / reach), wide - 1)
            row = min(int((at[n, 1] - low_y) / reach), high - 1)
            after[n] = first[row * wide + column]
            first[row * wide + column] = n
        for n in range(size):
            column = min(int((at[n, 0] - low_x) / reach), wide - 1)
            row = min(int((at[n, 1] - low_y) / reach), high - 1)
            for near_row in range(max(row - 1, 0), min(row + 2, high)):
                for near_column in range(max(column - 1, 0), min(column + 2, wide)):
                    other = first[near_row * wide + near_column]
                    while other >= 0:
                        if other != n:
                            dx, dy = at[n, 0] - at[other, 0], at[n, 1] - at[other, 1]
                            square = max(dx * dx + dy * dy, 1e-8)
                            if square < reach * reach:
                                push = ideal * ideal / square
                                move[n, 0] += dx * push
                                move[n, 1] += dy * push
                        other = after[other]
        for n in range(len(links)):
            a, b = links[n, 0], links[n, 1]
            dx, dy = at[a, 0] - at[b, 0], at[a, 1] - at[b, 1]
            # Where everybody is linked to everybody the group would fall into a point: the pull is shared out.
            pull = np.sqrt(dx * dx + dy * dy) / ideal / np.sqrt(degree[a] * degree[b])
            move[a, 0] -= dx * pull
            move[a, 1] -= dy * pull
            move[b, 0] += dx * pull
            move[b, 1] += dy * pull
        longest = 0.1 * (1 - step / steps)
        for n in range(size):
            x, y = move[n, 0] - 0.3 * ideal * at[n, 0], move[n, 1] - 0.3 * ideal * at[n, 1]
            length = max(np.sqrt(x * x + y * y), 1e-12)
            share = min(length, longest) / length
            at[n, 0] += x * share
            at[n, 1] += y * share
    return at
