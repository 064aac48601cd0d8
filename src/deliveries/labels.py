"""The labels that an SPSS file gives to its columns and codes, held against the questions and answers of config."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache

from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question, Questionnaire
from deliveries.cells import Cells, Column, canonical
from deliveries.columns import NO_COLUMN, Delivered

# A label means another answer when it is as like that one's label as this, and liker than its own: a typing error in
# "Minder ernstig" leaves it liker to itself than to "Ernstig", and "1x" for "Eén keer" is like none.
_ALIKE = 0.75
_BEGINS = 20  # letters of a label that was cut off which tell what it began
_NUMBER = re.compile(r"^\S{1,12}[.:)]?\s+")  # "Q14a. " or "vr_06 " before a label


def check_columns_mean(cells: Cells, delivered: Delivered, questionnaire: Questionnaire) -> Iterator[MonitorError]:
    """Find columns whose label in the file is the text of another question than variables.csv takes them for.

    Two columns with the same codes that change places would else change two series without a trace. A label counts only
    when it is a text of the questionnaire to the letter, or the beginning of one, whatever its signs, its capitals and
    the number before it: one in other words tells nothing.
    """
    held = [question for question in questionnaire.questions if delivered.names(question)]
    asked = {name: texts for question in held for name, texts in _texts(question, delivered)}
    for name, texts in asked.items():
        column = cells.columns.get(delivered.columns[name])
        if column is None or not column.question or _is_one_of(column.question, texts):
            continue
        others = [other for other, theirs in asked.items() if _is_one_of(column.question, theirs)]
        if others:
            yield delivered.wrong(
                "Label in the file is that of another question",
                where=f"variables.csv, {name}, column {delivered.columns[name]}",
                expected=f"{texts[-1]!r}   from the questionnaire",
                got=f"{column.question!r}, which is that of {others[0]}",
                hint="find out which column holds which question; then mend variables.csv or get another file",
            )


def _texts(question: Question, delivered: Delivered) -> Iterator[tuple[str, list[str]]]:
    """Per delivered column of a question the texts that may stand above it, the wave's own last.

    Above an option: its own text, that of the question, or both.
    """
    asked = [*question.text.values(), question.wording(delivered.wave)]
    if question.kind != "multiple" or delivered.delimited(question):
        yield from ((name, asked) for name in question.columns if delivered.columns.get(name) not in (None, *NO_COLUMN))
        return
    for option in delivered.offered(question):
        labels = _labels(option.label)
        both = [text for label in labels for one in asked for text in (f"{one} {label}", f"{label} ({one})")]
        yield f"{question.id}__{option.id}", [*asked, *labels, *both]


def _is_one_of(label: str, texts: Iterable[str]) -> bool:
    told = [_letters(label), _letters(_NUMBER.sub("", label))]
    whole = [_letters(text) for text in texts]
    return any(one == text or (len(one) >= _BEGINS and text.startswith(one)) for one in told for text in whole)


@cache
def _letters(text: str) -> str:
    """Letters and digits of a text alone, all small."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def check_labels(
    column: Column, question: Question, name: str, codes: Mapping[str, str], delivered: Delivered
) -> Iterator[MonitorError]:
    """Find codes whose label in the file is that of another answer than config gives to the code.

    `name` is the harmonised column, `codes` the answer to each code. A label that is only typed wrong passes.
    """
    wordings = _wordings(question, name, delivered)
    for code, label in column.labels.items():
        own = codes.get(canonical(code))
        if own is None:
            continue
        alike = {answer: max(_alike(label, text) for text in texts) for answer, texts in wordings.items()}
        best = max(alike, key=lambda answer: alike[answer])
        if alike[best] >= _ALIKE and alike[best] > alike.get(own, 0.0):
            yield delivered.wrong(
                "Label in the file means another answer",
                where=f"column {delivered.columns[name]} ({name}), code {code}",
                expected=f"a label like {wordings[own][-1]!r} ({own})   from the questionnaire or answers.csv",
                got=f"{label!r}, which is like {wordings[best][-1]!r} ({best})",
                hint="ask the producer what the code means; then mend answers.csv or get another file",
            )


def _wordings(question: Question, name: str, delivered: Delivered) -> dict[str, list[str]]:
    if question.kind != "multiple" or delivered.delimited(question):
        return {option.id: _labels(option.label) for option in question.answers}
    option = next(option for option in question.answers if name == f"{question.id}__{option.id}")
    return {YES: [*_labels(option.label), "Ja", "Genoemd"], NO: ["Nee", "Niet genoemd"]}


def _labels(label: str | dict[int, str]) -> list[str]:
    return [label] if isinstance(label, str) else list(label.values())


@cache
def _alike(one: str, other: str) -> float:
    """How alike two labels are, 0-1 (Ratcliff and Obershelp)."""
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
