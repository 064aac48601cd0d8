"""The surveys that are weighted: read where a task needs them."""

from __future__ import annotations

from analysis.survey import Survey
from pipeline.folders import CONFIG, RAW, ROOT
from pipeline.sources import delivered_surveys

QUESTIONNAIRES = sorted((CONFIG / "questionnaire").glob("*.yml"))
INDICATORS = CONFIG / "indicators.yml"
RULES = sorted((CONFIG / "population").glob("*.yml"))
STRATA = sorted((RAW / "population").glob("strata*.csv"))


def weighted_surveys() -> list[Survey]:
    """The surveys that were delivered and have rules in config/population, by name."""
    ruled = {path.stem for path in RULES}
    return [Survey(name, ROOT) for name in delivered_surveys() if name in ruled]
