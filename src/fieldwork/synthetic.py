"""The synthetic surveys: from facts and effects to the files of all waves."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from analysis.questionnaire import Questionnaire
from fieldwork.chances import solve
from fieldwork.columns import DeliveredColumn, delivered_columns
from fieldwork.delivery import encode, ordered, sav_bytes
from fieldwork.employees import crossed, panel
from fieldwork.mistakes import COMPLETED, completed, with_extra_rows, wrong_cells
from fieldwork.officeholders import officeholders
from fieldwork.organisations import informants, organisations
from fieldwork.outcomes import answer, happen
from fieldwork.passport import file_name, manifest_text, passport
from fieldwork.population import by_gender
from fieldwork.randomness import stream
from fieldwork.response import invite, leave_out, respond
from fieldwork.settings import Generator, Survey

_PEOPLE = {"officeholders": officeholders, "employees": panel, "organisations": organisations}


@dataclass(frozen=True)
class Wave:
    """One wave of a survey: who could be asked, what truly happened, who was invited and who answered.

    `people`, `happened` and `truth` (answers before nonresponse and routing) have a row per officeholder, panel member
    or organisation; `invited` and `responded` are booleans alike; `answers` has the rows that count, `broke_off` the
    background of invited people who did not answer. `strata` counts population, invited and responded (units).
    """

    survey: str
    wave: int
    people: pd.DataFrame
    happened: pd.DataFrame
    truth: pd.DataFrame
    invited: np.ndarray
    responded: np.ndarray
    answers: pd.DataFrame
    broke_off: pd.DataFrame
    strata: pd.DataFrame


def survey(population: pd.DataFrame, settings: Generator, questionnaire: Questionnaire) -> list[Wave]:
    """Run a survey in every wave of generator.yml on its population (data/raw/population/strata*.csv)."""
    ours = settings.surveys[questionnaire.survey]
    seed = survey_seed(settings, questionnaire)
    population = population[population["wave"].isin(list(ours.waves))]
    rosters = _PEOPLE[questionnaire.survey](population, ours, seed)
    return [
        _wave(wave, people, population[population["wave"] == wave], ours, questionnaire, seed)
        for wave, people in rosters.items()
    ]


def survey_seed(settings: Generator, questionnaire: Questionnaire) -> int:
    """Give each survey chances of its own."""
    return crc32(f"{settings.seed} {questionnaire.survey}".encode())


def population_cells(population: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Cells of one wave's population with `count` (persons): what the figures of generator.yml are met in."""
    if "women" in population:
        return by_gender(population)
    return crossed(population, survey.background)


def _wave(
    wave: int, people: pd.DataFrame, population: pd.DataFrame, survey: Survey, questionnaire: Questionnaire, seed: int
) -> Wave:
    solved, _ = solve(survey.chances, population_cells(population, survey), wave)
    happened = happen(people, solved, wave, seed)
    truth = answer(happened, questionnaire, survey, wave, seed)
    invited = invite(people, survey.response, wave, seed)
    responded = respond(people, invited, survey.response, wave, seed)
    told = people.join(truth)
    told[COMPLETED] = completed(len(told), survey.waves[wave], stream(seed, COMPLETED, wave))
    complete, broke_off = told[responded], told[invited & ~responded]
    if survey.response.informants:
        complete = informants(complete, questionnaire, survey, wave, seed)
        broke_off = informants(broke_off, questionnaire, survey, wave, seed)
    complete = complete[questionnaire.columns].sort_values("respondent", ignore_index=True)
    background = [question.id for question in questionnaire.questions if question.theme == 0]
    return Wave(
        **{"survey": questionnaire.survey, "wave": wave, "people": people, "happened": happened, "truth": truth},
        **{"invited": invited, "responded": responded, "broke_off": broke_off[background]},
        answers=leave_out(complete, questionnaire, survey.response, wave, seed),
        strata=_strata(population, people, invited, responded, list(questionnaire.strata)),
    )


def _strata(
    population: pd.DataFrame, people: pd.DataFrame, invited: np.ndarray, responded: np.ndarray, by: list[str]
) -> pd.DataFrame:
    """Count population, invited and responded (persons or organisations) per stratum."""
    counts = people[by].assign(invited=invited.astype(int), responded=responded.astype(int)).groupby(by).sum()
    return population.groupby(by)[["population"]].sum().join(counts).fillna(0).astype(int).reset_index()


def delivered(
    one: Wave, settings: Generator, questionnaire: Questionnaire, variables: pd.DataFrame, codes: pd.DataFrame
) -> tuple[pd.DataFrame, list[DeliveredColumn]]:
    """Make the cells of one wave's delivery, mistakes and all, and describe its columns.

    `variables` and `codes` are config/variables.csv and config/answers.csv, all as text.
    """
    campaign = settings.surveys[one.survey].waves[one.wave]
    seed = survey_seed(settings, questionnaire)
    columns = delivered_columns(questionnaire, variables, codes, one.wave)
    rows = with_extra_rows(one.answers, one.broke_off, questionnaire, campaign, seed)
    cells = encode(rows, columns, campaign, settings.ignored, seed)
    cells = wrong_cells(cells, rows, campaign, stream(seed, "wrong cells", one.wave))
    background = sum(question.theme == 0 for question in questionnaire.questions) - 1
    return ordered(cells, columns, campaign.order, background), columns


def deliver(
    waves: list[Wave], settings: Generator, questionnaire: Questionnaire, variables: pd.DataFrame, codes: pd.DataFrame
) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    """Make the files of a survey, `waves/<year>/<survey>.sav`, by name, and their passports."""
    files: dict[str, bytes] = {}
    passports = []
    for one in waves:
        cells, columns = delivered(one, settings, questionnaire, variables, codes)
        campaign = settings.surveys[one.survey].waves[one.wave]
        sav = sav_bytes(cells, columns, settings, campaign)
        files[file_name(one.survey, one.wave)] = sav
        passports.append(passport(one.survey, one.wave, sav, cells, one.strata, settings))
    return files, passports


def manifest(passports: list[dict[str, object]]) -> bytes:
    """Write manifest.yml: the passports by survey and wave."""
    return manifest_text(sorted(passports, key=lambda one: (str(one["survey"]), one["wave"]))).encode()
