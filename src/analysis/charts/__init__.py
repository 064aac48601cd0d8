"""Charts of publishable rows: each takes rows and words and returns a ggplot, drawn from whole percents only."""

from analysis.charts import alt_text as alt_text
from analysis.charts.against import against as against
from analysis.charts.bars import bars as bars
from analysis.charts.breakdown import breakdown as breakdown
from analysis.charts.lettering import Wording as Wording
from analysis.charts.lettering import use_fonts as use_fonts
from analysis.charts.notice import notice as notice
from analysis.charts.severity import severity as severity
from analysis.charts.tile_map import locate as locate
from analysis.charts.tile_map import tile_map as tile_map
from analysis.charts.trend import trend as trend
