"""From delivered codes to one frame over all waves, with an answer id or a named reason in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.declared import read_yaml
from analysis.errors import MonitorError
from analysis.questionnaire import Question, Questionnaire, Routing

NOT_ASKED, ROUTED_OUT, NO_ANSWER = "not_asked", "routed_out", "no_answer"
_NO_COLUMN = ("not_asked", "asked_differently")
_OPTION_CODES = {1: "yes", 0: "no"}


@dataclass(frozen=True)
class Delivered:
    """How one wave of one survey was delivered: its columns, its deviating codes and its known errors."""

    survey: str
    wave: int
    file: str
    columns: dict[str, str]
    codes: dict[str, dict[int, str]]
    corrections: tuple[dict, ...] = ()


def read_variables(path: Path) -> pd.DataFrame:
    """Read variables.csv: harmonised variable x wave -> delivered column, `not_asked` or `asked_differently`."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_answers(path: Path) -> pd.DataFrame:
    """Read answers.csv: survey, variable, wave, code -> answer, where a delivery departs from the questionnaire."""
    return pd.read_csv(path, dtype={"wave": int, "code": int}, keep_default_na=False)


def read_corrections(path: Path) -> list[dict]:
    """Read corrections.yml: known errors of deliveries, each with why, reported and how many rows to expect."""
    return read_yaml(path) or []


def describe(
    survey: str, wave: int, file: str, variables: pd.DataFrame, answers: pd.DataFrame, corrections: Sequence[dict]
) -> Delivered:
    """Take what config says about one delivery out of the tables for all of them."""
    if str(wave) not in variables.columns:
        raise MonitorError(
            "Wave without a column map",
            where=f"variables.csv, column {wave}",
            expected=f"a column {wave} that names the delivered column of every variable",
            got=f"columns {', '.join(variables.columns)}",
            hint="add the column; write not_asked where the wave did not ask a question",
        )
    rows = variables[variables["survey"] == survey]
    codes: dict[str, dict[int, str]] = {}
    deviating = answers[(answers["survey"] == survey) & (answers["wave"] == wave)]
    for row in deviating.itertuples(index=False):
        codes.setdefault(str(row.variable), {})[int(str(row.code))] = str(row.answer)
    mine = tuple(row for row in corrections if row["survey"] == survey and row["wave"] == wave)
    return Delivered(survey, wave, file, dict(zip(rows["variable"], rows[str(wave)], strict=True)), codes, mine)


def harmonise(delivery: pd.DataFrame, delivered: Delivered, questionnaire: Questionnaire) -> pd.DataFrame:
    """Turn one delivery into harmonised columns.

    Parameters: `delivery`, one row per respondent, delivered names and codes; `delivered`, what config says of it.
    Returns survey, wave, and one column of text per harmonised variable: an answer id ("yes"/"no" for an option of a
    multiple question) or dont_know, refused, no_answer, routed_out, not_asked. No cell is ever empty. Raises
    MonitorError for a column missing from the map or the delivery, an unknown code, an answer to a question that
    routing skips, a correction that does not find its rows, or a respondent who occurs twice.
    """
    _check_columns(delivery, delivered, questionnaire)
    corrected = _correct(delivery, delivered)
    columns: dict[str, pd.Series] = {}
    for question in questionnaire.questions:
        for column in question.columns:
            columns[column] = _decode(corrected, question, column, delivered)
    frame = pd.DataFrame(columns)
    for question in questionnaire.questions:
        _route(frame, question, delivered)
    twice = frame["respondent"].duplicated(keep=False)
    if twice.any():
        raise _problem(
            delivered,
            "Respondent delivered twice",
            where=f"column {delivered.columns['respondent']}, {_rows(twice)}",
            expected="every respondent once",
            got=f"{int(twice.sum())} rows share a respondent number",
            hint="ask the producer which row counts and record the other in corrections.yml",
        )
    frame.insert(0, "survey", delivered.survey)
    frame.insert(1, "wave", delivered.wave)
    return frame


def add_groups(harmonised: pd.DataFrame, functions: pd.DataFrame) -> pd.DataFrame:
    """Add `layer` and `function_group`, both read from the rows of functions.csv."""
    by_function = functions.set_index("function")
    return harmonised.assign(
        layer=harmonised["function"].map(by_function["layer"]),
        function_group=harmonised["function"].map(by_function["function_group"]),
    )


