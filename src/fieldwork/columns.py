"""How each wave's delivery names and codes what is asked."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd
from pydantic import Field

from analysis.declared import Declared
from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question, Questionnaire

IGNORED = "ignored__"
_WITHOUT_COLUMN = ("not_asked", "asked_differently")
_MENTIONED = {YES: "1", NO: "0"}
_MENTIONED_LABELS = {YES: "Genoemd", NO: "Niet genoemd"}
_NUMBER = re.compile(r"-?\d+")


class DeliveredColumn(Declared):
    """One column of one wave's delivery, and how it holds what was answered.

    `variables` are its harmonised columns: one, or every option of a question in one cell (`delimited`). `codes` are
    what stands in a cell for each answer id (delimited: for each of `variables`), the usual one first; of a date the
    pattern. `ignored` columns are thrown away at the door.
    """

    question: str
    variables: tuple[str, ...]
    name: str
    label: str
    form: Literal["id", "date", "coded", "text", "delimited", "ignored"]
    codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()


def delivered_columns(
    questionnaire: Questionnaire, variables: pd.DataFrame, answers: pd.DataFrame, wave: int
) -> list[DeliveredColumn]:
    """List the columns that `wave` delivers, in the questionnaire's order, the ignored ones last.

    `variables` and `answers` are config/variables.csv and config/answers.csv, all as text: the same rows that later
    read a delivery back. Raises MonitorError for a variable without a row.
    """
    mine = variables[variables["survey"] == questionnaire.survey]
    names = mine.set_index("variable")[str(wave)]
    unnamed = [column for column in questionnaire.columns if column not in names]
    if unnamed:
        raise MonitorError(
            "Variable not in the column map",
            where=f"variables.csv, survey {questionnaire.survey}",
            expected="a row for every column of the questionnaire",
            got=f"no row for {', '.join(unnamed)}",
            hint="add the row; write not_asked for the waves that did not ask it",
        )
    deviating = answers[(answers["survey"] == questionnaire.survey) & (answers["wave"].astype(str) == str(wave))]
    delivered = names[~names.isin(_WITHOUT_COLUMN)]
    columns = []
    for question in questionnaire.questions:
        rows = deviating[deviating["variable"] == question.id]
        codes = {str(answer): tuple(mine["code"]) for answer, mine in rows.groupby("answer")}
        mapped = delivered[delivered.index.isin(question.columns)]
        for name, variable in mapped.groupby(mapped, sort=False).groups.items():
            columns.append(_column(question, [str(one) for one in variable], str(name), codes, wave))
    for variable, name in delivered[delivered.index.str.startswith(IGNORED)].items():
        columns.append(
            DeliveredColumn(question=str(variable), variables=(str(variable),), name=name, label=name, form="ignored")
        )
    return columns


def _column(
    question: Question, variables: list[str], name: str, deviating: dict[str, tuple[str, ...]], wave: int
) -> DeliveredColumn:
    label = question.wording(wave)
    options = {f"{question.id}__{option.id}": option for option in question.answers}
    missing: list[str] = []
    if question.kind in ("id", "date"):
        form, codes, labels = question.kind, deviating, {}
    elif len(variables) > 1:
        form, labels = "delimited", {}
        codes = {one: deviating.get(options[one].id, (str(options[one].code),)) for one in variables}
    elif question.kind == "multiple":
        codes = {answer: deviating.get(answer, (code,)) for answer, code in _MENTIONED.items()}
        labels = {code: _MENTIONED_LABELS[answer] for answer, mine in codes.items() for code in mine}
        label = f"{options[variables[0]].wording(wave)} ({label})"
        form = "coded"
    else:
        offered = [answer for answer in question.answers if answer.offered(wave)]
        codes = {answer.id: deviating.get(answer.id, (str(answer.code),)) for answer in offered}
        labels = {code: answer.wording(wave) for answer in offered for code in codes[answer.id]}
        missing = [code for answer in offered if answer.missing for code in codes[answer.id]]
        form = "coded"
    if form == "coded" and not all(_NUMBER.fullmatch(code) for mine in codes.values() for code in mine):
        form, labels, missing = "text", {}, []
    return DeliveredColumn(
        question=question.id,
        variables=tuple(variables),
        name=name,
        label=label,
        form=form,
        codes=codes,
        labels=labels,
        missing=tuple(missing),
    )
