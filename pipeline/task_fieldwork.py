"""The example deliveries, made anew: python -m pipeline data. They are committed, so publishing does not run this."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
from pytask import Product

from analysis.questionnaire import read_questionnaires
from fieldwork.passport import file_name
from fieldwork.population import STRATA_FILES, count_employees, count_organisations, count_strata
from fieldwork.settings import read_generator
from fieldwork.synthetic import deliver, manifest, survey
from pipeline.folders import CONFIG, RAW
from pipeline.sources import sources_of

POPULATION = RAW / "population"
QUESTIONNAIRES = CONFIG / "questionnaire"
STRATA = {survey: POPULATION / file for survey, file in STRATA_FILES.items()}
DELIVERIES = [
    RAW / file_name(name, wave)
    for name, one in read_generator(CONFIG / "generator.yml").surveys.items()
    for wave in one.waves
]


def task_strata(
    gemeenten: Path = POPULATION / "gemeenten.csv",
    provinces: Path = POPULATION / "provinces.csv",
    totals: Path = POPULATION / "population_per_wave.csv",
    codes: Path = CONFIG / "provinces.csv",
    code: list[Path] = sources_of("fieldwork.population"),
    strata: Annotated[dict[str, Path], Product] = STRATA,
) -> None:
    facts = [pd.read_csv(path) for path in (gemeenten, provinces, totals, codes)]
    counted = {
        "officeholders": count_strata(*facts),
        "employees": count_employees(facts[2]),
        "organisations": count_organisations(facts[0], facts[2]),
    }
    for name, path in strata.items():
        counted[name].to_csv(path, index=False, lineterminator="\n")


def task_deliveries(
    strata: dict[str, Path] = STRATA,
    generator: Path = CONFIG / "generator.yml",
    questions: list[Path] = sorted(QUESTIONNAIRES.glob("*.yml")),
    variables: Path = CONFIG / "variables.csv",
    answers: Path = CONFIG / "answers.csv",
    code: list[Path] = sources_of("fieldwork.synthetic"),
    deliveries: Annotated[list[Path], Product] = DELIVERIES,
    passports: Annotated[Path, Product] = RAW / "manifest.yml",
) -> None:
    settings, names, codes = read_generator(generator), _text(variables), _text(answers)
    described = []
    for name, questionnaire in read_questionnaires(QUESTIONNAIRES).items():
        waves = survey(pd.read_csv(strata[name]), settings, questionnaire)
        files, of_survey = deliver(waves, settings, questionnaire, names, codes)
        described += of_survey
        for file, content in files.items():
            (RAW / file).parent.mkdir(parents=True, exist_ok=True)
            (RAW / file).write_bytes(content)
    passports.write_bytes(manifest(described))


def _text(path: Path) -> pd.DataFrame:
    """Read a table of config as text alone: 01 stays 01."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)
