"""What is counted and of whom: from harmonised answers to values and bases, as the rows of indicators.yml say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from analysis.population import MISSING
from analysis.questionnaire import COUNTED, Questionnaire, Theme

Codebook = Mapping[str, tuple[str, ...]]


class Base(BaseModel):
    """Of whom is counted: everybody, who says yes to an indicator, who has a valid answer to one, or who was asked."""

    model_config = ConfigDict(frozen=True)

    all: bool = False
    indicator: str = ""
    answered: str = ""
    asked: bool = False


class Indicator(BaseModel):
    """One row of indicators.yml, as far as it says what to count; the head of that file explains the fields."""

    model_config = ConfigDict(frozen=True)

    id: str
    surveys: tuple[str, ...] = (COUNTED,)
    theme: Theme = 0
    kind: Literal["proportion", "distribution", "multiple"]
    base: Base
    any: dict[str, tuple[str, ...]] = {}
    allow_missing: int = 0
    variable: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    merge: dict[str, tuple[str, ...]] = {}
    routed_out: str = "out"
    waves: tuple[int, ...] | None = None
    headline: bool = False

    @property
    def base_of(self) -> str:
        """The indicator on which the base rests; empty when it rests on none."""
        return self.base.indicator or self.base.answered


class _Rows(Declared):
    model_config = ConfigDict(extra="ignore")

    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, eq=False)
class Measures:
    """Values of respondents: `keys` are (indicator, answer); `values` (0 or 1) and `valid` are n x keys."""

    keys: tuple[tuple[str, str], ...]
    values: np.ndarray
    valid: np.ndarray


def read_indicators(path: Path, codebook: Codebook, survey: str = COUNTED) -> tuple[Indicator, ...]:
    """Read the rows of a survey in indicators.yml, as far as they say what to count; check them by its questionnaire.

    Raises MonitorError for an indicator that names an unknown variable, answer or indicator, or itself as its base.
    """
    indicators = tuple(row for row in read_declared(path, _Rows).indicators if survey in row.surveys)
    for indicator in indicators:
        _check(indicator, {other.id: other for other in indicators}, codebook)
    return indicators


def read_codebook(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Answer ids of every harmonised column, in the order of the questionnaire; options have ("yes", "no")."""
    return {
        column: ("yes", "no") if question.kind == "multiple" else tuple(answer.id for answer in question.answers)
        for question in questionnaire.questions
        for column in question.columns
    }


def measure(
    respondents: pd.DataFrame, indicators: Sequence[Indicator], codebook: Codebook, wave: int | None = None
) -> Measures:
    """Values and base membership of the respondents of one wave for every indicator that the wave asked.

    An indicator is left out when a variable that it or its base needs was asked of nobody. A respondent is valid when
    in the base and with an answer that the indicator counts.
    """
    by_id = {indicator.id: indicator for indicator in indicators}
    keys: list[tuple[str, str]] = []
    values: list[np.ndarray] = []
    valid: list[np.ndarray] = []
    for indicator in indicators:
        within = indicator.waves is None or wave is None or wave in indicator.waves
        if not within or not _asked(indicator, by_id, respondents):
            continue
        base = _base(indicator, by_id, respondents)
        for answer, value, answered in _answers(indicator, respondents, codebook):
            keys.append((indicator.id, answer))
            values.append(value & answered & base)
            valid.append(answered & base)
    shape = (len(respondents), len(keys))
    columns = [np.ascontiguousarray(np.array(rows, dtype=float).reshape(shape[::-1]).T) for rows in (values, valid)]
    return Measures(tuple(keys), *columns)


def of_offered_answers(
    estimates: pd.DataFrame, indicators: Sequence[Indicator], questionnaire: Questionnaire
) -> pd.DataFrame:
    """Estimates without the rows of answers that the wave did not offer: nobody could give them, which is not 0%."""
    asked = ((one.id, questionnaire[one.variable]) for one in indicators if one.kind != "proportion")
    answers = {(name, answer.id): answer for name, question in asked for answer in question.answers}
    rows = zip(estimates["indicator"], estimates["answer"], estimates["wave"], strict=True)
    kept = [(name, answer) not in answers or answers[name, answer].offered(wave) for name, answer, wave in rows]
    return estimates[kept].reset_index(drop=True)


def variables_of(indicator: Indicator, by_id: Mapping[str, Indicator], codebook: Codebook) -> set[str]:
    """Every variable and indicator that the indicator stands on, its bases included: what a series break can cut."""
    own = set(indicator.any) | {indicator.id}
    if indicator.variable:
        own |= {indicator.variable, *columns_of(indicator, codebook)}
    own |= {name.split("__")[0] for name in own}
    return own | (variables_of(by_id[indicator.base_of], by_id, codebook) if indicator.base_of else set())


