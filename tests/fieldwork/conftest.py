"""What the tests of fieldwork share: the committed facts, config and deliveries, and one run of the survey."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from analysis.questionnaire import Questionnaire, read_questionnaire
from fieldwork.columns import delivered_columns
from fieldwork.settings import Generator, read_generator
from fieldwork.synthetic import Wave, deliver, survey

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "raw" / "population"
CONFIG = ROOT / "config"


@dataclass(frozen=True)
class Inputs:
    """Facts and config as they are committed."""

    strata: pd.DataFrame
    totals: pd.DataFrame
    provinces: pd.DataFrame
    published: pd.DataFrame
    settings: Generator
    questionnaire: Questionnaire
    variables: pd.DataFrame
    codes: pd.DataFrame

    def with_changes(self, **changes: object) -> Generator:
        """Settings with some fields replaced."""
        return self.settings.model_copy(update=changes)

    def run(self, settings: Generator) -> list[Wave]:
        return survey(self.strata, settings, self.questionnaire)

    def files(self, waves: list[Wave], settings: Generator) -> dict[str, bytes]:
        return deliver(waves, settings, self.questionnaire, self.variables, self.codes)


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    return Inputs(
        strata=pd.read_csv(FACTS / "strata.csv"),
        totals=pd.read_csv(FACTS / "population_per_wave.csv"),
        provinces=pd.read_csv(CONFIG / "provinces.csv"),
        published=pd.read_csv(FACTS / "published_figures.csv"),
        settings=read_generator(CONFIG / "generator.yml"),
        questionnaire=read_questionnaire(CONFIG / "questionnaire" / "officeholders.yml"),
        variables=pd.read_csv(CONFIG / "variables.csv", dtype=str),
        codes=pd.read_csv(CONFIG / "answers.csv"),
    )


@pytest.fixture(scope="session")
def waves(inputs: Inputs) -> dict[int, Wave]:
    return {one.wave: one for one in inputs.run(inputs.settings)}


@pytest.fixture(scope="session")
def one_wave(inputs: Inputs) -> Generator:
    """Settings of 2022 alone, for tests that run the survey again."""
    return inputs.with_changes(waves={2022: inputs.settings.waves[2022]})


@pytest.fixture(scope="session")
def passports() -> list[dict]:
    return yaml.safe_load((ROOT / "data" / "raw" / "manifest.yml").read_text(encoding="utf-8"))["deliveries"]


@dataclass(frozen=True)
class Delivered:
    """A committed file as SPSS would show it: codes, and answer ids under the harmonised names (None is empty)."""

    path: Path
    codes: pd.DataFrame
    meta: object
    answers: pd.DataFrame


@pytest.fixture(scope="session")
def delivered(inputs: Inputs, passports: list[dict]) -> dict[int, Delivered]:
    files = {}
    for passport in passports:
        path = ROOT / "data" / "raw" / passport["file"]
        codes, meta = pyreadstat.read_sav(path, user_missing=True)
        columns = delivered_columns(inputs.questionnaire, inputs.variables, inputs.codes, passport["wave"])
        answers = {
            column.variable: codes[column.name].map({code: answer for answer, code in column.codes.items()})
            if column.codes
            else codes[column.name]
            for column in columns
        }
        files[passport["wave"]] = Delivered(path, codes, meta, pd.DataFrame(answers))
    return files
