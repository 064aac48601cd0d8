"""What the tests of fieldwork share: the committed facts, config and deliveries, and one run of the surveys."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from analysis.questionnaire import Questionnaire, read_questionnaires
from fieldwork.columns import DeliveredColumn, delivered_columns
from fieldwork.population import STRATA_FILES
from fieldwork.settings import Generator, Survey, read_generator
from fieldwork.synthetic import Wave, deliver, survey

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "raw" / "population"
CONFIG = ROOT / "config"
SURVEYS = ("employees", "officeholders", "organisations")
FILES = [
    *(("officeholders", wave) for wave in (2016, 2018, 2020, 2022, 2024)),
    *(("employees", wave) for wave in (2016, 2022, 2024)),
    *(("organisations", wave) for wave in (2016, 2018, 2020, 2022, 2024)),
]


@dataclass(frozen=True)
class Inputs:
    """Facts and config as they are committed."""

    populations: dict[str, pd.DataFrame]
    totals: pd.DataFrame
    provinces: pd.DataFrame
    published: pd.DataFrame
    settings: Generator
    questionnaires: dict[str, Questionnaire]
    variables: pd.DataFrame
    codes: pd.DataFrame

    @property
    def strata(self) -> pd.DataFrame:
        return self.populations["officeholders"]

    def changed(self, name: str = "officeholders", settings: Generator | None = None, **changes: object) -> Generator:
        """Settings with some fields of one survey replaced."""
        return changed_survey(settings or self.settings, name, **changes)

    def run(self, settings: Generator, name: str = "officeholders") -> list[Wave]:
        return survey(self.populations[name], settings, self.questionnaires[name])

    def files(self, waves: list[Wave], settings: Generator) -> dict[str, bytes]:
        questionnaire = self.questionnaires[waves[0].survey]
        return deliver(waves, settings, questionnaire, self.variables, self.codes)[0]

    def columns(self, name: str, wave: int) -> list[DeliveredColumn]:
        return delivered_columns(self.questionnaires[name], self.variables, self.codes, wave)


def changed_survey(settings: Generator, name: str = "officeholders", **changes: object) -> Generator:
    survey: Survey = settings.surveys[name].model_copy(update=changes)
    return settings.model_copy(update={"surveys": settings.surveys | {name: survey}})


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    return Inputs(
        populations={name: pd.read_csv(FACTS / file) for name, file in STRATA_FILES.items()},
        totals=pd.read_csv(FACTS / "population_per_wave.csv"),
        provinces=pd.read_csv(CONFIG / "provinces.csv"),
        published=pd.read_csv(FACTS / "published_figures.csv"),
        settings=read_generator(CONFIG / "generator.yml"),
        questionnaires=read_questionnaires(CONFIG / "questionnaire"),
        variables=pd.read_csv(CONFIG / "variables.csv", dtype=str),
        codes=pd.read_csv(CONFIG / "answers.csv", dtype=str),
    )


@dataclass(frozen=True)
class Made:
    """All surveys, run once, the files made of them, and the seconds of processor time that took."""

    waves: dict[tuple[str, int], Wave]
    files: dict[str, bytes]
    seconds: float


@pytest.fixture(scope="session")
def made(inputs: Inputs) -> Made:
    begin = time.process_time()
    waves, files = {}, {}
    for name in SURVEYS:
        ran = inputs.run(inputs.settings, name)
        waves |= {(name, one.wave): one for one in ran}
        files |= inputs.files(ran, inputs.settings)
    return Made(waves, files, time.process_time() - begin)


@pytest.fixture(scope="session")
def waves(made: Made) -> dict[int, Wave]:
    """The waves of the officeholders."""
    return {wave: one for (name, wave), one in made.waves.items() if name == "officeholders"}


@pytest.fixture(scope="session")
def one_wave(inputs: Inputs) -> Generator:
    """Settings with officeholders in 2022 alone, for tests that run the survey again."""
    return inputs.changed(waves={2022: inputs.settings.surveys["officeholders"].waves[2022]})


@pytest.fixture(scope="session")
def passports() -> dict[tuple[str, int], dict]:
    rows = yaml.safe_load((ROOT / "data" / "raw" / "manifest.yml").read_text(encoding="utf-8"))["deliveries"]
    return {(row["survey"], row["wave"]): row for row in rows}


@dataclass(frozen=True)
class Delivered:
    """A committed file as SPSS would show it: cells, and answer ids under the harmonised names (None is empty).

    `rows` are all in the file; `answers` only those that count: no test records, of duplicates the last, no partials.
    """

    path: Path
    codes: pd.DataFrame
    meta: object
    rows: pd.DataFrame
    answers: pd.DataFrame


def decoded(codes: pd.DataFrame, columns: list[DeliveredColumn], separator: str) -> pd.DataFrame:
    """Answer ids from cells, by the simplest way back through the same rows of config."""
    answers: dict[str, pd.Series] = {}
    for column in columns:
        cells, back = codes[column.name], {code: one for one, mine in column.codes.items() for code in mine}
        if column.form == "delimited":
            named = cells.map(lambda cell, back=back: {back[code] for code in cell.split(separator) if code in back})
            for variable in column.variables:
                told = named.map(lambda names, one=variable: "yes" if one in names else "no")
                answers[variable] = told.where(cells != "", None)
        elif column.form == "date":
            answers[column.question] = cells.map(lambda cell, back=back: day(cell, list(back)))
        elif column.codes:
            text = cells if column.form == "text" else cells.map(lambda code: "" if pd.isna(code) else f"{code:g}")
            answers[column.variables[0]] = text.map(back | {"": None})
        else:
            answers[column.variables[0]] = cells
    return pd.DataFrame(answers)


def day(cell: str, patterns: list[str]) -> str | None:
    """The ISO date of a cell by the pattern that fits."""
    for pattern in patterns:
        try:
            return datetime.strptime(cell, pattern).date().isoformat()
        except ValueError:
            continue
    return None


@pytest.fixture(scope="session")
def delivered(inputs: Inputs, passports: dict) -> dict[tuple[str, int], Delivered]:
    files = {}
    for name, wave in FILES:
        path = ROOT / "data" / "raw" / passports[name, wave]["file"]
        codes, meta = pyreadstat.read_sav(path, user_missing=True)
        campaign, questionnaire = inputs.settings.surveys[name].waves[wave], inputs.questionnaires[name]
        rows = decoded(codes, inputs.columns(name, wave), campaign.separator)
        for error in campaign.miscoded:
            found = pd.concat([codes[column] == value for column, value in error.cells.items()], axis=1).all(axis=1)
            rows.loc[found, error.variable] = error.answer
        counting = rows[~rows["respondent"].str.startswith("TEST")].sort_values("completed_on", kind="stable")
        counting = counting.drop_duplicates("respondent", keep="last")
        core = [name for name in questionnaire.core if name in counting]
        files[name, wave] = Delivered(
            path, codes, meta, rows, counting[counting[core].notna().any(axis=1)].reset_index(drop=True)
        )
    return files
