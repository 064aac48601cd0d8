"""An invented survey of two waves, weighted and estimated once for the tests of analysis that look at it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from analysis import comparisons, estimation, families, weighting
from analysis.design import Design, designs
from analysis.indicators import Indicator, read_codebook, read_indicators
from analysis.population import PopulationRules, read_rules
from analysis.questionnaire import read_questionnaire
from tests.analysis.invented import CONFIG, invent_respondents, invent_strata

BOUNDS = (0.3, 3.0)
DOMAINS = [
    *("all", "layer=gemeente", "layer=provincie", "layer=waterschap", "function_group=raadslid"),
    *("gender=vrouw", "gender=man", "function_group=raadslid&gender=vrouw", "function_group=raadslid&gender=man"),
    *("province=*", "province=groningen", "province=flevoland", "province=zeeland", "province=overijssel"),
]


@dataclass(frozen=True)
class Survey:
    """An invented survey after every stage."""

    strata: pd.DataFrame
    respondents: pd.DataFrame
    weighted: pd.DataFrame
    report: dict
    designs: dict[int, Design]
    estimates: pd.DataFrame


@pytest.fixture(scope="session")
def rules() -> PopulationRules:
    return read_rules(CONFIG / "population" / "officeholders.yml")


@pytest.fixture(scope="session")
def codebook() -> dict[str, tuple[str, ...]]:
    return read_codebook(read_questionnaire(CONFIG / "questionnaire" / "officeholders.yml"))


@pytest.fixture(scope="session")
def indicators(codebook: dict[str, tuple[str, ...]]) -> tuple[Indicator, ...]:
    return read_indicators(CONFIG / "indicators.yml", codebook)


@pytest.fixture(scope="session")
def survey(rules: PopulationRules, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]) -> Survey:
    strata = invent_strata()
    respondents = invent_respondents(strata, 0.4, seed=3)
    weighted, report = weighting.weight(respondents, strata, rules, BOUNDS)
    made = designs(weighted, strata, rules)
    estimates = estimation.estimate(made, indicators, DOMAINS, codebook)
    return Survey(strata, respondents, weighted, report, made, estimates)


@pytest.fixture(scope="session")
def compared(survey: Survey, indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    declared = families.read_families(CONFIG / "families.yml")
    breaks = pd.DataFrame(
        {
            "survey": ["officeholders"],
            "variable_or_indicator": ["severity"],
            "wave": [2024],
            "kind": ["question"],
            "why": [""],
        }
    )
    broken = families.broken_waves(breaks, "officeholders", indicators, codebook, [2016, 2018, 2020, 2022, 2024])
    return comparisons.compare(survey.estimates, survey.designs, indicators, declared, broken, codebook)
