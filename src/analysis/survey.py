"""A survey that is weighted, with what config and population decide of it: read where it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.design import Design, designs
from analysis.indicators import Codebook, Indicator, read_codebook, read_indicators
from analysis.population import PopulationRules, read_rules
from analysis.questionnaire import Questionnaire, read_questionnaire


@dataclass(frozen=True)
class Survey:
    """One survey that is weighted, with what config and population decide of it; `name` is that of its files."""

    name: str
    root: Path

    @cached_property
    def rules(self) -> PopulationRules:
        """How it is weighted."""
        return read_rules(self.root / "config" / "population" / f"{self.name}.yml")

    @cached_property
    def strata(self) -> pd.DataFrame:
        """Its population per wave and cell."""
        return pd.read_csv(self.root / "data" / "raw" / "population" / self.rules.counted_in)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What it asks."""
        return read_questionnaire(self.root / "config" / "questionnaire" / f"{self.name}.yml")

    @cached_property
    def codebook(self) -> Codebook:
        """Answers per harmonised column."""
        return read_codebook(self.questionnaire)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """What is counted."""
        return read_indicators(self.root / "config" / "indicators.yml", self.codebook, self.name)

    def designs(self, weighted: Path) -> dict[int, Design]:
        """The design of every wave, from the file with its weighted respondents."""
        return designs(pd.read_parquet(weighted), self.strata, self.rules)
