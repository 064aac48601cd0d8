"""What stands in the place of a chart whose question was not asked: a title and a sentence."""

from __future__ import annotations

from plotnine import ggplot

from presentation.charts.canvas import FULL, PADDING, Canvas, Plane
from presentation.charts.lettering import Wording


def notice(wording: Wording) -> ggplot:
    """Draw the words above one rule."""
    canvas = Canvas()
    room = FULL - 2 * PADDING
    canvas.rule((0, 0.5), (room, 0.5), zero=True)
    return canvas.plot(wording, Plane((0, room), (0, 1), [], []), height=2)
