"""What a chart is drawn on: percentages from left to right, points of type from top to bottom, and the words around.

Charts lay out their rows in points, because labels must fit at the size at which they are printed. Everything that is
drawn is one layer of plotnine: with a layer and scales for each kind of shape a chart took twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotnine as p9
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text
from plotnine.geoms.geom import geom

from presentation import palette
from presentation.charts.lettering import REGULAR, SEMIBOLD, Wording, wrap
from presentation.palette import COMPARATOR, FAMILY, GRID, INK, LABEL, PAPER, QUIET, SMALL, SUBTITLE, TITLE

FULL = 482.0  # the width of a chart in points: 170 mm
PADDING = 6.0
LEADING = 1.37  # height of a line of text, times its size: Fira Sans has 1.2, set with 1.15
LINE = LABEL * LEADING
_CAPITAL, _DESCENT = 0.69, 0.2  # of Fira Sans: height of capitals and figures, depth of a p, times the size
_THICK = 2 / 3  # points for a line of thickness 1
_RIM = 1.06  # points of the line around a mark


@dataclass(frozen=True)
class Plane:
    """Which data coordinates the panel spans: x and y limits, and the breaks of the axis with their Dutch labels."""

    x: tuple[float, float]
    y: tuple[float, float]
    breaks: Sequence[float]
    labels: Sequence[str]


@dataclass
class Canvas:
    """Boxes, lines, marks and labels, collected in data coordinates and then drawn as one ggplot.

    `point` is one point of type on the y axis, in data units.
    """

    point: float = 1.0
    grid: list[dict] = field(default_factory=list)
    boxes: list[dict] = field(default_factory=list)
    lines: list[dict] = field(default_factory=list)
    marks: list[dict] = field(default_factory=list)
    labels: list[dict] = field(default_factory=list)

    def box(self, left: float, right: float, bottom: float, top: float, fill: str, edge: str = INK) -> None:
        """A filled box with an outline."""
        self.boxes.append({"xmin": left, "xmax": right, "ymin": bottom, "ymax": top, "fill": fill, "color": edge})

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str, thick: float = 1) -> None:
        """A line of `thick` points."""
        self.lines.append(_segment(start, end, colour, thick))

    def rule(self, start: tuple[float, float], end: tuple[float, float], *, zero: bool) -> None:
        """A line of the grid, below everything else; that of 0% is darker."""
        self.grid.append(_segment(start, end, COMPARATOR if zero else GRID, 0.8 if zero else 0.6))

    def mark(self, x: float, y: float, colour: str, *, marker: str = "o", wide: float = 6, open: bool = False) -> None:
        """A drawn shape, `wide` points across; an open one shows the paper through."""
        fill = PAPER if open else colour
        self.marks.append({"x": x, "y": y, "shape": marker, "color": colour, "fill": fill, "size": wide})

    def interval(self, low: tuple[float, float], high: tuple[float, float], cap: tuple[float, float], ink: str) -> None:
        """An interval from `low` to `high` with a cap at either end that reaches `cap` to both sides."""
        self.line(low, high, ink, 1.5)
        for x, y in (low, high):
            self.line((x - cap[0], y - cap[1]), (x + cap[0], y + cap[1]), ink, 1)

    def label(
        self,
        x: float,
        y: float,
        text: str,
        colour: str = INK,
        *,
        ha: str = "left",
        va: str = "center",
        weight: str = REGULAR,
        size: float = LABEL,
    ) -> None:
        """Text at a place, each line on its own baseline so that labels beside each other stand level.

        `ha` is "left", "center" or "right"; `va` says whether the text stands around, above ("bottom") or below
        ("top") the place.
        """
        lines = text.split("\n")
        step = size * LEADING
        rise = {"center": (len(lines) - 1) / 2 * step - _CAPITAL / 2 * size, "top": -_CAPITAL * size}
        baseline = rise.get(va, (len(lines) - 1) * step + _DESCENT * size)
        look = {"color": colour, "ha": ha, "fontweight": weight, "size": size}
        for place, line in enumerate(lines):
            self.labels.append({"x": x, "y": y + (baseline - place * step) * self.point, "label": line, **look})

    def verdict(self, x: float, y: float, verdict: str) -> None:
        """The mark of a verdict; the word stands beside it or in the chart's key."""
        look = palette.VERDICTS[verdict]
        if look.marker in palette.SIGNS:
            self.label(x, y, look.marker, look.colour, ha="center", weight=SEMIBOLD)
        else:
            wide = 6 if look.marker == "D" else 7.5
            self.mark(x, y, look.colour, marker=look.marker, wide=wide, open=look.outline)

    def plot(
        self, wording: Wording, plane: Plane, *, height: float, width: float = FULL, remarks: Sequence[str] = ()
    ) -> p9.ggplot:
        """The chart: a panel of `height` points on an image of `width` points, with its words around it.

        `remarks` are sentences about figures that are not drawn; they stand above the other notes.
        """
        parts: list[Any] = [
            _Drawing(p9.aes("x", "y"), pd.DataFrame({"x": plane.x[:1], "y": plane.y[:1]}), canvas=self),
            p9.scale_x_continuous(limits=plane.x, breaks=list(plane.breaks), labels=list(plane.labels), expand=(0, 0)),
            p9.scale_y_continuous(limits=plane.y, breaks=[], expand=(0, 0)),
            p9.coord_cartesian(expand=False),
        ]
        words, words_height = _words(wording, remarks, width - 2 * PADDING)
        axis_lines = max((label.count("\n") + 1 for label in plane.labels), default=0)
        axis = axis_lines * SMALL * LEADING + _ABOVE_AXIS if axis_lines else 0
        tall = height + words_height + axis + 2 * PADDING
        parts += [words, _theme(width, tall)]
        chart = p9.ggplot()
        chart += parts  # which, unlike +, copies nothing
        return chart

    def __deepcopy__(self, memo: dict) -> Canvas:
        """Itself: plotnine copies a chart again and again, and what is drawn on it stays."""
        return self


