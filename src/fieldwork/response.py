"""Who is invited, who answers, and what those who answer leave out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from analysis.errors import MonitorError
from analysis.questionnaire import Question, Questionnaire
from fieldwork.chances import log_odds
from fieldwork.randomness import persistent_uniform, stream
from fieldwork.settings import Response

STRATUM = ["function", "province"]
_LOG_ODDS_RANGE = 40.0


def invite(people: pd.DataFrame, response: Response, wave: int, seed: int) -> np.ndarray:
    """Draw a simple random sample within function x province; everyone where the wave names no percentage (census)."""
    if not response.invited:
        return np.ones(len(people), bool)
    by_function = people["function"].map(response.invited.get(wave, {})).fillna(100)
    by_province = people["province"].map(response.invited_province.get(wave, {})).fillna(0)
    percent = np.maximum(by_function, by_province)
    stratum = people.groupby(STRATUM)
    invited = np.rint(stratum["person"].transform("size") * percent / 100)
    order = pd.Series(stream(seed, "invite", wave).random(len(people)), index=people.index)
    return (order.groupby([people[name] for name in STRATUM]).rank() <= invited).to_numpy()


def respond(people: pd.DataFrame, invited: np.ndarray, response: Response, wave: int, seed: int) -> np.ndarray:
    """Draw who answers: exactly `respondents[wave]`, of each layer where it names them.

    Propensities differ by the odds of generator.yml alone, never by what happened to a person, and who answered once
    is likelier to answer again (`same_person`). The `at_least` likeliest of every function always answer.
    Raises MonitorError when fewer are invited than are to answer.
    """
    wanted = response.respondents[wave]
    effects = log_odds(people, response.odds, wave, "response.odds")
    uniform = persistent_uniform(seed, "respond", wave, people["person"].to_numpy(), response.same_person)
    parts = wanted.items() if isinstance(wanted, dict) else [(None, wanted)]
    responded = np.zeros(len(people), bool)
    for layer, number in parts:
        mine = invited if layer is None else invited & (people["layer"] == layer).to_numpy()
        _check_enough(number, int(mine.sum()), f"{wave}" if layer is None else f"{wave}, {layer}")
        by = people["function"] if "function" in people else people["layer"]
        rank = _ranks(effects[mine], uniform[mine], by[mine], number, response.at_least)
        responded[mine] = rank <= np.partition(rank, number - 1)[number - 1]
    return responded


def _ranks(effects: np.ndarray, uniform: np.ndarray, by: pd.Series, wanted: int, at_least: int) -> np.ndarray:
    """Ranking variables of Pareto sampling (Rosén 1997): the `wanted` lowest are drawn, the `at_least` of each `by`."""
    if wanted == len(effects):
        return np.zeros(len(effects))

    def excess(intercept: float) -> float:
        return float(expit(intercept + effects).sum() - wanted)

    level = brentq(excess, -_LOG_ODDS_RANGE, _LOG_ODDS_RANGE)
    rank = np.log(uniform) - np.log1p(-uniform) - (level + effects)
    within = pd.Series(rank).groupby(by.to_numpy()).rank(method="first").to_numpy()
    rank[within <= at_least] = -np.inf
    return rank


def _check_enough(wanted: int, invited: int, where: str) -> None:
    if wanted > invited:
        raise MonitorError(
            "More respondents than invitations",
            where=f"generator.yml, response.respondents, {where}",
            expected=f"at most the {invited} who are invited",
            got=str(wanted),
            hint="lower the number, or invite more in response.invited or response.panel",
        )


def leave_out(
    answers: pd.DataFrame, questionnaire: Questionnaire, response: Response, wave: int, seed: int
) -> pd.DataFrame:
    """Blank or refuse single answers, let some break off, and empty what routing then skips.

    `answers` holds the harmonised columns as answer ids; an empty cell becomes None. Item nonresponse is a refusal
    where the question offers one; background has it only where generator.yml names the question. Breaking off
    happens somewhere after the core questions. Answers that the routing of the wave skips are emptied in the end.
    """
    kept = answers.copy()
    for question in questionnaire.questions:
        usual = response.item_nonresponse["default"] if question.theme else 0
        share = response.item_nonresponse.get(question.id, usual) / 100
        left_out = stream(seed, "leave out", wave, question.id).random(len(kept)) < share
        kept.loc[left_out, question.columns] = _instead(question)
    core = [position for position, one in enumerate(questionnaire.questions) if one.id in questionnaire.core]
    random = stream(seed, "break off", wave)
    breaks = random.random(len(kept)) < response.break_off / 100
    count = len(questionnaire.questions)
    last = np.where(breaks, random.integers(max(core) + 1, count, len(kept)), count)
    for position, question in enumerate(questionnaire.questions):
        routing = question.routing(wave)
        asked = np.ones(len(kept), bool) if routing is None else routing.asks(kept)
        if question.theme:
            kept.loc[~(asked & (position < last)), question.columns] = None
    return kept


def _instead(question: Question) -> str | None:
    return "refused" if any(answer.id == "refused" for answer in question.answers) else None
