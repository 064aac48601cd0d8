"""One row per organisation, item by item: where several informants answered, the one who was declared to count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.population import MISSING
from analysis.questionnaire import INFORMANT, Question, Questionnaire

_ROUTED_OUT, _NO_ANSWER, _NOT_ASKED = "routed_out", "no_answer", "not_asked"


def one_per_unit(rows: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Take the rows of every unit together, where the unit is not the respondent.

    Parameters: `rows`, harmonised answers of all waves. Returns one row per wave and unit, in the order in which the
    units first occur. Of each question counts the first of its `informants` who answered it; where none of those did,
    what the first of them said instead (dont_know, refused, no_answer). Of a question without informants counts the
    answer by which the unit was asked more (a griffier is asked about the council), else the first row. Whom the
    answers that count lead past a question is routed out of it, though another informant was asked.
    """
    if questionnaire.unit == "respondent":
        return rows
    unit = rows.groupby(["wave", questionnaire.unit], sort=False).ngroup().to_numpy()
    made = rows.iloc[np.unique(unit, return_index=True)[1]].reset_index(drop=True)
    routes: dict[str, set[str]] = {}
    for routing in (routing for one in questionnaire.questions for routing in one.asked_if.values()):
        for name, answers in routing.conditions:
            routes.setdefault(name, set()).update(answers)
    for question in questionnaire.questions:
        counts, rank = _rank(rows, question, routes)
        order = np.lexsort((rank, ~counts, unit))
        best = order[np.unique(unit[order], return_index=True)[1]]
        given = rows[question.columns].to_numpy(dtype=object)[best]
        made[question.columns] = np.where(counts[best][:, None] | (given == _NOT_ASKED), given, _NO_ANSWER)
        for wave in made["wave"].unique():
            _route(made, question, int(wave))
    return made


def _rank(rows: pd.DataFrame, question: Question, routes: dict[str, set[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Per row whether its answer to a question may count, and its rank among those that may: the lowest counts."""
    given = rows[question.columns]
    if not question.informants:
        leads = given[question.columns[0]].isin(routes.get(question.id, ())).to_numpy()
        return np.ones(len(rows), dtype=bool), ~leads
    silence = given.isin(MISSING).all(axis=1).astype(int) + (given == _ROUTED_OUT).all(axis=1)
    place = rows[INFORMANT].map({name: at for at, name in enumerate(question.informants)})
    return place.notna().to_numpy(), (silence * len(question.informants) + place.fillna(0)).to_numpy()


def _route(made: pd.DataFrame, question: Question, wave: int) -> None:
    """Hold the answers of one wave that count against the routing of their question, in place."""
    routing = question.routing(wave)
    mine = (made["wave"] == wave).to_numpy()
    answers = made.loc[mine, question.columns].to_numpy(dtype=object)
    if routing is None or (answers == _NOT_ASKED).all():
        return
    asked = routing.asks(made[mine])[:, None]
    answered = np.where(answers == _ROUTED_OUT, _NO_ANSWER, answers)
    made.loc[mine, question.columns] = np.where(asked, answered, _ROUTED_OUT)
