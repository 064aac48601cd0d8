"""The example deliveries, made anew: python -m pipeline data. They are committed, so publishing does not run this."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
from pytask import Product

from analysis.questionnaire import read_questionnaire
from fieldwork.population import count_strata
from fieldwork.settings import read_generator
from fieldwork.synthetic import deliver, survey
from pipeline.folders import CONFIG, RAW
from pipeline.sources import sources_of

POPULATION = RAW / "population"
WAVES = tuple(read_generator(CONFIG / "generator.yml").waves)
DELIVERIES = [RAW / "waves" / str(wave) / "officeholders.sav" for wave in WAVES]


def task_strata(
    gemeenten: Path = POPULATION / "gemeenten.csv",
    provinces: Path = POPULATION / "provinces.csv",
    totals: Path = POPULATION / "population_per_wave.csv",
    codes: Path = CONFIG / "provinces.csv",
    code: list[Path] = sources_of("fieldwork.population"),
    strata: Annotated[Path, Product] = POPULATION / "strata.csv",
) -> None:
    counted = count_strata(*(pd.read_csv(facts) for facts in (gemeenten, provinces, totals, codes)))
    counted.to_csv(strata, index=False, lineterminator="\n")


def task_deliveries(
    strata: Path = POPULATION / "strata.csv",
    generator: Path = CONFIG / "generator.yml",
    questions: Path = CONFIG / "questionnaire" / "officeholders.yml",
    variables: Path = CONFIG / "variables.csv",
    answers: Path = CONFIG / "answers.csv",
    code: list[Path] = sources_of("fieldwork.synthetic"),
    deliveries: Annotated[list[Path], Product] = DELIVERIES,
    manifest: Annotated[Path, Product] = RAW / "manifest.yml",
) -> None:
    settings, questionnaire = read_generator(generator), read_questionnaire(questions)
    waves = survey(pd.read_csv(strata), settings, questionnaire)
    files = deliver(waves, settings, questionnaire, pd.read_csv(variables, dtype=str), pd.read_csv(answers))
    for name, content in files.items():
        (RAW / name).parent.mkdir(parents=True, exist_ok=True)
        (RAW / name).write_bytes(content)
