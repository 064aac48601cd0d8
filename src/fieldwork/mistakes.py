"""What goes wrong between respondent and file: test records, duplicates, who broke off, and cells that are wrong."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from analysis.questionnaire import Questionnaire
from fieldwork.randomness import stream
from fieldwork.settings import Campaign, Rows

_TEST, _DUPLICATE, _PARTIAL = "test_record", "duplicate", "partial"
RESPONDENT, COMPLETED = "respondent", "completed_on"


def completed(count: int, campaign: Campaign, random: np.random.Generator) -> np.ndarray:
    """Draw the days (ISO dates) on which `count` people filled in the questionnaire: most of them early."""
    days = (campaign.end - campaign.start).days + 1
    after = np.floor(days * random.random(count) ** 2).astype(int)
    return np.array([(campaign.start + timedelta(days=int(day))).isoformat() for day in after], object)


def with_extra_rows(
    answers: pd.DataFrame, broke_off: pd.DataFrame, questionnaire: Questionnaire, campaign: Campaign, seed: int
) -> pd.DataFrame:
    """Add the rows that a delivery holds too many, with the column `mistake` ("" for a row that counts).

    `answers` are the harmonised rows; `broke_off` the background of those who could be asked and did not answer, of
    whom some saw the first page. A duplicate is an earlier, shorter version of the row that counts.
    """
    wave = campaign.start.year
    random = stream(seed, "mistakes", wave)
    asked = [one for one in questionnaire.questions if one.theme and (one.waves is None or wave in one.waves)]
    rows = [answers.assign(mistake="")]
    rows.append(broke_off.iloc[random.permutation(len(broke_off))[: campaign.partials]].assign(mistake=_PARTIAL))
    later = np.flatnonzero(answers[COMPLETED] > campaign.start.isoformat())
    twice = answers.iloc[random.permutation(later)[: campaign.duplicates]].assign(mistake=_DUPLICATE)
    shorter = [column for question in asked[len(asked) // 2 :] for column in question.columns]
    twice[shorter] = None
    twice[COMPLETED] = [(date.fromisoformat(day) - timedelta(days=1)).isoformat() for day in twice[COMPLETED]]
    rows.append(twice)
    if campaign.test_records:
        tests = answers.iloc[random.permutation(len(answers))[: campaign.test_records.rows]].assign(mistake=_TEST)
        numbers = [f"TEST{number + 1:02d}" for number in range(len(tests))]
        rows.append(tests.assign(**dict.fromkeys({RESPONDENT, questionnaire.unit}, numbers)))
    return pd.concat(rows).sort_values([RESPONDENT, COMPLETED], ignore_index=True)


def wrong_cells(
    delivery: pd.DataFrame, rows: pd.DataFrame, campaign: Campaign, random: np.random.Generator
) -> pd.DataFrame:
    """Write what generator.yml says into the cells of test records and of rows that were coded wrongly.

    `delivery` has the delivered columns of `rows`, in their order. Raises MonitorError for a column that the delivery
    does not have, or where fewer rows gave the answer.
    """
    wrong = delivery.copy()
    if campaign.test_records:
        _write(wrong, (rows["mistake"] == _TEST).to_numpy(), campaign.test_records)
    usual = (~rows[RESPONDENT].duplicated(keep=False) & (rows["mistake"] == "")).to_numpy()
    for error in campaign.miscoded:
        possible = np.flatnonzero(usual & (rows[error.variable] == error.answer).to_numpy())
        chosen = np.zeros(len(rows), bool)
        chosen[random.permutation(possible)[: error.rows]] = True
        _write(wrong, chosen, error)
        usual &= ~chosen
    return wrong


def _write(delivery: pd.DataFrame, chosen: np.ndarray, error: Rows) -> None:
    absent = set(error.cells) - set(delivery.columns)
    if absent or chosen.sum() != error.rows:
        raise MonitorError(
            "Mistake cannot be made",
            where=f"generator.yml, {error.variable or 'test_records'}",
            expected=f"{error.rows} rows and columns of the delivery",
            got=f"{chosen.sum()} rows; no column {', '.join(sorted(absent)) or 'is absent'}",
            hint="lower the number of rows, or mend the column",
        )
    for column, value in error.cells.items():
        delivery.loc[chosen, column] = value
