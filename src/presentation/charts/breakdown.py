"""One indicator over groups: dot and interval, with n beside the name of each group."""

from __future__ import annotations

from itertools import groupby

import pandas as pd
from plotnine import ggplot

from analysis.domains import dimension
from presentation.charts.canvas import LEADING, LINE, Canvas
from presentation.charts.lettering import Wording
from presentation.charts.rows import Place, figures, open_dots, set_columns, set_rows
from presentation.palette import COMPARATOR, SMALL, SUBJECT

_HEAD = SMALL * LEADING + 2
_BETWEEN = 3.0
_APART = 7.0  # more between two dimensions


def breakdown(rows: pd.DataFrame, wording: Wording, *, whole: str = "") -> ggplot:
    """Draw one indicator of one wave for each group in `rows`, top to bottom, with a gap where the dimension changes.

    `rows` are publishable rows with `group` names; `whole` is the domain, among them, that is drawn as comparator.
    Raises MonitorError when two rows are about one group.
    """
    values = figures(rows, "domain")
    names = dict(zip(rows["domain"], rows["group"], strict=True))
    columns = set_columns(names.values(), values.values())
    canvas = Canvas()
    columns.draw_number(canvas, -_HEAD / 2, "n")
    height = _HEAD
    drawn: list[Place] = []
    for _, run in groupby(names, key=dimension):
        domains = list(run)
        start = height + (_APART if drawn else 0)
        places, height = set_rows(columns, [names[d] for d in domains], [LINE] * len(domains), _BETWEEN, start)
        for domain, at in zip(domains, places, strict=True):
            columns.draw_name(canvas, at.middle, names[domain])
            columns.draw_number(canvas, at.middle, values[domain].n)
            columns.draw_figure(canvas, at.middle, values[domain], COMPARATOR if domain == whole else SUBJECT)
        drawn += places
    columns.draw_axis(canvas, drawn)
    return canvas.plot(wording, columns.plane(height), height=height, remarks=open_dots(values.values()))
