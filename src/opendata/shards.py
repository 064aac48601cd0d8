"""The rows of one wave and theme as a script, for a page that looks figures up where no server answers."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd


def shard(rows: pd.DataFrame, name: str) -> str:
    """A call that hands rows of `tabular.table` to the page under the name that it asked for; of missing cells null.

    A column is a list of its cells or, where the same ones come back, {"words": each once, "at": their places}. A page
    that is opened from disk may not fetch data, but may load a script.
    """
    packed = {column: _packed(rows[column]) for column in rows}
    told = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return f"monitorFigures({json.dumps(name)},{told});\n"


def _packed(cells: pd.Series) -> list[Any] | dict[str, list[Any]]:
    known = [None if missing else cell for cell, missing in zip(cells.tolist(), cells.isna(), strict=True)]
    places = {cell: at for at, cell in enumerate(dict.fromkeys(known))}
    if cells.dtype != "string" or 2 * len(places) > len(known):
        return known
    return {"words": list(places), "at": [places[cell] for cell in known]}
