"""Options of a question with several answers that cannot have been ticked together, or left out together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.questionnaire import NO, YES, Question
from deliveries.answers import NO_ANSWER, NOT_ASKED, Respondents
from deliveries.cells import counted


def check_options(frame: pd.DataFrame, question: Question, respondents: Respondents) -> None:
    """Find rows in which an exclusive option is not alone, a cell stands empty beside a tick, or nothing is ticked.

    What is left empty where others are ticked was most likely not chosen; who ticked nothing, though "none of these"
    was offered, most likely gave no answer. Taken for no answer, or for a no, both would change figures in silence.
    """
    if question.kind != "multiple":
        return
    wave = respondents.delivered.wave
    given = {name: frame[name].to_numpy(dtype=object) for name in question.columns}
    given = {name: values for name, values in given.items() if not (values == NOT_ASKED).all()}
    exclusive = [one for one in question.answers if one.exclusive and f"{question.id}__{one.id}" in given]
    for option in exclusive:
        name = f"{question.id}__{option.id}"
        others = [values == YES for column, values in given.items() if column != name]
        _find(
            respondents,
            (given[name] == YES) & np.logical_or.reduce([np.zeros(len(frame), dtype=bool), *others]),
            "Answers that exclude each other",
            column=name,
            expected=f"no other answer beside {option.wording(wave)!r}",
            got="with others too",
            hint="ask the producer which answer counts, and record the rows in corrections.yml",
        )
    if not given or respondents.delivered.delimited(question):
        return
    ticked = np.logical_or.reduce([values == YES for values in given.values()])
    corrected = {name: [rows for rows, _ in respondents.given.get(name, [])] for name in given}
    open_ = {
        name: ticked & (values == NO_ANSWER) & ~np.isin(respondents.rows, np.concatenate([[], *corrected[name]]))
        for name, values in given.items()
    }
    emptiest = max(open_, key=lambda name: open_[name].sum())
    _find(
        respondents,
        np.logical_or.reduce(list(open_.values())),
        "Empty beside a ticked option",
        column=emptiest,
        expected="yes or no in every option of a question that somebody answered",
        got=f"with an empty cell, in {counted(sum(one.any() for one in open_.values()), 'option')} of the question",
        hint="if an empty cell means no, write a row with an empty code and no in answers.csv; else ask the producer",
    )
    if exclusive:
        name = f"{question.id}__{exclusive[0].id}"
        _find(
            respondents,
            np.logical_and.reduce([values == NO for values in given.values()]),
            "Nothing ticked",
            column=name,
            expected=f"one option at least: {exclusive[0].wording(wave)!r} was offered",
            got="with a no to every option",
            hint=f"ask the producer; who gave no answer: corrections.yml, variable: {question.id}, to: {NO_ANSWER}",
        )


def _find(respondents: Respondents, wrong: np.ndarray, title: str, *, column: str, got: str, **words: str) -> None:
    if wrong.any():
        where = f"{respondents.column(column)}, {respondents.told(wrong)}"
        respondents.find(title, where=where, got=f"{counted(int(wrong.sum()), 'row')} {got}", **words)
