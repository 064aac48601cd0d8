"""What must stay open: of a small group at least four counts, whatever two respondents tell of themselves."""

from __future__ import annotations

import numpy as np

OPEN, KNOWN = 4, 2


def enough(possible: np.ndarray, truth: int, left: int = OPEN, known: int = KNOWN) -> bool:
    """Whether so many counts (booleans for 0 to n) are left possible beside all that `known` respondents can tell."""
    n = len(possible) - 1
    for yes in range(min(known, truth) + 1):
        for no in range(min(known - yes, n - truth) + 1):
            if possible[yes : n - no + 1].sum() < min(left, n - yes - no + 1):
                return False
    return True


def within(lowest: int, highest: int, n: int) -> np.ndarray:
    """The counts from lowest to highest as booleans for 0 to n."""
    counts = np.arange(n + 1)
    return (counts >= lowest) & (counts <= highest)
