"""The questionnaire: questions, ordered answers, routing and wording per wave, as config/questionnaire holds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import numpy as np
import pandas as pd
from pydantic import Field

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError

Row = TypeVar("Row")
Theme = Annotated[int, Field(ge=0, le=13)]
YES, NO = "yes", "no"
COUNTED = "officeholders"  # the survey that a row of config is about where it names none
INFORMANT = "informant"  # the question that tells who answered for an organisation


class Answer(Declared):
    """One answer; `code` is what a delivery holds unless answers.csv says otherwise.

    `label` may differ by wave. `missing`: it says nothing ("weet ik niet"). `exclusive`: of a multiple question, it
    denies all the other options. `waves`: offered in these waves only (absent: in all that ask the question).
    """

    id: str
    label: str | dict[int, str]
    code: int | None = None
    missing: bool = False
    exclusive: bool = False
    waves: tuple[int, ...] | None = None

    def wording(self, wave: int | None = None) -> str:
        """Label in `wave` (absent: the newest)."""
        return self.label if isinstance(self.label, str) else in_force(self.label, wave)

    def offered(self, wave: int) -> bool:
        """Whether respondents of `wave` could choose it."""
        return self.waves is None or wave in self.waves


class Routing(Declared):
    """Who is asked: those who gave one of the named answers to any, or to all, of the named questions."""

    any: tuple[dict[str, tuple[str, ...]], ...] = ()
    all: tuple[dict[str, tuple[str, ...]], ...] = ()

    @property
    def conditions(self) -> list[tuple[str, tuple[str, ...]]]:
        """Harmonised columns with the answers that lead to the question."""
        return [(name, answers) for rule in (*self.any, *self.all) for name, answers in rule.items()]

    def asks(self, answers: pd.DataFrame) -> np.ndarray:
        """Which rows of `answers` (harmonised columns of answer ids) are asked: n booleans."""
        given = [answers[name].isin(ids).to_numpy() for name, ids in self.conditions]
        return np.logical_or.reduce(given) if self.any else np.logical_and.reduce(given)


class Question(Declared):
    """One question. A question of kind `multiple` has one harmonised column per option, `<id>__<option>`.

    `theme` is 0 for background, 1 to 12 as the report counts them, 13 for the rotating module. `text` and `asked_if`
    hold from the wave that they name until a later one. `waves`: the waves that asked it (absent: all of the survey).
    `origin`: it was asked, or its answers come from the file of addresses or from the bureau.
    `informants`: in a survey of organisations, whose answer counts, the first one first. Answers of a `scale` are
    listed from low to high. `national`: answers that are told of the whole country alone and make no groups, such as a
    party, an origin, or what somebody said in own words and was coded.
    """

    id: str
    theme: Theme
    kind: Literal["id", "date", "single", "scale", "multiple"]
    text: dict[int, str]
    answers: tuple[Answer, ...] = ()
    asked_if: dict[int, Routing] = Field(default_factory=dict)
    waves: tuple[int, ...] | None = None
    origin: Literal["asked", "addresses", "bureau"] = "asked"
    informants: tuple[str, ...] = ()
    national: bool = False

    @property
    def columns(self) -> list[str]:
        """Names of the harmonised columns that this question fills."""
        if self.kind == "multiple":
            return [f"{self.id}__{option.id}" for option in self.answers]
        return [self.id]

    def wording(self, wave: int) -> str:
        """Text as asked in `wave`: the latest one that is not younger than the wave."""
        return in_force(self.text, wave)

    def routing(self, wave: int) -> Routing | None:
        """Who was asked in `wave`; None where everybody was."""
        return in_force(self.asked_if, wave) if any(year <= wave for year in self.asked_if) else None

    def label(self, answer: str, wave: int | None = None) -> str:
        """Dutch label of an answer id in `wave` (absent: the newest)."""
        return next(option.wording(wave) for option in self.answers if option.id == answer)


class Questionnaire(Declared):
    """All questions of one survey, in the order in which they are asked.

    `unit` is the question whose different answers a passport counts as responded; `strata` the variables that its
    strata name; who answered none of `core` broke off before it mattered; `modules` title the rotating module by wave.
    """

    survey: str
    title: str
    unit: str = "respondent"
    strata: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    modules: dict[int, str] = Field(default_factory=dict)
    questions: tuple[Question, ...]

    def __getitem__(self, question: str) -> Question:
        return next(q for q in self.questions if q.id == question)

    @property
    def national(self) -> set[str]:
        """Questions of which no group smaller than the country is told, and their harmonised columns."""
        return {name for question in self.questions if question.national for name in (question.id, *question.columns)}

    @property
    def columns(self) -> list[str]:
        """Harmonised columns of all questions, in order."""
        return [column for question in self.questions for column in question.columns]


def in_force(rows: Mapping[int, Row], wave: int | None = None) -> Row:
    """Row of `wave`: the latest one that is not younger; without a wave the newest."""
    return rows[max(year for year in rows if wave is None or year <= wave)]


def read_questionnaire(path: Path) -> Questionnaire:
    """Read one survey's questionnaire.

    Raises MonitorError where the file departs from the form of a questionnaire, a question has the name of another, or
    its routing looks at a question or answer that does not come before it.
    """
    questionnaire = read_declared(path, Questionnaire)
    before: dict[str, tuple[str, ...]] = {}
    for question in questionnaire.questions:
        for name, answers in [pair for routing in question.asked_if.values() for pair in routing.conditions]:
            unknown = [answer for answer in answers if answer not in before.get(name, ())]
            if unknown or name not in before:
                told = f"{name}: {', '.join(unknown or answers)}"
                raise _wrong(path, question, told, "an earlier question's answers")
        if set(question.columns) & set(before):
            raise _wrong(path, question, question.id, "a name that no earlier question has")
        ids = (YES, NO) if question.kind == "multiple" else tuple(answer.id for answer in question.answers)
        before |= dict.fromkeys(question.columns, ids)
    return questionnaire


def read_questionnaires(folder: Path) -> dict[str, Questionnaire]:
    """Read the questionnaires of all surveys, by the survey's name, in the order of their files."""
    return {one.survey: one for one in map(read_questionnaire, sorted(folder.glob("*.yml")))}


def _wrong(path: Path, question: Question, got: str, expected: str) -> MonitorError:
    return MonitorError(
        "Question not understood",
        where=f"{path.name}, {question.id}",
        expected=expected,
        got=got,
        hint="mend the name; a question is routed by questions that stand above it",
    )
