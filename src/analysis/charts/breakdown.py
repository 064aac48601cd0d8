"""One indicator over groups: dot and interval, with n beside the name of each group."""

from __future__ import annotations

import pandas as pd
from plotnine import ggplot

from analysis.charts.canvas import FULL, LEADING, LINE, Canvas
from analysis.charts.lettering import Wording
from analysis.charts.rows import (
    draw_axis,
    draw_figure,
    draw_name,
    draw_number,
    figures,
    open_dots,
    set_columns,
    set_rows,
)
from analysis.palette import COMPARATOR, SMALL, SUBJECT

_HEAD = SMALL * LEADING + 2
_BETWEEN = 6.0
_APART = 10.0  # more between two dimensions


def breakdown(rows: pd.DataFrame, wording: Wording, *, whole: str = "", width: float = FULL) -> ggplot:
    """Draw one indicator of one wave for each group in `rows`, top to bottom, with a gap where the dimension changes.

    `rows` are publishable rows with `group` names; `whole` is the domain, among them, that is drawn as comparator.
    `width` is in points. Raises MonitorError when two rows are about one group.
    """
    values = figures(rows, "domain")
    names = dict(zip(rows["domain"], rows["group"], strict=True))
    columns = set_columns(names.values(), values.values(), width)
    canvas = Canvas()
    draw_number(canvas, columns, -_HEAD / 2, "n")
    height = _HEAD
    stretches = []
    for place, domains in enumerate(_dimensions(list(names))):
        start = height + (_APART if place else 0)
        places, height = set_rows(columns, [names[d] for d in domains], [LINE] * len(domains), _BETWEEN, start)
        for domain, at in zip(domains, places, strict=True):
            stretches.append(at.stretch)
            draw_name(canvas, columns, at.name, names[domain])
            draw_number(canvas, columns, at.figure, values[domain].n)
            draw_figure(canvas, columns, at.figure, values[domain], COMPARATOR if domain == whole else SUBJECT)
    draw_axis(canvas, columns, stretches)
    remarks = open_dots(values.values())
    return canvas.plot(wording, columns.plane(height), width=width, height=height, remarks=remarks)


def _dimensions(domains: list[str]) -> list[list[str]]:
    """Domains in runs of one dimension: all; functions; women and men."""
    runs: list[list[str]] = []
    for domain in domains:
        if runs and _dimension(runs[-1][0]) == _dimension(domain):
            runs[-1].append(domain)
        else:
            runs.append([domain])
    return runs


def _dimension(domain: str) -> str:
    return " ".join(part.partition("=")[0] for part in domain.split("&"))
