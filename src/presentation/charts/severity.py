"""How serious the most recent incident was, as bars that add up to the share that met with aggression."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import accumulate, pairwise

import pandas as pd
from plotnine import ggplot

from presentation import palette
from presentation.charts.canvas import LEADING, Canvas
from presentation.charts.lettering import SEMIBOLD, Wording, spread, width, wrap
from presentation.charts.rows import GAP, Columns, figures, open_dots, set_columns, set_rows
from presentation.figure import Figure
from presentation.palette import INK, QUIET, SMALL

_THICK = 15.0
_INTERVAL = 9.0  # points below the bar, for the interval of the total
_SAID = SMALL * LEADING  # points below that, for the parts that are too short for a label
_BETWEEN = 8.0
_HEAD = SMALL * LEADING + 8  # points above the first bar, for the names of the degrees
_SHORTER = "Waar een deel niet is getoond, is de staaf korter dan het totaal."

Parts = dict[str, Figure]


def severity(rows: pd.DataFrame, wording: Wording, fills: Mapping[str, str]) -> ggplot:
    """Draw one stacked bar per group: the degrees of severity, of everybody, that add up to the total.

    `rows` are publishable rows of one wave: per domain one without `answer`, the total, and one for each degree;
    `fills` names the degrees, in order, with their colours (`palette.shades`): other answers are left out. Raises
    MonitorError when two rows are about one domain and answer.
    """
    values = figures(rows, "domain", "answer")
    names = dict(zip(rows["domain"], rows["group"], strict=True))
    labels = dict(zip(rows["answer"], rows["answer_label"], strict=True))
    degrees = {degree: labels[degree] for degree in fills if degree in labels}
    parts = {domain: {d: values[domain, d] for d in degrees if (domain, d) in values} for domain in names}
    totals = [values[domain, ""] for domain in names]
    whole = [replace(total, high=_reach(total, parts[domain])) for domain, total in zip(names, totals, strict=True)]
    columns = set_columns(names.values(), whole)
    first = next(iter(names))
    heading = max(names, key=lambda domain: len(_segments(parts[domain])))
    named = {name for (name, _), _, _ in _segments(parts[heading])}
    written = {
        domain: {name for name, part in mine.items() if name in named and _fits(part, columns)}
        for domain, mine in parts.items()
    }
    said = {domain: _said(parts[domain], degrees, columns, written[domain]) for domain in names}
    below = {domain: _INTERVAL + _SAID * len(said[domain]) for domain in names}
    talls = [_THICK + below[domain] + _HEAD * (domain in (first, heading)) for domain in names]
    places, height = set_rows(columns, names.values(), talls, _BETWEEN, 0)
    canvas = Canvas()
    columns.draw_axis(canvas, places)
    for domain, at, tall in zip(names, places, talls, strict=True):
        bar = at.middle - tall / 2 + below[domain] + _THICK / 2
        if domain == first:
            columns.draw_number(canvas, bar + _THICK / 2 + _HEAD / 2, "n")
        columns.draw_name(canvas, bar, names[domain])
        columns.draw_number(canvas, bar, values[domain, ""].n)
        _draw_parts(canvas, bar, parts[domain], fills, written[domain])
        _draw_total(canvas, columns, bar, values[domain, ""], _reach(values[domain, ""], parts[domain]))
        low = at.middle - tall / 2
        canvas.label(2 * columns.point, low, "\n".join(said[domain]), QUIET, va="bottom", size=SMALL)
        if domain == heading:
            _draw_heading(canvas, columns, bar + _THICK / 2, degrees, parts[domain])
    shorter = any(_segments(mine) and any(part.sign for part in mine.values()) for mine in parts.values())
    remarks = [*open_dots(totals), *([_SHORTER] if shorter else [])]
    return canvas.plot(wording, columns.plane(height), height=height, remarks=remarks)


def _reach(total: Figure, parts: Parts) -> int:
    return max(total.reach, sum(part.percent or 0 for part in parts.values()))


def _fits(part: Figure, columns: Columns) -> bool:
    return width(part.text, SMALL) + 3 <= (part.percent or 0) / columns.point


def _said(parts: Parts, degrees: dict[str, str], columns: Columns, written: Collection[str]) -> tuple[str, ...]:
    """The parts that have no label in the bar, or are not shown, in words: "zeer ernstig 3%, onbekend 2%"."""
    if not any(part.percent or part.sign == "x" for part in parts.values()):
        return ()
    words = [f"{degrees[name].lower()} {part.label}" for name, part in parts.items() if name not in written]
    return wrap(", ".join(words), columns.axis + columns.labels, SMALL) if words else ()


def _draw_parts(canvas: Canvas, y: float, parts: Parts, fills: Mapping[str, str], written: Collection[str]) -> None:
    """The segments that have a percentage, one after the other, labelled where the label is to be `written`.

    That is where it fits, and where the heading names the degree: answers that are shown together may be in one bar
    alone.
    """
    for (name, part), start, end in _segments(parts):
        fill = fills[name]
        canvas.box(start, end, y - _THICK / 2, y + _THICK / 2, fill)
        if name in written:
            canvas.label((start + end) / 2, y, part.text, palette.text_on(fill), ha="center", size=SMALL)


def _segments(parts: Parts) -> list[tuple[tuple[str, Figure], int, int]]:
    ends = accumulate((part.percent or 0 for part in parts.values()), initial=0)
    return [(item, *ends) for item, ends in zip(parts.items(), pairwise(ends), strict=True) if item[1].percent]


def _draw_total(canvas: Canvas, columns: Columns, y: float, total: Figure, reach: int) -> None:
    """The total's interval below the bar and its label behind it."""
    if total.percent is not None and total.low is not None and total.high is not None:
        below = y - _THICK / 2 - _INTERVAL / 2
        canvas.interval((total.low, below), (total.high, below), (0, 2), INK)
        canvas.mark(total.percent, below, INK, wide=4.5, open=total.indicative)
    canvas.label(reach + 6 * columns.point, y, total.label, QUIET if total.sign else INK, weight=SEMIBOLD)


def _draw_heading(canvas: Canvas, columns: Columns, top: float, degrees: dict[str, str], parts: Parts) -> None:
    """The names of the degrees above the first bar, spread so that they do not touch, each led to its segment."""
    segments = _segments(parts)
    middles = [(start + end) / 2 for _, start, end in segments]
    names = [degrees[name] for (name, _), _, _ in segments]
    widths = [(width(name, SMALL) + GAP) * columns.point for name in names]
    places = spread(middles, widths, columns.right + columns.end * columns.point)
    foot = top + 6
    for name, middle, place in zip(names, middles, places, strict=True):
        canvas.line((middle, top), (place, foot), INK, 0.5)
        canvas.label(place, foot + 1, name, INK, ha="center", va="bottom", size=SMALL)
