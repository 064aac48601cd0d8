"""How each wave's delivery names and codes what is asked."""

from __future__ import annotations

import pandas as pd

from analysis.declared import Declared
from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question, Questionnaire

_WITHOUT_COLUMN = ("not_asked", "asked_differently")
_MENTIONED = {YES: 1, NO: 0}


class DeliveredColumn(Declared):
    """One column of one wave's delivery: its name, its label, and the code and Dutch label of each answer id."""

    variable: str
    name: str
    label: str
    codes: dict[str, int]
    labels: dict[int, str]
    missing: tuple[int, ...]


def delivered_columns(
    questionnaire: Questionnaire, variables: pd.DataFrame, answers: pd.DataFrame, wave: int
) -> list[DeliveredColumn]:
    """List the columns that `wave` delivers, in the questionnaire's order.

    `variables` and `answers` are config/variables.csv and config/answers.csv: the same rows that later read a delivery
    back. In answers.csv the id of a multiple question stands for all its options. Raises MonitorError for a variable
    without a row.
    """
    mine = variables[variables["survey"] == questionnaire.survey]
    names = mine.set_index("variable")[str(wave)]
    unnamed = [
        variable for question in questionnaire.questions for variable in question.columns if variable not in names
    ]
    if unnamed:
        raise MonitorError(
            "Variable not in the column map",
            where=f"variables.csv, survey {questionnaire.survey}",
            expected="a row for every column of the questionnaire",
            got=f"no row for {', '.join(unnamed)}",
            hint="add the row; write not_asked for the waves that did not ask it",
        )
    deviating = answers[(answers["survey"] == questionnaire.survey) & (answers["wave"] == wave)]
    columns = []
    for question in questionnaire.questions:
        rows = deviating[deviating["variable"] == question.id]
        changed = dict(zip(rows["answer"], rows["code"], strict=True))
        for position, variable in enumerate(question.columns):
            if names[variable] not in _WITHOUT_COLUMN:
                columns.append(_column(question, position, variable, names[variable], changed, wave))
    return columns


def _column(
    question: Question, position: int, variable: str, name: str, changed: dict[str, int], wave: int
) -> DeliveredColumn:
    label = question.wording(wave)
    if question.kind == "multiple":
        codes = _MENTIONED | changed
        labels = {codes[YES]: "Genoemd", codes[NO]: "Niet genoemd"}
        label = f"{question.answers[position].wording(wave)} ({label})"
        missing: tuple[int, ...] = ()
    else:
        offered = [answer for answer in question.answers if answer.offered(wave)]
        codes = {answer.id: changed.get(answer.id, answer.code) for answer in offered}
        labels = {codes[answer.id]: answer.wording(wave) for answer in offered}
        missing = tuple(codes[answer.id] for answer in offered if answer.missing)
    return DeliveredColumn(variable=variable, name=name, label=label, codes=codes, labels=labels, missing=missing)
