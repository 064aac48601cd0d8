"""Answers of all respondents to one question: who gave which, by name or by place among the names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Given:
    """Answers to one question: their names, and the place of each respondent's among them (-1: none)."""

    names: list[str]
    codes: np.ndarray

    def among(self, answers: Iterable[str]) -> np.ndarray:
        """Who gave one of these answers (n booleans)."""
        wanted = set(answers)
        return np.array([*(name in wanted for name in self.names), False])[self.codes]

    def all_of(self, answer: str) -> bool:
        """Whether everybody has this answer."""
        return answer in self.names and bool(self.among([answer]).all())


def given(respondents: pd.DataFrame, variable: str) -> Given:
    """What the respondents answered to one question."""
    answers = respondents[variable]
    if isinstance(answers.array, pd.Categorical):
        return Given([str(name) for name in answers.array.categories], answers.array.codes)
    codes, names = pd.factorize(answers)
    return Given([str(name) for name in names], codes)
