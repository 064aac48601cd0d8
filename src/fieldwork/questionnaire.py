"""What is asked, of whom, and how each wave's delivery names and codes it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from fieldwork.errors import FieldworkError, not_understood

_WITHOUT_COLUMN = ("not_asked", "asked_differently")
_MENTIONED = {"yes": 1, "no": 0}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(_Frozen):
    """One answer: its id, the code it has unless answers.csv says otherwise, and whether it counts as missing."""

    id: str
    code: int
    label: str
    missing: bool = False


class Routing(_Frozen):
    """Who is asked: those who gave one of the named answers to any, or to all, of the named questions."""

    any: tuple[dict[str, tuple[str, ...]], ...] = ()
    all: tuple[dict[str, tuple[str, ...]], ...] = ()

    def asks(self, answers: pd.DataFrame) -> np.ndarray:
        """Which rows of `answers` (harmonised columns of answer ids) are asked: n booleans."""
        given = [answers[name].isin(ids) for rule in (*self.any, *self.all) for name, ids in rule.items()]
        return np.logical_or.reduce(given) if self.any else np.logical_and.reduce(given)


class Question(_Frozen):
    """One question; a `multiple` one has a harmonised column per option, `<id>__<option>`."""

    id: str
    theme: int
    kind: Literal["single", "multiple", "id"]
    text: dict[int, str]
    answers: tuple[Answer, ...] = ()
    asked_if: Routing | None = None
    waves: tuple[int, ...] | None = None

    @property
    def columns(self) -> list[str]:
        """Harmonised columns that this question fills."""
        if self.kind == "multiple":
            return [f"{self.id}__{option.id}" for option in self.answers]
        return [self.id]

    def wording(self, wave: int) -> str:
        """Text of `wave`: the latest that is not younger than the wave."""
        return self.text[max(year for year in self.text if year <= wave)]


class Questionnaire(_Frozen):
    """All questions of one survey in the order in which they are asked."""

    survey: str
    questions: tuple[Question, ...]


class DeliveredColumn(_Frozen):
    """One column of one wave's delivery: its name, its label, and the code and Dutch label of each answer id."""

    variable: str
    name: str
    label: str
    codes: dict[str, int]
    labels: dict[int, str]
    missing: tuple[int, ...]


def read_questionnaire(path: Path) -> Questionnaire:
    """Read a survey's questions from YAML. Raises FieldworkError for a field that departs from the form."""
    try:
        return Questionnaire.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise not_understood("Question not understood", path.name, error) from error


def delivered_columns(
    questionnaire: Questionnaire, variables: pd.DataFrame, answers: pd.DataFrame, wave: int
) -> list[DeliveredColumn]:
    """List the columns that `wave` delivers, in the questionnaire's order.

    `variables` and `answers` are config/variables.csv and config/answers.csv: the same rows that later read a delivery
    back. In answers.csv the id of a multiple question stands for all its options. Raises FieldworkError for a variable
    without a row.
    """
    mine = variables[variables["survey"] == questionnaire.survey]
    names = mine.set_index("variable")[str(wave)]
    unnamed = [
        variable for question in questionnaire.questions for variable in question.columns if variable not in names
    ]
    if unnamed:
        raise FieldworkError(
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
        labels = {codes["yes"]: "Genoemd", codes["no"]: "Niet genoemd"}
        label = f"{question.answers[position].label} ({label})"
        missing: tuple[int, ...] = ()
    else:
        codes = {answer.id: changed.get(answer.id, answer.code) for answer in question.answers}
        labels = {codes[answer.id]: answer.label for answer in question.answers}
        missing = tuple(codes[answer.id] for answer in question.answers if answer.missing)
    return DeliveredColumn(variable=variable, name=name, label=label, codes=codes, labels=labels, missing=missing)
