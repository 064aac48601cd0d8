"""Which of our figures stands beside a published one."""

from __future__ import annotations

import pandas as pd

from presentation.published import counterpart


def test_counterpart_is_named_by_wave_where_the_question_changed() -> None:
    published = pd.DataFrame(
        {"indicator": ["broken", "broken", "broken", "verbal", "else"], "wave": [2016, 2020, 2024, 2016, 2016]}
    )
    ours = counterpart(published, {"broken": {2016: "old", 2020: "new"}, "verbal": "verbal"})
    assert ours.fillna("none").tolist() == ["old", "new", "new", "verbal", "none"]