class _Drawing(geom):
    """What is drawn on a canvas: grid, boxes, lines, marks and labels, the later ones over the earlier."""

    REQUIRED_AES = {"x", "y"}  # noqa: RUF012 - as plotnine has it
    DEFAULT_PARAMS = {"stat": "identity", "position": "identity", "na_rm": False, "canvas": None}  # noqa: RUF012

    def draw_panel(self, data: pd.DataFrame, panel_params: Any, coord: Any, ax: Axes) -> None:
        """Draw on matplotlib's axes, which span the plane."""
        canvas: Canvas = self.params["canvas"]
        _draw_strokes(ax, canvas.grid, 1)
        _draw_boxes(ax, canvas.boxes, 2)
        _draw_strokes(ax, canvas.lines, 3)
        for each in canvas.marks:
            mark: dict[str, Any] = {"marker": each["shape"], "markersize": each["size"], "mew": _RIM}
            colours = {"mfc": each["fill"], "mec": each["color"]}
            ax.add_line(Line2D([each["x"]], [each["y"]], **mark, **colours, linestyle="none", zorder=4))
        for each in canvas.labels:
            look = {name: each[name] for name in ("color", "size", "ha", "fontweight")}
            place = {"x": each["x"], "y": each["y"], "transform": ax.transData}
            ax.add_artist(_Label(**place, text=each["label"], **look, family=FAMILY, zorder=5, in_layout=False))


class _Label(Text):
    """One line of text on its baseline. Matplotlib shapes every glyph to lay text out, a third of a chart's time, and
    a drawing that keeps text as text needs none of it.
    """

    def draw(self, renderer: Any) -> None:
        """Hand the text to the file."""
        x, y = self.get_transform().transform(self.get_unitless_position())
        ink = renderer.new_gc()
        ink.set_foreground(self.get_color())
        renderer.open_group("text", self.get_gid())
        down = renderer.height - y if renderer.flipy() else y
        renderer.draw_text(ink, x, down, self.get_text(), self.get_fontproperties(), 0, mtext=self)
        renderer.close_group("text")
        ink.restore()


