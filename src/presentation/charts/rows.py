"""Rows of a chart: the figure in each, and the columns in which name, n, axis and label stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from analysis.errors import MonitorError
from presentation import dutch
from presentation.charts.canvas import FULL, LINE, PADDING, Canvas, Plane
from presentation.charts.lettering import REGULAR, SEMIBOLD, width, wrap
from presentation.figure import Figure, read_figure
from presentation.palette import LABEL, QUIET, SMALL

GAP = 8.0
_STEPS = {20: (5, 10, 20), 40: (10, 20, 40), 60: (20, 30, 60), 80: (20, 40, 80), 100: (20, 50, 100)}
_NEEDED = ("indicator", "answer", "wave", "domain", "n", "percent", "low", "high", "sign", "text", "indicative")


def figures(rows: pd.DataFrame, *key: str) -> dict[Any, Figure]:
    """Figures by one column or several, in the order of the rows.

    Raises MonitorError when a column is missing, there is no row, or two rows share a key.
    """
    missing = sorted({*_NEEDED, *key} - set(rows.columns))
    if missing or rows.empty or rows.duplicated(list(key)).any():
        raise MonitorError(
            "These rows cannot be drawn",
            where="the rows given to a chart or table",
            expected=f"publishable rows, one for each {' and '.join(key)}",
            got=f"no column {', '.join(missing)}" if missing else "two rows for one" if len(rows) else "no rows",
            hint="pass the rows of Sheet.rows, of one indicator and wave unless the chart sets several side by side",
        )
    return dict(zip(_keys(rows, key), map(read_figure, rows.to_dict("records")), strict=True))  # pyright: ignore


def names_of(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What each indicator and answer is called: the answer's label where it has one."""
    names = rows["answer_label"].where(rows["answer"] != "", rows["label"])
    return dict(zip(_keys(rows, ("indicator", "answer")), names, strict=True))


def verdicts_of(comparisons: pd.DataFrame, rows: pd.DataFrame, comparator: str, *key: str) -> dict[Any, str]:
    """Verdicts against the comparator by one column or several, of what the rows are about."""
    about = rows[["indicator", "answer", "wave", "domain"]]
    mine = comparisons[comparisons["reference"] == comparator].merge(about)
    return dict(zip(_keys(mine, key), mine["verdict"], strict=True))


def _keys(rows: pd.DataFrame, key: Sequence[str]) -> Iterable[Any]:
    return rows[key[0]] if len(key) == 1 else zip(*(rows[name] for name in key), strict=True)


def axis_top(values: Iterable[Figure]) -> int:
    """Where a percentage axis from 0 ends: the first of 20, 40, 60, 80 and 100 that holds every bound."""
    reach = max((value.reach for value in values), default=0)
    return next(top for top in _STEPS if top >= reach)


def axis_breaks(top: int, room: float) -> list[int]:
    """Breaks of a percentage axis that is `room` points long: as many as fit without crowding."""
    step = next((step for step in _STEPS[top] if room * step / top >= 26), top)
    return list(range(0, top + 1, step))


@dataclass(frozen=True)
class Columns:
    """Widths in points of the columns from left to right, names, numbers of respondents, axis, labels, end; and what
    stands in them. `top` is where the axis ends, in percent.
    """

    names: float
    numbers: float
    axis: float
    labels: float
    end: float
    top: int

    @property
    def point(self) -> float:
        """One point of type, in percent."""
        return self.top / self.axis

    @property
    def left(self) -> float:
        """Left edge of the names, in percent."""
        return -(self.names + self.numbers) * self.point

    @property
    def right(self) -> float:
        """Left edge of the end column, in percent."""
        return self.top + self.labels * self.point

    def plane(self, height: float) -> Plane:
        """Limits and breaks of a panel of `height` points with these columns; 0 is its upper edge."""
        breaks = axis_breaks(self.top, self.axis)
        limits = (self.left, self.right + self.end * self.point)
        return Plane(limits, (-height, 0), breaks, [dutch.percentage(at) for at in breaks])

    def lines(self, name: str) -> tuple[str, ...]:
        """A row's name, wrapped to the room there is for it."""
        return wrap(name, self.names - GAP, LABEL)

    def draw_axis(self, canvas: Canvas, places: Sequence[Place]) -> None:
        """The grid, from the upper edge of the first place to the lower edge of the last."""
        for at in axis_breaks(self.top, self.axis):
            canvas.rule((at, places[0].upper), (at, places[-1].lower), zero=at == 0)

    def draw_name(self, canvas: Canvas, y: float, name: str) -> None:
        """A row's name at the left edge."""
        canvas.label(self.left, y, "\n".join(self.lines(name)))

    def draw_number(self, canvas: Canvas, y: float, n: int | str, colour: str = QUIET) -> None:
        """A number of respondents, or the heading of its column, beside the axis."""
        text = n if isinstance(n, str) else dutch.number(n)
        canvas.label(-GAP * self.point, y, text, colour, ha="right", size=SMALL)

    def draw_figure(self, canvas: Canvas, y: float, value: Figure, colour: str, *, dot: bool = True) -> None:
        """A figure's interval, its dot (open where indicative) and its label; without a percentage only the label."""
        if value.low is not None and value.high is not None:
            canvas.interval((value.low, y), (value.high, y), (0, 2.5), colour)
        if value.percent is not None and dot:
            canvas.mark(value.percent, y, colour, open=value.indicative)
        weight, ink = (REGULAR, QUIET) if value.sign else (SEMIBOLD, colour)
        canvas.label(value.reach + 6 * self.point, y, value.label, ink, weight=weight)


def set_columns(names: Iterable[str], values: Collection[Figure], *, numbers: bool = True, end: float = 0) -> Columns:
    """Columns for these names and figures; names take at most a third."""
    names_room = min(max(width(name, LABEL) for name in names) + GAP, 0.34 * FULL)
    n = max(width(dutch.number(value.n), SMALL) for value in values) + GAP if numbers else 0.0
    top = axis_top(values)
    room = FULL - 2 * PADDING - names_room - n - end
    labels = max([width("100%", SMALL) / 2, *(_overflow(value, top, room) for value in values)])
    return Columns(names_room, n, room - labels, labels, end, top)


def _overflow(value: Figure, top: int, room: float) -> float:
    """How many of `room` points must stay behind the axis, so that a figure's label fits beside its interval."""
    share = value.reach / top
    needed = width(value.label, LABEL, SEMIBOLD) + GAP
    return (needed - room * (1 - share)) / share if share else 0.0


class Place(NamedTuple):
    """Where a row stands, in points (negative: below the upper edge of the chart): its edges and its middle."""

    upper: float
    middle: float
    lower: float


def set_rows(
    columns: Columns, names: Iterable[str], figure: Sequence[float], between: float, start: float
) -> tuple[list[Place], float]:
    """Places of rows from `start` points down, and where the last one ends.

    `figure` has the height in points that each row's figure takes, `between` what separates two rows.
    """
    places = []
    at = start
    for name, tall in zip(names, figure, strict=True):
        below = at + between + max(len(columns.lines(name)) * LINE, tall)
        places.append(Place(-at, -(at + below) / 2, -below))
        at = below
    return places, at


def open_dots(values: Iterable[Figure]) -> list[str]:
    """The remark that an open dot needs, where there is one."""
    return ["Open punt: indicatief."] if any(value.indicative for value in values) else []
