"""Rows of a chart: the figure in each, and the columns in which name, n, axis and label stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from analysis import dutch
from analysis.charts.canvas import LINE, PADDING, Canvas, Plane
from analysis.charts.lettering import REGULAR, SEMIBOLD, width, wrap
from analysis.errors import MonitorError
from analysis.palette import LABEL, QUIET, SMALL

GAP = 8.0
_NARROW = 300.0  # points of width below which names stand above their row instead of beside it
WHY = {"x": "niet getoond", "/": "te weinig waarnemingen", ".": "niet gevraagd", "-": "nihil"}
_STEPS = {20: (5, 10, 20), 40: (10, 20, 40), 60: (20, 30, 60), 80: (20, 40, 80), 100: (20, 50, 100)}
_NEEDED = ("indicator", "answer", "wave", "domain", "n", "percent", "low", "high", "sign", "text", "indicative")


class Shown(NamedTuple):
    """One publishable figure as a chart shows it: whole percents (0-100), or words where there is no percentage."""

    n: int
    percent: int | None
    low: int | None
    high: int | None
    sign: str
    text: str
    indicative: bool

    @property
    def label(self) -> str:
        """What stands beside the mark: "51%", "minder dan 5%", or the sign and what it means."""
        return f"{self.sign} {WHY[self.sign]}" if self.sign else self.text

    @property
    def reach(self) -> int:
        """The highest percentage that is drawn, or that "meer dan 95%" names; 0 when there is none."""
        named = [int(word.strip("%")) for word in self.text.split() if self.text.startswith("meer dan") and "%" in word]
        return max([self.percent or 0, self.high or 0, *named])


def shown(row: Mapping[str, Any]) -> Shown:
    """The figure in a publishable row."""
    return Shown(
        n=_whole(row["n"]) or 0,
        percent=_whole(row["percent"]),
        low=_whole(row["low"]),
        high=_whole(row["high"]),
        sign=row["sign"] or "",
        text=row["text"],
        indicative=bool(row["indicative"]),
    )


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def figures(rows: pd.DataFrame, *key: str) -> dict[Any, Shown]:
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
    names = rows[key[0]] if len(key) == 1 else zip(*(rows[name] for name in key), strict=True)
    return {name: shown(row) for name, row in zip(names, rows.to_dict("records"), strict=True)}  # pyright: ignore


def among(rows: pd.DataFrame, **wanted: Collection[Any]) -> pd.DataFrame:
    """The rows that hold, in each named column, one of the values wanted there."""
    kept = pd.Series(True, index=rows.index)
    for column, values in wanted.items():
        kept &= rows[column].isin(list(values))
    return pd.DataFrame(rows.loc[kept])


def axis_top(values: Iterable[Shown]) -> int:
    """Where a percentage axis from 0 ends: the first of 20, 40, 60, 80 and 100 that holds every bound."""
    reach = max((value.reach for value in values), default=0)
    return next(top for top in _STEPS if top >= reach)


def axis_breaks(top: int, room: float) -> list[int]:
    """Breaks of a percentage axis that is `room` points long: as many as fit without crowding."""
    step = next((step for step in _STEPS[top] if room * step / top >= 26), top)
    return list(range(0, top + 1, step))


@dataclass(frozen=True)
class Columns:
    """Widths in points of the columns from left to right: names, numbers of respondents, axis, labels, end.

    `above` says that names stand above their row, over the whole width, and have no column.
    """

    names: float
    numbers: float
    axis: float
    labels: float
    end: float
    top: int
    above: bool

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
        room = self.numbers + self.axis + self.labels + self.end if self.above else self.names - GAP
        return wrap(name, room, LABEL)


def set_columns(
    names: Iterable[str], values: Iterable[Shown], wide: float, *, numbers: bool = True, end: float = 0
) -> Columns:
    """Columns for these names and figures on an image of `wide` points; names take at most a third beside the axis."""
    shown_values = list(values)
    above = wide < _NARROW
    widest = max(width(name, LABEL) for name in names) + GAP
    names_room = 0.0 if above else min(widest, 0.34 * wide)
    n = max(width(dutch.number(value.n), SMALL) for value in shown_values) + GAP if numbers else GAP * above
    top = axis_top(shown_values)
    room = wide - 2 * PADDING - names_room - n - end
    labels = max([width("100%", SMALL) / 2, *(_overflow(value, top, room) for value in shown_values)])
    return Columns(names_room, n, room - labels, labels, end, top, above)


def _overflow(value: Shown, top: int, room: float) -> float:
    """How many of `room` points must stay behind the axis, so that a figure's label fits beside its interval."""
    share = value.reach / top
    needed = width(value.label, LABEL, SEMIBOLD) + GAP
    return (needed - room * (1 - share)) / share if share else 0.0


class Place(NamedTuple):
    """Where a row stands, in points (negative: below the upper edge): middle of its name, and of its figure, and the
    edges of the stretch in which the grid runs behind it.
    """

    name: float
    figure: float
    stretch: tuple[float, float]


def set_rows(
    columns: Columns, names: Sequence[str], figure: Sequence[float], between: float, start: float
) -> tuple[list[Place], float]:
    """Places of rows from `start` points down, and where the last one ends.

    `figure` has the height in points that each row's figure takes, `between` what separates two rows.
    """
    places = []
    at = start
    for name, tall in zip(names, figure, strict=True):
        named = len(columns.lines(name)) * LINE
        if columns.above:
            below = at + between + named
            places.append(Place(named / 2 - below, -below - tall / 2, (-below, -below - tall)))
            at = below + tall
        else:
            below = at + between + max(named, tall)
            middle = -(at + below) / 2
            places.append(Place(middle, middle, (-at, -below)))
            at = below
    return places, at


def draw_axis(canvas: Canvas, columns: Columns, stretches: Sequence[tuple[float, float]]) -> None:
    """The grid, from upper to lower edge of each stretch (points, negative); names above their row interrupt it."""
    joined = stretches if columns.above else [(stretches[0][0], stretches[-1][1])]
    for at in axis_breaks(columns.top, columns.axis):
        for upper, lower in joined:
            canvas.rule((at, upper), (at, lower), zero=at == 0)


def draw_name(canvas: Canvas, columns: Columns, y: float, name: str) -> None:
    """A row's name at the left edge."""
    canvas.label(columns.left, y, "\n".join(columns.lines(name)))


def draw_number(canvas: Canvas, columns: Columns, y: float, n: int | str, colour: str = QUIET) -> None:
    """A number of respondents, or the heading of its column, beside the axis."""
    text = n if isinstance(n, str) else dutch.number(n)
    canvas.label(-GAP * columns.point, y, text, colour, ha="right", size=SMALL)


def draw_figure(canvas: Canvas, columns: Columns, y: float, value: Shown, colour: str, *, dot: bool = True) -> None:
    """A figure's interval, its dot (open where indicative) and its label; without a percentage only the label."""
    if value.low is not None and value.high is not None:
        canvas.interval((value.low, y), (value.high, y), (0, 2.5), colour)
    if value.percent is not None and dot:
        canvas.mark(value.percent, y, colour, open=value.indicative)
    weight, ink = (REGULAR, QUIET) if value.sign else (SEMIBOLD, colour)
    canvas.label(value.reach + 6 * columns.point, y, value.label, ink, weight=weight)


def open_dots(values: Iterable[Shown]) -> list[str]:
    """The remark that an open dot needs, where there is one."""
    return ["Open punt: indicatief."] if any(value.indicative for value in values) else []
