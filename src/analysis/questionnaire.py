"""The questionnaire: questions, ordered answers, routing and wording per wave, as config/questionnaire holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from analysis.declared import Declared, read_declared


class Answer(Declared):
    """One answer; `code` is what a delivery holds unless answers.csv says otherwise."""

    id: str
    label: str
    code: int | None = None
    missing: bool = False


class Routing(Declared):
    """Who is asked: those who gave one of the named answers to any, or to all, of the named questions."""

    any: tuple[dict[str, list[str]], ...] = ()
    all: tuple[dict[str, list[str]], ...] = ()


class Question(Declared):
    """One question. A question of kind `multiple` has one harmonised column per option, `<id>__<option>`."""

    id: str
    theme: int
    kind: Literal["single", "multiple", "id"]
    text: dict[int, str]
    answers: tuple[Answer, ...] = ()
    asked_if: Routing | None = None
    waves: tuple[int, ...] | None = None

    @property
    def columns(self) -> list[str]:
        """Names of the harmonised columns that this question fills."""
        if self.kind == "multiple":
            return [f"{self.id}__{option.id}" for option in self.answers]
        return [self.id]

    def wording(self, wave: int) -> str:
        """Text as asked in `wave`: the latest one that is not younger than the wave."""
        return self.text[max(year for year in self.text if year <= wave)]

    def label(self, answer: str) -> str:
        """Dutch label of an answer id."""
        return next(option.label for option in self.answers if option.id == answer)


class Questionnaire(Declared):
    """All questions of one survey, in the order in which they are asked."""

    survey: str
    questions: tuple[Question, ...]

    def __getitem__(self, question: str) -> Question:
        return next(q for q in self.questions if q.id == question)

    @property
    def columns(self) -> list[str]:
        """Harmonised columns of all questions, in order."""
        return [column for question in self.questions for column in question.columns]


def read_questionnaire(path: Path) -> Questionnaire:
    """Read one survey's questionnaire; raises MonitorError where the file departs from the form of a questionnaire."""
    return read_declared(path, Questionnaire)
