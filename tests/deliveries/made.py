"""Delivered cells and files made by hand, for tests of what is read from them."""

from __future__ import annotations

import pandas as pd

from deliveries.cells import Cells, numbers, strings


def cells(frame: pd.DataFrame) -> Cells:
    """What a file with this content would be read as."""
    columns = {
        str(name): strings(values.to_numpy()) if values.dtype == object else numbers(values.to_numpy(dtype=float))
        for name, values in frame.items()
    }
    return Cells(len(frame), tuple(columns), columns)
