"""Subject against comparator for several indicators: dots, intervals, and the verdict as mark and word."""

from __future__ import annotations

import pandas as pd
from plotnine import ggplot

from analysis.errors import MonitorError
from presentation import palette
from presentation.charts.canvas import FULL, LEADING, LINE, PADDING, Canvas
from presentation.charts.key import Item, draw_key, key_lines
from presentation.charts.lettering import Wording, wrap
from presentation.charts.rows import Columns, figures, names_of, open_dots, set_columns, set_rows, verdicts_of
from presentation.palette import COMPARATOR, LABEL, SMALL, SUBJECT

_BETWEEN = 9.0
_PAIR = 11.5  # points between the subject's line and the comparator's
_WORDS = 112.0  # points for a verdict's mark with its word


def against(
    rows: pd.DataFrame, comparisons: pd.DataFrame, wording: Wording, *, subject: str, comparator: str
) -> ggplot:
    """Draw indicators of one wave for a subject and its comparator (domain ids), in the order of the rows.

    `rows` are publishable rows with `label`, `answer_label` and `group`; `comparisons` publishable comparisons, of
    which the one of the subject with the comparator gives each row its verdict. Raises MonitorError when two rows are
    about one indicator, answer and domain, or the indicators have different bases: the chart has one base line.
    """
    values = figures(rows, "indicator", "answer", "domain")
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    mine = _of_one_base(rows[rows["domain"] == subject])
    names, verdicts = names_of(mine), verdicts_of(comparisons, mine, comparator, "indicator", "answer")
    columns = set_columns(names.values(), values.values(), end=_WORDS)
    sides = ((subject, SUBJECT, _PAIR / 2), (comparator, COMPARATOR, -_PAIR / 2))
    key = key_lines([Item(groups[domain], ink) for domain, ink, _ in sides], FULL - 2 * PADDING)
    head = len(key) * LINE + SMALL * LEADING + 4
    places, height = set_rows(columns, names.values(), [2 * _PAIR] * len(names), _BETWEEN, head)
    canvas = Canvas()
    draw_key(canvas, key, (columns.left, 0), (columns.point, 1))
    columns.draw_number(canvas, SMALL * LEADING / 2 - head, "n")
    columns.draw_axis(canvas, places)
    for key_of_row, at in zip(names, places, strict=True):
        columns.draw_name(canvas, at.middle, names[key_of_row])
        for domain, ink, up in sides:
            if (*key_of_row, domain) in values:
                value = values[*key_of_row, domain]
                columns.draw_number(canvas, at.middle + up, value.n, ink)
                columns.draw_figure(canvas, at.middle + up, value, ink)
        if key_of_row in verdicts:
            _draw_verdict(canvas, columns, at.middle, verdicts[key_of_row])
    return canvas.plot(wording, columns.plane(height), height=height, remarks=open_dots(values.values()))


def _of_one_base(rows: pd.DataFrame) -> pd.DataFrame:
    bases = rows["base"].unique().tolist()
    if len(bases) > 1:
        raise MonitorError(
            "Indicators of different bases in one chart",
            where=f"charts.against: {', '.join(rows['indicator'].unique())}",
            expected="indicators that share one base, since percentages of different bases do not compare",
            got="; ".join(bases),
            hint="draw a chart for each base, or use a table, which groups its rows by base",
        )
    return rows


def _draw_verdict(canvas: Canvas, columns: Columns, y: float, verdict: str) -> None:
    """The mark of a verdict in the end column, with its word."""
    look = palette.VERDICTS[verdict]
    canvas.verdict(columns.right + 10 * columns.point, y, verdict)
    words = wrap(look.word, _WORDS - 20, LABEL)
    canvas.label(columns.right + 18 * columns.point, y, "\n".join(words), look.colour)
