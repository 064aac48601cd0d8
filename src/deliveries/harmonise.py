"""From delivered codes to one frame over all waves, with an answer id or a named reason in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question, Questionnaire

NOT_ASKED, ROUTED_OUT, NO_ANSWER, NO_ROW = "not_asked", "routed_out", "no_answer", "no_row"
_NO_COLUMN = ("not_asked", "asked_differently")
_OPTION_CODES = {1: YES, 0: NO}


class Correction(Declared):
    """A known error of a delivery, corrected before decoding; corrections.yml explains the fields at its head."""

    survey: str
    wave: int
    variable: str
    where: dict[str, str | float]
    to: str
    why: str
    reported: str
    expect: int


class Corrections(Declared):
    """All corrections: config/corrections.yml."""

    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Delivered:
    """How one wave of one survey was delivered: its columns, its deviating codes and its known errors."""

    survey: str
    wave: int
    file: str
    columns: dict[str, str]
    codes: dict[str, dict[int, str]]
    corrections: tuple[Correction, ...] = ()


def read_variables(path: Path) -> pd.DataFrame:
    """Read variables.csv: harmonised variable x wave -> delivered column, `not_asked` or `asked_differently`."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_answers(path: Path) -> pd.DataFrame:
    """Read answers.csv: survey, variable, wave, code -> answer, where a delivery departs from the questionnaire."""
    return pd.read_csv(path, dtype={"wave": int, "code": int}, keep_default_na=False)


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read corrections.yml; raises MonitorError with the field that is missing, misspelt or out of its type."""
    return read_declared(path, Corrections).corrections


def describe(
    survey: str, wave: int, file: str, variables: pd.DataFrame, answers: pd.DataFrame, corrections: Sequence[Correction]
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
    mine = tuple(row for row in corrections if row.survey == survey and row.wave == wave)
    return Delivered(survey, wave, file, dict(zip(rows["variable"], rows[str(wave)], strict=True)), codes, mine)


def harmonise(delivery: pd.DataFrame, delivered: Delivered, questionnaire: Questionnaire) -> pd.DataFrame:
    """Turn one delivery into harmonised columns.

    Parameters: `delivery`, one row per respondent, delivered names and codes; `delivered`, what config says of it.
    Returns survey, wave, and one column of text per harmonised variable: an answer id ("yes"/"no" for an option of a
    multiple question) or dont_know, refused, no_answer, routed_out, not_asked. No cell is ever empty. Raises
    MonitorError for a column missing from the map or the delivery, an unknown code, an answer to a question that
    routing skips, a correction that does not find its rows, or a respondent without a number or with another's.
    """
    _check_map(delivered, questionnaire)
    _check_columns(delivery, delivered)
    corrected = _correct(delivery, delivered, questionnaire)
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
            hint=f"ask the producer which row counts; take the other out in corrections.yml (to: {NO_ROW})",
        )
    frame.insert(0, "survey", delivered.survey)
    frame.insert(1, "wave", delivered.wave)
    return frame.reset_index(drop=True)


def add_groups(harmonised: pd.DataFrame, functions: pd.DataFrame) -> pd.DataFrame:
    """Add `layer` and `function_group`, both read from functions.csv. Raises MonitorError for one that has no row."""
    by_function = functions.set_index("function")
    strange = sorted(set(harmonised["function"]) - set(by_function.index))
    if strange:
        raise MonitorError(
            "Function without a layer",
            where="functions.csv, column function",
            expected=f"a row for every function that respondents have: {', '.join(strange)}",
            got=", ".join(by_function.index),
            hint="add the row; who has no function cannot be weighted: mend that in corrections.yml",
        )
    return harmonised.assign(
        layer=harmonised["function"].map(by_function["layer"]),
        function_group=harmonised["function"].map(by_function["function_group"]),
    )


def _check_map(delivered: Delivered, questionnaire: Questionnaire) -> None:
    """Hold variables.csv and answers.csv against the questionnaire, so that a misspelt name is never passed over."""
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
    coded = {column: question for question in questionnaire.questions for column in (question.id, *question.columns)}
    strange = (set(delivered.columns) - set(questionnaire.columns)) | (set(delivered.codes) - set(coded))
    if strange:
        raise _problem(
            delivered,
            "Variable not in the questionnaire",
            where=f"variables.csv or answers.csv, {', '.join(sorted(strange))}",
            expected=f"names that config/questionnaire/{delivered.survey}.yml knows",
            got=f"{len(strange)} that it does not know",
            hint="mend the name, or add the question to the questionnaire",
        )
    for variable, codes in delivered.codes.items():
        unknown = sorted(set(codes.values()) - set(_codes(coded[variable]).values()))
        if unknown:
            raise _problem(
                delivered,
                "Answer not in the questionnaire",
                where=f"answers.csv, {variable}, wave {delivered.wave}",
                expected=", ".join(_codes(coded[variable]).values()),
                got=", ".join(unknown),
                hint="mend the answer, or add it to the question",
            )
    names = pd.Series([name for name in delivered.columns.values() if name not in _NO_COLUMN])
    if names.duplicated().any() or (names == "").any():
        raise _problem(
            delivered,
            "Column map is not one to one",
            where=f"variables.csv, column {delivered.wave}",
            expected="one delivered column for each variable, or not_asked, or asked_differently",
            got=", ".join(sorted({name or "an empty cell" for name in names[names.duplicated() | (names == "")]})),
            hint="mend the names",
        )


def _check_columns(delivery: pd.DataFrame, delivered: Delivered) -> None:
    mapped = {name for name in delivered.columns.values() if name not in _NO_COLUMN}
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


def _correct(delivery: pd.DataFrame, delivered: Delivered, questionnaire: Questionnaire) -> pd.DataFrame:
    questions = {column: question for question in questionnaire.questions for column in question.columns}
    corrected = delivery.copy()
    for correction in delivered.corrections:
        where = f"corrections.yml, {correction.variable}: {correction.why}"
        question = questions.get(correction.variable)
        codes = _deviating(delivered, question, correction.variable) if question else {}
        to = {answer: code for code, answer in codes.items()} | {NO_ANSWER: np.nan, NO_ROW: np.nan}
        strange = set(correction.where) - set(delivery.columns)
        asked = delivered.columns.get(correction.variable) not in (None, *_NO_COLUMN)
        if question is None or not asked or correction.to not in to or strange:
            raise _problem(
                delivered,
                "Correction not understood",
                where=where,
                expected=f"where: columns of the delivery; to: {', '.join(to)}",
                got=f"where: {', '.join(correction.where)}; to: {correction.to}",
                hint="mend the variable, the column or the answer in corrections.yml",
            )
        rows = np.logical_and.reduce([corrected[column] == value for column, value in correction.where.items()])
        if int(rows.sum()) != correction.expect:
            raise _problem(
                delivered,
                "Correction does not find its rows",
                where=where,
                expected=f"{correction.expect} rows",
                got=f"{int(rows.sum())} rows",
                hint="the delivery changed: check whether the correction is still needed",
            )
        if correction.to == NO_ROW:
            corrected = corrected[~rows]
        else:
            corrected.loc[rows, delivered.columns[correction.variable]] = to[correction.to]
    return corrected


def _codes(question: Question) -> dict[int, str]:
    """The codes that a delivery has for the answers to a question, unless answers.csv says otherwise."""
    if question.kind == "multiple":
        return dict(_OPTION_CODES)
    return {answer.code: answer.id for answer in question.answers if answer.code is not None}


def _deviating(delivered: Delivered, question: Question, column: str) -> dict[int, str]:
    """The codes that this delivery has for them: those of answers.csv, and the usual ones of the other answers."""
    deviating = delivered.codes.get(column) or delivered.codes.get(question.id) or {}
    return {code: answer for code, answer in _codes(question).items() if answer not in deviating.values()} | deviating


def _decode(delivery: pd.DataFrame, question: Question, column: str, delivered: Delivered) -> pd.Series:
    name = delivered.columns[column]
    if name in _NO_COLUMN:
        return pd.Series(NOT_ASKED, index=delivery.index)
    values = delivery[name]
    if question.kind == "id":
        empty = values.isna() | (values == "")
        if empty.any():
            raise _problem(
                delivered,
                "Respondent without a number",
                where=f"column {name} ({column}), {_rows(empty)}",
                expected="a number in every row",
                got="an empty cell",
                hint="ask the producer for the numbers; they link a person's answers over the waves",
            )
        return values.map(lambda value: str(int(value)) if isinstance(value, float) else str(value))
    codes = _deviating(delivered, question, column)
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
    routing = question.routing(delivered.wave)
    if routing is None:
        return
    asked = pd.Series(routing.asks(frame), index=frame.index)
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


def _rows(where: pd.Series) -> str:
    numbers = [str(position + 1) for position in where.index[where.to_numpy()]]
    shown = ", ".join(numbers[:5])
    return f"rows {shown} and {len(numbers) - 5} more" if len(numbers) > 5 else f"rows {shown}"


def _problem(delivered: Delivered, title: str, *, where: str, expected: str, got: str, hint: str) -> MonitorError:
    return MonitorError(title, where=f"{delivered.file}, {where}", expected=expected, got=got, hint=hint)
