"""From the delivered cells of one question to its harmonised columns: an answer or a reason for none in every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MonitorError, quotable
from analysis.questionnaire import NO, YES, Question
from deliveries.cells import Cells, Column, canonical, numbered
from deliveries.columns import DATE, EVERY, NO_ANSWER, NO_COLUMN, Delivered

NOT_ASKED, ROUTED_OUT = "not_asked", "routed_out"
_NONE_NAMED = "0"
_WHOLE = re.compile(r"([0-9]+)\.0+")
_MANY = 5  # columns with one unknown text, from which it has one cause
_OTHER_FORM = re.compile(r"[+-]?[0-9]+([.][0-9]+)?(,[0-9]+|[eE][+-]?[0-9]+)")
_FORM = "numbers with a decimal comma or a power of ten"


@dataclass(eq=False)
class Respondents:
    """The rows of one delivery on their way: `rows` are their places in the file, `findings` what is wrong so far.

    `given` are the answers that corrections give, as (rows of the file, answer) by harmonised column; `silent` the rows
    of the file where an empty cell is an answer, by harmonised column; `unknown` per delivered column its
    question and harmonised column, with the texts that no answer has by row of the file.
    """

    delivered: Delivered
    cells: Cells
    rows: np.ndarray
    given: dict[str, list[tuple[np.ndarray, str]]] = field(default_factory=dict)
    findings: list[MonitorError] = field(default_factory=list)
    silent: dict[str, np.ndarray] = field(default_factory=dict)
    unknown: dict[str, tuple[Question, str, pd.Series]] = field(default_factory=dict)

    def find(self, title: str, *, where: str, expected: str, got: str, hint: str) -> None:
        """Note what is wrong."""
        self.findings.append(self.delivered.wrong(title, where=where, expected=expected, got=got, hint=hint))

    def column(self, variable: str) -> str:
        """A column by both its names, as messages tell it."""
        return f"column {self.delivered.columns[variable]} ({variable})"

    def told(self, wrong: np.ndarray, rows: np.ndarray | None = None) -> str:
        """The first rows of the file that are marked in `wrong` (booleans)."""
        return numbered((self.rows if rows is None else rows)[wrong])


def categories(question: Question) -> pd.CategoricalDtype:
    """What a harmonised column of the question can hold: answers, those that say nothing, reasons for none."""
    ordered = sorted(question.answers, key=lambda answer: answer.missing)
    answers = [YES, NO] if question.kind == "multiple" else [answer.id for answer in ordered]
    return pd.CategoricalDtype([*answers, NO_ANSWER, ROUTED_OUT, NOT_ASKED])


def decode(respondents: Respondents, question: Question) -> dict[str, pd.Categorical | np.ndarray]:
    """The harmonised columns of a question, before routing; a cell that is not understood has code -1.

    Numbers of respondents and dates are texts (ISO), all others categoricals with the categories of the question.
    """
    decoded: dict[str, pd.Categorical | np.ndarray] = {}
    held = categories(question)
    for name in question.columns:
        delivered = respondents.delivered.columns.get(name, NO_COLUMN[0])
        column = respondents.cells.columns.get(delivered)
        if question.kind == "id" and column is not None:
            decoded[name] = _numbers(respondents, column, name)
        elif question.kind == "date" and delivered not in NO_COLUMN:
            decoded[name] = _dates(respondents, column, name)
        elif question.kind in ("id", "date"):
            decoded[name] = np.full(len(respondents.rows), NOT_ASKED, dtype=object)
        else:
            decoded[name] = _answers(respondents, question, name, held)
    return decoded


def _answers(respondents: Respondents, question: Question, name: str, held: pd.CategoricalDtype) -> pd.Categorical:
    delivered = respondents.delivered.columns.get(name, NO_COLUMN[0])
    column, known = respondents.cells.columns.get(delivered), list(held.categories)
    if column is None:
        place = known.index(NOT_ASKED) if delivered in NO_COLUMN else -1
        codes: Any = np.full(len(respondents.rows), place, dtype=np.int16)
        return pd.Categorical.from_codes(codes, dtype=held)
    answers = respondents.delivered.answers(question, name)
    option = name.removeprefix(f"{question.id}__") if respondents.delivered.delimited(question) else ""
    understood = [_understood(text, answers, option) for text in column.texts]
    places = [-1 if answer is None else known.index(answer) for answer in understood]
    empty = _understood("", answers, option) or NO_ANSWER
    values: Any = column.take(places, known.index(empty)).astype(np.int16)  # pandas makes it as small as it can be
    for rows, answer in respondents.given.get(name, []):
        values[rows] = known.index(answer)
    if empty != NO_ANSWER:
        respondents.silent[name] = (column.codes == -1) & (values == known.index(empty))
    values = values[respondents.rows]
    if (values == -1).any() and delivered not in respondents.unknown:
        rows = respondents.rows[values == -1]
        respondents.unknown[delivered] = (question, name, pd.Series(column.take(column.texts, "")[rows], rows))
    return pd.Categorical.from_codes(values, dtype=held)


def _understood(text: str, codes: Mapping[str, str], option: str) -> str | None:
    """The answer that a text is, or whether a delimited one such as "1;3" names the option.

    None for a code that no answer has, and for an empty cell about which answers.csv says nothing.
    """
    whole = codes.get(canonical(text))
    if not option or whole == NO_ANSWER:
        return whole
    if canonical(text) == _NONE_NAMED and _NONE_NAMED not in codes:
        return NO
    options = [codes.get(canonical(code)) for code in re.split(r"\s*[;,|]\s*|\s+", text)]
    if None in options or len(set(options)) < len(options):
        return None
    return YES if option in options else NO


def check_codes(respondents: Respondents) -> None:
    """Find texts that no answer has: per column, but once where many columns have one text or form of numbers."""
    causes = {column: texts.map(_cause) for column, (_, _, texts) in respondents.unknown.items()}
    met = Counter(cause for held in causes.values() for cause in held.unique())
    shared = [cause for cause, times in met.items() if times >= _MANY]
    for cause in shared:
        held = {row for texts in causes.values() for row in texts.index[texts == cause]}
        got = quotable(cause, len(held), [_FORM])
        row = respondents.delivered.row(EVERY, got, NO_ANSWER)
        hint = f"where it stands for an empty cell, say so by a row in answers.csv: {row}; else a row per question"
        hint = "ask the producer for whole numbers as codes: 1, not 1,0 or 1e0" if cause == _FORM else hint
        where = f"{met[cause]} columns, such as {next(name for name, held in causes.items() if cause in [*held])}"
        expected = "codes of the questionnaire or answers.csv"
        respondents.find("Unknown answer code", where=where, expected=expected, got=got, hint=hint)
    for column, (question, name, unknown) in respondents.unknown.items():
        rows = unknown[~causes[column].isin(shared)]
        times = rows.value_counts().to_dict()
        if not times:
            continue
        codes = respondents.delivered.answers(question, name).items()
        known = sorted(codes, key=lambda item: (not item[0].lstrip("-").isdigit(), len(item[0]), item[0]))
        told = ", ".join(f"{code or 'an empty cell'} ({answer})" for code, answer in known)
        where = f"{respondents.column(name)}, {numbered(rows.index.to_numpy())}"
        expected = f"{told}   from the questionnaire or answers.csv"
        known = {word for pair in codes for word in pair}
        found = [*dict.fromkeys(quotable(text, times[text], known) for text in sorted(map(str, times)))]
        got = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        hint = f"add the code to answers.csv ({NO_ANSWER} for an empty cell), or record the error in corrections.yml"
        respondents.find("Unknown answer code", where=where, expected=expected, got=got, hint=hint)


def _cause(text: str) -> str:
    return _FORM if _OTHER_FORM.fullmatch(text) else text


def _numbers(respondents: Respondents, column: Column, name: str) -> np.ndarray:
    readable = [text if text.isprintable() else "" for text in column.texts]
    texts = [whole[1] if (whole := _WHOLE.fullmatch(text)) else text for text in readable]
    values = column.take(texts, "")[respondents.rows]
    empty = values == ""
    if empty.any():
        respondents.find(
            "Respondent without a number",
            where=f"{respondents.column(name)}, {respondents.told(empty)}",
            expected="a number in every row",
            got="an empty cell, or signs that cannot be printed",
            hint="ask the producer for the numbers; they link a person's answers over the waves",
        )
    return values


def _dates(respondents: Respondents, column: Column | None, name: str) -> np.ndarray:
    if column is None:
        return np.full(len(respondents.rows), "", dtype=object)
    codes = {**respondents.delivered.codes.get(EVERY, {}), **respondents.delivered.codes.get(name, {})}
    patterns = tuple(code for code, answer in codes.items() if answer == DATE)
    days = [NO_ANSWER if codes.get(text) == NO_ANSWER else _day(text, patterns) for text in column.texts]
    values = column.take([day or "" for day in days], NO_ANSWER)
    for rows, answer in respondents.given.get(name, []):
        values[rows] = answer
    values = values[respondents.rows]
    impossible = values == ""
    if impossible.any():
        respondents.find(
            "Impossible date",
            where=f"{respondents.column(name)}, {respondents.told(impossible)}",
            expected=f"a date as {' or '.join((*patterns, '%Y-%m-%d'))}   from answers.csv",
            got=", ".join(
                dict.fromkeys(quotable(text) for text, day in zip(column.texts, days, strict=True) if not day)
            ),
            hint="add the pattern to answers.csv (answer: date), or record the error in corrections.yml",
        )
    return values


def _day(text: str, patterns: Sequence[str]) -> str | None:
    """A date as ISO text, from ISO text or by a pattern of strptime; None for one that is not on the calendar."""
    for pattern in (*patterns, None):
        with suppress(ValueError):
            return (datetime.strptime(text, pattern).date() if pattern else date.fromisoformat(text)).isoformat()
    return None
