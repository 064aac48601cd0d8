"""What happened to each synthetic officeholder, and what they would answer to every question."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from analysis.questionnaire import NO, YES, Question, Questionnaire
from fieldwork.chances import Solved
from fieldwork.randomness import at_least_one, persistent_uniform, stream
from fieldwork.settings import AnswerShares, Survey

_WHOLE = 100.0
_ROUNDING = 1e-6


def happen(people: pd.DataFrame, solved: dict[str, Solved], wave: int, seed: int) -> pd.DataFrame:
    """Draw for each row of `people` which of the chances happened: one boolean column per chance."""
    known = people.copy()
    for name, one in solved.items():
        if name in known:
            continue
        chance = one.chance
        among = known[list(chance.within)].any(axis=1).to_numpy() | (not chance.within)
        if chance.together:
            names = [other for other, row in solved.items() if row.chance.together == chance.together]
            shares = np.column_stack([solved[other].of(known) for other in names])
            _check_one(shares[among], f"chances.{', '.join(names)}, {wave}")
            drawn = at_least_one(shares, stream(seed, "together", chance.together, wave))
            known[names] = among[:, None] & drawn
        else:
            uniform = persistent_uniform(seed, f"chance {name}", wave, people["person"].to_numpy(), chance.same_person)
            known[name] = among & (uniform < one.of(known))
    return known[list(solved)]


def answer(happened: pd.DataFrame, questionnaire: Questionnaire, survey: Survey, wave: int, seed: int) -> pd.DataFrame:
    """Answer every question of generator.yml's `answers` by what happened.

    Returns the harmonised columns with answer ids ("yes"/"no" per option of a multiple question), before routing and
    nonresponse; of an answer that the wave did not offer nobody's. Raises MonitorError for an answer or a chance that
    does not exist, a question without answers, or shares that do not add up.
    """
    columns: dict[str, np.ndarray] = {}
    asked = [
        question for question in questionnaire.questions if question.theme and question.id not in survey.background
    ]
    questions = {question.id: question for question in asked}
    _check_questions(set(questions), set(survey.answers))
    for name, rows in survey.answers.items():
        random = stream(seed, "answers", wave, name)
        todo = np.ones(len(happened), bool)
        question = questions[name]
        given = np.full((len(happened), len(question.columns)), None, object)
        for row in rows:
            _check_row(row, question, happened)
            mine = todo & happened[list(row.when)].any(axis=1).to_numpy() if row.when else todo
            given[mine] = _draw(row, question, wave, int(mine.sum()), random)
            todo = todo & ~mine
        columns |= {column: given[:, position] for position, column in enumerate(question.columns)}
    return pd.DataFrame(columns, index=happened.index)


def _draw(row: AnswerShares, question: Question, wave: int, count: int, random: np.random.Generator) -> np.ndarray:
    offered = [option.id for option in question.answers if option.offered(wave)]
    if row.percent is not None:
        shares = np.array([row.percent.get(name, 0.0) for name in offered])
        return random.choice(np.array(offered, object), (count, 1), p=shares / shares.sum())
    options, exclusive = row.at_least_one or {}, row.exclusive or {}
    shares = np.array([options.get(option.id, 0.0) * (option.id in offered) for option in question.answers]) / _WHOLE
    wanted = np.broadcast_to(shares, (count, len(shares)))
    _check_one(wanted, f"answers.{question.id}, {wave}")
    named = at_least_one(wanted, random)
    alone = list(exclusive)
    rest = 1 - sum(exclusive.values()) / _WHOLE
    only = random.choice(len(alone) + 1, count, p=[*(exclusive[name] / _WHOLE for name in alone), rest])
    for position, name in enumerate(alone):
        named[only == position] = [option.id == name for option in question.answers]
    return np.where(named, YES, NO).astype(object)


def _check_questions(asked: set[str], answered: set[str]) -> None:
    if asked != answered:
        raise MonitorError(
            "Questions without answers, or answers without a question",
            where="generator.yml, answers",
            expected="a row for every question after the background questions, and no other",
            got=f"no row for {sorted(asked - answered)}, no question for {sorted(answered - asked)}",
            hint="mend the name, or add the row",
        )


def _check_row(row: AnswerShares, question: Question, happened: pd.DataFrame) -> None:
    shares = row.percent or row.at_least_one or {}
    alone = row.exclusive or {}
    unknown = [name for name in row.when if name not in happened]
    unknown += [name for name in (*shares, *alone) if name not in {answer.id for answer in question.answers}]
    total = sum(shares.values())
    fits = abs(total - _WHOLE) < _ROUNDING if row.percent is not None else total >= _WHOLE - _ROUNDING
    fits &= sum(alone.values()) <= _WHOLE
    many = question.kind == "multiple"
    of_kind = (row.at_least_one is not None) == many and (row.percent is not None) != many
    if unknown or not fits or not of_kind:
        raise MonitorError(
            "Shares of answers do not fit the question",
            where=f"generator.yml, answers.{question.id}",
            expected="answers and chances that exist; `percent` adding up to 100 for a single question, "
            "`at_least_one` to 100 or more for a multiple one",
            got=f"unknown {', '.join(unknown) or 'none'}; {total:g} together",
            hint="mend the names or the shares",
        )


def _check_one(shares: np.ndarray, where: str) -> None:
    if len(shares) and shares.sum(axis=1).min() < 1 - _ROUNDING:
        raise MonitorError(
            "At least one cannot be met",
            where=f"generator.yml, {where}",
            expected="chances that add up to 100 or more for everyone to whom one of them happened",
            got=f"{shares.sum(axis=1).min():.1%} for some",
            hint="raise one of the figures, or lower the one they stand among",
        )
