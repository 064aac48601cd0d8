"""Charts of publishable rows: each takes rows and words and returns a ggplot, drawn from whole percents only."""

from analysis.charts import alt_text
from analysis.charts.against import against
from analysis.charts.bars import bars
from analysis.charts.breakdown import breakdown
from analysis.charts.canvas import FULL, HALF
from analysis.charts.lettering import Wording, use_fonts
from analysis.charts.notice import notice
from analysis.charts.severity import severity
from analysis.charts.tile_map import locate, tile_map
from analysis.charts.trend import trend

__all__ = [
    "FULL",
    "HALF",
    "Wording",
    "against",
    "alt_text",
    "bars",
    "breakdown",
    "locate",
    "notice",
    "severity",
    "tile_map",
    "trend",
    "use_fonts",
]
