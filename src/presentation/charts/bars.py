"""The answers to one question, or several indicators, as horizontal bars, each with its interval and label."""

from __future__ import annotations

import pandas as pd
from plotnine import ggplot

from presentation.charts.canvas import Canvas
from presentation.charts.lettering import Wording
from presentation.charts.rows import figures, names_of, set_columns, set_rows
from presentation.palette import INK, SUBJECT, SUBJECT_TINT

_BETWEEN = 7.0
_THICK = 11.0
_INDICATIVE = "Indicatief: weinig respondenten of een ruime onzekerheid."


def bars(rows: pd.DataFrame, wording: Wording) -> ggplot:
    """Draw the answers to a question, or several indicators of one base, in the order of the rows.

    `rows` are publishable rows of one wave and domain, with `label` and `answer_label`. Raises MonitorError when two
    rows are about one indicator and answer.
    """
    values = figures(rows, "indicator", "answer")
    names = names_of(rows)
    columns = set_columns(names.values(), values.values(), numbers=False)
    places, height = set_rows(columns, names.values(), [_THICK] * len(names), _BETWEEN, 0)
    canvas = Canvas()
    columns.draw_axis(canvas, places)
    for key, at in zip(names, places, strict=True):
        value = values[key]
        if value.percent is not None:
            canvas.box(0, value.percent, at.middle - _THICK / 2, at.middle + _THICK / 2, SUBJECT_TINT, SUBJECT)
        columns.draw_name(canvas, at.middle, names[key])
        columns.draw_figure(canvas, at.middle, value, INK, dot=False)
    remarks = [_INDICATIVE] if any(value.indicative for value in values.values()) else []
    return canvas.plot(wording, columns.plane(height), height=height, remarks=remarks)
