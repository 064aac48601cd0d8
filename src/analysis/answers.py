"""Answers of all respondents to one question: who gave which, by name or by place among the names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import MonitorError, quotable
from analysis.population import MISSING


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


def given(respondents: pd.DataFrame, variable: str, codebook: Mapping[str, tuple[str, ...]] | None = None) -> Given:
    """What the respondents answered to one question.

    Raises MonitorError for an empty answer, or one that the codebook does not know, of a variable whose answers it
    names: who gave it would count as somebody who said no.
    """
    answers = respondents[variable]
    if isinstance(answers.array, pd.Categorical):
        found = Given([str(name) for name in answers.array.categories], answers.array.codes)
    else:
        codes, names = pd.factorize(answers)
        found = Given([str(name) for name in names], codes)
    known = (codebook or {}).get(variable)
    strange = set(found.names) - {*(known or found.names), *MISSING}
    if known and (strange or (found.codes < 0).any()):
        rows = np.flatnonzero(found.among(strange) | (found.codes < 0))
        if len(rows):  # a name that nobody gave is no answer
            wave = f"wave {respondents['wave'].iloc[rows[0]]}, " if "wave" in respondents else ""
            raise MonitorError(
                "Answer that the codebook does not know",
                where=f"{wave}column {variable}",
                expected=", ".join(dict.fromkeys((*known, *MISSING))),
                got=f"{_told(answers.iloc[rows])}, in {len(rows)} rows",
                hint="mend it in the delivery (answers.csv, corrections.yml), or add it to the questionnaire",
            )
    return found


def _told(strange: pd.Series) -> str:
    first = str(strange.iloc[0])
    return f"'{quotable(first, int((strange == first).sum()))}'"
