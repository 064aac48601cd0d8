"""What config says about one delivery: the names of its columns, its deviating codes, and whether config is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import MonitorError, nameable
from analysis.questionnaire import NO, YES, Answer, Question, Questionnaire
from deliveries.cells import Cells, canonical, printable
from deliveries.corrections import Correction

NO_COLUMN = ("not_asked", "asked_differently")
IGNORED = "ignored__"
DATE = "date"
NO_ANSWER = "no_answer"
EVERY = "*"  # as the variable of a row of answers.csv: every question
_OPTION_CODES = {"1": YES, "0": NO}


@dataclass(frozen=True)
class Delivered:
    """How one wave of one survey was delivered: its columns, its deviating codes and its known errors.

    `columns` are delivered names by harmonised variable, `ignored` the delivered columns that are thrown away, `codes`
    answers by delivered text, by variable or question.
    """

    survey: str
    wave: int
    file: str
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    corrections: tuple[Correction, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def used(self) -> list[str]:
        """Delivered columns that harmonising needs, once each: all but the ignored ones."""
        named = [name for name in self.columns.values() if name not in NO_COLUMN]
        return list(dict.fromkeys([*named, *(name for row in self.corrections for name in row.where)]))

    def names(self, question: Question) -> list[str]:
        """Delivered columns of a question, one per harmonised column that has one."""
        return [name for name in map(self.columns.get, question.columns) if name not in (None, *NO_COLUMN)]

    def delimited(self, question: Question) -> bool:
        """Whether all options of a multiple question stand in one delivered column."""
        names = self.names(question)
        return question.kind == "multiple" and len(names) > 1 and len(set(names)) == 1

    def offered(self, question: Question) -> list[Answer]:
        """Answers that respondents of this wave could choose and that have a column, in order."""
        absent = [option for option in question.answers if self.columns.get(f"{question.id}__{option.id}") in NO_COLUMN]
        return [option for option in question.answers if option.offered(self.wave) and option not in absent]

    def answers(self, question: Question, column: str) -> dict[str, str]:
        """The answer to each code of this delivery: those of answers.csv, and the usual ones of the other answers.

        Rows for a column go before those for its question, and these before those for every question. A row without a
        code is about empty cells, one with "code=label" about a label: neither takes the usual code's place.
        """
        if question.kind == "multiple" and not self.delimited(question):
            usual = _OPTION_CODES
        else:
            usual = {str(option.code): option.id for option in self.offered(question) if option.code is not None}
        known = {NO_ANSWER, *usual.values()}
        every = {code: answer for code, answer in self.codes.get(EVERY, {}).items() if answer in known}
        deviating = every | {**self.codes.get(question.id, {}), **self.codes.get(column, {})}
        other = {answer for code, answer in deviating.items() if code and "=" not in code}
        return {code: answer for code, answer in usual.items() if answer not in other} | deviating

    def row(self, variable: str, code: str, answer: str) -> str:
        """The line of answers.csv that gives a code its answer."""
        quoted = '"' + code.replace('"', '""') + '"' if set(code) & set(',"') else code
        return f"{self.survey},{variable},{self.wave},{quoted},{answer}"

    def wrong(self, title: str, *, where: str, expected: str, got: str, hint: str) -> MonitorError:
        """What is wrong with this delivery."""
        place, advice = printable(f"{self.file}, {where}"), printable(hint)
        return MonitorError(title, where=place, expected=printable(expected), got=printable(got), hint=advice)


def read_variables(path: Path) -> pd.DataFrame:
    """Read variables.csv: harmonised variable x wave -> delivered column, `not_asked` or `asked_differently`.

    Raises MonitorError for a variable with two rows, and a file that is no such table.
    """
    variables = _read(path, ["survey", "variable"], str)
    _check_once(path, variables, ["survey", "variable"], "Variable with two rows")
    return variables


def read_answers(path: Path) -> pd.DataFrame:
    """Read answers.csv: survey, variable, wave, code -> answer, where a delivery departs from the questionnaire.

    A code is text: a number, or what stands in the cell; none for an empty cell; "code=label" to accept a label of the
    file. Every question can have the answer `no_answer`, and "*" as variable is every question. Raises MonitorError for
    one code with two answers.
    """
    answers = _read(path, ["survey", "variable", "wave", "code", "answer"], {"wave": int, "code": str})
    answers["code"] = answers["code"].str.strip().map(canonical)
    _check_once(path, answers, ["survey", "variable", "wave", "code"], "Code with two answers")
    return answers


def _read(path: Path, head: list[str], types: Any) -> pd.DataFrame:
    try:
        rows = pd.read_csv(path, dtype=types, keep_default_na=False)
        if list(rows.columns[: len(head)]) != head or any(name.startswith("Unnamed") for name in rows.columns):
            raise ValueError(f"head {','.join(rows.columns)}")
        if not isinstance(rows.index, pd.RangeIndex):  # so pandas reads lines with a cell more than the head
            raise ValueError("lines with more cells than the head")
    except ValueError as error:  # of pandas too, and for text that is not UTF-8
        expected = f"a table in UTF-8, between commas, with the head {','.join(head)}"
        got = printable(str(error).strip())
        hint = "a spreadsheet may have saved it otherwise; look for a comma too many, or restore it from git"
        raise MonitorError("Table not understood", where=path.name, expected=expected, got=got, hint=hint) from error
    return rows


def _check_once(path: Path, rows: pd.DataFrame, keys: list[str], title: str) -> None:
    twice = rows[rows.duplicated(keys, keep=False)]
    if len(twice):
        named = " ".join(str(part) for part in twice[keys].iloc[0])
        lines = ", ".join(str(line + 2) for line in twice.index[:5])
        hint = "drop the row that is wrong"
        raise MonitorError(title, where=f"{path.name}, {named}", expected="one row", got=f"lines {lines}", hint=hint)


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
    columns = dict(zip(rows["variable"], rows[str(wave)], strict=True))
    ignored = [name for variable, name in columns.items() if variable.startswith(IGNORED) and name not in NO_COLUMN]
    codes: dict[str, dict[str, str]] = {}
    deviating = answers[(answers["survey"] == survey) & (answers["wave"] == wave)]
    for variable, code, answer in zip(deviating["variable"], deviating["code"], deviating["answer"], strict=True):
        codes.setdefault(variable, {})[code] = answer
    mine = tuple(row for row in corrections if row.survey == survey and row.wave == wave)
    kept = {variable: name for variable, name in columns.items() if not variable.startswith(IGNORED)}
    return Delivered(survey, wave, file, kept, codes, mine, tuple(ignored))


def check_map(delivered: Delivered, questionnaire: Questionnaire) -> Iterator[MonitorError]:
    """Hold variables.csv and answers.csv against the questionnaire, so that a misspelt name is never passed over."""
    unmapped = set(questionnaire.columns) - set(delivered.columns)
    if unmapped:
        yield delivered.wrong(
            "Variable not in the column map",
            where=f"variables.csv, survey {delivered.survey}",
            expected="a row for every column of the questionnaire",
            got=f"no row for {', '.join(sorted(unmapped))}",
            hint="add the row; write not_asked for the waves that did not ask it",
        )
    coded = {column: question for question in questionnaire.questions for column in (question.id, *question.columns)}
    strange = (set(delivered.columns) - set(questionnaire.columns)) | (set(delivered.codes) - {*coded, EVERY})
    if strange:
        yield delivered.wrong(
            "Variable not in the questionnaire",
            where=f"variables.csv or answers.csv, {', '.join(sorted(strange))}",
            expected=f"names that config/questionnaire/{delivered.survey}.yml knows",
            got=f"{len(strange)} that it does not know",
            hint="mend the name, or add the question to the questionnaire",
        )
    for variable, codes in delivered.codes.items():
        if variable in coded or variable == EVERY:
            yield from _check_answers(delivered, coded.get(variable), variable, codes)
    yield from _check_names(delivered, questionnaire)
    for question in questionnaire.questions:
        yield from _check_asked(delivered, question)


def _check_answers(
    delivered: Delivered, question: Question | None, variable: str, codes: Mapping[str, str]
) -> Iterator[MonitorError]:
    if question is None:  # a row for every question: about its labels, or about what is no answer to any
        known, codes = [NO_ANSWER], {code: answer for code, answer in codes.items() if "=" not in code}
    elif question.kind in ("id", "date"):
        known = [DATE, NO_ANSWER] if question.kind == "date" else []
    else:
        named = question.kind != "multiple" or delivered.delimited(question)
        known = [*(option.id for option in delivered.offered(question) if named), NO_ANSWER]
        known += [] if question.kind != "multiple" else [NO] if named else [NO, YES]
    unknown = sorted(set(codes.values()) - set(known))
    if unknown:
        yield delivered.wrong(
            "Answer not in the questionnaire",
            where=f"answers.csv, {variable}, wave {delivered.wave}",
            expected=", ".join(known) or "no row: it has no answers",
            got=", ".join(unknown),
            hint="mend the answer, or add it to the question (for this wave)",
        )


def _check_names(delivered: Delivered, questionnaire: Questionnaire) -> Iterator[MonitorError]:
    """One delivered column for one variable; only the options of one question may share theirs, and then all do."""
    found = [
        delivered.names(question)[: 1 if delivered.delimited(question) else None]
        for question in questionnaire.questions
    ]
    names = pd.Series([*(name for several in found for name in several), *delivered.ignored], dtype=str)
    wrong = names.duplicated() | (names == "")
    if wrong.any():
        yield delivered.wrong(
            "Column map is not one to one",
            where=f"variables.csv, column {delivered.wave}",
            expected="one delivered column for each variable, or for all options of a question, or not_asked, or "
            "asked_differently",
            got=", ".join(sorted({name or "an empty cell" for name in names[wrong]})),
            hint="mend the names",
        )


def _check_asked(delivered: Delivered, question: Question) -> Iterator[MonitorError]:
    """What has a column was asked: the waves of the questionnaire and those of the map agree."""
    asked = question.waves is None or delivered.wave in question.waves
    offered = {f"{question.id}__{option.id}" for option in question.answers if option.offered(delivered.wave)}
    mapped = [name for name in question.columns if delivered.columns.get(name, NO_COLUMN[0]) not in NO_COLUMN]
    wrong = [name for name in mapped if not (asked and (question.kind != "multiple" or name in offered))]
    if wrong:
        also = f" and {len(wrong) - 1} more of {question.id}" if wrong[1:] else ""
        where = f"variables.csv, {wrong[0]}{also}, column {delivered.wave}"
        expected = f"not_asked, as the waves in config/questionnaire/{delivered.survey}.yml say"
        got = ", ".join(dict.fromkeys(delivered.columns[name] for name in wrong))
        hint = "add the wave to the waves of the question or answer, or write not_asked"
        title = "Column for a question that was not asked"
        yield delivered.wrong(title, where=where, expected=expected, got=got, hint=hint)


def check_columns(cells: Cells, delivered: Delivered) -> Iterator[MonitorError]:
    """Every column of the map is in the delivery, and every column of the delivery is in the map."""
    mapped = {*(name for name in delivered.columns.values() if name not in NO_COLUMN), *delivered.ignored}
    absent, unknown = mapped - set(cells.names), set(cells.names) - mapped
    small = {name.casefold(): name for name in unknown}
    alike = {name: small[name.casefold()] for name in sorted(absent) if name.casefold() in small}
    if alike:
        title, where = "Column name differs only in upper and lower case", f"variables.csv, column {delivered.wave}"
        expected, got = f"{', '.join(alike)}   from variables.csv", ", ".join(alike.values())
        hint = "mend the names in variables.csv, or in the file"
        yield delivered.wrong(title, where=where, expected=expected, got=got, hint=hint)
    absent, unknown = absent - set(alike), unknown - set(alike.values())
    if absent:
        title, where, got = "Column missing from the delivery", ", ".join(sorted(absent)), len(cells.names)
        expected = f"every column that variables.csv names for {delivered.wave}"
        hint = "ask for a complete file, or mend the name in variables.csv"
        yield delivered.wrong(title, where=where, expected=expected, got=f"{got} other columns", hint=hint)
    if unknown:
        places = [f"column {place}" for place, name in enumerate(cells.names, 1) if name in unknown]
        told = sorted(unknown) if nameable(cells.names) else places
        title, where = "Column of the delivery is not in the map", ", ".join(told)
        expected = f"only columns that variables.csv names for {delivered.wave}"
        got = f"{len(unknown)} that it does not name"
        hint = "add the question to the questionnaire and a row to variables.csv, or mend the name there"
        yield delivered.wrong(title, where=where, expected=expected, got=got, hint=hint)