def _check_columns(delivery: pd.DataFrame, delivered: Delivered, questionnaire: Questionnaire) -> None:
    mapped = {name for name in delivered.columns.values() if name not in _NO_COLUMN}
    unmapped = set(questionnaire.columns) - set(delivered.columns)
    if unmapped:
        raise _problem(
            delivered,
            "Variable not in the column map",
            where=f"variables.csv, survey {delivered.survey}",
            expected="a row for every column of the questionnaire",
            got=f"no row for {', '.join(sorted(unmapped))}",
            hint="add the row; write not_asked for the waves that did not ask it",
        )
    absent = mapped - set(delivery.columns)
    if absent:
        raise _problem(
            delivered,
            "Column missing from the delivery",
            where=", ".join(sorted(absent)),
            expected=f"every column that variables.csv names for {delivered.wave}",
            got=f"{delivery.shape[1]} other columns",
            hint="ask for a complete file, or mend the name in variables.csv",
        )
    unknown = set(delivery.columns) - mapped
    if unknown:
        raise _problem(
            delivered,
            "Column of the delivery is not in the map",
            where=", ".join(sorted(unknown)),
            expected=f"only columns that variables.csv names for {delivered.wave}",
            got=f"{len(unknown)} that it does not name",
            hint="add the question to the questionnaire and a row to variables.csv, or mend the name there",
        )


def _correct(delivery: pd.DataFrame, delivered: Delivered) -> pd.DataFrame:
    corrected = delivery.copy()
    for correction in delivered.corrections:
        rows = np.logical_and.reduce([corrected[column] == value for column, value in correction["where"].items()])
        if int(rows.sum()) != correction["expect"]:
            raise _problem(
                delivered,
                "Correction does not find its rows",
                where=f"corrections.yml, {correction['variable']}: {correction['why']}",
                expected=f"{correction['expect']} rows",
                got=f"{int(rows.sum())} rows",
                hint="the delivery changed: check whether the correction is still needed",
            )
        corrected.loc[rows, delivered.columns[correction["variable"]]] = correction["to"]
    return corrected


def _decode(delivery: pd.DataFrame, question: Question, column: str, delivered: Delivered) -> pd.Series:
    name = delivered.columns[column]
    if name in _NO_COLUMN:
        return pd.Series(NOT_ASKED, index=delivery.index)
    values = delivery[name]
    if question.kind == "id":
        return values.map(lambda value: str(int(value)) if isinstance(value, float) else str(value))
    if question.kind == "multiple":
        codes = dict(_OPTION_CODES)
    else:
        codes = {answer.code: answer.id for answer in question.answers if answer.code is not None}
    deviating = delivered.codes.get(column) or delivered.codes.get(question.id) or {}
    codes = {code: answer for code, answer in codes.items() if answer not in deviating.values()} | deviating
    unknown = values.notna() & ~values.isin(list(codes))
    if unknown.any():
        known = ", ".join(f"{code} ({answer})" for code, answer in sorted(codes.items()))
        raise _problem(
            delivered,
            "Unknown answer code",
            where=f"column {name} ({column}), {_rows(unknown)}",
            expected=f"{known}   from the questionnaire or answers.csv",
            got=", ".join(
                f"{value:g}" if isinstance(value, float) else str(value) for value in values[unknown].unique()
            ),
            hint="add the code to answers.csv, or record the error in corrections.yml with its reason",
        )
    return values.map(codes).where(values.notna(), NO_ANSWER).astype(str)


def _route(frame: pd.DataFrame, question: Question, delivered: Delivered) -> None:
    if question.asked_if is None:
        return
    asked = _asked(frame, question.asked_if)
    for column in question.columns:
        if (frame[column] == NOT_ASKED).all():
            continue
        wrongly = ~asked & (frame[column] != NO_ANSWER)
        if wrongly.any():
            raise _problem(
                delivered,
                "Answer to a question that was not asked",
                where=f"column {delivered.columns[column]} ({column}), {_rows(wrongly)}",
                expected="empty, by the routing of the questionnaire",
                got=f"{int(wrongly.sum())} answers",
                hint="ask the producer about the routing, or record the rows in corrections.yml",
            )
        frame.loc[~asked, column] = ROUTED_OUT


def _asked(frame: pd.DataFrame, routing: Routing) -> pd.Series:
    if routing.any:
        given = [frame[name].isin(answers) for rule in routing.any for name, answers in rule.items()]
        return pd.Series(np.logical_or.reduce(given), index=frame.index)
    given = [frame[name].isin(answers) for rule in routing.all for name, answers in rule.items()]
    return pd.Series(np.logical_and.reduce(given), index=frame.index)


def _rows(where: pd.Series) -> str:
    numbers = [str(position + 1) for position in np.flatnonzero(where)]
    shown = ", ".join(numbers[:5])
    return f"rows {shown} and {len(numbers) - 5} more" if len(numbers) > 5 else f"rows {shown}"


def _problem(delivered: Delivered, title: str, *, where: str, expected: str, got: str, hint: str) -> MonitorError:
    return MonitorError(title, where=f"{delivered.file}, {where}", expected=expected, got=got, hint=hint)
