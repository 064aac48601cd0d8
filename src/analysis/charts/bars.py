"""The answers to one question as horizontal bars, each with its interval and label."""

from __future__ import annotations

import pandas as pd
from plotnine import ggplot

from analysis.charts.canvas import FULL, Canvas
from analysis.charts.lettering import Wording
from analysis.charts.rows import draw_axis, draw_figure, draw_name, figures, set_columns, set_rows
from analysis.palette import INK, SUBJECT, SUBJECT_TINT

_BETWEEN = 7.0
_THICK = 11.0


def bars(rows: pd.DataFrame, wording: Wording, *, width: float = FULL) -> ggplot:
    """Draw the answers to a question (shares, or options of which several could be chosen), in the order of the rows.

    `rows` are publishable rows of one indicator, wave and domain, with `answer_label`. `width` is in points.
    Raises MonitorError when two rows are about one answer.
    """
    values = figures(rows, "answer")
    names = dict(zip(rows["answer"], rows["answer_label"], strict=True))
    columns = set_columns(names.values(), values.values(), width, numbers=False)
    places, height = set_rows(columns, list(names.values()), [_THICK] * len(names), _BETWEEN, 0)
    canvas = Canvas()
    draw_axis(canvas, columns, [at.stretch for at in places])
    for answer, at in zip(names, places, strict=True):
        value = values[answer]
        if value.percent is not None:
            canvas.box(0, value.percent, at.figure - _THICK / 2, at.figure + _THICK / 2, SUBJECT_TINT, SUBJECT)
        draw_name(canvas, columns, at.name, names[answer])
        draw_figure(canvas, columns, at.figure, value, INK, dot=False)
    hidden = {
        "Indicatief: weinig respondenten of een ruime onzekerheid." for value in values.values() if value.indicative
    }
    return canvas.plot(wording, columns.plane(height), width=width, height=height, remarks=sorted(hidden))
