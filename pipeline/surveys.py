"""The surveys that are weighted, and what people decided of them: read where a task needs them."""

from __future__ import annotations

from pathlib import Path

from analysis.survey import Survey
from deliveries.passports import deliveries
from pipeline.folders import CONFIG, FIGURES, RAW, ROOT
from pipeline.sources import MANIFESTS, delivered_surveys

QUESTIONNAIRES = sorted((CONFIG / "questionnaire").glob("*.yml"))
INDICATORS = CONFIG / "indicators.yml"
SETTINGS = CONFIG / "monitor.yml"
RELEASE = [path for path in [CONFIG / "release.yml"] if path.exists()]
DOMAINS = CONFIG / "domains.yml"
PROVINCES = CONFIG / "provinces.csv"
TARGET_GROUPS = CONFIG / "target_groups.csv"
RULES = sorted((CONFIG / "population").glob("*.yml"))
STRATA = sorted((RAW / "population").glob("strata*.csv"))


def weighted_surveys() -> list[Survey]:
    """The surveys that were delivered and have rules in config/population, by name."""
    ruled = {path.stem for path in RULES}
    return [Survey(name, ROOT) for name in delivered_surveys() if name in ruled]


def levels() -> dict[tuple[str, int], Path]:
    """Where it is noted what each survey and wave withholds, the newest wave of a survey first."""
    delivered = {(passport.survey, passport.wave) for _, passport in deliveries(MANIFESTS)}
    return {
        (survey.name, wave): FIGURES / f"5-levels-{survey.name}-{wave}.parquet"
        for survey in weighted_surveys()
        for wave in sorted((wave for name, wave in delivered if name == survey.name), reverse=True)
    }
