"""The twelve provinces as tiles: to show where one lies, or a value and a verdict for each."""

from __future__ import annotations

import pandas as pd
from plotnine import ggplot

from presentation.charts.canvas import FULL, PADDING, Canvas, Plane
from presentation.charts.key import draw_key, key_lines, verdict_items
from presentation.charts.lettering import SEMIBOLD, Wording
from presentation.charts.rows import figures, verdicts_of
from presentation.palette import COMPARATOR, INK, LABEL, PAPER, QUIET, SMALL, SUBJECT, SUBJECT_TINT

_BETWEEN = 3.0
_LOCATE, _VALUES = (30.0, 24.0), (52.0, 38.0)  # width and height of a tile, in points
_KEY = 130.0  # points that the words of the marks take beside the map


def locate(tiles: pd.DataFrame, province: str, wording: Wording) -> ggplot:
    """Draw where a province lies.

    `tiles` has a row per province with `province`, `abbreviation`, `column` and `row`, counted from the upper left.
    """
    canvas = Canvas()
    for tile in tiles.to_dict("records"):
        here = tile["province"] == province
        left, top = _draw_tile(canvas, tile, _LOCATE, SUBJECT if here else SUBJECT_TINT)
        x, y = left + _LOCATE[0] / 2, top - _LOCATE[1] / 2
        canvas.label(x, y, str(tile["abbreviation"]), PAPER if here else INK, ha="center", weight=SEMIBOLD)
    wide, tall = _extent(tiles, _LOCATE)
    return canvas.plot(wording, Plane((0, wide), (-tall, 0), [], []), width=wide + 2 * PADDING, height=tall)


def tile_map(
    rows: pd.DataFrame, comparisons: pd.DataFrame, tiles: pd.DataFrame, wording: Wording, *, comparator: str
) -> ggplot:
    """Draw each province's value of one indicator and wave, and the mark of its verdict against the comparator.

    `rows` are publishable rows whose `domain` is "province=<id>"; `comparisons` publishable comparisons; `tiles` as in
    `locate`. The words of the marks stand beside the map. Tiles are not shaded by value: provinces are not ranked.
    Raises MonitorError when two rows are about one province.
    """
    values = figures(rows, "domain")
    verdicts = verdicts_of(comparisons, rows, comparator, "domain")
    canvas = Canvas()
    for tile in tiles.to_dict("records"):
        domain = f"province={tile['province']}"
        left, top = _draw_tile(canvas, tile, _VALUES, SUBJECT_TINT)
        canvas.label(left + 5, top - 11, str(tile["abbreviation"]), QUIET, size=SMALL)
        if domain in verdicts:
            canvas.verdict(left + _VALUES[0] - 9, top - 11, verdicts[domain])
        if domain in values:
            canvas.label(left + 5, top - 26, values[domain].short, INK, weight=SEMIBOLD, size=LABEL + 2)
    wide, tall = _extent(tiles, _VALUES)
    draw_key(canvas, key_lines(verdict_items(verdicts.values()), _KEY), (wide + 16, 0), (1, 1))
    return canvas.plot(wording, Plane((0, FULL - 2 * PADDING), (-tall, 0), [], []), height=tall)


def _draw_tile(canvas: Canvas, tile: dict, size: tuple[float, float], fill: str) -> tuple[float, float]:
    """A province's tile; returns its left and upper edge."""
    left = tile["column"] * (size[0] + _BETWEEN)
    top = -tile["row"] * (size[1] + _BETWEEN)
    canvas.box(left, left + size[0], top - size[1], top, fill, COMPARATOR)
    return left, top


def _extent(tiles: pd.DataFrame, size: tuple[float, float]) -> tuple[float, float]:
    columns, rows = tiles["column"].max() + 1, tiles["row"].max() + 1
    return columns * (size[0] + _BETWEEN), rows * (size[1] + _BETWEEN)
