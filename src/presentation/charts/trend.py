"""An indicator over the waves, with intervals, beside its comparator; the line has a gap where no figure joins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from plotnine import ggplot

from presentation import dutch
from presentation.charts.canvas import FULL, LINE, PADDING, Canvas, Plane
from presentation.charts.lettering import SEMIBOLD, Wording, spread, width, wrap
from presentation.charts.rows import axis_breaks, axis_top, figures, open_dots
from presentation.figure import WHY, Figure
from presentation.palette import COMPARATOR, LABEL, QUIET, SMALL, SUBJECT

_TALL = 125.0  # points from 0% to the top of the axis
_ROOM = 2 * LINE  # points above it, for labels
_SIDE = 20.0  # points before the first wave and after the last
_APART = 4.0  # points that subject and comparator stand left and right of their wave

_FOOT = 5.0  # points below 0%, so that a point at 0% is whole
_INKS = (SUBJECT, COMPARATOR)


@dataclass(frozen=True)
class _Line:
    """A series: its name, its colour and its figures by wave."""

    name: str
    colour: str
    points: dict[int, Figure]

    @property
    def drawn(self) -> dict[int, Figure]:
        """The figures that are drawn: those with a percentage."""
        return {year: value for year, value in self.points.items() if value.percent is not None}

    @property
    def last(self) -> int:
        """The last percentage that is drawn, 0 where there is none."""
        return next((value.percent or 0 for value in reversed(self.drawn.values())), 0)


@dataclass(frozen=True)
class _Scale:
    """What one point of type is in years and in percent, and where the axis ends."""

    year: float
    percent: float
    top: int


def trend(
    rows: pd.DataFrame,
    wording: Wording,
    *,
    subject: str,
    comparator: str = "",
    waves: Sequence[int] = (),
    breaks: Mapping[int, str] | None = None,
    unasked: Mapping[int, str] | None = None,
) -> ggplot:
    """Draw one indicator over the waves for a subject and, where given, a comparator (domain ids).

    `rows` are publishable rows of one indicator and answer with `group`; `waves` all waves on the axis (by default
    those of the rows); `breaks` the first wave after each series break, with the short label of its kind; `unasked` how
    a wave without rows left the question out. Raises MonitorError when two rows are about one wave and domain.
    """
    values = figures(rows, "domain", "wave")
    years = sorted(waves or {int(wave) for wave in rows["wave"]})
    gaps = dict(breaks or {})
    lines = _lines(rows, values, years, [subject, comparator] if comparator else [subject])
    names = min(0.22 * FULL, max(width(line.name, LABEL, SEMIBOLD) for line in lines) + 2)
    ticks = width("100%", SMALL) + 2 + _SIDE
    axis = FULL - 2 * PADDING - ticks - _SIDE - names
    top = axis_top(values.values())
    scale = _Scale(max(years[-1] - years[0], 1) / axis, top / _TALL, top)
    left, right = years[0] - ticks * scale.year, years[-1] + _SIDE * scale.year
    head = _ROOM + (LINE if gaps else 0)
    ceiling = top + head * scale.percent
    canvas = Canvas(point=scale.percent)
    for at in axis_breaks(scale.top, _TALL):
        canvas.rule((left, at), (right, at), zero=at == 0)
        canvas.label(left, at + 1.5 * scale.percent, dutch.percentage(at), QUIET, va="bottom", size=SMALL)
    for year, label in gaps.items():
        _draw_break(canvas, scale, year, years, label)
    for place, line in enumerate(lines):
        shift = (2 * place - 1) * _APART * scale.year if len(lines) > 1 else 0.0
        _draw_line(canvas, scale, line, shift, years, gaps)
    for year in years:
        _draw_labels(canvas, scale, year, lines)
    _draw_names(canvas, scale, lines, right - 4 * scale.year, names + 2)
    room = axis / max(len(years) - 1, 1) - 2
    labels = ["\n".join((str(year), *wrap((unasked or {}).get(year, ""), room, SMALL))).strip() for year in years]
    plane = Plane((left, right + names * scale.year), (-_FOOT * scale.percent, ceiling), years, labels)
    return canvas.plot(wording, plane, height=_FOOT + _TALL + head, remarks=_remarks(lines))


def _lines(rows: pd.DataFrame, values: Mapping, years: Sequence[int], domains: Sequence[str]) -> list[_Line]:
    groups = dict(zip(rows["domain"], rows["group"], strict=True))
    points = [{year: values[domain, year] for year in years if (domain, year) in values} for domain in domains]
    return [_Line(groups[domain], ink, known) for domain, ink, known in zip(domains, _INKS, points, strict=False)]


def _draw_break(canvas: Canvas, scale: _Scale, year: int, years: Sequence[int], label: str) -> None:
    before = max((other for other in years if other < year), default=year)
    at = (before + year) / 2
    head = scale.top + _ROOM * scale.percent
    canvas.line((at, 0), (at, head), COMPARATOR, 0.8)
    canvas.label(at, head + LINE / 2 * scale.percent, label, QUIET, ha="center", size=SMALL)


def _draw_line(
    canvas: Canvas, scale: _Scale, line: _Line, shift: float, years: Sequence[int], gaps: Collection[int]
) -> None:
    """One series: its line, cut at each break and at waves without a figure, its intervals, and its points."""
    for before, year in pairwise(years):
        one, other = line.drawn.get(before), line.drawn.get(year)
        if one and other and not any(before < gap <= year for gap in gaps):
            canvas.line((before + shift, one.percent or 0), (year + shift, other.percent or 0), line.colour, 1.2)
    for year, value in line.drawn.items():
        if value.low is not None and value.high is not None:
            low, high = (year + shift, value.low), (year + shift, value.high)
            canvas.interval(low, high, (2.5 * scale.year, 0), line.colour)
        canvas.mark(year + shift, value.percent or 0, line.colour, open=value.indicative)


def _draw_labels(canvas: Canvas, scale: _Scale, year: int, lines: Sequence[_Line]) -> None:
    """The percentages of a wave: the higher one above both intervals, the lower one below them.

    Where there is no room below, the lower one stands above its own interval, or right under the higher one.
    """
    here = sorted(
        ((line.drawn[year], line.colour) for line in lines if year in line.drawn), key=lambda pair: pair[0].percent or 0
    )
    if not here:
        return
    gap, tall = 5 * scale.percent, LINE * scale.percent
    upper = max(value.reach for value, _ in here) + gap
    lower = min(_bottom(value) for value, _ in here) - gap
    if len(here) == 2 and lower < tall:
        own = here[0][0].reach + gap
        free = own + tall < _bottom(here[1][0])
        places = [(own if free else upper, "bottom"), (upper if free else upper + tall, "bottom")]
    else:
        places = [(lower, "top"), (upper, "bottom")][-len(here) :]
    for (value, colour), (y, va) in zip(here, places, strict=True):
        canvas.label(year, y, value.text, colour, ha="center", va=va, weight=SEMIBOLD)


def _bottom(value: Figure) -> int:
    return (value.percent or 0) if value.low is None else value.low


def _draw_names(canvas: Canvas, scale: _Scale, lines: Sequence[_Line], at: float, room: float) -> None:
    """Names at the end of the lines, the higher one above, moved apart where they would touch."""
    rising = sorted(lines, key=lambda line: line.last)
    words = [wrap(line.name, room, LABEL, SEMIBOLD) for line in rising]
    talls = [(len(name) * LINE + 4) * scale.percent for name in words]
    middles = spread([line.last for line in rising], talls, scale.top + _ROOM * scale.percent)
    for line, name, y in zip(rising, words, middles, strict=True):
        canvas.label(at, y, "\n".join(name), line.colour, weight=SEMIBOLD)


def _remarks(lines: Sequence[_Line]) -> list[str]:
    """Sentences for what the lines cannot show: signs, brackets, open points."""
    said = [
        f"{line.name} {year}: {f'{WHY[value.sign]} ({value.sign})' if value.sign else value.text}."
        for line in lines
        for year, value in line.points.items()
        if value.percent is None and value.sign != "."
    ]
    said += open_dots(value for line in lines for value in line.points.values())
    return [" ".join(said)] if said else []