def _draw_strokes(ax: Axes, strokes: list[dict], order: int) -> None:
    if strokes:
        ends = [[(each["x"], each["y"]), (each["xend"], each["yend"])] for each in strokes]
        colours, sizes = ([each[name] for each in strokes] for name in ("color", "size"))
        ax.add_collection(LineCollection(ends, colors=colours, linewidths=sizes, capstyle="butt", zorder=order))


def _draw_boxes(ax: Axes, boxes: list[dict], order: int) -> None:
    if boxes:
        sides = [[each[side] for side in ("xmin", "xmax", "ymin", "ymax")] for each in boxes]
        corners = [[(left, low), (left, top), (right, top), (right, low)] for left, right, low, top in sides]
        fills, edges = ([each[name] for each in boxes] for name in ("fill", "color"))
        drawn = PolyCollection(corners, facecolors=fills, edgecolors=edges, linewidths=0.8 * _THICK, zorder=order)
        ax.add_collection(drawn)


def _segment(start: tuple[float, float], end: tuple[float, float], colour: str, thick: float) -> dict:
    (x, y), (xend, yend) = start, end
    return {"x": x, "y": y, "xend": xend, "yend": yend, "color": colour, "size": thick * _THICK}


_BELOW_TITLE, _BELOW_SUBTITLE, _ABOVE_AXIS, _ABOVE_NOTES = 3.0, 8.0, 4.0, 8.0


def _words(wording: Wording, remarks: Sequence[str], room: float) -> tuple[p9.labs, float]:
    """Title, subtitle and notes, wrapped to `room` points, and the height in points that they take."""
    notes = [line for note in (*remarks, *wording.notes) for line in wrap(note, room, SMALL)]
    parts = {
        "title": (wrap(wording.title, room, TITLE, SEMIBOLD), TITLE, _BELOW_TITLE),
        "subtitle": (wrap(wording.subtitle, room, SUBTITLE), SUBTITLE, _BELOW_SUBTITLE),
        "caption": (notes, SMALL, _ABOVE_NOTES),
    }
    said = {name: part for name, part in parts.items() if any(part[0])}
    height = sum(LEADING * len(lines) * size + gap for lines, size, gap in said.values())
    return p9.labs(x="", y="", **{name: "\n".join(lines) for name, (lines, _, _) in said.items()}), height


def _theme(width: float, height: float) -> p9.theme:
    def margin(**sides: float) -> dict:
        """Margins in points as fractions of the width: what plotnine 0.15 takes for margins in points comes out
        too large by the ratio of width and height, and these fractions do not."""
        return {**{side: points / width for side, points in sides.items()}, "unit": "fig"}

    look = p9.theme_void(base_family=FAMILY)
    look += p9.theme(
        figure_size=(width / 72, height / 72),
        dpi=144,
        svg_usefonts=True,
        plot_background=p9.element_rect(fill=PAPER, color=PAPER),
        plot_margin=PADDING / width,
        plot_title_position="plot",
        plot_caption_position="plot",
        text=p9.element_text(color=QUIET, ha="left", linespacing=1.15),
        plot_title=p9.element_text(size=TITLE, weight=SEMIBOLD, color=INK, margin=margin(b=_BELOW_TITLE)),
        plot_subtitle=p9.element_text(size=SUBTITLE, margin=margin(b=_BELOW_SUBTITLE)),
        plot_caption=p9.element_text(size=SMALL, margin=margin(t=_ABOVE_NOTES)),
        axis_text_x=p9.element_text(size=SMALL, ha="center", margin={"t": _ABOVE_AXIS, "unit": "pt"}),
    )
    return look
