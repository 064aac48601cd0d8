"""The value labels that an SPSS file gives to its codes, held against the answers that config gives to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache

from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question
from deliveries.cells import Column, canonical
from deliveries.columns import Delivered

# A label means another answer when it is as like that one's label as this, and liker than its own: a typing error in
# "Minder ernstig" leaves it liker to itself than to "Ernstig", and "1x" for "Eén keer" is like none.
_ALIKE = 0.75


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
