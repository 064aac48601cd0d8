"""The surveys that are weighted, with what config and population decide of each: read where a task needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.design import Design, designs
from analysis.indicators import Codebook, Indicator, read_codebook, read_indicators
from analysis.population import PopulationRules, read_rules
from analysis.questionnaire import Questionnaire, read_questionnaire
from pipeline.folders import CONFIG, RAW
from pipeline.sources import delivered_surveys

QUESTIONNAIRES = sorted((CONFIG / "questionnaire").glob("*.yml"))
INDICATORS = CONFIG / "indicators.yml"
RULES = sorted((CONFIG / "population").glob("*.yml"))
STRATA = sorted((RAW / "population").glob("strata*.csv"))


@dataclass(frozen=True)
class Survey:
    """One survey that is weighted; `name` is that of its files."""

    name: str

    @cached_property
    def rules(self) -> PopulationRules:
        """How it is weighted."""
        return read_rules(CONFIG / "population" / f"{self.name}.yml")

    @cached_property
    def strata(self) -> pd.DataFrame:
        """Its population per wave and cell."""
        return pd.read_csv(RAW / "population" / self.rules.counted_in)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What it asks."""
        return read_questionnaire(CONFIG / "questionnaire" / f"{self.name}.yml")

    @cached_property
    def codebook(self) -> Codebook:
        """Answers per harmonised column."""
        return read_codebook(self.questionnaire)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """What is counted."""
        return read_indicators(INDICATORS, self.codebook, self.name)

    def designs(self, weighted: Path) -> dict[int, Design]:
        """The design of every wave, from the file with its weighted respondents."""
        return designs(pd.read_parquet(weighted), self.strata, self.rules)


def weighted_surveys() -> list[Survey]:
    """The surveys that were delivered and have rules in config/population, by name."""
    ruled = {path.stem for path in RULES}
    return [Survey(name) for name in delivered_surveys() if name in ruled]
