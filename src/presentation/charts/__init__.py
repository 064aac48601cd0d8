"""Charts of publishable rows: each takes rows and words and returns a ggplot, drawn from whole percents only."""

from presentation.charts import alt_text as alt_text
from presentation.charts.against import against as against
from presentation.charts.bars import bars as bars
from presentation.charts.breakdown import breakdown as breakdown
from presentation.charts.lettering import Wording as Wording
from presentation.charts.lettering import use_fonts as use_fonts
from presentation.charts.notice import notice as notice
from presentation.charts.severity import severity as severity
from presentation.charts.tile_map import locate as locate
from presentation.charts.tile_map import tile_map as tile_map
from presentation.charts.trend import trend as trend