def _check(indicator: Indicator, by_id: Mapping[str, Indicator], codebook: Codebook) -> None:
    merged = [answer for answers in indicator.merge.values() for answer in answers]
    named = dict(indicator.any)
    if indicator.kind == "multiple":
        if not columns_of(indicator, codebook):
            raise _unknown(indicator, "variable", indicator.variable, [name.split("__")[0] for name in codebook])
    elif not indicator.any:
        if indicator.kind == "proportion" and not indicator.yes:
            raise MonitorError(
                "Indicator that nobody can say yes to",
                where=f"indicators.yml, {indicator.id}",
                expected='"yes": [answers that count], with the quotes: YAML reads a bare yes as true',
                got="no such list",
                hint=f"name the answers of {indicator.variable} that count",
            )
        named[indicator.variable] = (*indicator.yes, *indicator.no, *indicator.include, *merged)
        left_out = set(codebook.get(indicator.variable, ())) - {*named[indicator.variable], *MISSING}
        if indicator.no and left_out:
            raise MonitorError(
                "Answer that counts as neither yes nor no",
                where=f"indicators.yml, {indicator.id}",
                expected=f"every answer of {indicator.variable} in one of its two lists",
                got=", ".join(sorted(left_out)),
                hint="add the answer to yes or to no: who gave it would be left out of the base",
            )
    for variable, answers in named.items():
        if variable not in codebook:
            raise _unknown(indicator, "variable", variable, list(codebook))
        known = (*codebook[variable], *MISSING, *indicator.merge)
        for answer in answers:
            if answer not in known:
                raise _unknown(indicator, f"answer of {variable}", answer, list(codebook[variable]))
    seen, step = [indicator.id], indicator
    while step.base_of:
        if step.base_of not in by_id or step.base_of in seen:
            raise _unknown(indicator, "base", step.base_of, [name for name in by_id if name not in seen])
        seen.append(step.base_of)
        step = by_id[step.base_of]


def _unknown(indicator: Indicator, what: str, name: str, known: list[str]) -> MonitorError:
    return MonitorError(
        f"Indicator names an unknown {what}",
        where=f"indicators.yml, {indicator.id}",
        expected=", ".join(dict.fromkeys(known)),
        got=name or "nothing",
        hint="mend the name, or add the question or answer to the questionnaire",
    )


def columns_of(indicator: Indicator, codebook: Codebook) -> list[str]:
    """Harmonised columns from which the indicator counts."""
    if indicator.any:
        return list(indicator.any)
    if indicator.kind == "multiple":
        return [name for name in codebook if name.startswith(f"{indicator.variable}__")]
    return [indicator.variable]


def _asked(indicator: Indicator, by_id: Mapping[str, Indicator], respondents: pd.DataFrame) -> bool:
    if indicator.base_of and not _asked(by_id[indicator.base_of], by_id, respondents):
        return False
    if indicator.kind == "multiple":
        return True
    names = list(indicator.any) if indicator.any else [indicator.variable]
    return all((respondents[name] != "not_asked").any() for name in names)


def _base(indicator: Indicator, by_id: Mapping[str, Indicator], respondents: pd.DataFrame) -> np.ndarray:
    if not indicator.base_of:
        return np.ones(len(respondents), dtype=bool)
    parent = by_id[indicator.base_of]
    yes, answered = _proportion(parent, respondents)
    inner = _base(parent, by_id, respondents) & answered
    return inner & yes if indicator.base.indicator else inner


def _answers(
    indicator: Indicator, respondents: pd.DataFrame, codebook: Codebook
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Per answer its id, who gave it, and who answered at all (before the base)."""
    if indicator.kind == "proportion":
        return [("", *_proportion(indicator, respondents))]
    if indicator.kind == "multiple":
        options = []
        for column in columns_of(indicator, codebook):
            given = respondents[column].to_numpy(dtype=object)
            if (given != "not_asked").any():
                options.append((column.split("__", 1)[1], given == "yes", np.isin(given, ["yes", "no"])))
        return options
    given = _recoded(indicator, respondents)
    merged = {answer for answers in indicator.merge.values() for answer in answers}
    left_out = merged | (set(MISSING) - set(indicator.include))
    counted = [answer for answer in codebook[indicator.variable] if answer not in left_out]
    counted += list(indicator.merge)
    if indicator.routed_out != "out":
        counted.append(indicator.routed_out)
    answered = np.isin(given, counted)
    return [(answer, given == answer, answered) for answer in counted]


def _proportion(indicator: Indicator, respondents: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Who says yes and who has a valid answer.

    Of several questions: yes if one is yes; no if all answered ones are no and at most `allow_missing` are missing (one
    at least must be answered); else missing. A question that routing skipped is missing, or no if `routed_out` says so.
    """
    if indicator.any:
        given = respondents[list(indicator.any)]
        absent = MISSING if indicator.routed_out == "out" else [code for code in MISSING if code != "routed_out"]
        missing = given.isin(absent).to_numpy().sum(axis=1)
        yes = np.any([given[name].isin(answers).to_numpy() for name, answers in indicator.any.items()], axis=0)
        return yes, yes | ((missing <= indicator.allow_missing) & (missing < given.shape[1]))
    answer = _recoded(indicator, respondents)
    yes = np.isin(answer, indicator.yes)
    if indicator.no:
        return yes, yes | np.isin(answer, [*indicator.no, "no"])
    return yes, yes | ~np.isin(answer, MISSING) | np.isin(answer, indicator.include)


def _recoded(indicator: Indicator, respondents: pd.DataFrame) -> np.ndarray:
    """Answers after taking together what `merge` names and counting the routed out as `routed_out` says."""
    given = respondents[indicator.variable].to_numpy(dtype=object).copy()
    for name, answers in indicator.merge.items():
        given[np.isin(given, answers)] = name
    if indicator.routed_out != "out":
        given[given == "routed_out"] = indicator.routed_out
    return given
