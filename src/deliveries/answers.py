"""From the delivered cells of one question to its harmonised columns: an answer or a reason for none in every row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question
from deliveries.cells import Cells, Column, canonical, numbered
from deliveries.columns import NO_ANSWER, NO_COLUMN, Delivered

NOT_ASKED, ROUTED_OUT = "not_asked", "routed_out"
_NONE_NAMED = "0"
_WHOLE = re.compile(r"([0-9]+)\.0+")


@dataclass(eq=False)
class Respondents:
    """The rows of one delivery on their way: `rows` are their places in the file, `findings` what is wrong so far.

    `given` are the answers that corrections give, as (rows of the file, answer) by harmonised column; `unknown` the
    delivered columns whose unknown codes were told.
    """

    delivered: Delivered
    cells: Cells
    rows: np.ndarray
    given: dict[str, list[tuple[np.ndarray, str]]] = field(default_factory=dict)
    findings: list[MonitorError] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

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
    if respondents.delivered.delimited(question):
        understood = [_named(text, answers, name.removeprefix(f"{question.id}__")) for text in column.texts]
    else:
        understood = [answers.get(canonical(text)) for text in column.texts]
    places = [-1 if answer is None else known.index(answer) for answer in understood]
    values: Any = column.take(places, known.index(NO_ANSWER)).astype(np.int16)  # pandas makes it as small as it can be
    for rows, answer in respondents.given.get(name, []):
        values[rows] = known.index(answer)
    _check_codes(respondents, name, column, answers, values)
    return pd.Categorical.from_codes(values[respondents.rows], dtype=held)


def _named(text: str, codes: Mapping[str, str], option: str) -> str | None:
    """Whether a delimited text such as "1;3" names the option; None for a text with a code that no option has."""
    if canonical(text) == _NONE_NAMED and _NONE_NAMED not in codes:
        return NO
    options = [codes.get(canonical(code)) for code in re.split(r"\s*[;,|]\s*|\s+", text)]
    if None in options or len(set(options)) < len(options):
        return None
    return YES if option in options else NO


def _check_codes(
    respondents: Respondents, name: str, column: Column, codes: Mapping[str, str], values: np.ndarray
) -> None:
    unknown = values[respondents.rows] == -1
    delivered = respondents.delivered.columns[name]
    if not unknown.any() or delivered in respondents.unknown:
        return
    respondents.unknown.add(delivered)
    texts = sorted({column.texts[code] for code in column.codes[respondents.rows[unknown]]})
    known = sorted(codes.items(), key=lambda item: (not item[0].lstrip("-").isdigit(), len(item[0]), item[0]))
    respondents.find(
        "Unknown answer code",
        where=f"{respondents.column(name)}, {respondents.told(unknown)}",
        expected=f"{', '.join(f'{code} ({answer})' for code, answer in known)}   from the questionnaire or answers.csv",
        got=", ".join(text[:40] for text in texts[:5]) + (f" and {len(texts) - 5} more" if len(texts) > 5 else ""),
        hint="add the code to answers.csv, or record the error in corrections.yml with its reason",
    )


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
    patterns = tuple(respondents.delivered.codes.get(name, ()))
    days = [_day(text, patterns) for text in column.texts]
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
            got=", ".join(text[:40] for text, day in zip(column.texts, days, strict=True) if not day),
            hint="add the pattern to answers.csv (answer: date), or record the error in corrections.yml",
        )
    return values


def _day(text: str, patterns: Sequence[str]) -> str | None:
    """A date as ISO text, from ISO text or by a pattern of strptime; None for one that is not on the calendar."""
    for pattern in (*patterns, None):
        with suppress(ValueError):
            return (datetime.strptime(text, pattern).date() if pattern else date.fromisoformat(text)).isoformat()
    return None
