"""Subject against comparator for several indicators: dots, intervals, and the verdict as mark and word."""

from __future__ import annotations

import pandas as pd
from plotnine import ggplot

from analysis import palette
from analysis.charts.canvas import FULL, LEADING, LINE, PADDING, Canvas
from analysis.charts.key import Item, draw_key, key_lines, verdict_items
from analysis.charts.lettering import Wording, wrap
from analysis.charts.rows import (
    Columns,
    among,
    draw_axis,
    draw_figure,
    draw_name,
    draw_number,
    figures,
    open_dots,
    set_columns,
    set_rows,
)
from analysis.errors import MonitorError
from analysis.palette import COMPARATOR, LABEL, SMALL, SUBJECT

_BETWEEN = 9.0
_PAIR = 11.5  # points between the subject's line and the comparator's
_WORDS, _MARK = 112.0, 18.0  # points for a verdict's mark with its word, and for its mark alone


def against(
    rows: pd.DataFrame,
    comparisons: pd.DataFrame,
    wording: Wording,
    *,
    subject: str,
    comparator: str,
    width: float = FULL,
) -> ggplot:
    """Draw indicators of one wave for a subject and its comparator (domain ids), in the order of the rows.

    `rows` are publishable rows with `label`, `answer_label` and `group`; `comparisons` publishable comparisons, of
    which the one of the subject with the comparator gives each row its verdict. `width` is in points. Raises
    MonitorError when two rows are about one indicator, answer and domain, or the indicators have different bases:
    the chart has one base line.
    """
    values = figures(rows, "indicator", "answer", "domain")
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    names = names_of(_of_one_base(among(rows, domain=[subject])))
    verdicts = verdicts_of(comparisons, rows, subject, comparator)
    narrow = width < FULL
    columns = set_columns(names.values(), values.values(), width, end=_MARK if narrow else _WORDS)
    items = [Item(groups[domain], ink) for domain, ink in ((subject, SUBJECT), (comparator, COMPARATOR))]
    key = key_lines(items + (verdict_items(verdicts.values()) if narrow else []), width - 2 * PADDING)
    head = len(key) * LINE + SMALL * LEADING + 4
    places, height = set_rows(columns, list(names.values()), [2 * _PAIR] * len(names), _BETWEEN, head)
    canvas = Canvas()
    draw_key(canvas, key, (columns.left, 0), (columns.point, 1))
    draw_number(canvas, columns, SMALL * LEADING / 2 - head, "n")
    draw_axis(canvas, columns, [at.stretch for at in places])
    for key_of_row, at in zip(names, places, strict=True):
        draw_name(canvas, columns, at.name, names[key_of_row])
        for domain, ink, up in ((subject, SUBJECT, _PAIR / 2), (comparator, COMPARATOR, -_PAIR / 2)):
            if (*key_of_row, domain) in values:
                value = values[*key_of_row, domain]
                draw_number(canvas, columns, at.figure + up, value.n, ink)
                draw_figure(canvas, columns, at.figure + up, value, ink)
        if key_of_row in verdicts:
            _draw_verdict(canvas, columns, at.figure, verdicts[key_of_row], worded=not narrow)
    remarks = open_dots(values.values())
    return canvas.plot(wording, columns.plane(height), width=width, height=height, remarks=remarks)


def names_of(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What each indicator and answer is called: the answer's label where it has one."""
    keys = zip(rows["indicator"], rows["answer"], strict=True)
    return dict(zip(keys, rows["answer_label"].where(rows["answer"] != "", rows["label"]), strict=True))


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


def verdicts_of(
    comparisons: pd.DataFrame, rows: pd.DataFrame, subject: str, comparator: str
) -> dict[tuple[str, str], str]:
    """Verdicts of the subject against the comparator by indicator and answer, of the wave of the rows."""
    mine = among(comparisons, domain=[subject], reference=[comparator], wave=rows["wave"])
    return dict(zip(zip(mine["indicator"], mine["answer"], strict=True), mine["verdict"], strict=True))


def _draw_verdict(canvas: Canvas, columns: Columns, y: float, verdict: str, *, worded: bool) -> None:
    """The mark of a verdict in the end column, with its word where there is room."""
    look = palette.VERDICTS[verdict]
    canvas.verdict(columns.right + 10 * columns.point, y, verdict)
    if worded:
        words = wrap(look.word, _WORDS - 20, LABEL)
        canvas.label(columns.right + 18 * columns.point, y, "\n".join(words), look.colour)
