"""A chart as a document shows it: vector, with the words for who cannot see it, alike in both engines."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import Any

from matplotlib import pyplot, rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from plotnine import ggplot

_RULES: dict[Any, str] = {"svg.fonttype": "none", "svg.hashsalt": "monitor"}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_SHAPE = re.compile(r'(<path id="[^"]*" d="[^"]*") style="stroke: [^"]*"')
_CLASS = "monitor-chart"
_ID = re.compile(r'(\bid="|url\(#|href="#)')


class Picture:
    """A drawn chart with its alt text, which Quarto and Jupyter show as a Markdown image.

    The text stays text, ids are the chart's own (several charts stand on one page), and nothing in it depends on the
    day. The alt text is written from the rows; a cell's `fig-alt` could only be typed.
    """

    def __init__(self, chart: ggplot, alt: str) -> None:
        self.alt = alt
        self.svg = draw_svg(chart)

    def _repr_markdown_(self) -> str:
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        alt = self.alt.replace("\\", "").replace('"', "”").replace("\n", " ")
        return f'![](data:image/svg+xml;base64,{data}){{fig-alt="{alt}"}}'


def draw_svg(chart: ggplot) -> str:
    """The chart as SVG without date, metadata or prologue; ids carry a prefix made from the drawing itself.

    Its class tells a page that is read in the dark whose colours have a dark pair (charts.css). The colours of a mark
    stand where it is placed, not at its shape too, which no stylesheet reaches.
    """
    buffer = io.BytesIO()
    with rc_context(_RULES):
        figure = chart.draw()
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})  # `save` would draw it twice
        pyplot.close(figure)
    drawn = _METADATA.sub("", _PROLOGUE.sub("", buffer.getvalue().decode("utf-8")))
    drawn = _SHAPE.sub(r"\g<1>", drawn)
    prefix = "p" + hashlib.sha256(drawn.encode("utf-8")).hexdigest()[:8]
    return _ID.sub(rf"\g<1>{prefix}-", drawn).replace("<svg ", f'<svg class="{_CLASS}" ', 1)
