"""What must stay open: of a small group at least four counts, whatever two respondents tell of themselves."""

from __future__ import annotations

import numpy as np

_OPEN = 4
_KNOWN = 2


def enough(possible: np.ndarray, truth: int) -> bool:
    """Whether enough counts (booleans for 0 to n) stay possible beside every two respondents that can be known."""
    n = len(possible) - 1
    for yes in range(min(_KNOWN, truth) + 1):
        for no in range(min(_KNOWN - yes, n - truth) + 1):
            if possible[yes : n - no + 1].sum() < min(_OPEN, n - yes - no + 1):
                return False
    return True


def within(lowest: int, highest: int, n: int) -> np.ndarray:
    """The counts from lowest to highest as booleans for 0 to n."""
    counts = np.arange(n + 1)
    return (counts >= lowest) & (counts <= highest)
