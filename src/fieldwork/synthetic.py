"""The synthetic survey of officeholders: from facts and effects to the files of all waves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.questionnaire import Questionnaire
from fieldwork.chances import solve
from fieldwork.columns import delivered_columns
from fieldwork.delivery import encode, file_name, manifest_text, passport, sav_bytes
from fieldwork.officeholders import officeholders, pseudonyms
from fieldwork.outcomes import answer, happen
from fieldwork.population import by_gender
from fieldwork.response import STRATUM, invite, leave_out, respond
from fieldwork.settings import Generator


@dataclass(frozen=True)
class Wave:
    """One wave among everyone in office: who they are, what truly happened, who was invited and who answered.

    `people`, `happened` and `truth` (answers before nonresponse and routing) have a row per officeholder; `invited`
    and `responded` are booleans alike; `answers` has the rows that were delivered, in the order of the delivery.
    """

    wave: int
    people: pd.DataFrame
    happened: pd.DataFrame
    truth: pd.DataFrame
    invited: np.ndarray
    responded: np.ndarray
    answers: pd.DataFrame

    @property
    def strata(self) -> pd.DataFrame:
        """Population, invited and responded (persons) per function x province."""
        counts = self.people[STRATUM].assign(
            population=1, invited=self.invited.astype(int), responded=self.responded.astype(int)
        )
        return counts.groupby(STRATUM, as_index=False).sum()


def survey(strata: pd.DataFrame, settings: Generator, questionnaire: Questionnaire) -> list[Wave]:
    """Run the survey in every wave of generator.yml on the population of `strata` (data/raw/population/strata.csv)."""
    rosters = officeholders(strata, settings)
    persons = max(int(people["person"].max()) for people in rosters.values()) + 1
    numbers = pseudonyms(persons, settings.seed)
    return [
        _wave(wave, people.assign(respondent=numbers[people["person"]]), strata, settings, questionnaire)
        for wave, people in rosters.items()
    ]


def _wave(
    wave: int, people: pd.DataFrame, strata: pd.DataFrame, settings: Generator, questionnaire: Questionnaire
) -> Wave:
    solved = solve(settings.chances, by_gender(strata[strata["wave"] == wave]), wave)
    happened = happen(people, solved, wave, settings.seed)
    truth = answer(happened, questionnaire, settings, wave)
    invited = invite(people, settings.response, wave, settings.seed)
    responded = respond(people, invited, settings.response, wave, settings.seed)
    background = [question.id for question in questionnaire.questions if question.theme == 0]
    complete = people[background].join(truth)[responded].sort_values("respondent", ignore_index=True)
    answers = leave_out(complete, questionnaire, settings.response, wave, settings.seed)
    return Wave(wave, people, happened, truth, invited, responded, answers)


def deliver(
    waves: list[Wave], settings: Generator, questionnaire: Questionnaire, variables: pd.DataFrame, codes: pd.DataFrame
) -> dict[str, bytes]:
    """Make the files of data/raw: `waves/<year>/officeholders.sav` and `manifest.yml`, by name.

    `variables` and `codes` are config/variables.csv and config/answers.csv.
    """
    files: dict[str, bytes] = {}
    passports = []
    background = sum(question.theme == 0 for question in questionnaire.questions) - 1
    for one in waves:
        columns = delivered_columns(questionnaire, variables, codes, one.wave)
        delivery = encode(one.answers, columns, settings.waves[one.wave].order, background)
        sav = sav_bytes(delivery, columns, settings, one.wave)
        files[file_name(questionnaire.survey, one.wave)] = sav
        passports.append(passport(questionnaire.survey, one.wave, sav, delivery, one.strata, settings))
    files["manifest.yml"] = manifest_text(passports).encode()
    return files
